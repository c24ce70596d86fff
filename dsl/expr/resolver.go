package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"plimsoll/dsl/fact"
)

// maxListed bounds the names that a remedy lists.
const maxListed = 16

// resolver checks the names and the units of a flow's expression, before its types are checked.
type resolver struct {
	*source
	names  Names
	moment Moment
}

// visit checks every name and function of a tree.
func (r *resolver) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		r.name(n)
		return
	case *ast.MemberNode:
		if names, ok := path(n); ok && r.container(n, names) {
			return
		}
	case *ast.CallNode:
		r.call(n)
		for _, argument := range n.Arguments {
			r.visit(argument)
		}
		return
	case *ast.BuiltinNode:
		if !slices.ContainsFunc(functions, func(f Function) bool { return f.Name == n.Name }) {
			r.unknownFunction(n, n.Name)
		}
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		r.report(n, "an expression of a flow is a single one", "save what you need again in a set step")
		return
	case *ast.ConditionalNode:
		if !n.Ternary {
			r.report(n.Cond, "if … else is written otherwise here", "write condition ? value : other")
			return
		}
	case *ast.BytesNode:
		r.report(n, "bytes cannot stand in an expression", "write a text: 'abc'")
	}
	for _, child := range children(n) {
		r.visit(*child)
	}
}

// name checks a name that stands alone.
func (r *resolver) name(n *ast.IdentifierNode) {
	valid := r.names.readable(r.moment)
	switch known, exists := find(n.Value); {
	case slices.Contains(r.names.Variables, n.Value):
	case n.Value == "header" && slices.Contains(valid, n.Value):
		r.report(n, "header alone is no value", "name a header: header['content-type']")
	case n.Value == "data" && len(r.names.Data) > 0:
		r.report(n, "data alone is no value", "name a column: "+r.columns())
	case exists && r.moment == AfterHead && !slices.Contains(valid, n.Value):
		r.report(n, n.Value+" is not there yet: the answer is streamed", "read the parts of the answer inside the stream block")
	case exists && !slices.Contains(valid, n.Value):
		r.report(n, fmt.Sprintf("%s can be read only %s", n.Value, known.when()), "use it in a check or save of the step that receives it, and save what later steps need")
	case !slices.Contains(valid, n.Value):
		r.unknown(n, "unknown name "+n.Value, n.Value, valid)
	}
}

// container checks header.x and data.name.column, and reports whether n was one of them.
func (r *resolver) container(n ast.Node, names []string) bool {
	switch {
	case slices.Contains(r.names.Variables, names[0]):
		return false
	case names[0] == "header" && len(names) == 2 && slices.Contains(heads, r.moment):
		return true
	case names[0] == "data":
		return r.cell(n, names)
	}
	return false
}

func (r *resolver) cell(n ast.Node, names []string) bool {
	columns, ok := r.names.Data[names[1]]
	switch {
	case !ok:
		r.unknown(n, "there is no data "+names[1], names[1], r.names.tables())
	case len(names) == 2:
		r.report(n, fmt.Sprintf("data.%s is a row, no value", names[1]), "name a column: "+r.columns())
	case !slices.Contains(columns, names[2]):
		r.unknown(n, fmt.Sprintf("data.%s has no column %s", names[1], names[2]), names[2], columns)
	default:
		return len(names) == 3
	}
	return true
}

// columns lists every column that can be read.
func (r *resolver) columns() string {
	var all []string
	for _, table := range r.names.tables() {
		for _, column := range r.names.Data[table] {
			all = append(all, fact.Written("data", table, column))
		}
	}
	return strings.Join(all, ", ")
}

func (r *resolver) call(n *ast.CallNode) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	switch {
	case !ok:
		r.report(n, "a value has no functions", "call functions by their name: lower(json.state)")
	case !ours[name.Value]:
		r.unknownFunction(n, name.Value)
	case name.Value == "has" && (len(n.Arguments) != 1 || !isPath(n.Arguments[0])):
		r.report(n, "has asks for a field, header, variable or column", "write has(json.session)")
	}
}

func (r *resolver) unknownFunction(n ast.Node, name string) {
	var valid []string
	for _, f := range functions {
		valid = append(valid, f.Name)
	}
	r.unknown(n, "there is no function "+name, name, valid)
}

func (r *resolver) unknown(n ast.Node, summary, name string, valid []string) {
	remedy := "there are " + strings.Join(valid[:min(len(valid), maxListed)], ", ")
	if len(valid) > maxListed {
		remedy += " and others"
	}
	if best, ok := fact.Closest(name, valid); ok {
		remedy = "did you mean " + best + "?"
	} else if len(valid) == 0 {
		remedy = "there is none"
	}
	r.report(n, summary, remedy)
}

func find(name string) (readableName, bool) {
	i := slices.IndexFunc(readable, func(r readableName) bool { return r.name == name })
	if i < 0 {
		return readableName{}, false
	}
	return readable[i], true
}

// isPath reports whether a node is a name or a member.
func isPath(n ast.Node) bool {
	switch n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		return true
	}
	return false
}

// measure checks units as far as they are known at load: those of literals and of elapsed.
func (r *resolver) measure(n ast.Node) term {
	t := term{node: n, unit: unit{kind: loose}, number: exactly(0)}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return r.numeric(n, float64(n.Value))
	case *ast.FloatNode:
		return r.numeric(n, n.Value)
	case *ast.IdentifierNode:
		if known, ok := find(n.Value); ok && known.kind == "time" {
			t.unit = unit{dimension: fact.Time}
		} else if ok && known.kind == "number" {
			t.unit = unit{dimension: fact.Count}
		}
		return t
	case *ast.BinaryNode:
		return r.combine(n)
	}
	for _, child := range children(n) {
		r.measure(*child)
	}
	return t
}

func (r *resolver) combine(n *ast.BinaryNode) term {
	a, b := r.measure(n.Left), r.measure(n.Right)
	t := term{node: n, unit: unit{kind: loose}, number: exactly(0)}
	rule := like
	switch n.Operator {
	case "*":
		rule = times
	case "/":
		rule = over
	case "+", "-", "<", "<=", ">", ">=", "==", "!=":
	default:
		return t
	}
	u, ok := rule(a.unit, b.unit)
	if !ok {
		r.unlike(n, a, b)
	}
	if strings.Contains("+-*/", n.Operator) {
		t.unit = u
	}
	return t
}
