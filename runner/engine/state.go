package engine

import (
	"fmt"
	"slices"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// condition is a check, decided in place where it only compares the status.
type condition struct {
	source  string
	status  int // 0: ask the program
	program *expr.Program
}

func (c *compiler) checks(list []plan.Expression, m expr.Moment) ([]condition, error) {
	var all []condition
	for _, e := range list {
		p, err := c.condition(e, m)
		if err != nil {
			return nil, err
		}
		one := condition{source: e.Source, program: p}
		if status, ok := p.StatusEquals(); ok {
			one.status = status
		}
		all = append(all, one)
	}
	return all, nil
}

func (c *condition) holds(scope *expr.Scope) (bool, error) {
	if c.status != 0 {
		return scope.Status == c.status, nil
	}
	return c.program.Holds(scope)
}

// save gives a variable the value of an expression.
type save struct {
	name    string
	slot    int
	program *expr.Program
}

func (c *compiler) saves(list []plan.Save, m expr.Moment) ([]save, error) {
	var all []save
	for _, s := range list {
		p, err := c.value(s.Expr, m)
		if err != nil {
			return nil, err
		}
		slot := slices.Index(c.flow.variables, s.Name)
		c.flow.sensitive[slot] = c.flow.sensitive[slot] || s.Sensitive
		all = append(all, save{s.Name, slot, p})
	}
	return all, nil
}

// keep evaluates the saves, in order; one may read those before it.
func (u *user) keep(saves []save, c *carrier) error {
	for i := range saves {
		v, err := saves[i].program.Get(&c.scope)
		if err != nil {
			return fmt.Errorf("save %s: %w", saves[i].name, err)
		}
		u.session.variables[saves[i].slot] = v
	}
	return nil
}

// set gives variables new values.
type set struct{ saves []save }

func (s *set) do(u *user, c *carrier) outcome {
	if err := u.keep(s.saves, c); err != nil {
		return u.stumble(c, "set", err)
	}
	return goOn
}

// check fails a session outside any exchange.
type check struct{ conditions []condition }

func (k *check) do(u *user, c *carrier) outcome {
	if class, err := judge(k.conditions, c); err != nil {
		return u.stumbleAs(c, class, err)
	}
	return goOn
}

// measure records a custom metric at the end of the step before.
type measure struct {
	index int
	value *expr.Program
}

func (m *measure) do(u *user, c *carrier) outcome {
	v, err := m.value.Get(&c.scope)
	if err != nil {
		return u.stumble(c, "measure", err)
	}
	switch v := v.(type) {
	case int:
		u.shard.Measure(m.index, u.session.due, float64(v))
	case float64:
		u.shard.Measure(m.index, u.session.due, v)
	default:
		return u.stumble(c, "measure", fmt.Errorf("the value is %T, not a number", v))
	}
	return goOn
}
