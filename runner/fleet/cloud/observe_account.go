package cloud

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// estate reads what belongs to no single service: budgets, dashboards, topics, and the services that the plan forgot.
type estate struct {
	plan    *plan.Plan
	surveys []*survey // those that could be entered, one at least

	mu         sync.Mutex
	budgets    []fleet.Budget
	dashboards []fleet.Dashboard
	topics     []fleet.Topic
	unplanned  []string
	hidden     []fleet.Hidden
}

// estateOf leaves out the places that could not be entered.
func (c *Cloud) estateOf(p *plan.Plan, surveys []*survey) *estate {
	entered := slices.DeleteFunc(slices.Clone(surveys), func(s *survey) bool { return s.failed != nil })
	return &estate{plan: p, surveys: entered, budgets: make([]fleet.Budget, len(p.Budgets)), dashboards: make([]fleet.Dashboard, len(p.Dashboards))}
}

// read asks for all of it; topics last, for budgets name some.
func (e *estate) read(ctx context.Context) {
	together(
		func() { e.readBudgets(ctx); e.readTopics(ctx) },
		func() { e.readDashboards(ctx) },
		func() { e.readUnplanned(ctx) },
	)
}

func (e *estate) fill(state *fleet.State) {
	state.Budgets = slices.DeleteFunc(e.budgets, func(b fleet.Budget) bool { return b.Name == "" })
	state.Dashboards = slices.DeleteFunc(e.dashboards, func(d fleet.Dashboard) bool { return d.Name == "" })
	state.Topics, state.Unplanned = e.topics, e.unplanned
	slices.SortFunc(e.hidden, compareHidden)
}

func (e *estate) hide(what string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h := hiddenBy("", what, err); !slices.Contains(e.hidden, h) {
		e.hidden = append(e.hidden, h)
	}
}

// readDashboards reads each in the place of the first of its services.
func (e *estate) readDashboards(ctx context.Context) {
	each(indexes(e.plan.Dashboards), func(i int) {
		d := e.plan.Dashboards[i]
		home := e.home(d.Services)
		document, err := readDashboard(ctx, home.clients, fleet.DashboardName(d))
		if err != nil {
			e.hide(fleet.HiddenDashboards, err)
			return
		}
		e.dashboards[i] = fleet.Dashboard{Place: home.place, Name: fleet.DashboardName(d), Document: document}
	})
}

func indexes[T any](items []T) []int {
	made := make([]int, len(items))
	for i := range made {
		made[i] = i
	}
	return made
}

// home is the place of the first of some services that could be entered, else the plan's first.
func (e *estate) home(services []*plan.Service) *survey {
	for _, service := range services {
		for _, s := range e.surveys {
			if findSubject([]*survey{s}, service) != nil {
				return s
			}
		}
	}
	return e.surveys[0]
}

// readUnplanned lists the services of the fleet's clusters that the plan neither has nor exempts.
func (e *estate) readUnplanned(ctx context.Context) {
	if e.plan.Fleet == nil {
		return
	}
	for _, cluster := range e.plan.Fleet.ClusterNames() {
		e.readUnplannedOf(ctx, cluster)
	}
	slices.Sort(e.unplanned)
}

func (e *estate) readUnplannedOf(ctx context.Context, cluster string) {
	at := e.clusterHome(cluster)
	names, err := at.listServices(ctx, cluster)
	if err != nil {
		e.hide(fleet.HiddenUnplanned, err)
		return
	}
	planned := map[string]bool{}
	for _, service := range e.plan.Services {
		if service.ECS != nil && service.ECS.ClusterName() == cluster {
			planned[service.ECS.ServiceName()] = true
		}
	}
	for _, name := range names {
		if _, exempt := e.plan.Fleet.Exempt[name]; !exempt && !planned[name] {
			e.unplanned = append(e.unplanned, cluster+"/"+fleet.Line(name))
		}
	}
}

// clusterHome is the place of a service in the cluster, by the region that the fleet names, else the first place.
func (e *estate) clusterHome(cluster string) *survey {
	region := e.plan.Fleet.Region
	for _, s := range e.surveys {
		in := func(b *subject) bool { return b.names.cluster == cluster }
		if (region == "" || s.config.Region == region) && slices.ContainsFunc(s.subjects, in) {
			return s
		}
	}
	return e.surveys[0]
}

// readTopics reads who listens to the topics that alarms, budgets and the plan name.
func (e *estate) readTopics(ctx context.Context) {
	at := map[string]*survey{}
	var arns []string
	for arn, s := range e.named() {
		if at[arn] == nil {
			at[arn], arns = s, append(arns, arn)
		}
	}
	slices.Sort(arns)
	found, err := ask(arns, func(arn string) (*fleet.Topic, error) {
		topic, err := at[arn].topic(ctx, arn)
		if err != nil {
			e.hide(fleet.HiddenTopics, err)
		}
		return topic, nil
	})
	for _, topic := range found {
		if topic != nil && err == nil {
			e.topics = append(e.topics, *topic)
		}
	}
}

// named yields every ARN of a topic with the place where it is named.
func (e *estate) named() func(yield func(string, *survey) bool) {
	return func(yield func(string, *survey) bool) {
		all := [][]string{{e.plan.Notify}}
		for _, b := range e.plan.Budgets {
			all = append(all, b.Notify)
		}
		for _, b := range e.budgets {
			all = append(all, b.Subscribers)
		}
		for _, arn := range slices.Concat(all...) {
			if isTopic(arn) && !yield(arn, e.surveys[0]) {
				return
			}
		}
		for _, s := range e.surveys {
			for _, arn := range s.notified() {
				if isTopic(arn) && !yield(arn, s) {
					return
				}
			}
		}
	}
}

// notified is whom the alarms of a place's services tell, and whom the plan's would.
func (s *survey) notified() []string {
	var arns []string
	for _, subject := range s.subjects {
		for _, alarm := range subject.Alarms {
			arns = append(arns, alarm.Actions...)
		}
		if subject.plan.Desired == nil {
			continue
		}
		for _, alarm := range subject.plan.Desired.Alarms {
			arns = append(arns, alarm.Notify...)
		}
	}
	return arns
}

func isTopic(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == "sns"
}

// unconfirmed stands in place of the ARN of a subscription whose endpoint has not agreed yet.
const unconfirmed = "PendingConfirmation"

// topic reads the subscriptions of a topic, in the topic's own region.
func (c *clients) topic(ctx context.Context, arn string) (*fleet.Topic, error) {
	region := func(o *sns.Options) { o.Region = strings.Split(arn, ":")[3] }
	topic := &fleet.Topic{ARN: arn}
	list := sns.NewListSubscriptionsByTopicPaginator(c.sns, &sns.ListSubscriptionsByTopicInput{TopicArn: &arn})
	err := pages(ctx, list, func(page *sns.ListSubscriptionsByTopicOutput) {
		for _, sub := range page.Subscriptions {
			if aws.ToString(sub.SubscriptionArn) == unconfirmed {
				topic.Unconfirmed = append(topic.Unconfirmed, aws.ToString(sub.Endpoint))
			} else {
				topic.Confirmed = append(topic.Confirmed, aws.ToString(sub.Endpoint))
			}
		}
	}, region)
	switch {
	case hasCode(err, "NotFound", "NotFoundException"):
		topic.Missing = true
	case err != nil:
		return nil, err
	}
	return topic, nil
}
