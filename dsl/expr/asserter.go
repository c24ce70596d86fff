package expr

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"plimsoll/dsl/fact"
)

// asserter compiles the tree of an assertion to closures, reporting every mistake on its way.
type asserter struct {
	*source
	names fact.Names
	facts []reading // each once, in the order of the source
	needs []Need

	limits map[string]float64 // by path: what it is compared to be below
}

// compile never returns nil functions: a mistake is reported, and goes on as a number of the wrong unit.
func (c *asserter) compile(n ast.Node) term {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return c.numeric(n, float64(n.Value))
	case *ast.FloatNode:
		return c.numeric(n, n.Value)
	case *ast.BoolNode:
		truth := decide(n.Value, !n.Value)
		return term{node: n, judge: func(fact.Source) Truth { return truth }, constant: true}
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		return c.path(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.BuiltinNode:
		return c.function(n)
	case *ast.CallNode:
		return c.call(n)
	}
	return c.refuse(n)
}

func (c *asserter) unary(n *ast.UnaryNode) term {
	t := c.compile(n.Node)
	if n.Operator == "!" || n.Operator == "not" {
		c.wantTruth(t)
		return term{node: n, constant: t.constant, judge: func(s fact.Source) Truth { return not(t.judge(s)) }}
	}
	if !c.wantNumbers(t) {
		return c.failed(n)
	}
	if n.Operator == "+" {
		return t
	}
	return term{node: n, unit: t.unit, constant: t.constant, number: func(s fact.Source) fact.Interval { return negate(t.number(s)) }}
}

func (c *asserter) binary(n *ast.BinaryNode) term {
	switch n.Operator {
	case "and", "&&", "or", "||":
		return c.logical(n)
	case "<", "<=", ">", ">=", "==", "!=":
		return c.comparison(n, c.compile(n.Left), c.compile(n.Right))
	case "+", "-", "*", "/":
		return c.arithmetic(n, c.compile(n.Left), c.compile(n.Right))
	}
	return c.refuse(n)
}

func (c *asserter) logical(n *ast.BinaryNode) term {
	a, b := c.compile(n.Left), c.compile(n.Right)
	c.wantTruth(a)
	c.wantTruth(b)
	combine := both
	if n.Operator == "or" || n.Operator == "||" {
		combine = either
	}
	return term{node: n, constant: a.constant && b.constant, judge: func(s fact.Source) Truth { return combine(a.judge(s), b.judge(s)) }}
}

func (c *asserter) comparison(n *ast.BinaryNode, a, b term) term {
	if a.judge != nil && b.judge != nil && (n.Operator == "==" || n.Operator == "!=") {
		return c.equivalence(n, a, b)
	}
	t := term{node: n, constant: a.constant && b.constant}
	op := n.Operator
	t.judge = func(s fact.Source) Truth { return compare(op, a.number(s), b.number(s)) }
	if !c.wantNumbers(a, b) {
		return t
	}
	if _, ok := like(a.unit, b.unit); !ok {
		c.unlike(n, a, b)
		return t
	}
	c.needErrors(op, a, b)
	c.limit(op, a, b)
	c.bound(a, b)
	c.bound(b, a)
	return t
}

// bound notes that a fact is compared with a constant.
func (c *asserter) bound(a, b term) {
	for i := range c.facts {
		if r := &c.facts[i]; r.path == a.path && b.constant {
			r.bounds = append(r.bounds, b.value())
		}
	}
}

// limit notes what a fact is compared to be below.
func (c *asserter) limit(op string, a, b term) {
	if op == ">" || op == ">=" {
		a, b, op = b, a, "<"
	}
	if a.path == "" || !b.constant || op != "<" && op != "<=" {
		return
	}
	if c.limits == nil {
		c.limits = map[string]float64{}
	}
	c.limits[a.path] = max(c.limits[a.path], b.value())
}

// equivalence compares two truths, of which both must be known.
func (c *asserter) equivalence(n *ast.BinaryNode, a, b term) term {
	negated := n.Operator == "!="
	return term{node: n, constant: a.constant && b.constant, judge: func(s fact.Source) Truth {
		x, y := a.judge(s), b.judge(s)
		if x == Unknown || y == Unknown {
			return Unknown
		}
		return decide((x == y) != negated, (x == y) == negated)
	}}
}

func (c *asserter) arithmetic(n *ast.BinaryNode, a, b term) term {
	if !c.wantNumbers(a, b) {
		return c.failed(n)
	}
	combine, units := add, like
	switch n.Operator {
	case "-":
		combine = subtract
	case "*":
		combine, units = multiply, times
	case "/":
		combine, units = divide, over
	}
	u, ok := units(a.unit, b.unit)
	if !ok {
		c.unlike(n, a, b)
	}
	return term{node: n, unit: u, constant: a.constant && b.constant, number: func(s fact.Source) fact.Interval {
		return combine(a.number(s), b.number(s))
	}}
}

// function compiles abs, min and max.
func (c *asserter) function(n *ast.BuiltinNode) term {
	combine := map[string]func(a, b fact.Interval) fact.Interval{"min": least, "max": most, "abs": nil}
	step, ok := combine[n.Name]
	if !ok || len(n.Arguments) == 0 || n.Name == "abs" && len(n.Arguments) != 1 {
		return c.refuse(n)
	}
	all := make([]term, len(n.Arguments))
	for i, argument := range n.Arguments {
		all[i] = c.compile(argument)
	}
	if !c.wantNumbers(all...) {
		return c.failed(n)
	}
	result := all[0]
	if step == nil {
		return term{node: n, unit: result.unit, constant: result.constant, number: func(s fact.Source) fact.Interval {
			return magnitude(result.number(s))
		}}
	}
	for _, next := range all[1:] {
		result = c.choice(n, step, result, next)
	}
	return result
}

func (c *asserter) choice(n ast.Node, step func(a, b fact.Interval) fact.Interval, a, b term) term {
	u, ok := like(a.unit, b.unit)
	if !ok {
		c.unlike(n, a, b)
	}
	return term{node: n, unit: u, constant: a.constant && b.constant, number: func(s fact.Source) fact.Interval {
		return step(a.number(s), b.number(s))
	}}
}

// wantTruth reports a number where a condition must stand.
func (c *asserter) wantTruth(t term) {
	if t.judge != nil || t.unit.kind == wrong {
		return
	}
	c.report(t.node, fmt.Sprintf("%s is %s, and a condition is needed here", c.written(t.node), t.unit.describe()),
		fmt.Sprintf("compare it: %s < %s", c.written(t.node), sample(t.unit.dimension)))
}

// wantNumbers reports conditions where numbers must stand, and whether there was none.
func (c *asserter) wantNumbers(terms ...term) bool {
	ok := true
	for _, t := range terms {
		if t.judge != nil {
			c.report(t.node, fmt.Sprintf("%s is true or false, and a number is needed here", c.written(t.node)), "join conditions with and, or, not")
			ok = false
		}
	}
	return ok
}
