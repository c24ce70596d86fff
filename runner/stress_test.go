package runner

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

func stairs() *plan.Scenario {
	return &plan.Scenario{Kind: plan.Stress, Load: plan.Load{Stairs: &plan.Stairs{From: 10, To: 40, Step: 10, Every: 20 * time.Second}}}
}

// breaksAt is slow from that many users on, between two instants.
func breaksAt(level float64, from, to time.Duration) answer {
	return func(at time.Duration, users float64) (time.Duration, metrics.Class) {
		if users >= level && at >= from && at < to {
			return 1050 * time.Millisecond, metrics.OK
		}
		return 90 * time.Millisecond, metrics.OK
	}
}

type stressCase struct {
	name   string
	slas   []plan.SLA
	change func(*plan.Scenario)
	answer answer
	setUp  func(*fake)
	want   gist
}

var stressCases = []stressCase{
	{
		name: "all held", slas: []plan.SLA{fast, sla("enough", "limit.users >= 40", own)}, answer: steadily(90 * time.Millisecond),
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 good", "30 good", "40 good"},
			SLAs:  []string{"fast pass: 4 judged, latency.p95 = 90 ms at 2", "enough pass: 1 judged, limit.users ≥ 40 at 0"},
			Limit: &result.Limit{Users: 40, Rate: 400, Bound: result.BoundAtLeast, Phase: "40"},
		},
	},
	{
		name: "all held, and that proves too little", slas: []plan.SLA{fast, sla("enough", "limit.users >= 50", own)}, answer: steadily(90 * time.Millisecond),
		want: gist{
			Verdict: result.Inconclusive, Reasons: []string{`SLA "enough" is unknown: limit.users ≥ 40`},
			Phases: []string{"10 good", "20 good", "30 good", "40 good"},
			SLAs:   []string{"fast pass: 4 judged, latency.p95 = 90 ms at 2", "enough inconclusive: 1 judged"},
			Limit:  &result.Limit{Users: 40, Rate: 400, Bound: result.BoundAtLeast, Phase: "40"},
		},
	},
	{
		name: "one broke, twice", slas: []plan.SLA{fast}, answer: breaksAt(30, 0, time.Hour),
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 good", "30 bad", "30-again bad"},
			SLAs:  []string{"fast fail: 4 judged, 2 failed, latency.p95 ≥ 1 s at 42"},
			Limit: &result.Limit{Found: true, Users: 20, Rate: 200, Bound: result.BoundExact, Phase: "20", Broke: "30-again", StoppedBy: []string{"fast: latency.p95 ≥ 1 s"}},
		},
	},
	{
		name: "without confirmation", slas: []plan.SLA{fast}, answer: breaksAt(30, 0, time.Hour), change: func(sc *plan.Scenario) { sc.Confirm = false },
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 good", "30 bad"},
			SLAs:  []string{"fast fail: 3 judged, 1 failed, latency.p95 ≥ 1 s at 42"},
			Limit: &result.Limit{Found: true, Users: 20, Rate: 200, Bound: result.BoundExact, Phase: "20", Broke: "30", StoppedBy: []string{"fast: latency.p95 ≥ 1 s"}},
		},
	},
	{
		name: "the first broke", slas: []plan.SLA{fast, sla("enough", "limit.users >= 10", own)}, answer: breaksAt(0, 0, time.Hour),
		want: gist{
			Verdict: result.Fail, Reasons: []string{`SLA "enough" failed: limit.users < 10`}, Phases: []string{"10 bad", "10-again bad"},
			SLAs: []string{
				"fast fail: 2 judged, 2 failed, latency.p95 ≥ 1 s at 2", "enough fail: 1 judged, 1 failed, limit.users < 10 at 0",
			},
			Limit: &result.Limit{Found: true, Users: 10, Rate: 100, Bound: result.BoundBelow, Phase: "10-again", Broke: "10-again", StoppedBy: []string{"fast: latency.p95 ≥ 1 s"}},
		},
	},
	{
		name: "bad, then good when held again", slas: []plan.SLA{fast}, answer: breaksAt(20, 20*time.Second, 40*time.Second),
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 bad", "20-again good", "30 good", "40 good"},
			SLAs:  []string{"fast fail: 5 judged, 1 failed, latency.p95 ≥ 1 s at 22"},
			Limit: &result.Limit{Users: 40, Rate: 400, Bound: result.BoundAtLeast, Phase: "40"},
		},
	},
	{
		name: "it is the level that was confirmed that broke", slas: []plan.SLA{fast},
		answer: func(at time.Duration, users float64) (time.Duration, metrics.Class) {
			if users >= 40 || at >= 20*time.Second && at < 40*time.Second {
				return 1200 * time.Millisecond, metrics.OK
			}
			return 90 * time.Millisecond, metrics.OK
		},
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 bad", "20-again good", "30 good", "40 bad", "40-again bad"},
			SLAs: []string{"fast fail: 6 judged, 3 failed, latency.p95 ≥ 1.2 s at 22"},
			Limit: &result.Limit{
				Found: true, Users: 30, Rate: 300, Bound: result.BoundExact, Phase: "30", Broke: "40-again", StoppedBy: []string{"fast: latency.p95 ≥ 1.2 s"},
			},
		},
	},
	{
		name: "found bad while the next level is held", slas: []plan.SLA{fast},
		answer: func(at time.Duration, users float64) (time.Duration, metrics.Class) {
			if at > 38*time.Second && at < 40*time.Second {
				return 3 * time.Second, metrics.OK
			}
			return 90 * time.Millisecond, metrics.OK
		},
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 bad", "30", "20-again good", "30 good", "40 good"},
			SLAs:  []string{"fast fail: 6 judged, 1 failed, latency.p95 ≥ 3 s at 22"},
			Limit: &result.Limit{Users: 40, Rate: 400, Bound: result.BoundAtLeast, Phase: "40"},
		},
	},
	{
		name: "stop_when", answer: breaksAt(30, 0, time.Hour), change: func(sc *plan.Scenario) { sc.StopWhen.Source = "latency.mean > 1s" },
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 good", "30 bad", "40", "30-again bad", "40"},
			SLAs:  []string{"stop_when fail: 6 judged, 2 failed, latency.mean ≥ 1.003 s at 42"},
			Limit: &result.Limit{Found: true, Users: 20, Rate: 200, Bound: result.BoundExact, Phase: "20", Broke: "30-again", StoppedBy: []string{"stop_when: latency.mean ≥ 1.003 s"}},
		},
	},
	{
		name: "an SLA that aborts ends the step and not the search", answer: breaksAt(30, 0, time.Hour),
		slas: []plan.SLA{sla("fast", "latency.p95 < 800ms", windowed(5*time.Second), aborting(plan.AbortScenario))},
		want: gist{
			Verdict: result.Pass, Phases: []string{"10 good", "20 good", "30 bad", "30-again bad"},
			SLAs:  []string{"fast fail: 10 judged, 2 failed, latency.p95 ≥ 1 s at 42"},
			Limit: &result.Limit{Found: true, Users: 20, Rate: 200, Bound: result.BoundExact, Phase: "20", Broke: "30-again", StoppedBy: []string{"fast: latency.p95 ≥ 1 s"}},
		},
	},
	{
		name: "a saturated generator makes it a lower bound", slas: []plan.SLA{fast, sla("enough", "limit.users >= 30", own)},
		answer: breaksAt(30, 0, time.Hour), setUp: func(f *fake) { f.lag = 200 * time.Millisecond },
		want: gist{
			Verdict: result.Inconclusive, Phases: []string{"10 good", "20 good", "30 bad", "30-again bad"},
			Reasons: []string{
				`SLA "enough" is unknown: limit.users ≥ 20`,
				"generator saturated in 4 of 4 phases, worst: the slowest 1 % of its wakes were 200 ms late or more at 2 s, phase 10; allowed is 9 ms",
			},
			SLAs: []string{"fast fail: 4 judged, 2 failed, latency.p95 ≥ 1 s at 42", "enough inconclusive: 1 judged"},
			Limit: &result.Limit{
				Users: 20, Rate: 200, Bound: result.BoundAtLeast, Phase: "20",
				StoppedBy: []string{"generator late, phase 30-again"},
			},
		},
	},
}

