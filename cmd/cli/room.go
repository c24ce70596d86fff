package cli

import (
	"errors"
	"fmt"
	"slices"

	"plimsoll/dsl/plan"
	"plimsoll/runner/machine"
	"plimsoll/runner/report"
)

// timeWait is for how many seconds the port of a closed connection is not free again.
// https://www.rfc-editor.org/rfc/rfc9293#section-3.6.1; Linux keeps it for 60 s.
const timeWait = 60

// room refuses scenarios that need more connections than this machine has ports or descriptors for: they would measure
// this machine, not the service. A capacity is let run; it finds the wall, and names it.
func room(p *plan.Plan, chosen func(*plan.Scenario) bool, r machine.Report) error {
	var walls []error
	for _, sc := range p.Scenarios {
		if sc.Kind != plan.Capacity && chosen(sc) {
			walls = append(walls, wall(sc, r))
		}
	}
	return errors.Join(walls...)
}

func wall(sc *plan.Scenario, r machine.Report) error {
	held, used := connections(sc)
	title := sc.Kind.String() + " " + sc.Title()
	if most := float64(r.Descriptors.Hard); most > 0 && held > most {
		return fmt.Errorf("%s needs %s connections at once, and this process may open %s files: raise its limit (ulimit -n), "+
			"or ask for less; plimsoll doctor --connections %.0f says more", title, report.Count(held), report.Count(most), held)
	}
	if most := float64(r.Network.Ports * sources(sc.Service)); most > 0 && max(held, used) > most {
		return fmt.Errorf("%s uses %s ports at once, a closed connection's for %d s after its end, and there are %s for it: "+
			"give the service more addresses to come from, as source = \"auto\", or keep connections", title, report.Count(max(held, used)), timeWait, report.Count(most))
	}
	return nil
}

// connections is how many a scenario holds at once at the least, and for how many it takes ports that are not free again.
func connections(sc *plan.Scenario) (held, used float64) {
	most := sc.Load.Steady
	switch {
	case sc.Load.Stairs != nil:
		most = sc.Load.Stairs.To
	case sc.Load.Surge != nil:
		most = sc.Load.Surge.Peak
	}
	switch {
	case !sc.Load.Open:
		return most, 0
	case sc.Fresh:
		return 0, most * timeWait
	}
	return 0, 0
}

// sources is from how many addresses a service's connections come; 0 where that is known only when it runs.
func sources(s *plan.Service) int {
	if slices.Contains(s.Sources, plan.SourceAuto) {
		return 0
	}
	return max(1, len(s.Sources))
}
