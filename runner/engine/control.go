package engine

import (
	"fmt"
	"slices"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// mark is what a session remembers of a repeat or group that it is in.
type mark struct {
	rounds int
	at     int64 // of a repeat, when it must end, 0 for never; of a group, when it began
}

// jump goes on elsewhere.
type jump struct{ to int }

func (j *jump) do(u *user, _ *carrier) outcome {
	u.session.pc = j.to
	return goOn
}

// when skips a step whose condition does not hold.
type when struct {
	condition *expr.Program
	past      int
}

func (w *when) do(u *user, c *carrier) outcome {
	holds, err := w.condition.Holds(&c.scope)
	if err != nil {
		return u.stumble(c, "when", err)
	}
	if !holds {
		u.session.pc = w.past
	}
	return goOn
}

// enter begins a repeat or a group.
type enter struct{ limit time.Duration }

func (e *enter) do(u *user, _ *carrier) outcome {
	m := mark{at: u.session.due}
	if e.limit > 0 {
		m.at = u.engine.now() + int64(e.limit)
	}
	u.session.marks = append(u.session.marks, m)
	return goOn
}

// round begins the next round of a repeat, or leaves it.
type round struct {
	times   int
	while   *expr.Program
	limited bool
	table   int // drawn from each round; -1: none
	past    int
}

func (c *compiler) repeat(s *plan.Repeat) error {
	r := &round{times: s.Times, limited: s.For > 0, table: -1}
	if s.Each != nil {
		r.table = c.program.table(s.Each)
	}
	c.emit(&enter{s.For}, &s.Head)
	if !s.While.Zero() {
		var err error
		if r.while, err = c.condition(s.While, expr.Anytime); err != nil {
			return err
		}
	}
	top := c.emit(r, &s.Head)
	outer := c.rounds
	c.rounds = append(slices.Clone(outer), r.table)
	err := c.steps(s.Steps)
	c.rounds = outer
	c.emit(&jump{top}, &s.Head)
	r.past = c.here()
	c.flow.steps[top].past = r.past
	return err
}

func (r *round) do(u *user, c *carrier) outcome {
	s := &u.session
	m := &s.marks[len(s.marks)-1]
	again := (r.times == 0 || m.rounds < r.times) && (!r.limited || u.engine.now() < m.at)
	if again && r.while != nil {
		var err error
		if again, err = r.while.Holds(&c.scope); err != nil {
			s.marks = s.marks[:len(s.marks)-1]
			return u.stumble(c, "while", err)
		}
	}
	if !again {
		s.marks = s.marks[:len(s.marks)-1]
		s.pc = r.past
		return goOn
	}
	m.rounds++
	if r.table >= 0 && !u.draw(r.table) {
		return cut
	}
	return goOn
}

// choice runs one of its options.
type choice struct {
	weights []float64 // running sums
	starts  []int
}

func (c *compiler) choose(s *plan.Choose) error {
	choice := &choice{}
	c.emit(choice, &s.Head)
	var ends []*jump
	total := 0.0
	for _, o := range s.Options {
		total += o.Weight
		choice.weights = append(choice.weights, total)
		choice.starts = append(choice.starts, c.here())
		if err := c.steps(o.Steps); err != nil {
			return fmt.Errorf("option %q: %w", o.Name, err)
		}
		end := &jump{}
		ends = append(ends, end)
		c.emit(end, &s.Head)
	}
	for _, end := range ends {
		end.to = c.here()
	}
	return nil
}

func (c *choice) do(u *user, _ *carrier) outcome {
	if len(c.weights) > 0 {
		u.session.pc = c.starts[u.session.random.pick(c.weights)]
	}
	return goOn
}

// leave ends a group.
type leave struct{ index int }

func (c *compiler) group(s *plan.Group) error {
	c.emit(&enter{}, &s.Head)
	err := c.steps(s.Steps)
	c.emit(&leave{index(&c.program.layout.Groups, s.Name)}, &s.Head)
	return err
}

func (l *leave) do(u *user, _ *carrier) outcome {
	s := &u.session
	last := len(s.marks) - 1
	began := s.marks[last].at
	s.marks = s.marks[:last]
	u.shard.Group(l.index, began, time.Duration(s.due-began))
	return goOn
}
