package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

// take sets what one change of a change set would. Documents and accounts are both in the words of AWS.
func (v *invention) take(c fleet.Change) error {
	account := v.in(c.Ref.Place.Region)
	switch c.Ref.Kind {
	case fleet.KindCluster:
		return read(c.After, find(account.Clusters, func(a *aws.Cluster) bool { return a.ClusterName == c.Ref.ID }))
	case fleet.KindTaskDefinition:
		return read(c.After, find(account.TaskDefinitions, func(d *aws.TaskDefinition) bool { return d.Family+":1" == c.Ref.ID }))
	case fleet.KindService:
		delete(c.After, "taskDefinition") // it is the one that this account begins with
		return read(c.After, find(account.Services, func(s *aws.Service) bool { return s.ClusterArn+"/"+s.ServiceName == c.Ref.ID }))
	case fleet.KindScalableTarget:
		return add(c.After, &account.ScalableTargets)
	case fleet.KindScalingPolicy:
		return add(c.After, &account.ScalingPolicies)
	case fleet.KindScheduledAction:
		return add(c.After, &account.ScheduledActions)
	case fleet.KindAlarm:
		return v.alarm(account, c)
	case fleet.KindThrottle:
		return throttled(account, c)
	case fleet.KindDashboard:
		return dashboard(account, c.After)
	case fleet.KindBudget:
		return v.budget(c.After)
	}
	return fmt.Errorf("no %s can be made up", c.Ref.Kind)
}

// read fills in a resource from its document.
func read(d fleet.Document, into any) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// find returns the resource that a change is about: it was made before.
func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

func add[T any](d fleet.Document, to *[]*T) error {
	made := new(T)
	*to = append(*to, made)
	return read(d, made)
}

// documentOf is a resource as a document.
func documentOf(resource any) fleet.Document {
	text, err := json.Marshal(resource)
	if err != nil {
		panic("a resource that is no JSON: " + err.Error())
	}
	d, err := fleet.ParseDocument(text)
	if err != nil {
		panic("a resource that is no JSON: " + err.Error())
	}
	return d
}

// alarm keeps an alarm's tags beside it, as the simulated AWS does, and makes the topics that it tells.
func (v *invention) alarm(account *aws.Fleet, c fleet.Change) error {
	if err := add(c.After, &account.MetricAlarms); err != nil {
		return err
	}
	made := account.MetricAlarms[len(account.MetricAlarms)-1]
	made.AlarmArn = v.arn(c.Ref.Place.Region, "cloudwatch", "alarm:"+made.AlarmName)
	v.topics(made.AlarmActions...)
	var tagged struct{ Tags []aws.Tag }
	if err := read(c.After, &tagged); err != nil {
		return err
	}
	if account.Tags == nil {
		account.Tags = map[string]aws.Tags{}
	}
	account.Tags[made.AlarmArn] = aws.Tags{}
	for _, tag := range tagged.Tags {
		account.Tags[made.AlarmArn][tag.Key] = tag.Value
	}
	return nil
}

// throttled adds a rule to a web ACL: name|scope|id/rule.
func throttled(account *aws.Fleet, c fleet.Change) error {
	text, err := json.Marshal(c.After)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(c.Ref.ID, "|")
	acl := find(account.WebACLs, func(w *aws.WebACL) bool { return w.Name == name })
	acl.Rules = append(acl.Rules, text)
	return nil
}

func dashboard(account *aws.Fleet, d fleet.Document) error {
	var made struct{ DashboardName, DashboardBody string }
	if err := read(d, &made); err != nil {
		return err
	}
	if account.Dashboards == nil {
		account.Dashboards = map[string]string{}
	}
	account.Dashboards[made.DashboardName] = made.DashboardBody
	return nil
}

// budget is of no region. Its notifications stand beside it in the call that makes one.
func (v *invention) budget(d fleet.Document) error {
	var made struct {
		Budget                       *aws.Budget
		NotificationsWithSubscribers []aws.BudgetNotification
	}
	if err := read(d, &made); err != nil || made.Budget == nil {
		return err
	}
	made.Budget.Notifications = made.NotificationsWithSubscribers
	for _, n := range made.Budget.Notifications {
		for _, s := range n.Subscribers {
			v.topics(s.Address)
		}
	}
	v.account.Budgets = append(v.account.Budgets, made.Budget)
	return nil
}

// topics makes those of the addresses that are topics, each with somebody who has confirmed.
func (v *invention) topics(addresses ...string) {
	for _, arn := range addresses {
		parts := strings.Split(arn, ":")
		if len(parts) != 6 || parts[2] != "sns" {
			continue
		}
		account := v.in(parts[3])
		if find(account.Topics, func(t *aws.Topic) bool { return t.TopicArn == arn }) == nil {
			account.Topics = append(account.Topics, &aws.Topic{TopicArn: arn, Subscriptions: []aws.Subscription{
				{Protocol: "email", Endpoint: "ops@example.com", SubscriptionArn: arn + ":" + uuidOf(arn)},
			}})
		}
	}
}
