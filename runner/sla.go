package runner

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// standard is an SLA as one scenario is judged by it. Unless it is final, it is judged by spans of the run.
type standard struct {
	plan     plan.SLA
	assert   *expr.Assertion
	final    bool // it speaks of the whole scenario, which is known at the end
	searched bool // it marks bad levels of a stress or a capacity
	stops    bool // it is a stop_when: what it says must not happen
	higher   bool // higher values of its first fact are worse
	thin     func(present) bool
	out      result.SLA
	unknown  int
	lacking  string          // what was known where it was too little, the first time
	phases   map[string]bool // in which it was judged
	worst    outcome
}

// outcome is how one span was judged.
type outcome struct {
	at     float64  // plan seconds since the scenario's start
	phases []string // that it is of
	truth  expr.Truth
	shown  string
	weight float64 // the higher the worse
}

// implicits are what a scenario without any SLA is held to: few errors over all, and no window in which operations ended
// and none succeeded. Retries make a service that is gone answer few operations, which an error rate over all hides.
func implicits(sc *plan.Scenario) []plan.SLA {
	return []plan.SLA{
		{Name: "errors", Assert: plan.Expression{Source: "error_rate < 1%"}},
		{Name: silenceName, Assert: plan.Expression{Source: "throughput > 0/s"}, Window: silence(sc)},
	}
}

const (
	silenceName    = "answers"
	fewestFailed   = 3 // operations that must have ended in a window, so that one failure is no silence
	longestSilence = 10 * time.Second
	silenceShare   = 5 // a short scenario must not be silent for this part of it
)

// silence is how long a scenario's service may let operations fail without one that succeeds, in plan time.
func silence(sc *plan.Scenario) time.Duration {
	if part := expected(sc) / silenceShare; part > 0 {
		return min(max(part, time.Second), longestSilence)
	}
	return longestSilence
}

// standards compiles the SLAs that apply to a scenario: those of the plan and of its service where the scenario knows the
// facts that they speak of, its own, and the implicit one where there is nothing else to judge by.
func standards(p *plan.Plan, sc *plan.Scenario) ([]*standard, error) {
	vocabulary := expr.NewVocabulary(sc.Facts(p.Services))
	var all []*standard
	add := func(slas []plan.SLA) error {
		for _, sla := range slas {
			s, problems := newStandard(sla, sc, vocabulary)
			if len(problems) > 0 && !sla.Own {
				continue
			}
			if len(problems) > 0 {
				return fmt.Errorf("compile SLA %q of %s: %s", sla.Name, sc.Title(), problems[0].Summary)
			}
			all = append(all, s)
		}
		return nil
	}
	for _, slas := range [][]plan.SLA{p.SLAs, sc.Service.SLAs, sc.SLAs, stopWhen(sc)} {
		if err := add(slas); err != nil {
			return nil, err
		}
	}
	if !lacks(all, sc) {
		return all, nil
	}
	for _, sla := range implicits(sc) {
		s, problems := newStandard(sla, sc, vocabulary)
		if len(problems) > 0 {
			panic("an implicit SLA does not compile: " + problems[0].Summary)
		}
		if s.out.Implicit = true; sla.Name == silenceName {
			s.thin = func(p present) bool { return p.view.Operations < fewestFailed }
		}
		all = append(all, s)
	}
	return all, nil
}

// stopWhen is a stress's, as something that must not happen.
func stopWhen(sc *plan.Scenario) []plan.SLA {
	if sc.StopWhen.Zero() {
		return nil
	}
	return []plan.SLA{{Name: stopName, Assert: sc.StopWhen, Own: true}}
}

const stopName = "stop_when"

// lacks reports whether nothing judges the scenario; a stress needs something that tells a bad step, a capacity has its success. A requirement alone
// does not judge: load counts as carried only where SLAs held.
func lacks(all []*standard, sc *plan.Scenario) bool {
	switch sc.Kind {
	case plan.Stress:
	case plan.Capacity:
		return false
	default:
		return len(all) == 0
	}
	for _, s := range all {
		if s.searched {
			return false
		}
	}
	return true
}

