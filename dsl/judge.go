package dsl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// checkSLAs compiles every SLA against what its scenarios can speak of.
func (l *loader) checkSLAs() {
	for _, s := range l.plan.Scenarios {
		alone := []*plan.Scenario{s}
		for _, sla := range s.SLAs {
			l.checkSLA(sla, alone, s.Service)
		}
		if !s.StopWhen.Zero() {
			l.assertion(s.StopWhen, alone, s.Service)
		}
	}
	for _, service := range l.plan.Services {
		var on []*plan.Scenario
		for _, s := range l.plan.Scenarios {
			if s.Service == service {
				on = append(on, s)
			}
		}
		for _, sla := range service.SLAs {
			l.checkSLA(sla, on, service)
		}
	}
	for _, sla := range l.plan.SLAs {
		l.checkSLA(sla, l.plan.Scenarios, nil)
	}
}

// checkSLA checks one SLA that stands for these scenarios, of this service; nil for any.
func (l *loader) checkSLA(sla plan.SLA, scenarios []*plan.Scenario, service *plan.Service) {
	if sla.Assert.Zero() {
		return
	}
	l.checkPhases(sla, scenarios)
	assertion, applies := l.assertion(sla.Assert, scenarios, service)
	if assertion == nil {
		return
	}
	l.checkWindow(sla, applies)
	l.checkScaling(sla, assertion, applies)
	l.checkRequired(sla, assertion, applies)
	l.checkMemory(sla, assertion, applies)
	if sla.Window > 0 {
		for _, name := range assertion.PhaseOnly() {
			l.fail(l.find(sla.Assert, name), fmt.Sprintf("%s is not known by the second, so no window can judge it", name), "Leave window out, or put the rest of the assertion into an sla of its own.")
		}
	}
	bare := slices.ContainsFunc(assertion.Paths(), func(p string) bool { return strings.HasPrefix(p, "latency.") })
	for _, s := range applies {
		if flow := mixed(s); bare && flow != nil {
			l.warn(l.find(sla.Assert, "latency"), fmt.Sprintf("latency mixes operations of several kinds in the flow %s", flow.Name),
				"They are seldom alike: name a step, as in "+fact.Written("step", flow.Name, flow.Operations()[0], "latency", "p95")+".")
			return
		}
	}
}

// assertion compiles an SLA's expression for each of its scenarios, and returns those that it applies to: one that is
// not of a scenario's own may name what only some of them have, but not what none has.
func (l *loader) assertion(e plan.Expression, scenarios []*plan.Scenario, service *plan.Service) (*expr.Assertion, []*plan.Scenario) {
	var one *expr.Assertion
	var applies []*plan.Scenario
	var first []expr.Problem
	for _, s := range scenarios {
		compiled, found := l.vocabulary(s).Compile(e.Source)
		if len(found) == 0 {
			one, applies = compiled, append(applies, s)
		} else if first == nil {
			first = found
		}
	}
	if one != nil || len(scenarios) == 1 {
		l.problems(e, unless(one != nil, first))
		return one, applies
	}
	compiled, found := expr.NewVocabulary(l.everything(scenarios, service)).Compile(e.Source)
	if len(found) == 0 {
		found = first // each of its facts is somewhere, but nowhere all of them
	}
	l.problems(e, found)
	return compiled, nil
}

func unless(skip bool, found []expr.Problem) []expr.Problem {
	if skip {
		return nil
	}
	return found
}

// vocabulary is what the assertions of a scenario may speak of.
func (l *loader) vocabulary(s *plan.Scenario) *expr.Vocabulary {
	if l.vocabularies[s] == nil {
		l.vocabularies[s] = expr.NewVocabulary(l.factsOf(s))
	}
	return l.vocabularies[s]
}

// factsOf are the names of a scenario's facts; one whose load could not be read has no levels to name phases after.
func (l *loader) factsOf(s *plan.Scenario) fact.Names {
	bare := *s
	switch {
	case s.Kind == plan.Stress && s.Load.Stairs == nil:
		bare.Load.Stairs = &plan.Stairs{}
	case s.Kind == plan.Capacity && s.Load.Levels == nil:
		bare.Load.Levels = &plan.Levels{}
	}
	return bare.Facts(l.plan.Services)
}

// everything is what any of the scenarios has, or of a service that has none, any flow of the plan.
func (l *loader) everything(scenarios []*plan.Scenario, service *plan.Service) fact.Names {
	all := fact.Names{Steps: map[string][]string{}, Measures: map[string]fact.Dimension{}, Metrics: map[string]fact.Dimension{}}
	if len(scenarios) == 0 {
		whole := &plan.Scenario{Service: service}
		for _, f := range l.plan.Flows {
			whole.Mix = append(whole.Mix, plan.Share{Flow: f})
		}
		scenarios = []*plan.Scenario{whole}
	}
	for _, s := range scenarios {
		n := l.factsOf(s)
		maps.Copy(all.Steps, n.Steps)
		maps.Copy(all.Measures, n.Measures)
		maps.Copy(all.Metrics, n.Metrics)
		all.Phases, all.Groups, all.Services = append(all.Phases, n.Phases...), append(all.Groups, n.Groups...), n.Services
		all.Self = cmp.Or(all.Self, n.Self)
	}
	return all
}

// checkPhases checks the names of the phases in which an SLA is judged.
func (l *loader) checkPhases(sla plan.SLA, scenarios []*plan.Scenario) {
	valid := l.everything(scenarios, nil).Phases
	for _, name := range sla.Phases {
		if !slices.Contains(valid, name) && len(scenarios) > 0 {
			l.fail(sla.Range, fmt.Sprintf("the sla %q names an unknown phase %q", sla.Name, name), suggestion(name, valid))
		}
	}
}

// find is the place of a name in an expression; of the whole expression, where it is written otherwise.
func (l *loader) find(e plan.Expression, name string) hcl.Range {
	if i := strings.Index(e.Source, name); i >= 0 {
		return l.locate(e, i, i+len(name))
	}
	return e.Range
}

// mixed returns a flow of the scenario in which latency holds operations of two kinds; nil if there is none.
func mixed(s *plan.Scenario) *plan.Flow {
	for _, share := range s.Mix {
		var exchange, stream, message int
		plan.Walk(share.Flow.Steps, func(step plan.Step) {
			switch step := step.(type) {
			case *plan.Receive:
				message = 1
			case *plan.HTTP:
				if step.Stream != nil {
					stream = 1
				} else {
					exchange = 1
				}
			}
		})
		if exchange+stream+message > 1 {
			return share.Flow
		}
	}
	return nil
}
