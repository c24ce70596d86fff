package expr

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"

	"plimsoll/dsl/fact"
)

// tasksFunction stands among the facts of a capacity, and is called.
const tasksFunction = "capacity.tasks"

// AssertionFunctions lists the functions of assertions in the order of the reference. The caller may keep the list.
func AssertionFunctions() []Function {
	return []Function{
		{"min", "min(values…)", "The least of values in the same unit.", "min(latency.p95, service_time.p95) < 1s"},
		{"max", "max(values…)", "The greatest of values in the same unit.", "max(latency.p95, connect.p95) < 1s"},
		{"abs", "abs(value)", "The value without its sign.", "abs(drift.throughput_per_hour) < 2%"},
		{tasksFunction, tasksFunction + "(connections, buffer) count", "In a capacity: how many tasks hold so many connections, each at most `capacity.per_task`: " +
			"connections ÷ per task × buffer, rounded up. The buffer is a factor of 1 or more, and stands in place of `safety`.", tasksFunction + "(10000, 1.2) <= 107"},
	}
}

// assertionFunctions are their names.
func assertionFunctions() []string {
	var names []string
	for _, f := range AssertionFunctions() {
		names = append(names, f.Name)
	}
	return names
}

// call compiles a call of a function that is none of expr-lang's.
func (c *asserter) call(n *ast.CallNode) term {
	if names, ok := path(n.Callee); !ok || fact.Written(names...) != tasksFunction {
		return c.refuse(n)
	}
	if len(n.Arguments) != 2 {
		c.report(n, fmt.Sprintf("%s takes two numbers, not %d", tasksFunction, len(n.Arguments)), "give the connections to hold and a buffer: "+tasksFunction+"(10000, 1.2)")
		return c.failed(n)
	}
	perTask := c.fact(n.Callee.(*ast.MemberNode).Node, "capacity", "per_task")
	target, buffer := c.compile(n.Arguments[0]), c.compile(n.Arguments[1])
	if !c.wantNumbers(target, buffer) {
		return c.failed(n)
	}
	c.wantCount(target, "10000")
	c.wantCount(buffer, "1.2")
	if buffer.constant && buffer.unit.kind != wrong && buffer.value() < 1 {
		c.report(buffer.node, "a buffer below 1 leaves too few tasks", "write a factor of 1 or more, such as 1.2")
	}
	return term{node: n, unit: unit{dimension: fact.Count}, number: func(s fact.Source) fact.Interval {
		return tasks(target.number(s), perTask.number(s), buffer.number(s))
	}}
}

// wantCount reports a number in a unit where a bare one must stand.
func (c *asserter) wantCount(t term, example string) {
	if t.unit.number() || t.unit.unsure() || t.unit.dimension == fact.Count {
		return
	}
	c.report(t.node, fmt.Sprintf("%s is %s, and a count is needed here", c.written(t.node), t.unit.describe()), "write a number without a unit, such as "+example)
}

// tasks is fact.Tasks of intervals. It grows with the target and the buffer, and falls as a task holds more.
func tasks(target, perTask, buffer fact.Interval) fact.Interval {
	if slices.ContainsFunc([]fact.Interval{target, perTask, buffer}, func(i fact.Interval) bool { return !i.Known() || never(i) }) {
		return fact.Unknown()
	}
	return sane(fact.Interval{Low: fact.Tasks(target.Low, perTask.High, buffer.Low), High: fact.Tasks(target.High, perTask.Low, buffer.High)})
}
