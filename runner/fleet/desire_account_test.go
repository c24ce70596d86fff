package fleet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// budgeted is a plan with one budget, and a state in which it is as the text says.
func budgeted(t testing.TB, text string) (*plan.Plan, *fleet.State) {
	p := &plan.Plan{Path: "plans/fleet", Below: "plans/fleet", Budgets: []*plan.Budget{{Label: "monthly", Limit: 2500, AlertAt: []float64{0.07, 0.8}, Notify: []string{topic, "ops@example.com"}}}}
	return p, &fleet.State{Budgets: []fleet.Budget{{Name: "monthly", Account: "123456789012", Document: document(t, text)}}}
}

const notified = `{"AccountId":"123456789012","Budget":{"BudgetName":"monthly","BudgetType":"COST","TimeUnit":"MONTHLY","BudgetLimit":{"Amount":"2500.0","Unit":"USD"}},
	"ResourceTags":[{"Key":"plimsoll:plan","Value":"elsewhere"}],
	"NotificationsWithSubscribers":[
	{"Notification":{"NotificationType":"ACTUAL","ComparisonOperator":"GREATER_THAN","Threshold":80.0,"ThresholdType":"PERCENTAGE"},
	 "Subscribers":[{"SubscriptionType":"EMAIL","Address":"ops@example.com"},{"SubscriptionType":"SNS","Address":"` + topic + `"}]},
	{"Notification":{"NotificationType":"ACTUAL","ComparisonOperator":"GREATER_THAN","Threshold":7},
	 "Subscribers":[{"SubscriptionType":"SNS","Address":"` + topic + `"},{"SubscriptionType":"EMAIL","Address":"ops@example.com"}]},
	{"Notification":{"NotificationType":"FORECASTED","ComparisonOperator":"GREATER_THAN","Threshold":100,"ThresholdType":"PERCENTAGE"},
	 "Subscribers":[{"SubscriptionType":"EMAIL","Address":"cfo@example.com"}]}]}`

func TestBudget(t *testing.T) {
	told := topic + " and ops@example.com"
	for _, c := range []struct {
		name, before string
		want         []string
		refused      string
	}{
		{name: "as desired, in AWS's own order", before: notified},
		{name: "another limit", before: strings.Replace(notified, "2500.0", "2000", 1), want: []string{"budget: budget monthly limit 2000 USD → 2500 USD"}},
		{name: "another alert", before: strings.Replace(notified, "80.0", "90", 1),
			want: []string{"budget: budget monthly alerts 7 %, 90 % to " + told + " → 7 %, 80 % to " + told}},
		{name: "made", before: "null", want: []string{"budget: budget monthly none → monthly: limit 2500 USD, alerts 7 %, 80 % to " + told}},
		{name: "somebody's", before: strings.Replace(strings.Replace(notified, "2500.0", "2000", 1), "plimsoll:plan", "team", 1),
			refused: "budget monthly: monthly is there already, and is not Plimsoll's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s := budgeted(t, c.before)
			set := fleet.Changes(p, s, fleet.ChangeOptions{})
			if d := cmp.Diff(c.want, said(set)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if got := refusals(set); got != c.refused {
				t.Errorf("refused %q, want %q", got, c.refused)
			}
			for _, change := range set.Changes {
				write(s, change)
			}
			if again := fleet.Changes(p, s, fleet.ChangeOptions{}); len(again.Changes) > 0 {
				t.Errorf("changed again: %v", said(again))
			}
		})
	}
}

// refusals are a change set's, in words.
func refusals(set *fleet.ChangeSet) string {
	var all []string
	for _, r := range set.Refused {
		all = append(all, r.What+": "+r.Why)
	}
	return strings.Join(all, "\n")
}

func TestBudgetKeepsOtherAlerts(t *testing.T) {
	p, s := budgeted(t, strings.Replace(notified, "80.0", "90", 1))
	set := fleet.Changes(p, s, fleet.ChangeOptions{})
	list := set.Changes[0].After["NotificationsWithSubscribers"].([]any)
	if len(list) != 3 || !strings.Contains(shownJSON(t, list), "FORECASTED") {
		t.Errorf("notifications: %s", shownJSON(t, list))
	}
	p.Budgets[0].AlertAt = []float64{0.1, 0.2, 0.3, 0.4, 0.5}
	if got := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})); !strings.Contains(got, "it would have 6 alerts") {
		t.Errorf("refused %q", got)
	}
}

func TestDashboard(t *testing.T) {
	p := everything()
	p.Budgets, p.Services[0].Desired = nil, nil
	s := bare(t)
	set := fleet.Changes(p, s, fleet.ChangeOptions{})
	if len(set.Changes) != 1 {
		t.Fatalf("changes %v", said(set))
	}
	body, _ := set.Changes[0].After["DashboardBody"].(string)
	for _, want := range []string{`"stat":"Average"`, `["AWS/ECS","CPUUtilization","ClusterName","beta","ServiceName","web"]`, fleet.Mark + " plans/fleet"} {
		if !strings.Contains(body, want) {
			t.Errorf("the body lacks %s:\n%s", want, body)
		}
	}
	write(s, set.Changes[0])
	s.Dashboards[0].Document["DashboardBody"] = strings.ReplaceAll(body, ":6,", ": 6.0, ") // AWS gives it back as it was, others format it
	if again := fleet.Changes(p, s, fleet.ChangeOptions{}); len(again.Changes) > 0 {
		t.Errorf("changed again: %v", said(again))
	}
	s.Dashboards[0].Document["DashboardBody"] = `{"widgets":[]}`
	if got, want := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})), "dashboard fleet: fleet is there already, and is not Plimsoll's"; got != want {
		t.Errorf("refused %q, want %q", got, want)
	}
	p.Dashboards[0].Adopt = true
	if got := said(fleet.Changes(p, s, fleet.ChangeOptions{})); len(got) != 1 || !strings.HasPrefix(got[0], "dashboard: dashboard fleet widgets 0 (") {
		t.Errorf("adopted: %v", got)
	}
}
