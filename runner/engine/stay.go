package engine

import (
	"fmt"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// attempt is the name of the operation that opens a connection without a flow, and connection that of its flow.
const (
	attempt    = "open"
	connection = "connection"
)

// holds reports whether connections are held, level by level.
func (p *Program) holds() bool { return p.scenario.Load.Levels != nil }

// compileHeld compiles what a held connection does: the plan's flow, or its opening alone.
func (p *Program) compileHeld(saved []string) error {
	sc := p.scenario
	levels, own := sc.Load.Levels, len(sc.Mix) > 0
	head := plan.Head{Name: attempt}
	var step plan.Step
	switch levels.Protocol {
	case plan.KeepAlive:
		step = &plan.HTTP{Head: head, Method: "GET", Path: levels.Path, Headers: levels.Headers}
	case plan.EventStream:
		if own {
			return fmt.Errorf("compile scenario %s: a flow cannot run on a held stream; give the scenario a path", sc.Name)
		}
		return p.held(&plan.Flow{Name: connection}, saved, (*compiler).streaming, true)
	default:
		step = &plan.WebSocket{Head: head, Path: levels.Path, Headers: levels.Headers}
	}
	flow := &plan.Flow{Name: connection, Steps: []plan.Step{step}}
	if own {
		flow = sc.Mix[0].Flow
	}
	return p.held(flow, saved, nil, levels.Protocol == plan.KeepAlive && !own)
}

// held compiles the flow of every held connection; more adds to it, and rests is that it ends by holding the connection.
func (p *Program) held(from *plan.Flow, saved []string, more func(*compiler) error, rests bool) error {
	f, err := p.compile(from, saved, false)
	if err != nil {
		return err
	}
	c := &compiler{program: p, flow: f}
	if more != nil {
		if err := more(c); err != nil {
			return fmt.Errorf("compile scenario %s: %w", p.scenario.Name, err)
		}
	}
	if rests {
		c.emit(&stay{step: f.first, body: c.here()}, &plan.Head{})
	}
	p.mix, p.weights = []*flow{f}, []float64{1}
	return nil
}

// stay holds a connection whose flow has come to its end: the flow begins anew, or where there is none the connection
// stays idle.
type stay struct {
	step int // of the opening, as the layout counts
	body int // what is done on the connection begins there; at the stay itself: nothing is
}

func (s *stay) do(u *user, c *carrier) outcome {
	if u.berth == nil {
		return goOn
	}
	if !u.alive() {
		if u.socket != nil {
			return goOn // the end of the WebSocket says how it was lost
		}
		u.begin(c, s.step)
		return u.end(c, u.fate(), errGone)
	}
	h := &u.berth.hold
	u.marks = u.marks[:h.depth]
	if at := u.pc - 1; s.body == at {
		u.pc, u.wake = at, eternity
		return wait
	}
	u.pc = s.body
	u.socket.asked = never
	h.round = max(u.due, h.round+int64(breath))
	if h.round == u.due {
		return goOn
	}
	u.thought += h.round - u.due
	u.due, u.wake = h.round, h.round
	return wait
}

// streaming opens a stream of server-sent events, to be held.
type streaming struct{ index, request int }

func (c *compiler) streaming() error {
	levels := c.program.scenario.Load.Levels
	head, err := c.line("GET", levels.Path, nil)
	if err != nil {
		return err
	}
	ours := []plan.Field{{Name: "Accept", Value: plan.Static("text/event-stream")}}
	if head, err = c.headers(head, levels.Headers, nil, ours); err != nil {
		return err
	}
	s := &streaming{index: c.operation(attempt, metrics.Stream), request: len(c.flow.requests)}
	c.flow.requests = append(c.flow.requests, request{method: "GET", head: head})
	c.emit(s, &plan.Head{Name: attempt})
	return nil
}

func (s *streaming) do(u *user, c *carrier) outcome {
	if !u.admit() {
		return held
	}
	u.begin(c, s.index)
	class, err := s.perform(u, c)
	if u.lines.broken.Load() {
		return u.forget()
	}
	return u.end(c, class, err)
}

func (s *streaming) perform(u *user, c *carrier) (metrics.Class, error) {
	if err := u.flow.requests[s.request].render(u, c, ""); err != nil {
		return metrics.Expression, err
	}
	x := &c.exchange
	x.NoBody, x.KeepBody = false, false
	x.Deadline = u.by(c.user.engine.program.scenario.Service.Timeout)
	conn, err := u.borrow(c, u.engine.home)
	if err != nil {
		return wire.Classify(err), err
	}
	c.streams = true
	err = c.call(conn)
	c.tally()
	switch {
	case err != nil:
	case x.Status >= 400:
		err = &wire.Failure{Class: metrics.Status, Answered: true, Err: statusError(x.Status)}
	case c.stream == nil:
		err = &wire.Failure{Class: metrics.Protocol, Answered: true, Err: fmt.Errorf("the answer with status %d is no stream", x.Status)}
	}
	if err != nil {
		u.giveBack(conn)
		return wire.Classify(err), err
	}
	u.berth.hold.stream, c.stream = c.stream, nil
	return metrics.OK, nil
}
