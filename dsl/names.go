package dsl

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// taken are the names that expressions have in every flow.
func taken() []string {
	names := []string{"data"}
	for _, n := range expr.FlowNames() {
		names = append(names, n.Name)
	}
	return names
}

// variableName checks the name of a variable that a flow saves or sets.
func (l *loader) variableName(m member) {
	switch {
	case !hclsyntax.ValidIdentifier(m.name) || slices.Contains([]byte(m.name), '-'):
		l.fail(m.key, fmt.Sprintf("a variable cannot be named %q", m.name), "Use letters, digits and _, a letter first.")
	case slices.Contains(l.taken, m.name):
		l.fail(m.key, fmt.Sprintf("%s has a meaning of its own in every flow", m.name), "Choose another name for the variable.")
	}
}

// checkNames reports operations of a flow with equal names, and variables saved twice.
func (l *loader) checkNames(f *plan.Flow) {
	seen := map[string]hcl.Range{}
	plan.Walk(f.Steps, func(s plan.Step) {
		h := s.Common()
		kind := ""
		switch s.(type) {
		case *plan.HTTP, *plan.WebSocket, *plan.Receive:
			kind = "operation"
		case *plan.Group:
			kind = "group"
		default:
			return
		}
		if first, again := seen[kind+h.Name]; again {
			l.fail(h.Range, fmt.Sprintf("a second %s %q in the flow %s", kind, h.Name, f.Name), "The first stands at "+place(first)+". Facts are told apart by these names: give it another.")
			return
		}
		seen[kind+h.Name] = h.Range
	})
	l.checkSaves(f.Steps, map[string]hcl.Range{})
}

// checkBefore reports what a session would save under a name that it finds already, saved before the load.
func (l *loader) checkBefore(s *plan.Scenario) {
	if s.Before == nil {
		return
	}
	there := s.Before.Saved()
	for _, share := range s.Mix {
		plan.Walk(share.Flow.Steps, func(step plan.Step) {
			for _, save := range savesOf(step) {
				if slices.Contains(there, save.Name) {
					l.fail(save.Expr.Range, fmt.Sprintf("%s is saved already", save.Name), fmt.Sprintf("The flow %s saves it, before %s. Choose another name.", s.Before.Name, s.Title()))
				}
			}
		})
	}
}

// checkSaves follows the steps with the names that are saved so far; of the options of a choose only one is run, so they
// may save the same names.
func (l *loader) checkSaves(steps []plan.Step, saved map[string]hcl.Range) {
	for _, s := range steps {
		for _, save := range savesOf(s) {
			if first, again := saved[save.Name]; again {
				l.fail(save.Expr.Range, fmt.Sprintf("%s is saved already", save.Name), "It is saved at "+place(first)+". Choose another name, or change it with set { values = { … } }.")
			}
			saved[save.Name] = save.Expr.Range
		}
		if c, is := s.(*plan.Choose); is {
			before := maps.Clone(saved)
			for _, o := range c.Options {
				branch := maps.Clone(before)
				l.checkSaves(o.Steps, branch)
				maps.Copy(saved, branch)
			}
			continue
		}
		for _, inner := range plan.Inner(s) {
			l.checkSaves(inner, saved)
		}
	}
}

// savesOf are the variables that an operation saves.
func savesOf(s plan.Step) []plan.Save {
	switch s := s.(type) {
	case *plan.HTTP:
		if s.Stream != nil {
			return slices.Concat(s.Save, s.Stream.Save)
		}
		return s.Save
	case *plan.WebSocket:
		return s.Save
	case *plan.Receive:
		return s.Save
	}
	return nil
}
