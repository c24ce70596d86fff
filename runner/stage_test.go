package runner

import (
	"context"
	"errors"
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

// two are two scenarios on one service.
func two(slas ...plan.SLA) *plan.Plan {
	first, second := baseline(), baseline()
	first.Name, second.Name = "first", "second"
	p := planOf(first, slas...)
	second.Service = first.Service
	planOf(second)
	p.Scenarios = append(p.Scenarios, second)
	return p
}

func TestScenariosOfARun(t *testing.T) {
	failing := func(time.Duration, float64) (time.Duration, metrics.Class) {
		return 10 * time.Millisecond, metrics.Status
	}
	tests := []struct {
		name    string
		plan    *plan.Plan
		options Options
		answer  answer
		want    []string // name, verdict, how cut
		cut     string
	}{
		{name: "in order", plan: two(), answer: steadily(90 * time.Millisecond), want: []string{"first pass ", "second pass "}},
		{name: "only one", plan: two(), options: Options{Only: []string{"second"}}, answer: steadily(90 * time.Millisecond), want: []string{"second pass "}},
		{
			name: "an SLA aborts its scenario", plan: two(sla("a", "error_rate < 1%", windowed(10*time.Second), aborting(plan.AbortScenario))),
			answer: failing, want: []string{"first fail aborted", "second fail aborted"},
		},
		{
			name: "an SLA aborts the run when the last phase is over",
			plan: two(sla("a", "error_rate < 1%", aborting(plan.AbortRun))), answer: failing,
			want: []string{"first fail ", "second inconclusive not run"}, cut: "aborted",
		},
		{
			name: "an SLA aborts the run", plan: two(sla("a", "error_rate < 1%", windowed(10*time.Second), aborting(plan.AbortRun))),
			answer: failing, want: []string{"first fail aborted", "second inconclusive not run"}, cut: "aborted",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := played(t, test.plan, test.options, opens(test.answer))
			var got []string
			for _, s := range d.Scenarios {
				got = append(got, s.Name+" "+s.Verdict.String()+" "+s.Cut)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if d.Cut != test.cut {
				t.Errorf("cut %q, want %q", d.Cut, test.cut)
			}
		})
	}
}

func TestOnlyKnownScenarios(t *testing.T) {
	_, err := newRun(two(), Options{Only: []string{"third"}}, opens(steadily(0))).do(context.Background())
	if err == nil || !strings.Contains(err.Error(), `no scenario "third"`) {
		t.Error(err)
	}
}

func TestUnreachableServiceGetsNoLoad(t *testing.T) {
	var used *fake
	open := opens(steadily(0), func(f *fake) { f.reach, used = errors.New("refused: 127.0.0.1:1"), f })
	d, err := newRun(two(), Options{}, open).do(context.Background())
	if d != nil || err == nil || err.Error() != "reach service chat before any load: refused: 127.0.0.1:1" {
		t.Errorf("%v, %v", d, err)
	}
	if used.began != 0 || !used.closed {
		t.Error("there was load, or the engine was left open")
	}
}

func TestFlowsAroundTheLoad(t *testing.T) {
	before, after := &plan.Flow{Name: "log in"}, &plan.Flow{Name: "clean up"}
	tests := []struct {
		name    string
		fails   *plan.Flow
		stop    time.Duration
		ran     []string
		reasons []string
	}{
		{name: "both", ran: []string{"log in", "load", "clean up"}},
		{
			name: "before fails: no load, but after", fails: before, ran: []string{"log in", "clean up"},
			reasons: []string{"its before flow failed: status 500"},
		},
		{
			name: "after fails", fails: after, ran: []string{"log in", "load", "clean up"},
			reasons: []string{"its flow after the load failed: status 500"},
		},
		{
			name: "after runs when interrupted", stop: 30 * time.Second, ran: []string{"log in", "load", "clean up"},
			reasons: []string{"cut short: interrupted"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var ran []string
			var d *result.Document
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				if test.stop > 0 {
					limited, cancel := context.WithTimeout(ctx, test.stop)
					defer cancel()
					ctx = limited
				}
				sc := baseline()
				sc.Before, sc.Finally = before, after
				open := opens(steadily(90*time.Millisecond), func(f *fake) {
					f.once = func(flow *plan.Flow) error {
						if f.began != 0 {
							ran = append(ran, "load")
						}
						ran = append(ran, flow.Name)
						if flow == test.fails {
							return errors.New("status 500")
						}
						return nil
					}
				})
				d, _ = newRun(planOf(sc), Options{}, open).do(ctx)
			})
			if diff := cmp.Diff(test.ran, ran); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.reasons, d.Scenarios[0].Reasons, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInterruptedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		stalling := func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
			if at > 28*time.Second {
				return time.Hour, metrics.OK
			}
			return 90 * time.Millisecond, metrics.OK
		}
		began := time.Now()
		d, err := newRun(two(), Options{}, opens(stalling)).do(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 34*time.Second {
			t.Errorf("the stop took until %v", took)
		}
		if d.Cut != "interrupted" || d.Verdict != result.Inconclusive || d.ExitCode() != 4 {
			t.Errorf("cut %q, %v", d.Cut, d.Verdict)
		}
		if n := d.Scenarios[0].Total.Operations; n == 0 || d.Scenarios[1].Cut != "not run" {
			t.Errorf("%d operations, then %q", n, d.Scenarios[1].Cut)
		}
	})
}

