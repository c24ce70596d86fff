package runner

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// launch holds 10 users for 1 m, 20 for 2 m after a rise of 10 s, and 10 again for 1 m.
func launch() *plan.Scenario {
	return &plan.Scenario{Kind: plan.Spike, Load: plan.Load{Surge: &plan.Surge{
		Base: 10, Peak: 20, Before: time.Minute, Rise: 10 * time.Second, Hold: 2 * time.Minute, Settle: time.Minute,
	}}}
}

// slowBetween is slow in each of the spans of seconds.
func slowBetween(spans ...[2]int) answer {
	return func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
		for _, s := range spans {
			if at >= time.Duration(s[0])*time.Second-time.Millisecond && at < time.Duration(s[1])*time.Second-time.Millisecond {
				return 1050 * time.Millisecond, metrics.OK
			}
		}
		return 90 * time.Millisecond, metrics.OK
	}
}

func after(v float64) *float64 { return &v }

func phased(names ...string) func(*plan.SLA) { return func(s *plan.SLA) { s.Phases = names } }

type spikeCase struct {
	name     string
	slas     []plan.SLA
	answer   answer
	verdict  result.Verdict
	recovery *result.Recovery
	judged   []string
}

var spikeCases = []spikeCase{
	{
		name: "never disturbed", slas: []plan.SLA{fast}, answer: steadily(90 * time.Millisecond), verdict: result.Pass,
		recovery: &result.Recovery{Loaded: after(0), Drained: after(0), Watched: true},
		judged:   []string{"fast pass: 3 judged, latency.p95 = 90 ms at 6"},
	},
	{
		name: "recovers under load and after it", slas: []plan.SLA{fast, sla("soon", "recovery.loaded < 1m and recovery.drained < 30s", own)},
		answer: slowBetween([2]int{65, 100}, [2]int{190, 201}), verdict: result.Pass,
		recovery: &result.Recovery{Loaded: after(40), Drained: after(20), Watched: true, Suffered: true},
		judged: []string{
			"fast pass: 3 judged, latency.p95 = 90 ms at 6 in base, peak, settle once recovered", "soon pass: 1 judged, recovery.loaded = 40 s, recovery.drained = 20 s at 0",
		},
	},
	{
		name: "a window of an SLA from outside counts only once recovered", answer: slowBetween([2]int{65, 100}, [2]int{170, 171}),
		slas: []plan.SLA{sla("fast", "latency.p95 < 800ms", windowed(10*time.Second), aborting(plan.AbortScenario))}, verdict: result.Fail,
		recovery: &result.Recovery{Loaded: after(40), Suffered: true},
		judged:   []string{"fast fail: 14 judged, 1 joined, 1 failed, latency.p95 = 1 s at 170 in base, peak once recovered"},
	},
	{
		name: "never recovers under load", slas: []plan.SLA{fast, sla("soon", "recovery.loaded < 1m", own)},
		answer: slowBetween([2]int{65, 190}), verdict: result.Fail,
		recovery: &result.Recovery{Drained: after(0), Watched: true, Suffered: true},
		judged: []string{
			"fast pass: 2 judged, latency.p95 = 90 ms at 6 in base, settle once recovered", "soon fail: 1 judged, 1 failed, recovery.loaded = never at 0",
		},
	},
	{
		name: "never recovers at all", slas: []plan.SLA{fast}, answer: slowBetween([2]int{65, 300}), verdict: result.Fail,
		recovery: &result.Recovery{Watched: true, Suffered: true},
		judged:   []string{"fast fail: 2 judged, 1 failed, latency.p95 = 1.1 s at 190 in base, settle"},
	},
	{
		name: "an SLA of its own judges the peak, too", slas: []plan.SLA{sla("always", "latency.p95 < 800ms", own)},
		answer: slowBetween([2]int{65, 90}), verdict: result.Fail,
		recovery: &result.Recovery{Loaded: after(30), Drained: after(0), Watched: true, Suffered: true},
		judged:   []string{"always fail: 4 judged, 2 failed, latency.p95 ≥ 1 s at 60"},
	},
	{
		name: "phases that an SLA names", slas: []plan.SLA{sla("peak", "latency.p95 < 2s", phased("peak"))},
		answer: slowBetween([2]int{65, 90}), verdict: result.Pass,
		recovery: &result.Recovery{Loaded: after(30), Drained: after(0), Watched: true, Suffered: true},
		judged:   []string{"peak pass: 1 judged, latency.p95 = 1 s at 70 in peak"},
	},
	{
		name: "without SLAs it is compared with the base", answer: slowBetween([2]int{65, 90}), verdict: result.Pass,
		recovery: &result.Recovery{Loaded: after(30), Drained: after(0), Watched: true, Suffered: true},
		judged:   []string{"errors pass: 3 judged, error_rate = 0 % at 6 in base, peak, settle once recovered", "answers pass: 22 judged, throughput = 40/s at 6 in base, peak, settle once recovered"},
	},
}

func TestSpike(t *testing.T) {
	for _, test := range spikeCases {
		t.Run(test.name, func(t *testing.T) {
			sc := launch()
			p := planOf(sc)
			for _, a := range test.slas {
				if a.Own {
					sc.SLAs = append(sc.SLAs, a)
				} else {
					p.SLAs = append(p.SLAs, a)
				}
			}
			s := played(t, p, Options{}, opens(test.answer, func(f *fake) { f.interval = 250 * time.Millisecond })).Scenarios[0]
			if diff := cmp.Diff(test.recovery, s.Recovery, cmpopts.EquateApprox(0, 0.2)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.judged, gistOf(s).SLAs); diff != "" {
				t.Error(diff)
			}
			if s.Verdict != test.verdict {
				t.Errorf("%v for %v, want %v", s.Verdict, s.Reasons, test.verdict)
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	const yes, no, noData = expr.True, expr.False, expr.Unknown
	type window struct {
		from, to float64
		truth    expr.Truth
	}
	tests := []struct {
		name    string
		windows []window
		first   float64
		found   bool
	}{
		{"none", nil, 0, false},
		{"two are too few", []window{{0, 10, yes}, {10, 20, yes}}, 0, false},
		{"three", []window{{0, 10, no}, {10, 20, yes}, {20, 30, yes}, {30, 40, yes}}, 10, true},
		{"broken off", []window{{0, 10, yes}, {10, 20, yes}, {20, 30, no}, {30, 40, yes}, {40, 50, yes}, {50, 60, yes}}, 30, true},
		{"no data is no recovery", []window{{0, 10, yes}, {10, 20, noData}, {20, 30, yes}}, 0, false},
		{"nobody was due between", []window{{0, 10, yes}, {10, 20, yes}, {40, 50, yes}}, 0, false},
		{"bad again later", []window{{0, 10, yes}, {10, 20, yes}, {20, 30, yes}, {30, 40, no}}, 0, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r recovery
			for _, w := range test.windows {
				r.see(w.from, w.to, w.truth, &metrics.View{})
			}
			if r.found != test.found || r.found && r.first != test.first {
				t.Errorf("found %v at %v", r.found, r.first)
			}
		})
	}
}
