package fleet_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// What a missing permission hides makes no finding, and the rules that wanted it are named.
func TestHidden(t *testing.T) {
	for _, c := range []struct {
		what  string
		hides func(*review)
		rules string
	}{
		{fleet.HiddenPolicies, func(r *review) { r.ecs.Policies = nil }, "target_too_high target_beyond_limit no_autoscaling no_memory_policy cooldown_flaps cooldown_zero"},
		{fleet.HiddenTarget, func(r *review) { r.ecs.Target = nil }, "max_below_peak desired_at_max single_task scaling_suspended no_autoscaling no_memory_policy cooldown_flaps cooldown_zero nofile_low"},
		{fleet.HiddenAlarms, func(r *review) { r.ecs.Alarms = nil }, "alarms_missing alarm_firing alarm_without_action alarm_without_insights"},
		{fleet.HiddenCluster, func(r *review) { r.ecs.Cluster.Insights = "" }, "alarm_without_insights"},
		{fleet.HiddenBalancers, func(r *review) { r.ecs.Balancers = nil }, "idle_timeout deregistration_delay"},
		{fleet.HiddenTaskDefinition, func(r *review) { r.ecs.TaskDefinition = fleet.TaskDefinition{} }, "size_invalid nofile_low network_mode budget_caps_nothing"},
		{fleet.HiddenTasks, func(r *review) { r.ecs.Tasks = nil }, "tasks_failing"},
		{fleet.HiddenBudgets, func(r *review) { r.plan.Budgets, r.state.Budgets = nil, nil }, "budget_missing budget_without_recipient"},
		{fleet.HiddenTopics, func(r *review) { r.state.Topics = nil }, "topic_unconfirmed"},
		{fleet.HiddenUnplanned, func(r *review) { r.state.Unplanned = nil }, "unplanned_service"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := faultless()
			c.hides(r)
			r.state.Hidden = []fleet.Hidden{{What: c.what, Permission: "some:Action", Reason: "AccessDenied"}}
			got := r.report()
			if found := got.All(); len(found) != 0 {
				t.Errorf("found %+v", found)
			}
			var rules []string
			for _, u := range got.Unchecked {
				rules = append(rules, u.Rule)
				if u.Rule != "budget_caps_nothing" && u.Why != c.what+" could not be read: some:Action is missing" {
					t.Errorf("%s was not checked because %s", u.Rule, u.Why)
				}
			}
			want := strings.Fields(c.rules)
			slices.Sort(want)
			slices.Sort(rules)
			if d := cmp.Diff(want, rules); d != "" {
				t.Error(d)
			}
		})
	}
}

// A service is compared with the one it mirrors only where both could be read.
func TestHiddenMirror(t *testing.T) {
	for name, c := range map[string]struct {
		hides func(*review)
		why   string
	}{
		"of its own": {func(r *review) {
			r.state.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenBalancers, Reason: "denied"}}
		}, "load balancers could not be read: denied"},
		"of the other": {func(r *review) {
			r.state.Hidden = []fleet.Hidden{{Service: "prod", What: fleet.HiddenCluster, Reason: "denied"}}
		}, "prod: cluster settings could not be read: denied"},
		"the other": {func(r *review) { r.state.Services[0].Missing = "no such service" }, "the ECS service of prod was not read, or is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			r := faultless()
			r.mirror(func(s *fleet.Service) { s.TaskDefinition.CPU = 512 })
			c.hides(r)
			got := r.report()
			for _, f := range got.All() {
				if f.ID == "mirror_differs" {
					t.Errorf("found %+v", f)
				}
			}
			if want := (fleet.Unchecked{Rule: "mirror_differs", Service: "web", Why: c.why}); !slices.Contains(got.Unchecked, want) {
				t.Errorf("not checked: %+v", got.Unchecked)
			}
		})
	}
}

// Where a service strays from the one that it mirrors is listed, each setting by itself.
func TestStrays(t *testing.T) {
	r := faultless()
	r.mirror(func(s *fleet.Service) {
		s.Target.Max, s.Policies[0].Target, s.Balancers[0].DeregistrationDelay = 8, 50, 0
		s.Policies = append(s.Policies, fleet.Policy{Track: plan.TrackRequests, Target: 900, CooldownIn: time.Hour, CooldownOut: time.Minute})
	})
	want := []fleet.Field{
		{Name: "maximum tasks", Before: "8", After: "10"}, {Name: "deregistration delay", After: "5 min"},
		{Name: "target of cpu", Before: "50 %", After: "60 %"}, {Name: "tracking of requests", Before: "900"},
	}
	if got := r.report().Services[1]; got.Mirrors != "prod" || cmp.Diff(want, got.Strays) != "" {
		t.Error(got.Mirrors, cmp.Diff(want, got.Strays))
	}
}

