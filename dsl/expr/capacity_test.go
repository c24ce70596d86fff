package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
)

func capacity() *expr.Vocabulary { return expr.NewVocabulary(fact.Names{Kind: "capacity"}) }

func TestTasksAreJudged(t *testing.T) {
	for _, c := range []struct {
		source  string
		perTask fact.Interval
		want    expr.Truth
	}{
		{"capacity.tasks(10000, 1.2) <= 107", fact.Exactly(113), expr.True},
		{"capacity.tasks(10000, 1.2) < 107", fact.Exactly(113), expr.False},
		{"capacity.tasks(1000, 1.2) == 10", fact.Exactly(120), expr.True},
		{"capacity.tasks(10 * 1000, 1) + 1 < 100 + 2", fact.Exactly(100), expr.True},
		{"capacity.tasks(10000, 1.2) <= 107", fact.AtLeast(113), expr.True},
		{"capacity.tasks(10000, 1.2) <= 106", fact.AtLeast(113), expr.Unknown},
		{"capacity.tasks(10000, 1.2) >= 1", fact.AtLeast(113), expr.True},
		{"capacity.tasks(10000, 1.2) >= 107", fact.AtMost(113), expr.True},
		{"capacity.tasks(10000, 1.2) <= 107", fact.AtMost(113), expr.Unknown},
		{"capacity.tasks(10000, 1.2) <= 107", fact.Interval{Low: 100, High: 120}, expr.Unknown},
		{"capacity.tasks(10000, 1.2) <= 107", fact.Exactly(0), expr.False},
		{"capacity.tasks(10000, 1.2) <= 107", fact.Unknown(), expr.Unknown},
		{"capacity.tasks(capacity.per_task, 1.2) == 2", fact.Exactly(100), expr.True},
	} {
		a, problems := capacity().Compile(c.source)
		if a == nil {
			t.Errorf("%s: %v", c.source, show(c.source, problems))
			continue
		}
		if got := a.Judge(known{"capacity.per_task": c.perTask}); got != c.want {
			t.Errorf("%s with %v a task: %v, not %v", c.source, c.perTask, got, c.want)
		}
		if d := cmp.Diff([]string{"capacity.per_task"}, a.Paths()); d != "" {
			t.Errorf("%s: %s", c.source, d)
		}
	}
}

// What an interval says holds for every value in it.
func TestTasksOfAnInterval(t *testing.T) {
	a, _ := capacity().Compile("capacity.tasks(10000, 1.2) <= 107")
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(0, 200).Draw(t, "low")
		high := low + rapid.Float64Range(0, 200).Draw(t, "width")
		value := min(low+(high-low)*rapid.Float64Range(0, 1).Draw(t, "at"), high)
		all := a.Judge(known{"capacity.per_task": {Low: low, High: high}})
		one := a.Judge(known{"capacity.per_task": fact.Exactly(value)})
		if all != expr.Unknown && all != one {
			t.Fatalf("%v for [%v, %v], %v for %v", all, low, high, one, value)
		}
	})
}

func TestMistakesOfTasks(t *testing.T) {
	for _, c := range []mistake{
		{"capacity.tasks(10000) < 5", []string{"[capacity.tasks(10000)] capacity.tasks takes two numbers, not 1 | give the connections to hold and a buffer: capacity.tasks(10000, 1.2)"}},
		{"capacity.tasks(10000, 0.8) < 5", []string{"[0.8] a buffer below 1 leaves too few tasks | write a factor of 1 or more, such as 1.2"}},
		{"capacity.tasks(10s, 120%) < 5", []string{
			"[10s] 10s is a time, and a count is needed here | write a number without a unit, such as 10000",
			"[120%] 120% is a ratio, and a count is needed here | write a number without a unit, such as 1.2"}},
		{"capacity.tasks(limit.found, 1.2) < 5", []string{"[limit.found] limit.found is a fact of a stress, and this is a capacity | move it into an sla of a stress"}},
		{"capacity.tasks(1 < 2, 1.2) < 5", []string{"[1 < 2] 1 < 2 is true or false, and a number is needed here | join conditions with and, or, not"}},
		{"capacity.tasks(10, 1.2) < 5s", []string{"[capacity.tasks(10, 1.2) < 5s] capacity.tasks(10, 1.2) is a count, and 5s is a time | only like goes with like: put a count such as 100 in place of one"}},
		{"capacity.tasks < 5", []string{"[capacity.tasks] capacity.tasks is a function | call it: capacity.tasks(10000, 1.2)"}},
		{"capacity.task(10, 1.2) < 5", []string{"[capacity.task(10, 1.2)] an assertion has no function capacity.task | did you mean capacity.tasks?"}},
	} {
		t.Run(c.source, func(t *testing.T) {
			a, problems := capacity().Compile(c.source)
			if a != nil {
				t.Error("compiled all the same")
			}
			if d := cmp.Diff(c.want, show(c.source, problems)); d != "" {
				t.Error(d)
			}
		})
	}
	const elsewhere = "capacity.tasks(10, 1.2) < 5"
	_, problems := vocabulary("stress").Compile(elsewhere)
	want := []string{"[capacity] capacity.per_task is a fact of a capacity, and this is a stress | move it into an sla of a capacity"}
	if d := cmp.Diff(want, show(elsewhere, problems)); d != "" {
		t.Error(d)
	}
}

// Every example of the reference is an assertion.
func TestExamplesOfAssertionFunctions(t *testing.T) {
	for _, f := range expr.AssertionFunctions() {
		if a, problems := expr.NewVocabulary(fact.Names{}).Compile(f.Example); a == nil || f.Doc == "" {
			t.Errorf("%s: %v", f.Name, show(f.Example, problems))
		}
	}
}
