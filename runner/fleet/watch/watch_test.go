package watch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// account answers from what it holds.
type account struct {
	service fleet.Service
	hidden  []fleet.Hidden
	values  map[string][]float64 // by the metric's name, and behind a space its statistic where several are asked for
	failed  error
	unread  error // of metrics
}

// Observe knows what a look leaves out.
func (a *account) Observe(context.Context, *plan.Plan) (*fleet.State, error) {
	if a.failed != nil {
		return nil, a.failed
	}
	s := fleet.Service{Title: "web", TaskDefinition: fleet.TaskDefinition{CPU: 1024, Memory: 2048}}
	s.Balancers = []fleet.Balancer{{TargetGroup: "group", Type: "application", LoadBalancerDimension: "app/web", Healthy: 9}}
	return &fleet.State{Services: []fleet.Service{s}}, nil
}

func (a *account) Look(context.Context, fleet.Place, string, string) (fleet.Service, []fleet.Hidden, error) {
	return a.service, a.hidden, a.failed
}

func (a *account) Metrics(_ context.Context, _ fleet.Place, wanted []plan.Metric, from, _ time.Time) ([]fleet.Series, error) {
	if a.unread != nil {
		return nil, a.unread
	}
	all := make([]fleet.Series, len(wanted))
	for i, m := range wanted {
		values, ok := a.values[m.Name]
		if !ok {
			values = a.values[m.Name+" "+m.Statistic]
		}
		for k, v := range values {
			all[i] = append(all[i], fleet.Point{At: from.Add(time.Duration(k) * time.Minute), Value: v})
		}
	}
	return all, nil
}

func (a *account) Now(fleet.Place) time.Time { return noon }

// web is a service at rest, behind a load balancer.
func web() *account {
	return &account{
		service: fleet.Service{
			Name: "web", Region: "us-east-1", Cluster: fleet.Cluster{Name: "beta"}, Desired: 2, Running: 2,
			Target:      &fleet.ScalableTarget{Min: 1, Max: 4},
			Deployments: []fleet.Deployment{{State: "COMPLETED"}},
			Activities: []fleet.Activity{
				{NotScaled: []string{"AlreadyAtMaxCapacity"}, Description: "left as it is"},
				{StartedAt: noon.Add(-time.Hour), Status: "Successful", Description: "Setting desired count to 2."},
			},
			Alarms:    []fleet.Alarm{{Name: "TargetTracking-x", State: "ALARM", Tracking: true}, {Name: "high", State: "OK"}},
			Balancers: []fleet.Balancer{{TargetGroup: "group", Healthy: 2}},
		},
		values: map[string][]float64{
			"CPUUtilization": {40, 50}, "MemoryUtilization": {30, 31}, "RequestCount": {600, 1200}, "HTTPCode_Target_5XX_Count": {9},
			"ActiveConnectionCount": {100, 80}, "TargetResponseTime p95": {0.2, 0.9}, "DatabaseLoad": {10, 90},
		},
	}
}

// watched is a plan of one service.
func watchedPlan(slas ...string) *plan.Plan {
	s := &plan.Service{
		Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web"}, Requirement: &plan.Requirement{PeakUsers: 500},
		Desired: &plan.Desired{CPU: 1024, Memory: 2048, Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.45}}},
		Metrics: []plan.Metric{{Label: "db", Name: "DatabaseLoad", Statistic: "Average", Unit: "percent"}},
	}
	for _, assert := range slas {
		s.SLAs = append(s.SLAs, plan.SLA{Name: assert, Assert: plan.Expression{Source: assert}})
	}
	return &plan.Plan{Path: "p", Services: []*plan.Service{s, {Name: "elsewhere"}}}
}

// lookAt is the one status of a plan.
func lookAt(t *testing.T, p *plan.Plan, a *account, o Options) Status {
	t.Helper()
	o.Place = func(*plan.Service) fleet.Place { return fleet.Place{} }
	w, err := New(p, a, o)
	if err != nil {
		t.Fatal(err)
	}
	table := w.Look(t.Context())
	if len(table.Services) != 1 {
		t.Fatalf("%d services", len(table.Services))
	}
	if table.Verdict != table.Services[0].Verdict {
		t.Errorf("the table's verdict is %v, that of its only service %v", table.Verdict, table.Services[0].Verdict)
	}
	return table.Services[0]
}