// A service that could not be asked about is not taken to be missing.
func TestUnreadService(t *testing.T) {
	r := faultless()
	r.ecs.Missing = "there is no sts.eu-west-1.amazonaws.com"
	r.state.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenService, Reason: r.ecs.Missing}}
	got := r.report()
	if len(got.All()) != 0 || got.Services[0].Missing != "" {
		t.Errorf("found %+v, missing %q", got.All(), got.Services[0].Missing)
	}
	if want := (fleet.Unchecked{Rule: "service_missing", Service: "web", Why: "service could not be read: there is no sts.eu-west-1.amazonaws.com"}); !slices.Contains(got.Unchecked, want) {
		t.Errorf("not checked: %+v", got.Unchecked)
	}
}

// What is suspended is shown so, and as the plan desires it, it scales again.
func TestSuspendedSetup(t *testing.T) {
	r := faultless()
	r.service.Desired = &plan.Desired{Tasks: &plan.TaskBounds{Min: 4, Max: 10}}
	r.ecs.Target.Suspended = true
	got := r.report().Services[0]
	if !got.Has.Suspended || got.Has.Scales || got.Desired.Suspended || !got.Desired.Scales {
		t.Errorf("has %+v, wants %+v", got.Has.Setup, got.Desired)
	}
}

// Of a fleet of which nothing was read, the plan itself is reviewed.
func TestReviewWithoutState(t *testing.T) {
	r := faultless()
	r.desire().Tasks.Max = 2
	got := fleet.Review(r.plan, nil, fleet.ReviewOptions{Results: r.options.Results, Now: reviewDay})
	var ids []string
	for _, f := range got.All() {
		ids = append(ids, f.ID)
	}
	if d := cmp.Diff([]string{"max_below_peak"}, slices.Compact(ids)); d != "" {
		t.Error(d)
	}
	var read bool
	for _, u := range got.Unchecked {
		read = read || u.Rule == "circuit_breaker_off" && u.Why == "the ECS service was not read" && u.Service == "web"
	}
	if !read || got.Clean() || got.Services[0].Has != nil {
		t.Errorf("not checked: %+v", got.Unchecked)
	}
}

// Drift is what the change set says, and nothing else.
func TestDrift(t *testing.T) {
	r := faultless()
	r.desire()
	r.state.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenThrottle, Reason: "denied"}}
	r.options.Changes = &fleet.ChangeSet{
		Changes: []fleet.Change{
			{Service: "web", Ref: fleet.Ref{Kind: fleet.KindTaskDefinition, ID: "web:7"}, Fields: []fleet.Field{{Name: "cpu", Before: "2048", After: "1024"}, {Name: "nofile", After: "65536"}},
				Before: fleet.Document{"environment": "a secret"}, After: fleet.Document{"environment": "a secret"}},
			{Ref: fleet.Ref{Kind: fleet.KindBudget, ID: "monthly"}, Fields: []fleet.Field{{Name: "limit", Before: "1000", After: "2500"}}},
			{Service: "web", Ref: fleet.Ref{Kind: fleet.KindService, ID: "beta/web"}},
		},
		Refused: []fleet.Refusal{
			{Service: "web", What: "alarm high_cpu", Why: "it is not Plimsoll's", Remedy: "adopt it"},
			{Service: "web", What: fleet.HiddenThrottle, Why: "it could not be read", Remedy: "grant"},
		},
	}
	got := r.report()
	want := []result.Finding{
		{ID: "drift", Severity: "must", Comparison: fleet.DesiredECS, Subject: "web", Evidence: "task definition web:7: cpu is 2048, desired 1024; nofile is not set, desired 65536", Recommendation: "plimsoll adjust brings it about, or desire what is there"},
		{ID: "drift_refused", Severity: "must", Comparison: fleet.DesiredECS, Subject: "web", Evidence: "alarm high_cpu: it is not Plimsoll's", Recommendation: "adopt it"},
		{ID: "drift", Severity: "must", Comparison: fleet.DesiredECS, Evidence: "budget monthly: limit is 1000, desired 2500", Recommendation: "plimsoll adjust brings it about, or desire what is there"},
	}
	if d := cmp.Diff(want, got.All()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]fleet.Unchecked{{Rule: "drift", Service: "web", Why: "web ACL could not be read: denied"}}, got.Unchecked); d != "" {
		t.Error(d)
	}
	text, err := json.Marshal(got)
	if err != nil || strings.Contains(string(text), "a secret") {
		t.Errorf("an environment stands in the report: %v", err)
	}
}

