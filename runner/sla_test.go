package runner

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

func TestStandards(t *testing.T) {
	tests := []struct {
		name          string
		scenario      *plan.Scenario
		plan, service []plan.SLA
		own           []plan.SLA
		want          []string
	}{
		{"implicit", baseline(), nil, nil, nil, []string{"errors implicit", "answers implicit"}},
		{"in order", baseline(), []plan.SLA{sla("a", "error_rate < 1%")}, []plan.SLA{sla("b", "error_rate < 1%")}, []plan.SLA{sla("c", "error_rate < 1%", own)},
			[]string{"a", "b", "c"}},
		{"a step that the flow has not", baseline(), nil, []plan.SLA{sla("a", "step.other.login.latency.p95 < 1s"), sla("b", "step.ask.login.latency.p95 < 1s")}, nil,
			[]string{"b"}},
		{"nothing applies", baseline(), nil, []plan.SLA{sla("a", "step.other.login.latency.p95 < 1s")}, nil, []string{"errors implicit", "answers implicit"}},
		{"facts of another kind", baseline(), []plan.SLA{sla("a", "limit.users > 1"), sla("b", "throughput > 1/s")}, nil, nil, []string{"b"}},
		{"searched in a stress", stairs(), nil, []plan.SLA{sla("a", "error_rate < 1%")}, []plan.SLA{sla("b", "limit.users > 1", own), sla("c", "generator.cpu < 80%", own)},
			[]string{"a searched", "b final", "c final"}},
		{"a stress needs something to search by", stairs(), nil, nil, []plan.SLA{sla("b", "limit.users > 1", own)}, []string{"b final", "errors searched implicit", "answers searched implicit"}},
		{"a fact of a phase is known at the end", baseline(), nil, nil, []plan.SLA{sla("a", "phase.steady.latency.p95 < 1s", own)}, []string{"a final"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(test.scenario, test.service...)
			p.SLAs, test.scenario.SLAs = test.plan, test.own
			all, err := standards(p, test.scenario)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range all {
				text := s.out.Name
				if s.final {
					text += " final"
				}
				if s.out.Searched {
					text += " searched"
				}
				if s.out.Implicit {
					text += " implicit"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	sc := baseline()
	p := planOf(sc)
	sc.SLAs = []plan.SLA{sla("a", "latency.p95 < 800", own)}
	if _, err := standards(p, sc); err == nil {
		t.Error("an SLA of the scenario itself that does not compile is no mistake")
	}
}

func TestWorst(t *testing.T) {
	const yes, no, unknown = expr.True, expr.False, expr.Unknown
	tests := []struct {
		name     string
		outcomes []outcome
		want     string
		verdict  result.Verdict
	}{
		{"none", nil, "", result.Inconclusive},
		{"the heaviest that held", []outcome{{at: 1, truth: yes, shown: "low", weight: 1}, {at: 2, truth: yes, shown: "high", weight: 2}, {at: 3, truth: yes, shown: "middle", weight: 1.5}}, "high", result.Pass},
		{"one that failed comes before those that held", []outcome{{at: 1, truth: yes, shown: "high", weight: 9}, {at: 2, truth: no, shown: "failed", weight: 1}}, "failed", result.Fail},
		{"the heaviest that failed", []outcome{{at: 1, truth: no, shown: "bad", weight: 1}, {at: 2, truth: no, shown: "worse", weight: 2}, {at: 3, truth: yes, shown: "high", weight: 9}}, "worse", result.Fail},
		{"without data", []outcome{{at: 1, truth: unknown, shown: "", weight: 0}, {at: 2, truth: yes, shown: "held", weight: -3}}, "held", result.Inconclusive},
		{"failed and without data", []outcome{{at: 1, truth: unknown, shown: "", weight: 0}, {at: 2, truth: no, shown: "failed", weight: -3}}, "failed", result.Fail},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &standard{}
			for _, o := range test.outcomes {
				s.take(o)
			}
			s.close()
			if s.out.Worst != test.want || s.out.Verdict != test.verdict {
				t.Errorf("%q %v", s.out.Worst, s.out.Verdict)
			}
		})
	}
}

func TestHigherIsWorse(t *testing.T) {
	for assert, want := range map[string]bool{
		"latency.p95 < 800ms": true, "throughput > 10/s": false, "800ms > latency.p95": true, "error_rate < 1% and latency.p95 < 1s": true,
	} {
		if got := higherIsWorse(compiled(t, assert)); got != want {
			t.Errorf("%s: %v", assert, got)
		}
	}
}
