package expr_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
)

// known is a source of facts.
type known map[string]fact.Interval

func (k known) Value(path string) fact.Interval {
	if v, ok := k[path]; ok {
		return v
	}
	return fact.Unknown()
}

func vocabulary(kind string) *expr.Vocabulary {
	return expr.NewVocabulary(fact.Names{
		Kind:     kind,
		Steps:    map[string][]string{"ask": {"login"}, "my-flow": {"go-in", "v1.2"}},
		Phases:   []string{"100", "100-again"},
		Measures: map[string]fact.Dimension{"tokens": fact.Count},
	})
}

// show writes problems one a line: what they underline, what is wrong, how to mend it.
func show(source string, problems []expr.Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("[%s] %s | %s", source[p.Start:p.End], p.Summary, p.Remedy))
	}
	return lines
}

const (
	grammar = "an assertion has facts, numbers, + - * / < <= > >= == != and or not, min max abs"
	units   = "times have ns, us, ms, s, m, h; ratios %; amounts B, KB, MB, GB, KiB, MiB, GiB; money is written $5"
	bracket = "a name with a hyphen or with a digit first cannot stand behind a dot"
)

// mistake is an expression with what is said about it.
type mistake struct {
	source string
	want   []string
}

func checkAssertions(t *testing.T, mistakes []mistake) {
	for _, c := range mistakes {
		t.Run(c.source, func(t *testing.T) {
			a, problems := vocabulary("stress").Compile(c.source)
			if a != nil {
				t.Error("compiled all the same")
			}
			if d := cmp.Diff(c.want, show(c.source, problems)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMistakesOfUnits(t *testing.T) {
	checkAssertions(t, []mistake{
		{"latency.p95 < 800", []string{"[800] latency.p95 is a time, and 800 is a bare number | write 800ms"}},
		{"latency.p95 < 0.8", []string{"[0.8] latency.p95 is a time, and 0.8 is a bare number | write 800ms"}},
		{"5 > latency.p95", []string{"[5] latency.p95 is a time, and 5 is a bare number | write 5s"}},
		{"error_rate < 0.01", []string{"[0.01] error_rate is a ratio, and 0.01 is a bare number | write 1%"}},
		{"error_rate < 5", []string{"[5] error_rate is a ratio, and 5 is a bare number | write 5%"}},
		{"throughput > 200", []string{"[200] throughput is a rate, and 200 is a bare number | write 200/s"}},
		{"sent < 10", []string{"[10] sent is an amount of bytes, and 10 is a bare number | write 10B"}},
		{"latency.p95 < 2 * 3", []string{"[2 * 3] latency.p95 is a time, and 2 * 3 is a bare number | write 6s"}},
		{"latency.p95 + 1 < 2s", []string{"[1] latency.p95 is a time, and 1 is a bare number | write 1s"}},
		{"min(1, latency.p95) < 1s", []string{"[1] latency.p95 is a time, and 1 is a bare number | write 1s"}},
		{"latency.p95 < latency.p50 / latency.p90", []string{"[latency.p95 < latency.p50 / latency.p90] latency.p95 is a time, and latency.p50 / latency.p90 is a bare number | bring it to a time, by a factor such as 800ms"}},
		{"latency.p95 < 1%", []string{"[latency.p95 < 1%] latency.p95 is a time, and 1% is a ratio | a percentage is of something: write 1% * … , or compare with 800ms"}},
		{"latency.p95 + error_rate < 1s", []string{"[latency.p95 + error_rate] latency.p95 is a time, and error_rate is a ratio | only like goes with like: put a time such as 800ms in place of one"}},
		{"latency.p95 * connect.p95 < 1s", []string{"[latency.p95 * connect.p95] latency.p95 is a time, and connect.p95 is a time | only like goes with like: put a time such as 800ms in place of one"}},
		{"latency.p95 < operations", []string{"[latency.p95 < operations] latency.p95 is a time, and operations is a count | only like goes with like: put a time such as 800ms in place of one"}},

		{"latency.p95", []string{"[latency.p95] latency.p95 is a time, and a condition is needed here | compare it: latency.p95 < 800ms"}},
		{"latency.p95 < 1s and operations", []string{"[operations] operations is a count, and a condition is needed here | compare it: operations < 100"}},
		{"not error_rate", []string{"[error_rate] error_rate is a ratio, and a condition is needed here | compare it: error_rate < 1%"}},
		{"limit.found < 1", []string{"[limit.found] limit.found is true or false, and a number is needed here | join conditions with and, or, not"}},
		{"-(latency.p95 < 1s)", []string{"[latency.p95 < 1s] latency.p95 < 1s is true or false, and a number is needed here | join conditions with and, or, not"}},
		{"1 < 2", []string{"[1 < 2] the assertion speaks of no fact | compare one: latency.p95 < 800ms"}},
		{"true", []string{"[true] the assertion speaks of no fact | compare one: latency.p95 < 800ms"}},
	})
}

func TestMistakesOfNames(t *testing.T) {
	checkAssertions(t, []mistake{
		{"latency.p59 < 1s and eror_rate < 1%", []string{
			"[latency.p59] unknown fact latency.p59 | did you mean latency.p95?",
			"[eror_rate] unknown fact eror_rate | did you mean error_rate?",
		}},
		{"step.ask.logn.latency.p95 < 1s", []string{"[step.ask.logn.latency.p95] unknown fact step.ask.logn | did you mean step.ask.login.latency.p95?"}},
		{"step['my-flw']['go-in'].error_rate < 1%", []string{"[step['my-flw']['go-in'].error_rate] unknown fact step['my-flw'] | did you mean step['my-flow']['go-in'].error_rate?"}},
		{"step.my-flow.go-in.latency.p95 < 1s", []string{"[step.my-flow.go-in.latency.p95] " + bracket + " | write it in brackets: step['my-flow']['go-in'].latency.p95"}},
		{"1s > phase.100.latency.p95", []string{"[phase.100.latency.p95] " + bracket + " | write it in brackets: phase['100'].latency.p95"}},
		{"x.100 < 1", []string{"[.100] a name behind a dot cannot begin with a digit | write it in brackets: ['100']"}},
		{"recovery.loaded < 7m", []string{"[recovery.loaded] recovery.loaded is a fact of a spike, and this is a stress | move it into an sla of a spike"}},
		{"latency['p' + '95'] < 1s", []string{"[latency['p' + '95']] the name of a fact cannot be computed | write the names themselves: step['my-flow'].login.latency.p95"}},
		{"latency?.p95 < 1s", []string{"[latency?.p95] ?. asks whether a fact is there, but one that has no data is unknown by itself | write . in its place"}},
	})
}

func TestMistakesOfWriting(t *testing.T) {
	checkAssertions(t, []mistake{
		{"", []string{"[] the expression is empty | "}},
		{" \t", []string{"[ \t] the expression is empty | "}},
		{"latency.p95 < \xff", []string{"[latency.p95 < \xff] the expression is not UTF-8 | "}},
		{"latency.p95 = 1s", []string{"[=] = gives a value to a name, and nothing here can be given one | compare with =="}},
		{"latency.p95 <", []string{"[<] the expression ends too early | something is missing behind its last word"}},
		{"(latency.p95 < 1s", []string{"[1s] the expression ends too early | something is missing behind its last word"}},
		{"latency.p95 < 1s 2s", []string{"[2s] unexpected 2s | an operator or a name is missing before it, or it is one too many"}},
		{"latency.p95 < 'x", []string{"[x] a text does not end | close it with the quote that it began with"}},
		{"0s < latency.p95 < 1s", []string{"[latency.p95] comparisons cannot be chained | write a < b and b < c"}},
		{"{{ latency.p95 }} < 1s", []string{"[{{] {{ … }} belongs in a text, and this is an expression | write the expression alone, without braces"}},

		{"latency.p95 < 1sec", []string{"[1sec] unknown unit sec | did you mean s? " + units}},
		{"latency.p95 < 7min", []string{"[7min] unknown unit min | did you mean m? " + units}},
		{"latency.p95 < 10mss", []string{"[10mss] unknown unit mss | did you mean ms? " + units}},
		{"latency.p95 < 2m30", []string{"[2m30] a number without its unit ends a duration | write 2m30s"}},
		{"latency.p95 < 1s5MB", []string{"[1s5MB] a number has units of times and of amounts | write one of them"}},
		{"operations > 10%2", []string{"[10%] a percent is followed by a number | for the remainder of a division, write a % b with spaces"}},
		{"latency.p95 < 1e999s", []string{"[1e999s] the number is too large | "}},

		{"operations % 2 == 0", []string{"[operations % 2] % cannot stand in an assertion | " + grammar}},
		{"'x' < latency.p95", []string{"['x'] a text cannot stand in an assertion, which compares numbers | " + grammar}},
		{"latency.p95 in [1, 2]", []string{"[latency.p95 in [1, 2]] in cannot stand in an assertion | " + grammar}},
		{"any([1], # > 1)", []string{"[any([1], # > 1)] any cannot be called so in an assertion | " + grammar}},
		{"abs() < 1", []string{"[abs] abs cannot be called so in an assertion | " + grammar}},
		{"mix(latency.p95) < 1s", []string{"[mix(latency.p95)] an assertion has no function mix | did you mean min?"}},
		{"operations > 1 ? true : false", []string{"[operations > 1 ? true : false] a choice cannot stand in an assertion | join conditions with and, or, not"}},
		{"operations > 1; true", []string{"[operations > 1; true] an assertion is a single expression | join conditions with and, or write several slas"}},
	})
}

func TestAssertionLength(t *testing.T) {
	long := "operations > 1" + strings.Repeat(" ", 4096)
	if a, problems := vocabulary("").Compile(long); a != nil || problems[0].Summary != "the expression is longer than 4096 bytes" {
		t.Errorf("got %v", problems)
	}
	deep := strings.Repeat("(", 2000) + "operations" + strings.Repeat(")", 2000) + " > 1"
	if a, problems := vocabulary("").Compile(deep); a == nil {
		t.Errorf("deep parentheses: %v", problems)
	}
	chained := strings.Repeat("1<(", 500) + "1" + strings.Repeat(")<1", 500)
	if a, problems := vocabulary("").Compile(chained); a != nil || problems[0].Summary != "comparisons cannot be chained" {
		t.Errorf("nested chains: %v", problems)
	}
}

func TestJudge(t *testing.T) {
	facts := known{
		"latency.p95":                     fact.Exactly(0.912),
		"latency.p50":                     fact.Exactly(0.3),
		"error_rate":                      fact.Exactly(0.004),
		"throughput":                      fact.Exactly(250),
		"operations":                      fact.Exactly(5000),
		"errors.timeout":                  fact.Exactly(7),
		"sent":                            fact.Exactly(9e6),
		"limit.users":                     fact.AtLeast(1000),
		"limit.rate":                      fact.AtMost(80),
		"limit.found":                     fact.Exactly(0),
		"recovery.loaded":                 fact.Exactly(math.Inf(1)),
		"drift.latency_per_hour":          fact.Interval{Low: 0.005, High: 0.015},
		"phase.100.error_rate":            fact.Exactly(0),
		"step.my-flow.v1%2E2.latency.p99": fact.Exactly(2),
		"connect.p95":                     fact.Interval{Low: math.NaN(), High: 1},
	}
	const yes, no, open = expr.True, expr.False, expr.Unknown
	for source, want := range map[string]expr.Truth{
		"latency.p95 < 1s": yes, "latency.p95 < 800ms": no, "latency.p99 < 1s": open,
		"latency.p95 < 1s and error_rate < 1%": yes, "latency.p95 < 1s && error_rate > 1%": no,
		"latency.p95 > 1s and latency.p99 < 1s": no, "latency.p99 < 1s and latency.p95 > 1s": no, "latency.p95 < 1s and latency.p99 < 1s": open,
		"latency.p95 < 1s or latency.p99 < 1s": yes, "latency.p99 < 1s || latency.p95 < 1s": yes, "latency.p95 > 1s or latency.p99 < 1s": open,
		"not (latency.p95 < 1s)": no, "!(latency.p99 < 1s)": open,
		"2 * latency.p95 < 2s": yes, "latency.p95 - latency.p50 < 600ms": no, "latency.p95 + latency.p50 <= 1.5s": yes,
		"latency.p95 < latency.p50 * 3": no, "latency.p95 / latency.p50 < 4": yes, "latency.p95 / 2 < 500ms": yes, "-latency.p95 < 0": yes, "+latency.p95 > 0": yes,
		"errors.timeout / operations < 1%": yes, "errors.timeout / operations < 0.001": no, "2 * (errors.timeout / operations) < 1%": yes,
		"errors.timeout < 1% * operations": yes, "operations / 10s > 400/s": yes, "throughput * 10s > 2000": yes, "operations / throughput == 20s": yes, "10 / operations > 0.1": no,
		"throughput>200/s": yes, "sent < 10MB": yes, "sent < 8MiB": no, "operations != 5000": no, "operations == 5e3": yes, "operations >= 5_000": yes,
		"limit.users >= 1000": yes, "limit.users >= 1001": open, "limit.users < 900": no, "limit.rate < 100/s": yes, "limit.rate > 70/s": open, "limit.rate > 80/s": no,
		"limit.found": no, "not limit.found": yes, "limit.found == true": no, "limit.found != (error_rate < 1%)": yes, "limit.found == (latency.p99 < 1s)": open,
		"recovery.loaded < 7m": no, "recovery.loaded > 7m": yes, "recovery.loaded - recovery.loaded < 1s": open, "recovery.loaded * 0 < 1s": open, "1s / recovery.loaded < 1": open,
		"drift.latency_per_hour < 2%": yes, "drift.latency_per_hour < 0.1%": no, "drift.latency_per_hour < 1%": open, "abs(drift.latency_per_hour) < 2%": yes, "-drift.latency_per_hour > -1.5%": open,
		"max(latency.p95, latency.p99) < 500ms": no, "max(latency.p95, latency.p99) < 1s": open, "min(latency.p95, latency.p99) < 1s": yes, "min(latency.p95, latency.p50, 1ms) == 1ms": yes,
		"phase['100'].error_rate == 0": yes, "phase[100].error_rate == 0": yes, "step['my-flow']['v1.2'].latency.p99 < 3s": yes,
		"latency.p95 / (latency.p50 - latency.p50) > 1": open, "connect.p95 < 2s": open, "latency.p95 < 1s // in the office\n": yes, "latency.p95 < 1s /* 2s */": yes,
		"latency.p95 < 0h0m0.912001s": yes, "latency.p95 > 911999us": yes, "latency.p95 < .95s": yes, "latency.p95 < 1m && latency.p95 < 1h30m": yes,
	} {
		t.Run(source, func(t *testing.T) {
			a, problems := vocabulary("").Compile(source)
			if a == nil {
				t.Fatal(show(source, problems))
			}
			if got := a.Judge(facts); got != want {
				t.Errorf("judged %v, not %v; %s", got, want, a.Explain(facts))
			}
		})
	}
}

func TestAssertionPathsAndNeeds(t *testing.T) {
	for _, c := range []struct {
		source    string
		paths     []string
		needs     []expr.Need
		phaseOnly []string
	}{
		{"latency.p95 < 1s and error_rate < 1%", []string{"error_rate", "latency.p95"}, []expr.Need{{"latency.p95", 200}, {"error_rate", 100}}, nil},
		{"0.5% > error_rate or error_rate <= 2%", []string{"error_rate"}, []expr.Need{{"error_rate", 200}}, nil},
		{"error_rate == 0 and error_rate < 0% and error_rate > 1%", []string{"error_rate"}, nil, nil},
		{"error_rate < 1% / 3", []string{"error_rate"}, []expr.Need{{"error_rate", 300}}, nil},
		{"step.ask.login.error_rate < 10%", []string{"step.ask.login.error_rate"}, []expr.Need{{"step.ask.login.error_rate", 10}}, nil},
		{"latency.p50 < 1s and latency.median < 1s and latency.p90 < 1s and latency.p99 < 1s and latency.p999 < 1s and latency.max < 1s",
			[]string{"latency.max", "latency.median", "latency.p50", "latency.p90", "latency.p99", "latency.p999"},
			[]expr.Need{{"latency.p50", 20}, {"latency.median", 20}, {"latency.p90", 100}, {"latency.p99", 1000}, {"latency.p999", 10000}}, nil},
		{"phase['100'].gap.p95 < 1s and tls.p95 < 1s and latency.p95 < 1s", []string{"latency.p95", "phase.100.gap.p95", "tls.p95"},
			[]expr.Need{{"phase.100.gap.p95", 200}, {"tls.p95", 200}, {"latency.p95", 200}}, []string{"phase['100'].gap.p95", "tls.p95"}},
	} {
		t.Run(c.source, func(t *testing.T) {
			a, problems := vocabulary("").Compile(c.source)
			if a == nil {
				t.Fatal(show(c.source, problems))
			}
			if d := cmp.Diff([]any{c.paths, c.needs, c.phaseOnly}, []any{a.Paths(), a.Needs(), a.PhaseOnly()}); d != "" {
				t.Error(d)
			}
		})
	}
}

func ExampleVocabulary_Compile() {
	v := expr.NewVocabulary(fact.Names{Steps: map[string][]string{"ask": {"login"}}})
	a, _ := v.Compile("step.ask.login.latency.p95 < 800ms and error_rate < 1%")
	facts := known{"step.ask.login.latency.p95": fact.Exactly(0.912)}
	fmt.Println(a.Judge(facts), a.Explain(facts))

	_, problems := v.Compile("step.ask.login.latency.p95 < 800")
	fmt.Printf("%s; %s\n", problems[0].Summary, problems[0].Remedy)
	// Output:
	// false step.ask.login.latency.p95 = 912 ms, error_rate = no data
	// step.ask.login.latency.p95 is a time, and 800 is a bare number; write 800ms
}

func TestExplainBounds(t *testing.T) {
	a, _ := vocabulary("stress").Compile("limit.users >= 1000 and limit.rate > 10/s and step['my-flow']['go-in'].error_rate < 1% and limit.found")
	got := a.Explain(known{"limit.users": fact.AtLeast(1000), "limit.rate": fact.AtMost(100), "limit.found": fact.Exactly(1)})
	want := "limit.users ≥ 1,000, limit.rate ≤ 100/s, step['my-flow']['go-in'].error_rate = no data, limit.found = true"
	if got != want {
		t.Errorf("got %s", got)
	}
}

// A value that broke its bound, or that differs from the other one, does not look like it.
func TestExplainTellsApart(t *testing.T) {
	v := expr.NewVocabulary(fact.Names{Kind: "stress", Phases: []string{"again", "base"}})
	for _, c := range []struct {
		assert string
		facts  known
		want   string
	}{
		{"latency.p95 < 800ms", known{"latency.p95": fact.Exactly(0.8)}, "latency.p95 = 800 ms"},
		{"latency.p95 < 800ms", known{"latency.p95": fact.Exactly(0.8004)}, "latency.p95 = 800.4 ms"},
		{"latency.p95 < 2 * 400ms", known{"latency.p95": fact.AtLeast(0.8004)}, "latency.p95 ≥ 800.4 ms"},
		{"1% > error_rate and error_rate < 2%", known{"error_rate": fact.Exactly(0.01003)}, "error_rate = 1.003 %"},
		{"latency.p95 < 800ms", known{"latency.p95": fact.Exactly(0.9004)}, "latency.p95 = 900 ms"},
		{"limit.users >= 100", known{"limit.users": fact.AtMost(math.Nextafter(100, 0))}, "limit.users < 100"},
		{"phase.again.latency.p95 <= phase.base.latency.p95", known{"phase.again.latency.p95": fact.Exactly(0.0414), "phase.base.latency.p95": fact.Exactly(0.0412)},
			"phase.again.latency.p95 = 41.4 ms, phase.base.latency.p95 = 41.2 ms"},
		{"phase.again.latency.p95 <= phase.base.latency.p95", known{"phase.again.latency.p95": fact.Exactly(0.0414)},
			"phase.again.latency.p95 = 41 ms, phase.base.latency.p95 = no data"},
	} {
		a, problems := v.Compile(c.assert)
		if a == nil {
			t.Fatal(problems)
		}
		if got := a.Explain(c.facts); got != c.want {
			t.Errorf("%s: %s, not %s", c.assert, got, c.want)
		}
	}
}

// Every example of the vocabulary is an assertion over its own fact.
func TestFactExamples(t *testing.T) {
	v := expr.NewVocabulary(fact.Names{
		Steps: map[string][]string{"ask": {"login"}}, Phases: []string{"base"},
		Groups: []string{"checkout"}, Measures: map[string]fact.Dimension{"tokens": fact.Count},
		Services: []string{"web"}, Self: "web", Metrics: map[string]fact.Dimension{"db_cpu": fact.Ratio},
	})
	fill := strings.NewReplacer("<flow>", "ask", "<step>", "login", "<phase>", "base", "<class>", "timeout", "<group>", "checkout", "<measure>", "tokens", "<service>", "web", "<metric>", "db_cpu")
	for _, f := range fact.All() {
		a, problems := v.Compile(fill.Replace(f.Example))
		if a == nil {
			t.Errorf("%s: %v", f.Example, show(fill.Replace(f.Example), problems))
			continue
		}
		if want := fill.Replace(f.Path); !cmp.Equal(a.Paths(), []string{want}) {
			t.Errorf("%s reads %v, not %s", f.Example, a.Paths(), want)
		}
	}
}

// What a fact is compared to be below is its limit, however that is written.
func TestLimits(t *testing.T) {
	a, problems := vocabulary("spike").Compile("recovery.loaded < 2 * 3m and 1m >= recovery.drained and (recovery.drained < 90s or error_rate > 1%) and not (latency.p95 == 1s)")
	if a == nil {
		t.Fatal(problems)
	}
	for path, want := range map[string]float64{"recovery.loaded": 360, "recovery.drained": 90, "error_rate": -1, "latency.p95": -1, "latency.p50": -1} {
		got, ok := a.Limit(path)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %v %v, not %v", path, got, ok, want)
		}
	}
}

func TestMoney(t *testing.T) {
	v := expr.NewVocabulary(fact.Names{Services: []string{"web"}, Self: "web"})
	a, problems := v.Compile("ecs.self.cost.run < $2.50 and ecs.web.cost.run * 2 <= $5 and $0 < ecs.web.cost.per_hour")
	if a == nil {
		t.Fatal(problems)
	}
	if got := a.Judge(known{"ecs.web.cost.run": fact.Exactly(2.4), "ecs.web.cost.per_hour": fact.Exactly(1)}); got != expr.True {
		t.Errorf("judged %v", got)
	}
	if _, problems := v.Compile("ecs.self.cost.run < 5"); len(problems) != 1 || problems[0].Remedy != "write $5" {
		t.Errorf("a bare number: %v", problems)
	}
	if _, problems := v.Compile("ecs.self.cost.run < $5 and ecs.self.running < $5"); len(problems) != 1 {
		t.Errorf("money for a count: %v", problems)
	}
}