// A service without an endpoint is reviewed as any other, and one that only the plan knows by what the plan says.
func TestReviewEveryService(t *testing.T) {
	r := faultless()
	r.service.Endpoint = ""
	r.plan.Services = append(r.plan.Services, &plan.Service{Name: "outside", Endpoint: "https://example.com"})
	r.plan.Fleet = &plan.Fleet{Clusters: []string{"beta"}, Exempt: map[string]string{"cron": "it carries no load"}}
	r.state.Unplanned = []string{"beta/new\x1b[31m"}
	got := r.report()
	if got.Services[0].Endpoint || got.Services[0].Has == nil || !got.Services[1].Endpoint || got.Services[1].Has != nil {
		t.Errorf("%+v", got.Services)
	}
	if d := cmp.Diff(map[string]string{"cron": "it carries no load"}, got.Exempt); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"beta/new [31m"}, got.Unplanned); d != "" {
		t.Error(d)
	}
	if found := got.Services[1].Findings; len(found) != 1 || found[0].ID != "no_requirement" || !got.Clean() {
		t.Errorf("found %+v", found)
	}
}

// What the plan desires stands over what ECS has; what it does not speak of stays.
func TestSetupAsDesired(t *testing.T) {
	r := faultless()
	r.ecs.Alarms = append(r.ecs.Alarms, fleet.Alarm{Name: "beta-web-high_memory", State: "OK", ActionsEnabled: true, Actions: []string{reviewTopic}})
	on := true
	r.service.Desired = &plan.Desired{
		CPU: 2048, Cooldown: &plan.Cooldown{Out: 30 * time.Second, In: 900 * time.Second}, ContainerInsights: &on,
		Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.5, HighResolution: true}, {Kind: plan.TrackRequests, Target: 1000}},
		Alarms: []plan.Alarm{{Label: "high_memory"}, {Label: "task_spike"}},
	}
	got := *r.report().Services[0].Desired
	want := fleet.Setup{
		CPU: 2048, Memory: 2048, Nofile: 65536, Min: 4, Max: 10, Scales: true,
		Tracks: []fleet.Tracking{
			{Track: "cpu", Target: 0.5, Out: 30, In: 900, HighResolution: true}, {Track: "memory", Target: 0.7, Out: 60, In: 600}, {Track: "requests", Target: 1000, Out: 30, In: 900},
		},
		Alarms: []string{"high-cpu", "beta-web-high_memory", "task_spike"}, Insights: true, CircuitBreaker: true,
		Capacity: "FARGATE", NetworkMode: "awsvpc", IdleTimeout: 60, DeregistrationDelay: 300,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What the newest result says counts.
func TestNewestResult(t *testing.T) {
	r := faultless()
	older := faultlessRun()
	older.Run, older.Ended = "r0", reviewDay.AddDate(0, -1, 0)
	older.Scenarios[0].Phases[1].Asked = 1000
	r.options.Results = []*result.Document{older, r.run}
	want := []fleet.Proof{
		{Measure: "users", PerTask: 100, Tasks: 2, Exact: true, Size: plan.Size{CPU: 1024, Memory: 2048}, CPU: 0.65, By: `stress "limit" of run r1`},
		{Measure: "connections", PerTask: 1000, Tasks: 2, Exact: true, Size: plan.Size{CPU: 1024, Memory: 2048}, By: `capacity "sockets" of run r1`},
	}
	if d := cmp.Diff(want, fleet.Proofs(r.service, r.options.Results)); d != "" {
		t.Error(d)
	}
	r.run.Scenarios = r.run.Scenarios[1:]
	if got := fleet.Proofs(r.service, r.options.Results); len(got) != 2 || got[1].PerTask != 500 {
		t.Errorf("without a newer one, the older proof holds: %+v", got)
	}
}
