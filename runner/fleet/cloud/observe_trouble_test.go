package cloud

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// lost is what a snapshot lacks without a permission, by the names of its fields; those of services stand after a dot.
var lost = map[string]struct {
	what   string
	fields []string
}{
	"sts:GetCallerIdentity":                               {fleet.HiddenAccount, []string{".Account", "Budgets", "Topics"}},
	"ecs:DescribeClusters":                                {fleet.HiddenCluster, []string{".Cluster"}},
	"ecs:DescribeServiceRevisions":                        {fleet.HiddenRevision, []string{".HighResolution", ".Document"}},
	"ecs:DescribeTaskDefinition":                          {fleet.HiddenTaskDefinition, []string{".TaskDefinition"}},
	"ecs:ListTasks":                                       {fleet.HiddenTasks, []string{".Tasks"}},
	"ecs:DescribeTasks":                                   {fleet.HiddenTasks, []string{".Tasks"}},
	"ecs:ListServices":                                    {fleet.HiddenUnplanned, []string{"Unplanned"}},
	"application-autoscaling:DescribeScalableTargets":     {fleet.HiddenTarget, []string{".Target"}},
	"application-autoscaling:DescribeScalingPolicies":     {fleet.HiddenPolicies, []string{".Policies"}},
	"application-autoscaling:DescribeScheduledActions":    {fleet.HiddenScheduled, []string{".Scheduled"}},
	"application-autoscaling:DescribeScalingActivities":   {fleet.HiddenActivities, nil},
	"cloudwatch:DescribeAlarms":                           {fleet.HiddenAlarms, []string{".Alarms", "Topics"}},
	"cloudwatch:ListTagsForResource":                      {fleet.HiddenAlarmTags, []string{".Alarms"}},
	"cloudwatch:GetDashboard":                             {fleet.HiddenDashboards, []string{"Dashboards"}},
	"elasticloadbalancing:DescribeTargetGroups":           {fleet.HiddenBalancers, []string{".Alarms", ".Balancers", ".Throttle", "Topics"}},
	"elasticloadbalancing:DescribeLoadBalancers":          {fleet.HiddenBalancers, []string{".Alarms", ".Balancers", ".Throttle", "Topics"}},
	"elasticloadbalancing:DescribeLoadBalancerAttributes": {fleet.HiddenBalancers, []string{".Balancers"}},
	"elasticloadbalancing:DescribeTargetGroupAttributes":  {fleet.HiddenBalancers, []string{".Balancers"}},
	"elasticloadbalancing:DescribeTargetHealth":           {fleet.HiddenHealth, []string{".Balancers"}},
	"wafv2:GetWebACLForResource":                          {fleet.HiddenThrottle, []string{".Throttle"}},
	"budgets:ViewBudget":                                  {fleet.HiddenBudgets, []string{"Budgets", "Topics"}},
	"budgets:ListTagsForResource":                         {fleet.HiddenBudgets, []string{"Budgets", "Topics"}},
	"sns:ListSubscriptionsByTopic":                        {fleet.HiddenTopics, []string{"Topics"}},
}

// One permission less hides one part, says which permission that is, and keeps everything else.
func TestObserveWithoutAPermission(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	whole, err := c.Observe(t.Context(), beta())
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range server.Calls() {
		permission := call.Service + ":" + permissionName(call.Service, call.Action)
		if _, ok := lost[permission]; !ok && permission != "ecs:DescribeServices" {
			t.Errorf("Observe calls %s, which this test does not know", permission)
		}
	}
	for permission, want := range lost {
		t.Run(permission, func(t *testing.T) {
			t.Parallel()
			_, c := simulate(t, simaws.Options{Deny: []string{permission}}, accountOnDisk(t))
			state, err := c.Observe(t.Context(), beta())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(slices.Sorted(slices.Values(want.fields)), differing(whole, state)); d != "" {
				t.Errorf("what differs from the whole:\n%s", d)
			}
			i := slices.IndexFunc(state.Hidden, func(h fleet.Hidden) bool { return h.What == want.what })
			if i < 0 || state.Hidden[i].Permission != permission || !strings.Contains(state.Hidden[i].Reason, permission) {
				t.Errorf("hidden: %+v", state.Hidden)
			}
		})
	}
}

// differing names the fields in which two snapshots differ.
func differing(a, b *fleet.State) []string {
	found := map[string]bool{}
	compare := func(prefix string, a, b reflect.Value) {
		for i := range a.NumField() {
			name := prefix + a.Type().Field(i).Name
			if name != "At" && name != "Hidden" && name != "Services" && !cmp.Equal(a.Field(i).Interface(), b.Field(i).Interface()) {
				found[name] = true
			}
		}
	}
	compare("", reflect.ValueOf(*a), reflect.ValueOf(*b))
	for i := range a.Services {
		compare(".", reflect.ValueOf(a.Services[i]), reflect.ValueOf(b.Services[i]))
	}
	return slices.Sorted(maps.Keys(found))
}

