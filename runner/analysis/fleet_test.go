package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/result"
)

// findingCase is what is noticed of a changed launch: id, severity and evidence.
type findingCase struct {
	name   string
	change func(*result.Scenario, *result.Fleet)
	want   []string
}

func findingCases() []findingCase {
	quiet := func(f *result.Fleet) {
		f.Series, f.Events, f.Tasks = f.Series[:1], nil, result.Extent{First: 1, Last: 1, Min: 1, Max: 1}
	}
	declined := result.FleetEvent{At: 372, Kind: result.EventNotScaled, Text: "AlreadyAtMaxCapacity (at 3, minimum 1, maximum 3); monitor alarm high"}
	return []findingCase{
		{"all is well", func(*result.Scenario, *result.Fleet) {}, nil},
		{"not observed", func(_ *result.Scenario, f *result.Fleet) {
			*f = result.Fleet{Service: "chat", Unobserved: "no credentials"}
		},
			[]string{"fleet_unseen should its ECS service could not be observed: no credentials"}},
		{"a permission is missing", func(_ *result.Scenario, f *result.Fleet) {
			f.Hidden = []result.Hidden{{What: "alarms", Permission: "cloudwatch:DescribeAlarms", Reason: "allow cloudwatch:DescribeAlarms"}}
		}, []string{"fleet_unseen should alarms could not be read: allow cloudwatch:DescribeAlarms"}},
		{"tasks die", func(_ *result.Scenario, f *result.Fleet) {
			f.Stopped = 2
			dead := result.FleetEvent{At: 500, Kind: result.EventStopped, State: "EssentialContainerExited", Text: "app exited with 137"}
			f.Events = append(f.Events, dead, dead)
		}, []string{"tasks_stopped should 2 tasks stopped though neither scaling nor a deployment asked for it (EssentialContainerExited: app exited with 137)"}},
		{"a deployment", func(_ *result.Scenario, f *result.Fleet) { f.Stable = false },
			[]string{"deployment should a deployment was under way, or had failed, while it was measured"}},
		{"flapping", func(_ *result.Scenario, f *result.Fleet) {
			f.Events[len(f.Events)-1].At, f.Series[4].At, f.Series[5].At = 600, 605, 635
		},
			[]string{"flapping should 1 of 2 scalings were undone by the opposite one within the cooldown"}},
		{"somebody else takes tasks away and gives them back", func(_ *result.Scenario, f *result.Fleet) {
			f.Series = append(f.Series[:4:4], result.FleetPoint{At: 930, Desired: 1, Running: 1, Healthy: 1}, result.FleetPoint{At: 1000, Desired: 3, Running: 3, Healthy: 3}, f.Series[4], f.Series[5])
		}, []string{"desired_changed note the desired count was changed from outside at 15 min 30 s (3 → 1), 16 min 40 s (1 → 3)"}},
		{"somebody else, often", func(_ *result.Scenario, f *result.Fleet) {
			f.Series = f.Series[:4:4]
			for i := range 5 {
				f.Series = append(f.Series, result.FleetPoint{At: 1000 + float64(i), Desired: 1 + i%2, Running: 3, Healthy: 3})
			}
		}, []string{"desired_changed note the desired count was changed from outside at 16 min 40 s (3 → 1), 16 min 41 s (1 → 2), 16 min 42 s (2 → 1), 2 times more"}},
		{"an activity that was seen late", func(s *result.Scenario, f *result.Fleet) {
			s.Speed, f.Events[4].At = 60, 300
		}, nil},
		{"activities that could not be seen", func(_ *result.Scenario, f *result.Fleet) {
			f.Blind, f.Events = true, nil
		}, nil},
		{"at the maximum", func(_ *result.Scenario, f *result.Fleet) { f.End.Bounds.Max = 3 },
			[]string{"at_maximum note for 24 min 55 s as many tasks were desired as may be (3)"}},
		{"more were wanted", func(_ *result.Scenario, f *result.Fleet) {
			f.End.Bounds.Max = 3
			f.Events = append(f.Events, declined)
		}, []string{"at_maximum should for 24 min 55 s as many tasks were desired as may be (3), and more were wanted: AlreadyAtMaxCapacity (at 3, minimum 1, maximum 3)"}},
		{"an alarm of which nothing came", func(_ *result.Scenario, f *result.Fleet) {
			alarm := f.Events[3]
			quiet(f)
			f.Events = []result.FleetEvent{alarm}
		}, []string{"not_scaled_out should the alarm of its scaling fired 3 min 10 s after the load rose, and nothing came of it"}},
		{"declined", func(_ *result.Scenario, f *result.Fleet) {
			quiet(f)
			f.Events = []result.FleetEvent{declined}
		}, []string{"not_scaled_out should it did not scale out: AlreadyAtMaxCapacity (at 3, minimum 1, maximum 3)"}},
		{"no alarm, and it failed", func(s *result.Scenario, f *result.Fleet) {
			quiet(f)
			s.Verdict = result.Fail
		}, []string{"not_scaled_out should it failed under load, and no alarm of its scaling fired"}},
		{"no need to scale", func(_ *result.Scenario, f *result.Fleet) { quiet(f) }, nil},
		{"slow", func(_ *result.Scenario, f *result.Fleet) { f.Series[3].At = 800 },
			[]string{"slow_scale_out note a new task was healthy 10 min 20 s after the load rose; where AWS measured it, it took 6 min 26 s (alarm +3 min 10 s, desired +3 min 15 s, running +3 min 39 s, healthy +10 min 20 s)"}},
		{"never in again", func(_ *result.Scenario, f *result.Fleet) {
			f.Series, f.Events, f.Tasks.Last = f.Series[:4], f.Events[:7], 3
		}, []string{"not_scaled_in should 30 min after the peak 3 tasks still ran, 2 more than at the start"}},
		{"a rate rule", func(s *result.Scenario, f *result.Fleet) {
			f.Throttle = &result.Throttle{Rule: "edge", Rate: 1000, Window: 60, Block: true}
			s.Phases[2].Measured, s.Phases[2].Measures.Operations = 200, 70_000
		}, []string{"throttled should up to 6,000 requests within 1 min; rule edge allows 1,000 of one address, and blocks what comes on top, so that this scenario measured the rule"}},
		{"another service", func(_ *result.Scenario, f *result.Fleet) {
			f.Service, f.Stable, f.End.Bounds.Max = "orders", false, 3
		}, []string{"deployment should a deployment was under way, or had failed, while it was measured"}},
	}
}

