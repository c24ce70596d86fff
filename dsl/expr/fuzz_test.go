package expr_test

import (
	"testing"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
)

// inside fails where a problem does not lie in its source.
func inside(t *testing.T, source string, problems []expr.Problem) {
	for _, p := range problems {
		if p.Start < 0 || p.Start > p.End || p.End > len(source) || p.Summary == "" {
			t.Fatalf("%q: %+v", source, p)
		}
	}
}

func FuzzAssertion(f *testing.F) {
	for _, seed := range []string{
		"latency.p95 < 800ms and error_rate < 1%", "step['my-flow'].go-in.latency.p95 < 2m30s", "phase.100.error_rate == 0 // why",
		"max(latency.p95, 1us) / .5s > -3 ** 2", "1 < (2 < (3 < 4) < 5) < 6", "throughput>200/s||!limit.found", "a.b[c]?.d(e, {f: `g`})",
		"latency.p95 < 1e999s", "{{ x }} = 5%%", "'\\'' \"", "let a = 1; if a {b} else {c}", "capacity.tasks(1e4, 1.2) <= 107", "capacity['tasks'](a.b()).c < 1", "µs 1µs 1µ \xff",
	} {
		f.Add(seed)
	}
	v := vocabulary("")
	facts := known{"latency.p95": fact.Exactly(0.9), "error_rate": fact.AtMost(0.1)}
	f.Fuzz(func(t *testing.T, source string) {
		a, problems := v.Compile(source)
		inside(t, source, problems)
		if (a == nil) != (len(problems) > 0) {
			t.Fatalf("%q: %v with %v", source, a, problems)
		}
		if a != nil {
			a.Judge(facts)
			a.Explain(facts)
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"status == 200", "status < 400 and elapsed < 500ms", "json.items[0]?.id ?? token == 'x'", "has(json.a.b) ? uuid() : random(1, 2)",
		"any(json.items, {.id > 3 and # != nil})", "header['a-b'] matches body", "json | map(#) | filter(.x) | sum()", "split(body, '')[-1:]",
		"data['my-data'].a + string([1, {a: 2.5}])", "1..1000000000", "user % (iteration - iteration)", "not not !json", "[[[[[]]]]] in {}",
		"fromJSON(toBase64(string(now())))", "'a' * 3", "int('99999999999999999999')", "elapsed > 10mss", "all(1..9, any(1..9, none(1..9, one(1..9, #))))",
	} {
		f.Add(seed)
	}
	e := environment()
	f.Fuzz(func(t *testing.T, source string) {
		p, problems := e.Value(source, expr.AfterExchange)
		inside(t, source, problems)
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("%q: %v with %v", source, p, problems)
		}
		if p == nil {
			return
		}
		s := scope()
		_, _ = p.Holds(s)
		_, _ = p.Append(nil, s)
		_, _ = p.AppendJSON(nil, s)
	})
}