// What is not there says so, and what it may have been meant for.
func TestObserveWhatIsNotThere(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	p := &plan.Plan{}
	for _, names := range [][3]string{{"beta", "wep"}, {"bata", "web"}, {"beta", "entirely-different"}, {"beta", "web"}, {"nowhere", "web"}} {
		p.Services = append(p.Services, &plan.Service{Name: names[0] + "/" + names[1], Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: names[0], Service: names[1]}})
	}
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range state.Services {
		got = append(got, s.Missing)
	}
	want := []string{
		"there is no service wep in cluster beta; did you mean web?",
		"there is no cluster bata in us-east-1; did you mean beta?",
		"there is no service entirely-different in cluster beta",
		"",
		"there is no cluster nowhere in us-east-1; there are beta",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(state.Hidden) > 0 {
		t.Errorf("hidden: %+v", state.Hidden)
	}
}

// A service of a place that cannot be asked is hidden, not said to be missing; the others are read.
func TestObserveOnePlaceUnread(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	p := &plan.Plan{}
	for name, account := range map[string]string{"web": "", "foreign": "999999999999"} {
		p.Services = append(p.Services, &plan.Service{Name: name, Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: "web", Account: account}})
	}
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if _, hidden := state.Hides("foreign", fleet.HiddenService); !hidden || len(state.Hidden) != 1 {
		t.Errorf("hidden: %+v", state.Hidden)
	}
	if review := fleet.Review(p, state, fleet.ReviewOptions{}); !review.Clean() {
		t.Errorf("found %+v", review.All())
	}
}

// Where nothing at all can be read, the error says what to do.
func TestObserveNothing(t *testing.T) {
	tests := map[string]struct {
		options simaws.Options
		close   bool
		change  func(*plan.Plan)
		want    string
	}{
		"expired":         {options: simaws.Options{Expired: []string{"simulated"}}, want: "read AWS: the AWS credentials have expired: renew them (aws sso login, or new keys)"},
		"network gone":    {close: true, want: "read AWS: cannot reach "},
		"another account": {change: func(p *plan.Plan) { inAccount(p, "999999999999") }, want: "read AWS: the credentials belong to account 123456789012, and the plan says 999999999999: choose the profile or the role of that account"},
		"account unknown": {options: simaws.Options{Deny: []string{"sts:*"}}, change: func(p *plan.Plan) { inAccount(p, simulatedAccount) }, want: "read AWS: allow sts:GetCallerIdentity"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c := simulate(t, test.options, accountOnDisk(t))
			if test.close {
				if err := server.Close(); err != nil {
					t.Fatal(err)
				}
			}
			p := beta()
			if test.change != nil {
				test.change(p)
			}
			state, err := c.Observe(t.Context(), p)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || state != nil {
				t.Errorf("%v, want %s", err, test.want)
			}
			if strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("more than a line: %v", err)
			}
			for _, call := range server.Calls() {
				if call.Action != "GetCallerIdentity" {
					t.Errorf("%s was called all the same", call.Action)
				}
			}
		})
	}
}

func inAccount(p *plan.Plan, account string) {
	for _, s := range p.Services {
		if s.ECS != nil {
			s.ECS.Account = account
		}
	}
}

// One wrong account leaves the services of the others as they are.
func TestObserveSomeOfAnotherAccount(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	p := beta()
	p.Services[1].ECS.Account = "999999999999"
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if got := state.Services[1].Missing; !strings.Contains(got, "999999999999") || state.Services[0].Missing != "" {
		t.Errorf("missing: %q, %q", state.Services[0].Missing, got)
	}
}

// Trouble that passes is waited for, and a clock that is off is corrected by what AWS answers.
func TestObserveInTrouble(t *testing.T) {
	for name, options := range map[string]simaws.Options{
		"throttled":  {Throttle: map[string]float64{"ecs:DescribeTaskDefinition": 4}},
		"clock fast": {Skew: time.Hour},
		"clock slow": {Skew: -time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := simulate(t, options, accountOnDisk(t))
			state, err := c.Observe(t.Context(), beta())
			if err != nil {
				t.Fatal(err)
			}
			if len(state.Hidden) > 0 || state.Services[5].TaskDefinition.CPU != 4096 {
				t.Errorf("hidden: %+v", state.Hidden)
			}
		})
	}
}

// A network that goes away in the middle ends in an error or in hidden parts, and soon.
func TestObserveCut(t *testing.T) {
	t.Parallel()
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	server.CutAfter(1, false)
	state, err := c.Observe(t.Context(), beta())
	if err == nil || !strings.Contains(err.Error(), "cannot reach") || state != nil {
		t.Errorf("%v", err)
	}
}
