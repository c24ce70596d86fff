package result

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/fact"
)

func after(seconds float64) *float64 { return &seconds }

// sampleFleet has data of everything.
func sampleFleet() Fleet {
	gauge := &Gauge{Min: 0.2, Mean: 0.5, Max: 0.8, Last: 0.3, Total: 4e9}
	return Fleet{
		Service: "chat", To: 1800, Start: FleetState{Desired: 1, Running: 1, Healthy: 1},
		End:     FleetState{Desired: 1, Running: 2, Pending: 3, Bounds: &Bounds{1, 4}, Revision: 7},
		Tasks:   Extent{First: 1, Last: 2, Min: 1, Max: 4, Mean: 2.5},
		Healthy: Extent{First: 1, Last: 2, Min: 1, Max: 4, Mean: 2.4}, Stable: true, Rollouts: 1, Firing: 2, Stopped: 1,
		CPU: gauge, Memory: gauge, Received: gauge, Sent: gauge, Metrics: []Gauge{{Label: "db_cpu", Max: 0.97}},
		ScaleOut: &ScaleOut{
			Alarm: after(180), Activity: after(185), Desired: after(186), Running: after(215), Healthy: after(240), FirstAnswer: after(240.1), Watched: true,
		},
		ScaleIn: &ScaleIn{Alarm: after(900), Activity: after(905), Desired: after(906), Watched: true},
		Scaling: &Scaling{Activities: 2, Flaps: 1, AtMax: 60, CooldownsKept: true},
		Cost:    &FleetCost{TaskHour: 0.05, PerHour: 0.125, Run: 0.0625},
		Series:  []FleetPoint{{At: 0, Desired: 1, Running: 1}, {At: 215, Desired: 4, Running: 4}, {At: 1500, Desired: 1, Running: 2}},
	}
}

func TestFleetFacts(t *testing.T) {
	sample, lost, early := sampleFleet(), sampleFleet(), sampleFleet()
	lost.Lost = "not seen any more from 60 s on: expired"
	early.ScaleOut, early.ScaleIn = &ScaleOut{}, &ScaleIn{}
	keyed := sampleFleet()
	keyed.Service = `web["eu.1"]`
	tests := []struct {
		name  string
		fleet Fleet
		path  string
		want  fact.Interval
	}{
		{"its own", sample, "ecs.self.tasks.max", fact.Exactly(4)},
		{"by its title", sample, "ecs.chat.desired", fact.Exactly(1)},
		{"with a key", keyed, fact.Path("ecs", `web["eu.1"]`, "running"), fact.Exactly(2)},
		{"another", sample, "ecs.web.desired", fact.Unknown()},
		{"a bound of scaling", sample, "ecs.chat.max", fact.Exactly(4)},
		{"no auto-scaling", Fleet{Service: "chat", To: 1}, "ecs.chat.max", fact.Unknown()},
		{"true", sample, "ecs.chat.stable", fact.Exactly(1)},
		{"false", Fleet{Service: "chat", To: 1}, "ecs.chat.stable", fact.Exactly(0)},
		{"seen", sample, "ecs.chat.scale_out.running", fact.Exactly(215)},
		{"watched for, and not seen", sample, "ecs.chat.scale_in.running", fact.Exactly(math.Inf(1))},
		{"not watched to the end", early, "ecs.chat.scale_out.running", fact.Unknown()},
		{"a stage that is none", sample, "ecs.chat.scale_in.healthy", fact.Unknown()},
		{"nobody could look", Fleet{Service: "chat", Unobserved: "no credentials"}, "ecs.chat.desired", fact.Unknown()},
		{"no load was made", Fleet{Service: "chat"}, "ecs.chat.desired", fact.Unknown()},
		{"lost sight of", lost, "ecs.chat.tasks.max", fact.Unknown()},
		{"bytes", sample, "ecs.chat.network.sent", fact.Exactly(4e9)},
		{"no Container Insights", Fleet{Service: "chat", To: 1}, "ecs.chat.network.sent", fact.Unknown()},
		{"the cost of users", sample, "ecs.chat.cost.per_1000_users", fact.Exactly(20)},
		{"no price", Fleet{Service: "chat", To: 1}, "ecs.chat.cost.run", fact.Unknown()},
		{"a metric", sample, "metric.db_cpu.max", fact.Exactly(0.97)},
		{"a metric without points", sample, "metric.queue.max", fact.Unknown()},
		{"a metric of a service lost sight of", lost, "metric.db_cpu.max", fact.Unknown()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &Scenario{Service: "chat", Fleet: []Fleet{tt.fleet}, Total: Measures{Users: Users{Max: 10}}}
			if diff := cmp.Diff(tt.want, Facts{Scenario: s}.Value(tt.path)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARequirementOfNothingIsNoFact(t *testing.T) {
	s := &Scenario{Required: &Required{Users: 100}}
	if got := (Facts{Scenario: s}).Value("requirement.peak_users"); got.Known() {
		t.Errorf("%v", got)
	}
}

func TestTasksBetween(t *testing.T) {
	f := sampleFleet()
	tests := []struct {
		from, to float64
		want     TaskCount
	}{
		{0, 100, TaskCount{1, 1}}, {0, 300, TaskCount{1, 4}}, {215, 300, TaskCount{4, 4}}, {300, 1600, TaskCount{2, 4}},
		{1600, 1800, TaskCount{2, 2}}, {200, 2000, TaskCount{1, 4}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, f.TasksBetween(tt.from, tt.to)); diff != "" {
			t.Errorf("%v to %v: %s", tt.from, tt.to, diff)
		}
	}
}

// What a result says of a fleet is read back as it was written.
func TestFleetInJSON(t *testing.T) {
	want := sampleFleet()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Fleet
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
