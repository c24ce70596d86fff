package expr

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/fact"
)

// Whatever values the operands turn out to have, the result of an operation holds what it yields of them.
func TestIntervalsHoldEveryOutcome(t *testing.T) {
	operations := map[string]struct {
		of func(a, b fact.Interval) fact.Interval
		on func(x, y float64) float64
	}{
		"add":       {add, func(x, y float64) float64 { return x + y }},
		"subtract":  {subtract, func(x, y float64) float64 { return x - y }},
		"multiply":  {multiply, func(x, y float64) float64 { return x * y }},
		"divide":    {divide, func(x, y float64) float64 { return x / y }},
		"least":     {least, math.Min},
		"most":      {most, math.Max},
		"magnitude": {func(a, _ fact.Interval) fact.Interval { return magnitude(a) }, func(x, _ float64) float64 { return math.Abs(x) }},
		"negate":    {func(a, _ fact.Interval) fact.Interval { return negate(a) }, func(x, _ float64) float64 { return -x }},
	}
	for name, op := range operations {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a, x := interval(t, "a")
				b, y := interval(t, "b")
				got, v := op.of(a, b), op.on(x, y)
				if math.IsNaN(got.Low) || math.IsNaN(got.High) || got.Low > got.High {
					t.Fatalf("%v, %v: %v is no interval", a, b, got)
				}
				if slack := 1e-9 * (1 + math.Abs(v)); !math.IsNaN(v) && !math.IsInf(v, 0) && (v < got.Low-slack || v > got.High+slack) {
					t.Fatalf("%v of %v, %v of %v: %v lies outside of %v", x, a, y, b, v, got)
				}
			})
		})
	}
}

// A comparison that is decided is so whatever values the operands turn out to have.
func TestComparisonsHoldForEveryOutcome(t *testing.T) {
	operators := map[string]func(x, y float64) bool{
		"<": func(x, y float64) bool { return x < y }, "<=": func(x, y float64) bool { return x <= y },
		">": func(x, y float64) bool { return x > y }, ">=": func(x, y float64) bool { return x >= y },
		"==": func(x, y float64) bool { return x == y }, "!=": func(x, y float64) bool { return x != y },
	}
	rapid.Check(t, func(t *rapid.T) {
		a, x := interval(t, "a")
		b, y := interval(t, "b")
		for op, holds := range operators {
			if got := compare(op, a, b); got != Unknown && (got == True) != holds(x, y) {
				t.Fatalf("%v %s %v is %d, but not for %v and %v", a, op, b, got, x, y)
			}
			if got, want := compare(op, fact.Exactly(x), fact.Exactly(y)), decide(holds(x, y), !holds(x, y)); got != want {
				t.Fatalf("%v %s %v is %d", x, op, y, got)
			}
		}
	})
}

// interval draws one of every sort, and a value in it.
func interval(t *rapid.T, name string) (fact.Interval, float64) {
	number := rapid.Float64Range(-100, 100)
	low, width := number.Draw(t, name), rapid.Float64Range(0, 50).Draw(t, name+" width")
	x := low + width*rapid.Float64Range(0, 1).Draw(t, name+" within")
	switch rapid.IntRange(0, 5).Draw(t, name+" sort") {
	case 0:
		return fact.AtLeast(low), x
	case 1:
		return fact.AtMost(low + width), x
	case 2:
		return fact.Unknown(), x
	case 3:
		return fact.Exactly(x), x
	case 4:
		return fact.Exactly(math.Inf(1)), math.Inf(1)
	}
	return fact.Interval{Low: low, High: max(low+width, x)}, x
}

func TestTruth(t *testing.T) {
	names := map[Truth]string{Unknown: "?", False: "0", True: "1"}
	var got []string
	for _, a := range []Truth{False, Unknown, True} {
		for _, b := range []Truth{False, Unknown, True} {
			got = append(got, fmt.Sprintf("%s%s and %s or %s not %s", names[a], names[b], names[both(a, b)], names[either(a, b)], names[not(a)]))
		}
	}
	want := []string{
		"00 and 0 or 0 not 1", "0? and 0 or ? not 1", "01 and 0 or 1 not 1",
		"?0 and 0 or ? not ?", "?? and ? or ? not ?", "?1 and ? or 1 not ?",
		"10 and 0 or 1 not 0", "1? and ? or 1 not 0", "11 and 1 or 1 not 0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRewrite(t *testing.T) {
	for source, want := range map[string]string{
		"a < 800ms": "a < 0.8", "1.5s": "1.5", "2m30s": "150", "24h": "86400", "1us+1µs": "1e-06+1e-06", "15ns": "1.5e-08", ".5s": "0.5",
		"85%": "0.85", "a % b": "a % b", "10 % 3": "10 % 3", "1%and 2": "0.01and 2", "10MB": "1e+07", "1KiB": "1024", "200/s": "200", "200/sec": "200/sec",
		"'800ms' + \"1%\" + `2h`": "'800ms' + \"1%\" + `2h`", "'it\\'s 1s' 1s": "'it\\'s 1s' 1", "1s // 1s": "1 // 1s", "1s /* 1s */ 1s": "1 /* 1s */ 1",
		"p95 x1s a1": "p95 x1s a1", "1..3": "1..3", "0x1F 1e3 1_000": "0x1F 1e3 1_000", "1e3ms": "1", "é1s 1s": "é1s 1",
	} {
		s := rewrite(source, dialect{rates: true, known: func([]string) bool { return false }})
		if s.rewritten != want || len(s.problems) > 0 {
			t.Errorf("%s became %s, not %s; %v", source, s.rewritten, want, s.problems)
		}
		for i, at := range s.starts {
			if at >= s.ends[i] || s.ends[i] > len(source) || i > 0 && at < s.starts[i-1] {
				t.Errorf("%s: rune %d came from %d to %d", source, i, at, s.ends[i])
			}
		}
	}
}
