package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// sla is one of a plan.
func sla(name, assert string, change ...func(*plan.SLA)) plan.SLA {
	s := plan.SLA{Name: name, Assert: plan.Expression{Source: assert}}
	for _, c := range change {
		c(&s)
	}
	return s
}

// planOf is a plan of one scenario on one service with one flow of one step.
func planOf(sc *plan.Scenario, slas ...plan.SLA) *plan.Plan {
	service := sc.Service
	if service == nil {
		service = &plan.Service{Name: "chat", Endpoint: "http://127.0.0.1:1"}
	}
	service.SLAs = append(service.SLAs, slas...)
	flow := &plan.Flow{Name: "ask", Steps: []plan.Step{&plan.HTTP{Head: plan.Head{Name: "login"}}}}
	sc.Service, sc.Mix, sc.Grace, sc.Confirm = service, []plan.Share{{Flow: flow, Weight: 1}}, 30*time.Second, true
	if sc.Name == "" {
		sc.Name = "it"
	}
	if sc.Ramp == 0 {
		sc.Ramp = -1
	}
	return &plan.Plan{Path: "plan", Seed: 1, Services: []*plan.Service{service}, Flows: []*plan.Flow{flow}, Scenarios: []*plan.Scenario{sc}}
}

// played runs a plan against a fake in virtual time.
func played(t *testing.T, p *plan.Plan, o Options, open opener) *result.Document {
	t.Helper()
	var d *result.Document
	synctest.Test(t, func(t *testing.T) {
		var err error
		if d, err = newRun(p, o, open).do(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	return d
}

// gist is what a test looks at of a scenario.
type gist struct {
	Verdict result.Verdict
	Cut     string
	Reasons []string
	Phases  []string // name and, where it was judged, whether it was good
	SLAs    []string
	Limit   *result.Limit
}

func gistOf(s result.Scenario) gist {
	g := gist{Verdict: s.Verdict, Cut: s.Cut, Reasons: s.Reasons, Limit: s.Limit}
	for _, p := range s.Phases {
		name := p.Name
		if p.Good != nil {
			name += map[bool]string{true: " good", false: " bad"}[*p.Good]
		}
		g.Phases = append(g.Phases, name)
	}
	for _, a := range s.SLAs {
		text := fmt.Sprintf("%s %v: %d judged", a.Name, a.Verdict, a.Judged)
		for _, n := range []struct {
			what string
			n    int
		}{{"joined", a.Joined}, {"failed", a.Failed}, {"empty", a.Empty}} {
			if n.n > 0 {
				text += fmt.Sprintf(", %d %s", n.n, n.what)
			}
		}
		if a.Worst != "" {
			text += fmt.Sprintf(", %s at %.0f", a.Worst, a.WorstAt)
		}
		if len(a.Phases) > 0 {
			text += " in " + strings.Join(a.Phases, ", ")
		}
		if a.Recovered {
			text += " once recovered"
		}
		g.SLAs = append(g.SLAs, text)
	}
	return g
}

// windowed gives an SLA a window.
func windowed(d time.Duration) func(*plan.SLA) { return func(s *plan.SLA) { s.Window = d } }

func aborting(a plan.Abort) func(*plan.SLA) { return func(s *plan.SLA) { s.Abort = a } }

func own(s *plan.SLA) { s.Own = true }

func baseline() *plan.Scenario {
	return &plan.Scenario{Kind: plan.Baseline, Load: plan.Load{Steady: 10}, Duration: time.Minute}
}

func failing(from, to time.Duration) answer {
	return func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
		if at >= from && at < to {
			return 10 * time.Millisecond, metrics.Status
		}
		return 90 * time.Millisecond, metrics.OK
	}
}

var fast, honest = sla("fast", "latency.p95 < 800ms"), sla("honest", "error_rate < 1%", windowed(10*time.Second))

type baselineCase struct {
	name   string
	slas   []plan.SLA
	answer answer
	setUp  func(*fake)
	want   gist
}

var baselineCases = []baselineCase{
	{
		name: "passes", slas: []plan.SLA{fast, honest}, answer: steadily(100 * time.Millisecond),
		want: gist{Verdict: result.Pass, SLAs: []string{
			"fast pass: 1 judged, latency.p95 = 100 ms at 6", "honest pass: 6 judged, error_rate = 0 % at 6",
		}},
	},
	{
		name: "a window fails where the whole would hold", slas: []plan.SLA{sla("whole", "error_rate < 10%"), honest},
		answer: failing(30*time.Second, 31*time.Second),
		want: gist{Verdict: result.Fail, Reasons: []string{`SLA "honest" failed: error_rate = 10 %`}, SLAs: []string{
			"whole pass: 1 judged, error_rate = 1.9 % at 6", "honest fail: 6 judged, 1 failed, error_rate = 10 % at 26",
		}},
	},
	{
		name: "what happens in the ramp is not judged", slas: []plan.SLA{honest}, answer: failing(0, 5900*time.Millisecond),
		want: gist{Verdict: result.Pass, SLAs: []string{"honest pass: 6 judged, error_rate = 0 % at 6"}},
	},
	{
		name: "implicit", answer: steadily(time.Second),
		want: gist{Verdict: result.Pass, SLAs: []string{
			"errors pass: 1 judged, error_rate = 0 % at 6", "answers pass: 6 judged, throughput = 100/s at 6",
		}},
	},
	{
		name: "implicit fails", answer: failing(0, time.Hour),
		want: gist{
			Verdict: result.Fail, Reasons: []string{
				`SLA "errors" failed: error_rate = 100 %`, `SLA "answers" failed: throughput = 0/s`, "no operation succeeded",
			},
			SLAs: []string{
				"errors fail: 1 judged, 1 failed, error_rate = 100 % at 6", "answers fail: 6 judged, 6 failed, throughput = 0/s at 6",
			},
		},
	},
	{
		name: "nothing succeeded, and no SLA minds", slas: []plan.SLA{sla("any", "error_rate <= 100%")}, answer: failing(0, time.Hour),
		want: gist{
			Verdict: result.Inconclusive, Reasons: []string{"no operation succeeded"},
			SLAs: []string{"any pass: 1 judged, error_rate = 100 % at 6"},
		},
	},
	{
		name: "no data", slas: []plan.SLA{sla("tls", "tls.p95 < 1s")}, answer: steadily(time.Second),
		want: gist{
			Verdict: result.Inconclusive, Reasons: []string{`SLA "tls" is unknown: tls.p95 = no data`},
			SLAs: []string{"tls inconclusive: 1 judged"},
		},
	},
	{
		name: "fail beats inconclusive", slas: []plan.SLA{sla("tls", "tls.p95 < 1s"), fast}, answer: steadily(time.Second),
		want: gist{
			Verdict: result.Fail,
			Reasons: []string{`SLA "fast" failed: latency.p95 ≥ 1 s`, `SLA "tls" is unknown: tls.p95 = no data`},
			SLAs:    []string{"tls inconclusive: 1 judged", "fast fail: 1 judged, 1 failed, latency.p95 ≥ 1 s at 6"},
		},
	},
	{
		name: "an abort ends it early", slas: []plan.SLA{sla("honest", "error_rate < 1%", windowed(10*time.Second), aborting(plan.AbortScenario))},
		answer: failing(20*time.Second, time.Hour),
		want: gist{
			Verdict: result.Fail, Cut: "aborted",
			Reasons: []string{`SLA "honest" failed: error_rate = 59 %`, "cut short: aborted"},
			SLAs:    []string{"honest fail: 2 judged, 1 failed, error_rate = 59 % at 16"},
		},
	},
	{
		name: "a hang fails the window in which it began", slas: []plan.SLA{sla("fast", "latency.p95 < 800ms", windowed(10*time.Second), aborting(plan.AbortScenario))},
		answer: func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
			if at > 22*time.Second {
				return time.Hour, metrics.OK
			}
			return 100 * time.Millisecond, metrics.OK
		},
		want: gist{
			Verdict: result.Fail, Cut: "aborted",
			Reasons: []string{`SLA "fast" failed: latency.p95 ≥ 900 ms`, "cut short: aborted"},
			SLAs:    []string{"fast fail: 2 judged, 1 joined, 1 failed, latency.p95 ≥ 900 ms at 16"},
		},
	},
	{
		name: "users who never come", slas: []plan.SLA{fast}, answer: steadily(time.Millisecond), setUp: func(f *fake) { f.fewer = 2 },
		want: gist{
			Verdict: result.Inconclusive, Reasons: []string{"asked load not delivered: 8 of 10 users came, phase steady"},
			SLAs: []string{"fast pass: 1 judged, latency.p95 = 1 ms at 6"},
		},
	},
	{
		name: "a saturated generator", slas: []plan.SLA{fast}, answer: steadily(30 * time.Millisecond), setUp: func(f *fake) { f.lag = 4 * time.Millisecond },
		want: gist{
			Verdict: result.Inconclusive,
			Reasons: []string{"generator saturated: the slowest 1 % of its wakes were 4 ms late or more at 6 s, phase steady; allowed is 3 ms"},
			SLAs:    []string{"fast pass: 1 judged, latency.p95 = 30 ms at 6"},
		},
	},
	{
		name: "a lag that disturbs little", slas: []plan.SLA{fast}, answer: steadily(50 * time.Millisecond), setUp: func(f *fake) { f.lag = 4 * time.Millisecond },
		want: gist{Verdict: result.Pass, SLAs: []string{"fast pass: 1 judged, latency.p95 = 50 ms at 6"}},
	},
	{
		name: "a load that cannot go on", slas: []plan.SLA{fast}, answer: steadily(time.Millisecond), setUp: func(f *fake) { f.fault = errors.New("no rows are left") },
		want: gist{
			Verdict: result.Inconclusive, Cut: "stopped",
			Reasons: []string{
				`SLA "fast" is unknown: latency.p95 = no data`, "the load could not go on: no rows are left", "cut short: stopped",
				"asked load not delivered: 0 of 10 users came, phase steady", "no operation succeeded",
			},
			SLAs: []string{"fast inconclusive: 1 judged"},
		},
	},
}

func TestBaseline(t *testing.T) {
	for _, test := range baselineCases {
		t.Run(test.name, func(t *testing.T) {
			test.want.Phases = []string{"steady"}
			set := func(f *fake) {
				if test.setUp != nil {
					test.setUp(f)
				}
			}
			d := played(t, planOf(baseline(), test.slas...), Options{}, opens(test.answer, set))
			if diff := cmp.Diff(test.want, gistOf(d.Scenarios[0]), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if d.Verdict != test.want.Verdict {
				t.Errorf("run %v, scenario %v", d.Verdict, test.want.Verdict)
			}
		})
	}
}
