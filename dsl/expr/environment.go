package expr

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
)

// Environment compiles the expressions of one flow. Build it once: building costs a while. It is not safe for concurrent
// use; the programs that it makes are.
type Environment struct {
	names   Names
	parsing *conf.Config // functions, but no names: a variable may be called as a function is
	typing  *conf.Config // with the types of what the plan names, to check the tree as it was written
	running *conf.Config // with our own access to names and members, to compile it
}

// NewEnvironment prepares an environment.
func NewEnvironment(names Names) *Environment {
	e := &Environment{names: names, parsing: config(nil), typing: config(nil), running: config(library)}
	e.typing.WithEnv(names.types())
	e.typing.Strict = true
	e.running.WithEnv(bindings(nil))
	return e
}

// config knows the functions of the language; those that are ours run as bodies say, and have types only without.
func config(bodies map[string]body) *conf.Config {
	c := conf.CreateNew()
	c.Optimize = false
	allowed := map[string]bool{}
	for _, f := range functions {
		allowed[f.Name] = !ours[f.Name]
	}
	for name := range c.Builtins {
		if !allowed[name] {
			c.Disabled[name] = true
			delete(c.Builtins, name)
		}
	}
	for name, body := range bodies {
		c.Functions[name] = &builtin.Function{Name: name, Func: body}
	}
	if bodies == nil {
		for name, signature := range signatures {
			c.Functions[name] = &builtin.Function{Name: name, Types: []reflect.Type{reflect.TypeOf(signature)}}
		}
	}
	return c
}

// signatures are the types of our functions as the plan calls them.
var signatures = map[string]any{
	"has":    func(any) bool { return false },
	"uuid":   func() string { return "" },
	"random": func(a, b int) int { return 0 },
	"now":    func() float64 { return 0 },
	"string": func(any) string { return "" },

	"fromJSON": func(string) any { return nil },
}

// types are those of everything that a flow may read at some moment.
func (n Names) types() types.Map {
	all := types.Map{}
	for _, name := range n.Variables {
		all[name] = types.Any
	}
	data := types.Map{}
	for name, columns := range n.Data {
		row := types.Map{}
		for _, column := range columns {
			row[column] = types.String
		}
		data[name] = row
	}
	all["data"] = data
	kinds := map[string]types.Type{
		"number": types.Int, "text": types.String, "time": types.Float64, "value": types.Any, "object": types.TypeOf(map[string]string{}),
	}
	for _, r := range readable {
		all[r.name] = kinds[r.kind]
	}
	return all
}

// Condition compiles an expression that must be true or false. Every mistake is reported; the program is nil if there is any.
func (e *Environment) Condition(text string, m Moment) (*Program, []Problem) {
	return e.compile(text, m, true)
}

// Value compiles an expression of any type.
func (e *Environment) Value(text string, m Moment) (*Program, []Problem) {
	return e.compile(text, m, false)
}

func (e *Environment) compile(text string, m Moment, condition bool) (*Program, []Problem) {
	s := rewrite(text, dialect{known: e.names.knows})
	tree, ok := s.parse(e.parsing)
	if !ok {
		return nil, s.problems
	}
	check := &resolver{source: s, names: e.names, moment: m}
	check.visit(tree.Node)
	if len(s.problems) == 0 {
		check.measure(tree.Node)
	}
	if len(s.problems) > 0 || !e.typed(s, tree, condition) {
		return nil, s.problems
	}
	p := &Program{}
	p.status, p.isStatus = statusEquals(tree.Node)
	w := &weaver{source: s, names: e.names, program: p}
	w.weave(&tree.Node)
	p.lone = loneReference(tree.Node)
	if err := p.assemble(tree, e.running); err != nil {
		s.refuse(err)
		return nil, s.problems
	}
	return p, nil
}

// assemble makes the bytecode of a woven tree.
func (p *Program) assemble(tree *parser.Tree, c *conf.Config) (err error) {
	if _, err := checker.Check(tree, c); err != nil {
		return err
	}
	p.code, err = compiler.Compile(tree, c)
	return err
}

// typed checks the types of the tree as it was written.
func (e *Environment) typed(s *source, tree *parser.Tree, condition bool) bool {
	t, err := checker.Check(tree, e.typing)
	if err != nil {
		s.refuse(err)
		return false
	}
	if kind := t.Kind(); condition && kind != reflect.Bool && kind != reflect.Interface {
		s.report(tree.Node, fmt.Sprintf("a condition is true or false, and this is %s", describe(reflect.Zero(t).Interface())),
			"compare it, as in status == 200")
		return false
	}
	return true
}

// knows reports whether these names, of which one needs brackets, are something that a flow can read.
func (n Names) knows(names []string) bool {
	switch {
	case len(names) == 2 && names[0] == "header":
		return true
	case len(names) == 3 && names[0] == "data":
		return slices.Contains(n.Data[names[1]], names[2])
	}
	return false
}

// readable lists the names that can be read at a moment.
func (n Names) readable(m Moment) []string {
	all := slices.Clone(n.Variables)
	for _, r := range readable {
		if slices.Contains(r.moments, m) {
			all = append(all, r.name)
		}
	}
	if len(n.Data) > 0 {
		all = append(all, "data")
	}
	return all
}

func (n Names) tables() []string { return slices.Sorted(maps.Keys(n.Data)) }

// statusEquals recognises status == code, either way round.
func statusEquals(n ast.Node) (code int, ok bool) {
	b, ok := n.(*ast.BinaryNode)
	if !ok || b.Operator != "==" {
		return 0, false
	}
	name, isName := b.Left.(*ast.IdentifierNode)
	value, isNumber := b.Right.(*ast.IntegerNode)
	if !isName || !isNumber {
		name, isName = b.Right.(*ast.IdentifierNode)
		value, isNumber = b.Left.(*ast.IntegerNode)
	}
	if !isName || !isNumber || name.Value != "status" {
		return 0, false
	}
	return value.Value, true
}