func TestFleetFindings(t *testing.T) {
	for _, tt := range findingCases() {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range fleets(&result.Document{Scenarios: []result.Scenario{*launched(tt.change)}}) {
				got = append(got, f.ID+" "+f.Severity+" "+f.Evidence)
				if f.Recommendation == "" || f.Subject == "" {
					t.Errorf("%+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheSameReasonIsToldOnce(t *testing.T) {
	s := result.Scenario{Fleet: []result.Fleet{{Service: "chat", Unobserved: "no credentials"}}}
	if got := fleets(&result.Document{Scenarios: []result.Scenario{s, s}}); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

// searched is a stress whose throughput stops growing at 300, with so much of something used then.
func searched(used float64) *result.Scenario {
	phase := func(name string, from, asked, throughput float64, tasks result.TaskCount) result.Phase {
		return result.Phase{Name: name, Start: from, End: from + 60, Asked: asked, Tasks: &tasks, Measures: result.Measures{Seconds: 60, Throughput: throughput}}
	}
	return &result.Scenario{
		Name: "limit", Service: "chat", Limit: &result.Limit{Found: true},
		Phases: []result.Phase{
			phase("100", 0, 100, 100, result.TaskCount{Least: 1, Most: 1}), phase("200", 60, 200, 190, result.TaskCount{Least: 1, Most: 2}),
			phase("300", 120, 300, 195, result.TaskCount{Least: 2, Most: 2}),
		},
		Fleet: []result.Fleet{{Service: "chat", Stable: true, To: 180, Metrics: []result.Gauge{
			{Label: "db_cpu", Unit: "percent", Points: []result.Reading{{At: 0, Seconds: 60, Value: 0.99}, {At: 110, Seconds: 60, Value: used}}},
			{Label: "queue", Unit: "count", Points: []result.Reading{{At: 120, Seconds: 60, Value: 5000}}},
		}}},
	}
}

func TestWhatWasFullWhenThroughputStoppedGrowing(t *testing.T) {
	want := "db_cpu at 97 % when throughput stopped growing (195/s in phase 300, 190/s in 200)"
	s := searched(0.97)
	if f := bound(s, &s.Fleet[0]); f == nil || f.Evidence != want {
		t.Errorf("%+v", f)
	}
	if s := searched(0.6); bound(s, &s.Fleet[0]) != nil {
		t.Error("60 % is not full")
	}
	s.Phases[2].Measures.Throughput = 280
	if f := bound(s, &s.Fleet[0]); f != nil {
		t.Errorf("throughput grew, and yet: %+v", f)
	}
}

func TestAFleetInMotion(t *testing.T) {
	s := searched(0.5)
	want := "the limit belongs to a fleet in motion; tasks by step: 100: 1, 200: 1–2, 300: 2"
	if f := moving(s, &s.Fleet[0]); f == nil || f.Evidence != want {
		t.Errorf("%+v", f)
	}
	for i := range s.Phases {
		s.Phases[i].Tasks = &result.TaskCount{Least: 2, Most: 2}
	}
	if f := moving(s, &s.Fleet[0]); f != nil {
		t.Errorf("%+v", f)
	}
}