func newStandard(sla plan.SLA, sc *plan.Scenario, v *expr.Vocabulary) (*standard, []expr.Problem) {
	assert, problems := v.Compile(sla.Assert.Source)
	if len(problems) > 0 {
		return nil, problems
	}
	s := &standard{plan: sla, assert: assert, phases: map[string]bool{}, final: final(assert), stops: sla.Name == stopName, thin: needs(assert)}
	s.searched = (sc.Kind == plan.Stress || sc.Kind == plan.Capacity) && !s.final
	s.higher = higherIsWorse(assert)
	s.out = result.SLA{Name: sla.Name, Assert: sla.Assert.Source, Window: sla.Window.Seconds(), Whole: s.final, Searched: s.searched}
	return s, nil
}

// final reports whether any fact is one that only the end of a scenario knows.
func final(a *expr.Assertion) bool {
	for _, path := range a.Paths() {
		switch head, _, _ := strings.Cut(path, "."); head {
		case "limit", "recovery", "drift", "capacity", "generator", "phase", "ecs", "metric", "requirement":
			return true
		}
	}
	return false
}

// opens reports whether the SLA speaks of opening connections only, which is over when those of a level are held.
func (s *standard) opens() bool {
	return !slices.ContainsFunc(s.assert.Paths(), func(path string) bool {
		return !slices.ContainsFunc(strings.Split(path, "."), func(name string) bool { return name == "connect" || name == "tls" })
	})
}

// extreme says of one fact that it is endless, and of all others nothing.
type extreme string

func (e extreme) Value(path string) fact.Interval {
	if path == string(e) {
		return fact.Exactly(1e15)
	}
	return fact.Unknown()
}

func higherIsWorse(a *expr.Assertion) bool {
	paths := a.Paths()
	return len(paths) > 0 && a.Judge(extreme(paths[0])) == expr.False
}

// truth is whether the SLA holds by what is known.
func (s *standard) truth(source fact.Source) expr.Truth {
	truth := s.assert.Judge(source)
	if s.stops {
		return [...]expr.Truth{expr.Unknown: expr.Unknown, expr.True: expr.False, expr.False: expr.True}[truth]
	}
	return truth
}

// outcome is how what began at those plan seconds, in the phases, was judged.
func (s *standard) outcome(at float64, source fact.Source, truth expr.Truth, phases ...string) outcome {
	o := outcome{at: at, truth: truth, phases: phases}
	if paths := s.assert.Paths(); len(paths) > 0 {
		o.shown = s.assert.Explain(source)
		known := source.Value(paths[0])
		o.weight = -known.High
		if s.higher {
			o.weight = known.Low
		}
	}
	return o
}

// covers reports whether the SLA judges a phase of that name.
func (s *standard) covers(phase string) bool {
	return len(s.plan.Phases) == 0 || slices.Contains(s.plan.Phases, phase)
}

// window is its length in whole plan seconds, 0 without.
func (s *standard) window() int { return int(math.Ceil(s.plan.Window.Seconds())) }

// take counts an outcome.
func (s *standard) take(o outcome) {
	s.out.Judged++
	for _, phase := range o.phases {
		s.phases[phase] = true
	}
	switch o.truth {
	case expr.Unknown:
		if s.unknown++; s.lacking == "" {
			s.lacking = o.shown
		}
		return
	case expr.False:
		s.out.Failed++
	}
	failed := o.truth == expr.False
	if known := s.worst.truth != expr.Unknown; known {
		if was := s.worst.truth == expr.False; was && !failed || was == failed && o.weight <= s.worst.weight {
			return
		}
	}
	s.worst = o
	s.out.Worst, s.out.WorstAt = o.shown, o.at
}

// close gives the verdict over everything that was judged.
func (s *standard) close() {
	switch {
	case s.out.Failed > 0:
		s.out.Verdict = result.Fail
	case s.out.Judged == 0:
		s.out.Reason = "nothing was measured that it could be judged by"
	case s.unknown > 0:
		s.out.Reason = s.lacking
		if s.out.Judged > 1 {
			s.out.Reason = fmt.Sprintf("%s, in %d of %d judged", s.lacking, s.unknown, s.out.Judged)
		}
	default:
		s.out.Verdict = result.Pass
	}
}
