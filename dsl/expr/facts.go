package expr

import (
	"math"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"plimsoll/dsl/fact"
)

// path compiles a path: names behind dots or in brackets.
func (c *asserter) path(n ast.Node) term {
	names, ok := path(n)
	switch {
	case !ok:
		return c.noPath(n)
	case fact.Written(names...) == tasksFunction:
		c.report(n, tasksFunction+" is a function", "call it: "+tasksFunction+"(10000, 1.2)")
		return c.failed(n)
	}
	return c.fact(n, names...)
}

// fact compiles the fact of these names, which stand at n.
func (c *asserter) fact(n ast.Node, names ...string) term {
	canonical, f, unknown := c.names.Lookup(names...)
	if unknown != nil {
		c.report(n, unknown.Error(), unknown.Remedy())
		return c.failed(n)
	}
	c.read(canonical, f)
	number := func(s fact.Source) fact.Interval { return sane(s.Value(canonical)) }
	if f.Dimension == fact.Bool {
		return term{node: n, judge: func(s fact.Source) Truth {
			return compare("==", number(s), fact.Exactly(1))
		}}
	}
	return term{node: n, unit: unit{dimension: f.Dimension}, number: number, path: canonical}
}

// path lists the names of a chain of members; ok is false where one of them is computed.
func path(n ast.Node) (names []string, ok bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return []string{n.Value}, true
	case *ast.MemberNode:
		names, ok = path(n.Node)
		switch p := n.Property.(type) {
		case *ast.StringNode:
			return append(names, p.Value), ok
		case *ast.IntegerNode:
			return append(names, strconv.Itoa(p.Value)), ok
		}
	}
	return nil, false
}

func (c *asserter) noPath(n ast.Node) term {
	summary, remedy := "the name of a fact cannot be computed", "write the names themselves: step['my-flow'].login.latency.p95"
	if _, chain := n.(*ast.ChainNode); chain {
		summary, remedy = "?. asks whether a fact is there, but one that has no data is unknown by itself", "write . in its place"
	}
	c.report(n, summary, remedy)
	return c.failed(n)
}

// read notes that the assertion reads a fact, and what that needs.
func (c *asserter) read(canonical string, f fact.Fact) {
	for _, r := range c.facts {
		if r.path == canonical {
			return
		}
	}
	c.facts = append(c.facts, reading{path: canonical, fact: f})
	if n, ok := samples[canonical[strings.LastIndexByte(canonical, '.')+1:]]; ok {
		c.need(canonical, n)
	}
}

// samples is 10/(1−q) for each percentile q: ten samples beyond it, so that one outlier does not decide.
var samples = map[string]int64{"median": 20, "p50": 20, "p90": 100, "p95": 200, "p99": 1000, "p999": 10000}

// needErrors notes 1/x for error_rate < x: with fewer operations a single failure decides.
func (c *asserter) needErrors(op string, a, b term) {
	if op == ">" || op == ">=" {
		a, b = b, a
	}
	ordered := op != "==" && op != "!="
	if !ordered || !b.constant || a.path != "error_rate" && !strings.HasSuffix(a.path, ".error_rate") {
		return
	}
	if x := b.value(); x > 0 {
		c.need(a.path, int64(min(math.Ceil(1/x-1e-9), 1e15)))
	}
}

func (c *asserter) need(path string, n int64) {
	for i := range c.needs {
		if c.needs[i].Path == path {
			c.needs[i].Operations = max(c.needs[i].Operations, n)
			return
		}
	}
	c.needs = append(c.needs, Need{path, n})
}

// refuse reports what the language has and an assertion has not.
func (c *asserter) refuse(n ast.Node) term {
	remedy := "an assertion has facts, numbers, + - * / < <= > >= == != and or not, min max abs"
	summary := c.written(n) + " cannot stand in an assertion"
	switch n := n.(type) {
	case *ast.StringNode, *ast.BytesNode:
		summary = "a text cannot stand in an assertion, which compares numbers"
	case *ast.BuiltinNode:
		summary = n.Name + " cannot be called so in an assertion"
	case *ast.CallNode:
		summary = "an assertion has no function " + c.written(n.Callee)
		if name, ok := fact.Closest(c.written(n.Callee), assertionFunctions()); ok {
			remedy = "did you mean " + name + "?"
		}
	case *ast.BinaryNode:
		summary = n.Operator + " cannot stand in an assertion"
	case *ast.ConditionalNode:
		summary, remedy = "a choice cannot stand in an assertion", "join conditions with and, or, not"
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		summary, remedy = "an assertion is a single expression", "join conditions with and, or write several slas"
	}
	c.report(n, summary, remedy)
	return c.failed(n)
}