func TestReady(t *testing.T) {
	tests := []struct {
		name   string
		asks   int // until it is ready
		want   string
		loaded bool
	}{
		{name: "at once", loaded: true},
		{name: "in time", asks: 5, loaded: true},
		{name: "too late", asks: 100, want: "not ready within 20 s: it did not answer as expected"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sc := baseline()
			sc.Pause, sc.Ready = time.Minute, &plan.Ready{Path: "/", Timeout: 20 * time.Second}
			began := false
			asked := 0
			s := played(t, planOf(sc), Options{}, opens(steadily(90*time.Millisecond), func(f *fake) {
				f.expect = func() bool {
					asked++
					return asked > test.asks
				}
			})).Scenarios[0]
			began = s.Total.Operations > 0
			if s.Ready != test.want || began != test.loaded {
				t.Errorf("%q, load %v", s.Ready, began)
			}
			if want := map[bool]result.Verdict{true: result.Pass, false: result.Inconclusive}[test.loaded]; s.Verdict != want {
				t.Errorf("%v: %v", s.Verdict, s.Reasons)
			}
			if took := s.Ended.Sub(s.Started); took < time.Minute {
				t.Errorf("it paused %v", took)
			}
		})
	}
}

func TestSpeedDividesPhasesAndNotLatency(t *testing.T) {
	sc := launch()
	p := planOf(sc, sla("fast", "latency.p95 < 800ms", windowed(10*time.Second)))
	o := Options{Endpoints: map[string]Endpoint{"chat": {URL: "http://127.0.0.1:2", Speed: 10}}}
	d := played(t, p, o, opens(steadily(90*time.Millisecond), func(f *fake) { f.interval = 5 * time.Millisecond }))
	s := d.Scenarios[0]
	if took := s.Ended.Sub(s.Started).Round(time.Second); took != 25*time.Second {
		t.Errorf("250 s of plan time took %v", took)
	}
	if diff := cmp.Diff(0.09, s.Total.Latency.P95, cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Error(diff)
	}
	if s.SLAs[0].Judged < 20 || s.Verdict != result.Pass || s.Speed != 10 {
		t.Errorf("%d windows judged, %v %v", s.SLAs[0].Judged, s.Verdict, s.Reasons)
	}
	if last := s.Phases[3]; last.Name != "settle" || last.Start < 189 || last.End < 249 || last.End > 252 {
		t.Errorf("settle lasts from %v to %v of plan time", last.Start, last.End)
	}
	if diff := cmp.Diff(4000.0, s.Phases[2].Measures.Throughput, cmpopts.EquateApprox(0.1, 0)); diff != "" {
		t.Errorf("rates are of wall time: %s", diff)
	}
}

func TestRequestsEndABaseline(t *testing.T) {
	sc := baseline()
	sc.Duration, sc.Requests = 0, 500
	s := played(t, planOf(sc), Options{}, opens(steadily(50*time.Millisecond))).Scenarios[0]
	if s.Total.Operations != 500 || s.Verdict != result.Pass {
		t.Errorf("%d operations, %v: %v", s.Total.Operations, s.Verdict, s.Reasons)
	}
}

func TestEnduranceDrifts(t *testing.T) {
	tests := []struct {
		name    string
		assert  string
		rise    float64 // seconds of latency in an hour
		verdict result.Verdict
	}{
		{"flat", "drift.latency_per_hour < 5%", 0, result.Pass},
		{"rises", "drift.latency_per_hour < 5%", 0.5, result.Fail},
		{"too short", "drift.latency_per_hour < 5%", 0, result.Inconclusive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sc := &plan.Scenario{Kind: plan.Endurance, Load: plan.Load{Steady: 2}, Duration: 6 * time.Minute}
			if test.name == "too short" {
				sc.Duration = time.Minute
			}
			sc.SLAs = []plan.SLA{sla("steady", test.assert, own)}
			rising := func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
				return 100*time.Millisecond + time.Duration(test.rise*float64(at)/3600), metrics.OK
			}
			s := played(t, planOf(sc), Options{}, opens(rising, func(f *fake) { f.interval = 500 * time.Millisecond })).Scenarios[0]
			if s.Verdict != test.verdict {
				t.Errorf("%v: %v; %+v", s.Verdict, s.Reasons, s.Drift)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	var all []Progress
	var events []string
	o := Options{Progress: func(p Progress) {
		all = append(all, p)
		if p.Event != "" {
			events = append(events, p.Event)
		}
	}}
	played(t, planOf(launch()), o, opens(steadily(90*time.Millisecond)))
	want := []string{"base: p95 90 ms, 0 % errors", "rise: p95 90 ms, 0 % errors", "peak: p95 90 ms, 0 % errors", "settle: p95 90 ms, 0 % errors"}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Error(diff)
	}
	if n := len(all); n < 500 || n > 1500 {
		t.Errorf("%d calls in 250 s", n)
	}
	middle := all[len(all)/2]
	middle.Elapsed, middle.Throughput = middle.Elapsed.Round(10*time.Second), 0
	if diff := cmp.Diff(Progress{
		Scenario: "it", Kind: "spike", Phase: "peak", Elapsed: 130 * time.Second, Expected: 250 * time.Second,
		Asked: 20, Present: 20, P95: 0.09,
	}, middle, cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Error(diff)
	}
}
