package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

func TestProofs(t *testing.T) {
	four, some := &result.TaskCount{Least: 4, Most: 4}, &result.TaskCount{Least: 2, Most: 5}
	yes, no := true, false
	held := func(n int64) result.Measures { return result.Measures{Connections: result.Connections{Held: n}} }
	for _, c := range []struct {
		name string
		s    result.Scenario
		want []fleet.Proof
	}{
		{"a baseline that passed", result.Scenario{Kind: "baseline", Verdict: result.Pass, Phases: []result.Phase{{Asked: 100, Tasks: four, Measures: held(200)}}},
			[]fleet.Proof{{Measure: "users", PerTask: 25, Tasks: 4}, {Measure: "connections", PerTask: 50, Tasks: 4}}},
		{"of open load", result.Scenario{Kind: "baseline", Open: true, Verdict: result.Pass, Phases: []result.Phase{{Asked: 100, Tasks: four}}},
			[]fleet.Proof{{Measure: "rate", PerTask: 25, Tasks: 4}}},
		{"sessions of closed load", result.Scenario{Kind: "baseline", Verdict: result.Pass, Phases: []result.Phase{{Asked: 8, Tasks: four, Measures: result.Measures{Seconds: 10, Sessions: result.Sessions{Completed: 400}}}}},
			[]fleet.Proof{{Measure: "users", PerTask: 2, Tasks: 4}, {Measure: "rate", PerTask: 10, Tasks: 4}}},
		{"by as many tasks as there were at most", result.Scenario{Kind: "baseline", Verdict: result.Pass, Phases: []result.Phase{{Asked: 100, Tasks: some}}},
			[]fleet.Proof{{Measure: "users", PerTask: 20, Tasks: 5}}},
		{"that failed", result.Scenario{Kind: "baseline", Verdict: result.Fail, Phases: []result.Phase{{Asked: 100, Tasks: four}}}, nil},
		{"that was cut", result.Scenario{Kind: "baseline", Verdict: result.Pass, Cut: "interrupted", Phases: []result.Phase{{Asked: 100, Tasks: four}}}, nil},
		{"by nobody knows how many", result.Scenario{Kind: "baseline", Verdict: result.Pass, Phases: []result.Phase{{Asked: 100}}}, nil},
		{"a spike whose SLAs leave its peak out", result.Scenario{
			Kind: "spike", Verdict: result.Pass, SLAs: []result.SLA{{Judged: 3, Phases: []string{"base", "settle"}, Recovered: true}},
			Phases: []result.Phase{{Name: "base", Asked: 20, Tasks: &result.TaskCount{Least: 2, Most: 2}}, {Name: "peak", Asked: 120, Tasks: some}, {Name: "settle", Asked: 20, Tasks: some}},
		}, []fleet.Proof{{Measure: "users", PerTask: 10, Tasks: 2}}},
		{"a spike whose peak was judged", result.Scenario{
			Kind: "spike", Verdict: result.Pass, SLAs: []result.SLA{{Judged: 3, Phases: []string{"peak"}}},
			Phases: []result.Phase{{Name: "base", Asked: 20, Tasks: &result.TaskCount{Least: 2, Most: 2}}, {Name: "peak", Asked: 120, Tasks: some}, {Name: "settle", Asked: 20, Tasks: some}},
		}, []fleet.Proof{{Measure: "users", PerTask: 24, Tasks: 5}}},
		{"a spike that was disturbed at its peak", result.Scenario{
			Kind: "spike", Verdict: result.Pass, SLAs: []result.SLA{{Judged: 3, Recovered: true}},
			Phases: []result.Phase{{Name: "peak", Asked: 120, Tasks: some}},
		}, nil},
		{"good levels of a stress that failed", result.Scenario{Kind: "stress", Verdict: result.Fail, Phases: []result.Phase{{Name: "100", Asked: 100, Tasks: four, Good: &yes}, {Name: "200", Asked: 200, Tasks: four, Good: &no}}},
			[]fleet.Proof{{Measure: "users", PerTask: 25, Tasks: 4}}},
		{"a limit of tasks that changed", result.Scenario{
			Kind: "stress", Limit: &result.Limit{Bound: result.BoundExact, Phase: "100"},
			Phases: []result.Phase{{Name: "100", Asked: 100, Tasks: some, Good: &yes}},
		}, []fleet.Proof{{Measure: "users", PerTask: 20, Tasks: 5}}},
		{"an exact limit before a higher lower bound", result.Scenario{
			Kind: "stress", Limit: &result.Limit{Bound: result.BoundExact, Phase: "100"},
			Phases: []result.Phase{{Name: "100", Asked: 100, Tasks: four, Good: &yes}, {Name: "200", Asked: 200, Tasks: four, Good: &yes}},
		}, []fleet.Proof{{Measure: "users", PerTask: 25, Tasks: 4, Exact: true}}},
		{"a capacity at its level", result.Scenario{
			Kind: "capacity", Capacity: &result.Capacity{PerTask: 500, Tasks: 2, Level: 1000, Bound: result.BoundExact},
			Phases: []result.Phase{{Name: "500", End: 60}, {Name: "1000", Measured: 60, End: 120}},
			Fleet: []result.Fleet{{
				Service: "web", Start: result.FleetState{CPU: 512, Memory: 1024},
				CPU:    &result.Gauge{Points: []result.Reading{{At: 0, Seconds: 60, Value: 0.1}, {At: 60, Seconds: 30, Value: 0.3}, {At: 90, Seconds: 60, Value: 0.5}}},
				Memory: &result.Gauge{Points: []result.Reading{{At: 0, Seconds: 60, Value: 0.1}}},
			}},
		}, []fleet.Proof{{Measure: "connections", PerTask: 500, Tasks: 2, Exact: true, Size: plan.Size{CPU: 512, Memory: 1024}, CPU: 0.4}}},
		{"a capacity of tasks that nobody counted", result.Scenario{Kind: "capacity", Capacity: &result.Capacity{PerTask: 500, Tasks: 1, Bound: result.BoundExact, Assumed: true}},
			[]fleet.Proof{{Measure: "connections", PerTask: 500, Tasks: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.s.Service, c.s.Name = "web", "it"
			for i := range c.want {
				c.want[i].By = c.s.Kind + ` "it" of run r`
			}
			doc := &result.Document{Run: "r", Services: []result.Service{{Name: "web"}}, Scenarios: []result.Scenario{c.s}}
			if d := cmp.Diff(c.want, fleet.Proofs(&plan.Service{Name: "web"}, []*result.Document{doc})); d != "" {
				t.Error(d)
			}
		})
	}
}

// What a requirement's row shows counts, of a spike's peak for one.
func TestProofOfARequirement(t *testing.T) {
	doc := &result.Document{Run: "r", Services: []result.Service{{Name: "web"}}, Requirements: []result.Requirement{
		{Service: "web", Measure: "peak_users", Proven: 300, By: "launch, peak", Tasks: &result.TaskCount{Least: 1, Most: 3}},
		{Service: "web", Measure: "users", Proven: 50, By: "launch, base"},
	}}
	want := []fleet.Proof{{Measure: "users", PerTask: 100, Tasks: 3, By: "launch, peak of run r"}}
	if d := cmp.Diff(want, fleet.Proofs(&plan.Service{Name: "web"}, []*result.Document{doc})); d != "" {
		t.Error(d)
	}
}

// A requirement's row tells how busy the tasks were in its phase.
func TestProofOfAnIdlePhase(t *testing.T) {
	doc := &result.Document{
		Run: "r", Services: []result.Service{{Name: "web"}},
		Scenarios: []result.Scenario{{
			Name: "friday", Kind: "spike", Service: "web", Verdict: result.Inconclusive, Phases: []result.Phase{{Name: "settle", Measured: 0, End: 60}},
			Fleet: []result.Fleet{{Service: "web", CPU: &result.Gauge{Points: []result.Reading{{At: 0, Seconds: 60, Value: 0.1}}}}},
		}},
		Requirements: []result.Requirement{{Service: "web", Measure: "users", Proven: 20, By: "friday, phase settle", Tasks: &result.TaskCount{Least: 2, Most: 5}}},
	}
	want := []fleet.Proof{{Measure: "users", PerTask: 4, Tasks: 5, CPU: 0.1, By: "friday, phase settle of run r"}}
	if d := cmp.Diff(want, fleet.Proofs(&plan.Service{Name: "web"}, []*result.Document{doc})); d != "" {
		t.Error(d)
	}
}
