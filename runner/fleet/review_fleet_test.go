package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// teamFleet is a fleet as a team declared it done: half the size, fifty times the tasks, half a million users claimed after
// a test whose every request answered, however late.
func teamFleet() (*plan.Plan, *fleet.State, fleet.ReviewOptions) {
	p, state := sixFleet()
	p.Environment = "production"
	p.Budgets = []*plan.Budget{{Label: "spending", Limit: 2500, AlertAt: []float64{0.2, 0.4, 0.8}, Notify: []string{reviewTopic}}}
	state.Topics = []fleet.Topic{{ARN: reviewTopic, Unconfirmed: []string{"ops@example.com"}}}
	for i, s := range p.Services {
		s.Desired.Cooldown = &plan.Cooldown{In: 600 * time.Second}
		s.Desired.Tracks = []plan.Track{{Kind: plan.TrackCPU, Target: 0.65}, {Kind: plan.TrackMemory, Target: 0.7}}
		state.Services[i].Policies = []fleet.Policy{{Track: plan.TrackCPU, Target: 65, CooldownOut: time.Minute, CooldownIn: 300 * time.Second}}
		state.Services[i].Controller, state.Services[i].CircuitBreaker = "ECS", true
		state.Services[i].TaskDefinition.NetworkMode = "awsvpc"
		state.Services[i].TaskDefinition.Containers = []fleet.Container{{Name: "app", Essential: true}}
	}
	agreed := plan.Requirement{Source: "session log", AgreedBy: "platform", AgreedOn: reviewDay, ReviewAfter: reviewDay.AddDate(0, 1, 0), PeakHours: "18:00-21:00"}
	for i, r := range []plan.Requirement{{Users: 10_000, PeakUsers: 500_000}, {}, {PeakConnections: 200_000}, {}, {}, {PeakUsers: 5000, Unit: "calls"}} {
		if r != (plan.Requirement{}) {
			r.Source, r.AgreedBy, r.AgreedOn, r.ReviewAfter, r.PeakHours = agreed.Source, agreed.AgreedBy, agreed.AgreedOn, agreed.ReviewAfter, agreed.PeakHours
			p.Services[i].Requirement = &r
		}
	}
	p.Services[0].Desired.Alarms = []plan.Alarm{{Label: "high-cpu"}}
	state.Services[0].Alarms = []fleet.Alarm{{Name: "web-task-count-spike", Namespace: "ECS/ContainerInsights", Metric: "RunningTaskCount", State: "INSUFFICIENT_DATA", ActionsEnabled: true, Actions: []string{reviewTopic}}}
	return p, state, fleet.ReviewOptions{Results: []*result.Document{teamRun()}}
}

// teamRun is that test: 100 users at a time on one task, which its CPU held up.
func teamRun() *result.Document {
	one := &result.TaskCount{Least: 1, Most: 1}
	return &result.Document{
		Run: "ab", Ended: reviewDay, Services: []result.Service{{Name: "web"}},
		Scenarios: []result.Scenario{{
			Name: "extended", Kind: "baseline", Service: "web", Verdict: result.Pass,
			Phases: []result.Phase{{Name: "steady", Measured: 0, End: 293, Asked: 100, Tasks: one}},
			Fleet: []result.Fleet{{
				Service: "web", Start: result.FleetState{CPU: 1024, Memory: 2048},
				CPU: &result.Gauge{Max: 1, Mean: 0.97}, Memory: &result.Gauge{Max: 0.4, Mean: 0.4},
			}},
		}},
		Requirements: []result.Requirement{
			{Service: "web", Measure: "users", Required: 10_000, Proven: 100, By: "extended, steady", Status: "not tested", Reason: "no phase held 10,000 with its SLAs; the most is 100"},
			{Service: "web", Measure: "peak_users", Required: 500_000, Proven: 100, By: "extended, steady", Status: "not tested", Reason: "no phase held 500,000 with its SLAs; the most is 100"},
		},
	}
}

// A whole review: what a team called done is not.
func TestReviewOfAFleet(t *testing.T) {
	p, state, o := teamFleet()
	o.Changes = fleet.Changes(p, state, fleet.ChangeOptions{Shown: true, Now: reviewDay})
	got := fleet.Review(p, state, o)
	byService := map[string]string{}
	evidence := map[string]string{}
	for _, f := range got.All() {
		if f.Comparison == fleet.DesiredECS {
			continue // what differs has tests of its own
		}
		byService[f.Subject] += f.Severity + " " + f.ID + "\n"
		evidence[f.Subject+" "+f.ID] = f.Evidence
	}
	want := map[string]string{
		"web": "should requirement_unproven\nshould max_below_peak\nshould max_below_peak\nshould single_task\nshould target_too_high\n" +
			"should alarm_without_insights\nnote cooldown_zero\n",
		"queue":   "should no_requirement\nshould single_task\nshould alarms_missing\nnote cooldown_zero\n",
		"socket":  "should requirement_unproven\nshould single_task\nshould nofile_low\nshould alarms_missing\nnote cooldown_zero\n",
		"gateway": "should no_requirement\nshould single_task\nshould alarms_missing\nnote cooldown_zero\n",
		"agent":   "should no_requirement\nshould single_task\nshould alarms_missing\nnote cooldown_zero\n",
		"voice":   "should single_task\nshould alarms_missing\nnote requirement_unproven\nnote cooldown_zero\n",
		"":        "should budget_caps_nothing\nshould topic_unconfirmed\n",
	}
	if d := cmp.Diff(want, byService); d != "" {
		t.Error(d)
	}
	for of, text := range map[string]string{
		"web requirement_unproven": "peak_users = 500,000 is claimed, and no phase held 500,000 with its SLAs; the most is 100",
		"web max_below_peak":       "ECS allows 3 tasks; × at least 100 users a task",
		"web cooldown_zero":        "is 0 s; from the load to a task that serves it still takes 6 min 26 s with metrics of 60 s, 1 min 49 s with metrics of 20 s",
		"web target_too_high":      "490,000 users more within the 6 min 26 s that scaling out takes",
		" budget_caps_nothing":     `budget "spending" of $2,500 a month alerts and caps nothing: all services at their maximum cost $7,149`,
		" topic_unconfirmed":       "ops@example.com did not confirm",
	} {
		if !strings.Contains(evidence[of], text) {
			t.Errorf("%s: %q lacks %q", of, evidence[of], text)
		}
	}
	if got.Clean() {
		t.Error("a fleet that is not as desired is clean")
	}
}