func TestStress(t *testing.T) {
	for _, test := range stressCases {
		t.Run(test.name, func(t *testing.T) {
			sc := stairs()
			p := planOf(sc)
			for _, a := range test.slas {
				if a.Own {
					sc.SLAs = append(sc.SLAs, a)
				} else {
					sc.Service.SLAs = append(sc.Service.SLAs, a)
				}
			}
			if test.change != nil {
				test.change(sc)
			}
			set := func(f *fake) {
				if test.setUp != nil {
					test.setUp(f)
				}
			}
			got := gistOf(played(t, p, Options{}, opens(test.answer, set)).Scenarios[0])
			if got.Limit != nil {
				got.Limit.Rate = math.Round(got.Limit.Rate/10) * 10
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	at := func(level float64, held expr.Truth) step {
		s := step{name: levelName(level), level: level, rate: level * 2, held: held}
		if held == expr.False {
			s.broke = []string{"fast: latency.p95 = 1 s"}
		}
		return s
	}
	tests := []struct {
		name  string
		steps []step
		cut   bool
		want  *result.Limit
	}{
		{"nothing was held", nil, true, &result.Limit{Bound: result.BoundAtLeast, StoppedBy: []string{"the search was cut short"}}},
		{"cut short", []step{at(10, expr.True)}, true,
			&result.Limit{Users: 10, Rate: 20, Phase: "10", Bound: result.BoundAtLeast, StoppedBy: []string{"the search was cut short"}}},
		{"a level without data is neither", []step{at(10, expr.True), at(20, expr.Unknown), at(30, expr.False)}, false,
			&result.Limit{Found: true, Users: 10, Rate: 20, Phase: "10", Bound: result.BoundExact, Broke: "30", StoppedBy: []string{"fast: latency.p95 = 1 s"}}},
		{"the last broke", []step{at(10, expr.True), at(20, expr.True), at(30, expr.False)}, false,
			&result.Limit{Found: true, Users: 20, Rate: 40, Phase: "20", Bound: result.BoundExact, Broke: "30", StoppedBy: []string{"fast: latency.p95 = 1 s"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, limit(test.steps, !test.cut)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
