package watch

import (
	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// SLA is one SLA as live metrics judge it.
type SLA struct {
	Name    string         `json:"name"`
	Assert  string         `json:"assert"`
	Shown   string         `json:"shown"` // the values that decided, as people read them
	Verdict result.Verdict `json:"verdict"`
}

// watched is a service with the SLAs that live metrics can speak of.
type watched struct {
	plan *plan.Service
	slas []judged
}

type judged struct {
	plan   plan.SLA
	assert *expr.Assertion
}

// newWatched compiles the SLAs of the plan and of the service. Those that speak of what only a run has, as the steps of a
// flow, are left out.
func newWatched(p *plan.Plan, s *plan.Service) *watched {
	scenario := &plan.Scenario{Kind: plan.Baseline, Service: s}
	vocabulary := expr.NewVocabulary(scenario.Facts(p.Services))
	w := &watched{plan: s}
	for _, slas := range [][]plan.SLA{p.SLAs, s.SLAs} {
		for _, sla := range slas {
			assert, problems := vocabulary.Compile(sla.Assert.Source)
			if len(problems) == 0 && len(sla.Phases) == 0 {
				w.slas = append(w.slas, judged{sla, assert})
			}
		}
	}
	return w
}

// judge evaluates the SLAs; the verdict is their worst, and pass where there is none.
func (w *watched) judge(l *live) ([]SLA, result.Verdict) {
	verdict, all := result.Pass, []SLA{}
	for _, s := range w.slas {
		one := SLA{Name: s.plan.Name, Assert: s.plan.Assert.Source, Shown: s.assert.Explain(l), Verdict: verdicts[s.assert.Judge(l)]}
		verdict = result.Worst(verdict, one.Verdict)
		all = append(all, one)
	}
	return all, verdict
}

var verdicts = map[expr.Truth]result.Verdict{expr.True: result.Pass, expr.False: result.Fail, expr.Unknown: result.Inconclusive}

// requirement is what the plan says that the service must carry.
func (l *live) requirement(name string) fact.Interval {
	r := l.plan.Requirement
	if r == nil {
		return fact.Unknown()
	}
	v := map[string]float64{
		"users": r.Users, "peak_users": r.PeakUsers, "rate": r.Rate, "peak_rate": r.PeakRate, "connections": r.Connections,
		"peak_connections": r.PeakConnections, "think": r.Think.Seconds(),
	}[name]
	if v == 0 {
		return fact.Unknown()
	}
	return fact.Exactly(v)
}
