package engine

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// compiler turns one flow of a plan into instructions.
type compiler struct {
	program  *Program
	flow     *flow
	silent   bool
	label    string // of the step at hand, for errors
	inSocket bool   // the step at hand runs on a WebSocket
	rounds   []int  // the tables of which each round of the repeats at hand draws a row
}

// compile adds a flow to the program; what was saved before it starts can be read in it.
func (p *Program) compile(f *plan.Flow, saved []string, silent bool) (*flow, error) {
	names := slices.Clone(saved)
	for _, name := range f.Saved() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	columns := make(map[string][]string, len(p.data))
	for _, d := range p.data {
		columns[d.Name] = d.Columns
	}
	c := &compiler{program: p, silent: silent, flow: &flow{
		name:      f.Name,
		first:     len(p.layout.Steps),
		env:       expr.NewEnvironment(expr.Names{Variables: names, Data: columns}),
		variables: names,
		sensitive: make([]bool, len(names)),
	}}
	if p.before != nil {
		copy(c.flow.sensitive, p.before.sensitive)
	}
	if err := c.steps(f.Steps); err != nil {
		return nil, fmt.Errorf("compile flow %s: %w", f.Name, err)
	}
	return c.flow, nil
}

func (c *compiler) steps(steps []plan.Step) error {
	for _, s := range steps {
		if err := c.step(s); err != nil {
			return err
		}
	}
	return nil
}

// step adds the instructions of a step, behind the one that decides whether it runs.
func (c *compiler) step(s plan.Step) error {
	head := s.Common()
	c.label = head.Name
	if head.When.Zero() {
		return c.body(s)
	}
	condition, err := c.condition(head.When, expr.Anytime)
	if err != nil {
		return err
	}
	w := &when{condition: condition}
	c.emit(w, head)
	err = c.body(s)
	w.past = c.here()
	return err
}

func (c *compiler) body(s plan.Step) error {
	switch s := s.(type) {
	case *plan.HTTP:
		return c.exchange(s)
	case *plan.WebSocket:
		return c.websocket(s)
	case *plan.Send, *plan.Receive, *plan.Ping, *plan.Close:
		return c.talk(s)
	case *plan.Think:
		c.emit((*think)(s), &s.Head)
		return nil
	case *plan.Repeat:
		return c.repeat(s)
	case *plan.Choose:
		return c.choose(s)
	case *plan.Group:
		return c.group(s)
	}
	return c.state(s)
}

// talk compiles the steps that need an open WebSocket.
func (c *compiler) talk(s plan.Step) error {
	if !c.inSocket {
		return c.wrong(s.Common().Range, fmt.Errorf("%T outside of a websocket; put it into the block of one", s))
	}
	switch s := s.(type) {
	case *plan.Send:
		return c.send(s)
	case *plan.Receive:
		return c.receive(s)
	case *plan.Close:
		return c.close(s)
	}
	c.emit(&ping{}, s.Common())
	return nil
}

// state compiles the steps that only work on the session itself.
func (c *compiler) state(s plan.Step) error {
	switch s := s.(type) {
	case *plan.Set:
		saves, err := c.saves(s.Values, expr.Anytime)
		c.emit(&set{saves}, &s.Head)
		return err
	case *plan.Check:
		checks, err := c.checks(s.Conditions, expr.Anytime)
		c.emit(&check{checks}, &s.Head)
		return err
	case *plan.Measure:
		value, err := c.value(s.Value, expr.Anytime)
		c.emit(&measure{index: index(&c.program.layout.Measures, s.Name), value: value}, &s.Head)
		return err
	}
	return fmt.Errorf("%T is no step that the engine knows", s)
}

// emit adds an instruction and returns its index.
func (c *compiler) emit(s step, head *plan.Head) int {
	c.flow.steps = append(c.flow.steps, instruction{step: s, lenient: head.Continue, past: c.here() + 1})
	return c.here() - 1
}

// here is the index that the next instruction will have.
func (c *compiler) here() int { return len(c.flow.steps) }

// operation adds an operation to the layout and returns its index there.
func (c *compiler) operation(name string, kind metrics.Kind) int {
	l := &c.program.layout
	l.Steps = append(l.Steps, metrics.Step{Flow: c.flow.name, Name: name, Kind: kind, Silent: c.silent})
	return len(l.Steps) - 1
}

// index returns the place of a name in a list, to which it is added when new.
func index(list *[]string, name string) int {
	if i := slices.Index(*list, name); i >= 0 {
		return i
	}
	*list = append(*list, name)
	return len(*list) - 1
}

func (c *compiler) condition(e plan.Expression, m expr.Moment) (*expr.Program, error) {
	c.note(e)
	p, problems := c.flow.env.Condition(e.Source, m)
	return p, c.problem(e, problems)
}

func (c *compiler) value(e plan.Expression, m expr.Moment) (*expr.Program, error) {
	c.note(e)
	p, problems := c.flow.env.Value(e.Source, m)
	return p, c.problem(e, problems)
}

// note remembers the data blocks that an expression reads, so that a session draws a row of those only; within a repeat that
// draws a row a round, it is that which is read.
func (c *compiler) note(e plan.Expression) {
	for i, d := range c.program.data {
		if readsData(e.Source, d.Name) && !slices.Contains(c.flow.draws, i) && !slices.Contains(c.rounds, i) {
			c.flow.draws = append(c.flow.draws, i)
		}
	}
}

func (c *compiler) problem(e plan.Expression, problems []expr.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return c.wrong(e.Range, fmt.Errorf("expression %q: %s; %s", e.Source, problems[0].Summary, problems[0].Remedy))
}

func (c *compiler) wrong(at hcl.Range, err error) error {
	return fmt.Errorf("%s, step %q: %w", at, c.label, err)
}