func TestStatus(t *testing.T) {
	got := lookAt(t, watchedPlan("ecs.self.cpu.max < 60%"), web(), Options{
		Price: func(region string, cpu, memory int, _ bool) (float64, bool) {
			return float64(cpu+memory) / 30720, region == "us-east-1"
		},
		Proven: map[string]Proven{"web": {Rate: 10, Connections: 200, By: "run 1"}},
	})
	number := func(v float64) *float64 { return &v }
	want := Status{
		Service: "web", At: noon, State: Steady, Tasks: Tasks{2, 2, 0, 1, 4},
		CPU: number(0.5), Memory: number(0.31), Requests: number(20), Connections: number(80), CostPerHour: number(0.2),
		Headroom: &Headroom{Share: 0.5, Measure: "requests", Now: 20, Proven: 40, By: "run 1"},
		Alarms:   []string{}, AlarmsSet: new(1), Activity: &Activity{noon.Add(-time.Hour), "Successful", "Setting desired count to 2."},
		SLAs:    []SLA{{Name: "ecs.self.cpu.max < 60%", Assert: "ecs.self.cpu.max < 60%", Shown: got.SLAs[0].Shown, Verdict: result.Pass}},
		Verdict: result.Pass,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("status (-want +got):\n%s", d)
	}
}

func TestStates(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*account)
		want   string
	}{
		"at rest":                     {func(*account) {}, Steady},
		"tasks are starting":          {func(a *account) { a.service.Desired = 3 }, Scaling},
		"two deployments":             {func(a *account) { a.service.Deployments = make([]fleet.Deployment, 2) }, Deploying},
		"a deployment in progress":    {func(a *account) { a.service.Deployments[0].State = "IN_PROGRESS" }, Deploying},
		"at its maximum, and loaded":  {func(a *account) { a.service.Target.Max = 2 }, Full},
		"an alarm fires":              {func(a *account) { a.service.Alarms[1].State = "ALARM" }, Alarm},
		"a deployment failed":         {func(a *account) { a.service.Deployments[0].State = "FAILED" }, Failing},
		"fewer tasks than the least":  {func(a *account) { a.service.Target.Min = 3 }, Failing},
		"there is no such service":    {func(a *account) { a.service.Missing = "did you mean web?" }, Missing},
		"AWS could not be asked":      {func(a *account) { a.failed = errors.New("no credentials") }, Unread},
		"at its maximum, but at ease": {func(a *account) { a.service.Target.Max, a.values["CPUUtilization"] = 2, []float64{20} }, Steady},
	} {
		t.Run(name, func(t *testing.T) {
			a := web()
			test.change(a)
			got := lookAt(t, watchedPlan(), a, Options{})
			if got.State != test.want {
				t.Errorf("got %s, want %s", got.State, test.want)
			}
			if unknown := test.want == Unread || test.want == Missing; unknown != (got.Trouble != "") || unknown == (got.Verdict == result.Pass) {
				t.Errorf("trouble %q, verdict %v", got.Trouble, got.Verdict)
			}
		})
	}
}

