package dsl

import (
	"slices"
	"strings"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// use is an expression of a flow and how it is used.
type use struct {
	plan.Expression
	moment    expr.Moment
	condition bool
}

// checkFlows compiles the expressions of every flow, once for each set of variables that it may find.
func (l *loader) checkFlows() {
	known := map[string]bool{}
	compile := func(f, before *plan.Flow) {
		if f == nil {
			return
		}
		variables := f.Saved()
		if before != nil && before != f {
			variables = append(variables, before.Saved()...)
		}
		slices.Sort(variables)
		variables = slices.Compact(variables)
		if key := f.Name + "\x00" + strings.Join(variables, "\x00"); !known[key] {
			known[key] = true
			l.compileFlow(f, variables)
		}
	}
	used := map[*plan.Flow]bool{}
	for _, s := range l.plan.Scenarios {
		for _, share := range s.Mix {
			compile(share.Flow, s.Before)
			used[share.Flow] = true
		}
		if s.Load.Levels != nil {
			l.compile(l.environment(savedBy(s.Before)), usesOfLevels(s.Load.Levels))
		}
		compile(s.Before, nil)
		compile(s.Finally, s.Before)
		used[s.Before], used[s.Finally] = true, true
	}
	l.checkUnused(used)
}

// checkUnused compiles the flows that no scenario runs. What is saved anywhere may be meant for them.
func (l *loader) checkUnused(used map[*plan.Flow]bool) {
	var saved []string
	for _, f := range l.plan.Flows {
		saved = append(saved, f.Saved()...)
	}
	slices.Sort(saved)
	for _, f := range l.plan.Flows {
		if !used[f] {
			l.compileFlow(f, slices.Compact(saved))
		}
	}
}

// compileFlow reports every mistake in the expressions of a flow.
func (l *loader) compileFlow(f *plan.Flow, variables []string) {
	var uses []use
	plan.Walk(f.Steps, func(s plan.Step) { uses = append(uses, usesOf(s)...) })
	l.compile(l.environment(variables), uses)
}

// environment compiles the expressions of flows that have the same variables, each source once.
type environment struct {
	*expr.Environment
	found map[asked][]expr.Problem
}

// asked is a source and how it is used.
type asked struct {
	source    string
	moment    expr.Moment
	condition bool
}

// environment is that of a flow with these variables. Building one costs a while, so flows share it where they can.
func (l *loader) environment(variables []string) *environment {
	key := strings.Join(variables, "\x00")
	if l.environments[key] == nil {
		names := expr.Names{Variables: variables, Data: map[string][]string{}}
		for _, d := range l.plan.Data {
			names.Data[d.Name] = d.Columns
		}
		l.environments[key] = &environment{expr.NewEnvironment(names), map[asked][]expr.Problem{}}
	}
	return l.environments[key]
}

// compile reports the mistakes in expressions.
func (l *loader) compile(e *environment, uses []use) {
	for _, u := range uses {
		if !u.Zero() {
			l.problems(u.Expression, e.compile(asked{u.Source, u.moment, u.condition}))
		}
	}
}

func (e *environment) compile(a asked) []expr.Problem {
	found, known := e.found[a]
	switch {
	case known:
		return found
	case a.condition:
		_, found = e.Condition(a.source, a.moment)
	default:
		_, found = e.Value(a.source, a.moment)
	}
	e.found[a] = found
	return found
}

// checkServices compiles the texts of services, which are evaluated in the sessions of any flow.
func (l *loader) checkServices() {
	for _, s := range l.plan.Services {
		var uses []use
		for _, f := range s.Headers {
			uses = append(uses, inText(f.Value)...)
		}
		l.compile(l.environment(nil), append(uses, inAuth(s.Auth)...))
	}
}

// usesOfLevels are the expressions of a capacity's connection; none without.
func usesOfLevels(levels *plan.Levels) []use {
	if levels == nil {
		return nil
	}
	return append(inText(levels.Path), inFields(levels.Headers)...)
}

// savedBy are the variables of a flow that runs before the load, sorted; none without one.
func savedBy(f *plan.Flow) []string {
	if f == nil {
		return nil
	}
	return slices.Sorted(slices.Values(f.Saved()))
}

// usesOf are the expressions of one step, those of the steps inside left out.
func usesOf(s plan.Step) []use {
	uses := []use{{s.Common().When, expr.Anytime, true}}
	switch s := s.(type) {
	case *plan.HTTP:
		uses = append(uses, inText(s.Path)...)
		uses = append(uses, inFields(s.Headers, s.Query, s.Body.Form)...)
		uses = append(uses, inAuth(s.Auth)...)
		uses = append(uses, inValue(s.Body.JSON)...)
		uses = append(uses, inOptional(s.Body.Text)...)
		if s.Stream == nil {
			return append(uses, after(expr.AfterExchange, s.Checks, s.Save)...)
		}
		uses = append(uses, after(expr.AfterHead, s.Checks, s.Save)...)
		uses = append(uses, inStream(s.Stream)...)
	case *plan.WebSocket:
		uses = append(uses, inText(s.Path)...)
		uses = append(uses, inFields(s.Headers, s.Query)...)
		uses = append(uses, after(expr.AfterExchange, s.Checks, s.Save)...)
	case *plan.Send:
		uses = append(uses, inValue(s.JSON)...)
		uses = append(uses, inOptional(s.Text)...)
	case *plan.Receive:
		uses = append(uses, use{s.Until, expr.AfterMessage, true})
		uses = append(uses, after(expr.AfterMessage, s.Checks, s.Save)...)
	case *plan.Close:
		uses = append(uses, inText(s.Reason)...)
	case *plan.Repeat:
		uses = append(uses, use{s.While, expr.Anytime, true})
	case *plan.Set:
		uses = append(uses, after(expr.Anytime, nil, s.Values)...)
	case *plan.Check:
		uses = append(uses, after(expr.Anytime, s.Conditions, nil)...)
	case *plan.Measure:
		uses = append(uses, use{s.Value, expr.Anytime, false})
	}
	return uses
}

// inStream are the expressions of a stream; chunks of a raw one have no type.
func inStream(s *plan.Stream) []use {
	moment := expr.AfterEvent
	if s.Raw {
		moment = expr.AfterMessage
	}
	return append(after(moment, s.Checks, s.Save), use{s.Until, moment, true})
}

// after are the checks and saves of a step.
func after(m expr.Moment, checks []plan.Expression, saves []plan.Save) []use {
	var uses []use
	for _, c := range checks {
		uses = append(uses, use{c, m, true})
	}
	for _, s := range saves {
		uses = append(uses, use{s.Expr, m, false})
	}
	return uses
}

func inText(t plan.Text) []use {
	var uses []use
	for _, p := range t.Parts {
		if p.Expr != nil {
			uses = append(uses, use{*p.Expr, expr.Anytime, false})
		}
	}
	return uses
}

func inOptional(t *plan.Text) []use {
	if t == nil {
		return nil
	}
	return inText(*t)
}

func inFields(groups ...[]plan.Field) []use {
	var uses []use
	for _, fields := range groups {
		for _, f := range fields {
			uses = append(uses, inText(f.Value)...)
		}
	}
	return uses
}

func inAuth(a *plan.Auth) []use {
	if a == nil {
		return nil
	}
	return slices.Concat(inText(a.User), inText(a.Password), inText(a.Bearer))
}

func inValue(v *plan.Value) []use {
	if v == nil {
		return nil
	}
	uses := inText(v.Text)
	for _, e := range v.List {
		uses = append(uses, inValue(&e)...)
	}
	for _, m := range v.Object {
		uses = append(uses, inValue(&m.Value)...)
	}
	return uses
}
