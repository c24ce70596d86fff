package dsl

import (
	"fmt"
	"slices"
	"time"

	"plimsoll/dsl/plan"
)

// checkWindow foresees that a window never fills, since no phase in which the SLA is judged is as long.
func (l *loader) checkWindow(sla plan.SLA, scenarios []*plan.Scenario) {
	for _, s := range scenarios {
		longest := time.Duration(0)
		for name, length := range lengths(s) {
			if len(sla.Phases) == 0 || slices.Contains(sla.Phases, name) {
				longest = max(longest, length)
			}
		}
		if longest > 0 && sla.Window > longest {
			l.warn(sla.Range, fmt.Sprintf("the window of the sla %q is %s, and a phase of %s.%s is over in %s", sla.Name, sla.Window, s.Kind, s.Title(), longest),
				"No window ever fills: shorten it, lengthen the phase, or leave window out to judge the phase as a whole.")
			return
		}
	}
}

// lengths are how long the phases of a scenario are, by name; those that only the run knows are left out.
func lengths(s *plan.Scenario) map[string]time.Duration {
	if g := s.Load.Surge; g != nil {
		return map[string]time.Duration{"base": g.Before, "rise": g.Rise, "peak": g.Hold, "settle": g.Settle}
	}
	length := s.Duration
	switch {
	case s.Load.Stairs != nil:
		length = s.Load.Stairs.Every
	case s.Load.Levels != nil:
		length = s.Load.Levels.Hold
	case s.Kind == plan.Spike || s.Kind == plan.Stress || s.Kind == plan.Capacity:
		return nil // its load could not be read
	}
	all := map[string]time.Duration{}
	for _, name := range s.Phases() {
		all[name] = length
	}
	return all
}

// checkArrivals foresees that an open load is over before anybody comes.
func (l *loader) checkArrivals(s *plan.Scenario) {
	if due := s.Load.Steady * s.Duration.Seconds(); s.Load.Open && s.Duration > 0 && due > 0 && due < 1 {
		l.warn(s.Load.Range, fmt.Sprintf("the rate makes %.2g sessions in %s, less than one", due, s.Duration), "Raise the rate, or lengthen the duration.")
	}
}
