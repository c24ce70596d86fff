package dsl

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// check looks for what is wrong between the values of the plan; it changes none of them but the digests.
func (l *loader) check() {
	for _, f := range l.plan.Flows {
		l.checkNames(f)
	}
	for _, s := range l.plan.Scenarios {
		l.checkScenario(s)
	}
	l.checkFlows()
	l.checkServices()
	l.checkSLAs()
	l.checkFleet()
	if len(l.files) > 0 && len(l.plan.Scenarios) == 0 && len(l.plan.Services) == 0 && !l.found.HasErrors() {
		l.fail(hcl.Range{Filename: l.files[0].name, Start: hcl.InitialPos, End: hcl.InitialPos}, "the plan is empty", "It needs a service, a flow and a scenario; `plimsoll init` writes one to begin with.")
	}
	if !l.found.HasErrors() {
		digests(l.plan)
	}
}

func (l *loader) checkScenario(s *plan.Scenario) {
	if s.Service != nil && s.Service.Endpoint == "" && s.Service.Simulate == nil {
		l.fail(s.Service.Range, fmt.Sprintf("the service %s has no endpoint, and a scenario runs against it", s.Service.Title()),
			"Give it an endpoint, or simulate { … }; the scenario stands at "+place(s.Range)+".")
	}
	if s.Ready != nil {
		l.compile(l.environment(nil), []use{{s.Ready.Expect, expr.AfterExchange, true}})
	}
	l.checkBefore(s)
	l.checkPhase(s)
	l.checkRows(s)
	l.checkArrivals(s)
	switch {
	case s.Kind == plan.Spike && s.Load.Surge != nil && s.Load.Surge.Settle > 0 && s.Load.Surge.Settle < recoveryTime:
		l.warn(s.Load.Range, fmt.Sprintf("settle is shorter than %s", recoveryTime), "Recovery is seen in three windows of 10 s: give it longer.")
	case s.Kind == plan.Endurance && s.Duration > 0 && s.Duration < driftTime:
		l.warn(s.Range, fmt.Sprintf("the endurance is shorter than %s", driftTime), "Drift needs 30 blocks of 10 s after the first tenth, and stays inconclusive with less.")
	}
}

// recoveryTime is the least in which recovery can be seen, driftTime that in which drift can.
const (
	recoveryTime = 30 * time.Second
	driftTime    = 334 * time.Second
)

// checkPhase reports a ramp that leaves nothing to measure.
func (l *loader) checkPhase(s *plan.Scenario) {
	length := s.Duration
	switch {
	case s.Load.Stairs != nil:
		length = s.Load.Stairs.Every
	case s.Load.Surge != nil:
		length = min(s.Load.Surge.Before, s.Load.Surge.Hold, s.Load.Surge.Settle)
	}
	if lost := max(s.Ramp, 0) + s.WarmUp; length > 0 && lost >= length {
		l.fail(s.Range, fmt.Sprintf("ramp and warm_up take %s, and a phase is over in %s", lost, length), "Nothing is left to measure: shorten them, or lengthen the phase.")
	}
}

// checkRows foresees that rows which are handed out once run out.
func (l *loader) checkRows(s *plan.Scenario) {
	if len(s.Mix) != 1 {
		return
	}
	sessions := sessionsOf(s)
	for _, d := range l.plan.Data {
		if d.Order != plan.Unique || len(d.Rows) == 0 {
			continue
		}
		if draws := drawsOf(s.Mix[0].Flow, d); draws > 0 && sessions*draws > float64(len(d.Rows)) {
			l.warn(s.Range, fmt.Sprintf("data.%s will run out: it has %d rows, and at least %.0f are drawn", d.Name, len(d.Rows), sessions*draws),
				"The scenario then ends as inconclusive: add rows, or use order = \"shared\".")
		}
	}
}

// sessionsOf is how many sessions a scenario starts at least.
func sessionsOf(s *plan.Scenario) float64 {
	load := s.Load
	switch {
	case s.Sessions > 0:
		return float64(s.Sessions)
	case s.Requests > 0:
		return 1
	case load.Levels != nil:
		return float64(load.Levels.Counts[0])
	case load.Stairs != nil && load.Open:
		return load.Stairs.From * load.Stairs.Every.Seconds()
	case load.Stairs != nil:
		return load.Stairs.From
	case load.Surge != nil && load.Open:
		g := load.Surge
		return math.Floor(g.Base*g.Before.Seconds() + (g.Base+g.Peak)/2*g.Rise.Seconds() + g.Peak*g.Hold.Seconds() + g.Base*g.Settle.Seconds())
	case load.Surge != nil:
		return load.Surge.Peak
	case load.Open:
		return math.Floor(load.Steady * s.Duration.Seconds())
	}
	return load.Steady
}

// drawsOf is how many rows one session of the flow draws at least; 0 where it reads none.
func drawsOf(f *plan.Flow, d *plan.Data) float64 {
	if !draws(f, d) {
		return 0
	}
	rounds := 0
	plan.Walk(f.Steps, func(s plan.Step) {
		if r, is := s.(*plan.Repeat); is && r.Each == d && r.While.Zero() && r.For == 0 && r.When.Zero() {
			rounds += r.Times
		}
	})
	return float64(max(rounds, 1))
}

// draws reports whether a session of the flow draws rows of the data.
func draws(f *plan.Flow, d *plan.Data) bool {
	found := false
	plan.Walk(f.Steps, func(s plan.Step) {
		if r, is := s.(*plan.Repeat); is && r.Each == d {
			found = true
		}
		for _, u := range usesOf(s) {
			found = found || names(u.Source, d.Name)
		}
	})
	return found
}

// names reports whether an expression names the data.
func names(source, data string) bool {
	for _, written := range []string{"data." + data, "data['" + data, "data[\"" + data} {
		if strings.Contains(source, written) {
			return true
		}
	}
	return false
}