// TestSLAs judges by what the load balancer, ECS and the plan's own metrics say.
func TestSLAs(t *testing.T) {
	for assert, want := range map[string]result.Verdict{
		"latency.p95 < 1s":                            result.Pass,
		"latency.p95 < 500ms":                         result.Fail, // of the worst minute
		"latency.p99 < 1s":                            result.Inconclusive,
		"error_rate < 1%":                             result.Pass,
		"error_rate < 0.1%":                           result.Fail,
		"throughput > 14/s and throughput < 16/s":     result.Pass,
		"ecs.self.running == 2 and ecs.web.max == 4":  result.Pass,
		"ecs.web.memory.mean > 31%":                   result.Fail,
		"ecs.web.alarms.firing == 0":                  result.Pass,
		"ecs.web.stable":                              result.Pass,
		"ecs.web.healthy.min == 2":                    result.Pass,
		"ecs.web.scale_out.running < 7m":              result.Inconclusive,
		"metric.db.max < 95% and metric.db.min < 11%": result.Pass,
		"metric.db.last < 80%":                        result.Fail,
		"requirement.peak_users == 500":               result.Pass,
		"requirement.peak_rate > 1/s":                 result.Inconclusive,
		"session.total.p95 < 1m":                      result.Inconclusive,
	} {
		t.Run(assert, func(t *testing.T) {
			got := lookAt(t, watchedPlan(assert), web(), Options{})
			if len(got.SLAs) != 1 || got.Verdict != want {
				t.Errorf("got %v of %+v, want %v", got.Verdict, got.SLAs, want)
			}
		})
	}
}

// TestUnread: what cannot be read is said, and makes no SLA pass.
func TestUnread(t *testing.T) {
	a := web()
	a.unread = errors.New("cloudwatch:GetMetricData is missing")
	got := lookAt(t, watchedPlan("error_rate < 1%"), a, Options{Proven: map[string]Proven{"web": {Rate: 1}}})
	if got.Verdict != result.Inconclusive || got.Trouble != a.unread.Error() || got.CPU != nil || got.Headroom != nil || got.CostPerHour != nil {
		t.Errorf("got %+v", got)
	}
	a.hidden = []fleet.Hidden{{What: fleet.HiddenAlarms, Reason: "denied"}}
	if got := lookAt(t, watchedPlan(), a, Options{}); got.Trouble != fleet.HiddenAlarms+": denied" || got.AlarmsSet != nil {
		t.Errorf("trouble %q, alarms %v", got.Trouble, got.AlarmsSet)
	}
}

// TestUsersOnly: users are proven by load, and counted by nobody.
func TestUsersOnly(t *testing.T) {
	for _, c := range []struct {
		name   string
		proven Proven
		want   bool
	}{
		{"nothing", Proven{}, false}, {"users", Proven{Users: 10}, true}, {"users and a rate", Proven{Users: 10, Rate: 1}, false},
		{"users and connections", Proven{Users: 10, Connections: 1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := lookAt(t, watchedPlan(), web(), Options{Proven: map[string]Proven{"web": c.proven}})
			if got.UsersOnly != c.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestCost: only Fargate on demand has a list price.
func TestCost(t *testing.T) {
	price := func(string, int, int, bool) (float64, bool) { return 0.1, true }
	for _, c := range []struct {
		name   string
		change func(*fleet.Service)
		priced bool
	}{
		{"not known", func(*fleet.Service) {}, true},
		{"Fargate", func(s *fleet.Service) { s.LaunchType = "FARGATE" }, true},
		{"Fargate by its provider", func(s *fleet.Service) { s.Providers = []string{"FARGATE"} }, true},
		{"Spot", func(s *fleet.Service) { s.Providers = []string{"FARGATE", "FARGATE_SPOT"} }, false},
		{"instances", func(s *fleet.Service) { s.LaunchType = "EC2" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := web()
			c.change(&a.service)
			got := lookAt(t, watchedPlan(), a, Options{Price: price})
			if (got.CostPerHour != nil) != c.priced {
				t.Errorf("cost %v", got.CostPerHour)
			}
		})
	}
}

func TestNew(t *testing.T) {
	if _, err := New(watchedPlan(), web(), Options{Only: []string{"elsewhere"}}); err == nil {
		t.Error("a service without ecs can be watched")
	}
	if _, err := New(&plan.Plan{Path: "p"}, web(), Options{}); err == nil {
		t.Error("nothing can be watched")
	}
}

// TestStepsAreLeftOut: what only a run knows is not judged.
func TestStepsAreLeftOut(t *testing.T) {
	got := lookAt(t, watchedPlan("step.ask.login.latency.p95 < 1s"), web(), Options{})
	if len(got.SLAs) != 0 || got.Verdict != result.Pass {
		t.Errorf("got %+v", got)
	}
}
