package engine

import (
	"errors"
	"fmt"
	"slices"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// Program is a scenario's flows, compiled: everything static is already encoded. It may be shared.
type Program struct {
	scenario *plan.Scenario
	layout   metrics.Layout
	data     []*plan.Data // by table
	mix      []*flow
	weights  []float64 // running sums of the shares
	before   *flow
	finally  *flow
}

// flow is a plan's flow as a list of instructions; control runs from one to the next except where they jump.
type flow struct {
	name      string
	env       *expr.Environment
	steps     []instruction
	requests  []request
	first     int      // operation of the layout
	variables []string // by slot; those that before saves come first
	sensitive []bool   // by slot
	draws     []int    // the data blocks of which a session takes a row at its start
}

// instruction is a compiled step.
type instruction struct {
	step
	lenient bool // on_error = "continue"
	past    int  // where a session goes on whose step failed leniently
}

// step does one thing for a session, and may move its program counter.
type step interface {
	do(u *user, c *carrier) outcome
}

// outcome is what a session does after a step.
type outcome uint8

const (
	goOn   outcome = iota
	wait           // the alarm wakes it at the instant in u.session.wake
	failed         // an operation or a save failed
	cut            // a stop came between
	held           // the phase's ration is used up
	gone           // the user has nothing more to do, or another goroutine has it
)

// Compile prepares a scenario. The plan has been checked at load, so an error here is a bug of the checks or a lost file.
func Compile(sc *plan.Scenario) (*Program, error) {
	if len(sc.Mix) == 0 && sc.Load.Levels == nil {
		return nil, fmt.Errorf("compile scenario %s: it has no flow; give it one", sc.Title())
	}
	p := &Program{scenario: sc, data: slices.Clone(sc.Data)}
	var saved []string
	var err error
	if sc.Before != nil {
		saved = sc.Before.Saved()
		if p.before, err = p.compile(sc.Before, nil, true); err != nil {
			return nil, err
		}
	}
	if err := p.compileMix(saved); err != nil {
		return nil, err
	}
	if sc.Finally != nil {
		p.finally, err = p.compile(sc.Finally, saved, true)
	}
	return p, err
}

func (p *Program) compileMix(saved []string) error {
	if p.holds() {
		return p.compileHeld(saved)
	}
	total := 0.0
	for _, share := range p.scenario.Mix {
		f, err := p.compile(share.Flow, saved, false)
		if err != nil {
			return err
		}
		total += share.Weight
		p.mix = append(p.mix, f)
		p.weights = append(p.weights, total)
	}
	return nil
}

// Layout is what a recorder of this program must count; its Second is left to the caller.
func (p *Program) Layout() metrics.Layout { return p.layout }

// once returns the compiled form of a flow that runs a single time.
func (p *Program) once(f *plan.Flow) (*flow, error) {
	switch {
	case f != nil && f == p.scenario.Before:
		return p.before, nil
	case f != nil && f == p.scenario.Finally:
		return p.finally, nil
	}
	return nil, errors.New("run a flow once: it is neither the before nor the after flow of the scenario")
}

// bind returns the flow with its requests encoded for the service's address.
func (f *flow) bind(a address) *flow {
	bound := *f
	bound.requests = make([]request, len(f.requests))
	for i, r := range f.requests {
		bound.requests[i] = r.bind(a)
	}
	return &bound
}
