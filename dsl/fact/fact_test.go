package fact_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/fact"
)

var names = fact.Names{
	Kind:     "baseline",
	Steps:    map[string][]string{"ask": {"login", "chat"}, "my-flow": {"v1.2"}},
	Phases:   []string{"100", "100-again"},
	Groups:   []string{"checkout"},
	Measures: map[string]fact.Dimension{"age": fact.Time, "tokens": fact.Count},
	Services: []string{"web", "z360-beta-web", `api["eu"]`, `api["us"]`},
	Self:     `api["us"]`,
	Metrics:  map[string]fact.Dimension{"db_cpu": fact.Ratio, "depth": fact.Count},
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		names     []string
		path      string
		dimension fact.Dimension
		windowed  bool
	}{
		{[]string{"latency", "p95"}, "latency.p95", fact.Time, true},
		{[]string{"latency", "count"}, "latency.count", fact.Count, true},
		{[]string{"service_time", "p95"}, "service_time.p95", fact.Time, false},
		{[]string{"failed", "latency", "max"}, "failed.latency.max", fact.Time, false},
		{[]string{"failed", "count"}, "failed.count", fact.Count, true},
		{[]string{"errors", "connect_timeout"}, "errors.connect_timeout", fact.Count, false},
		{[]string{"step", "ask", "login", "error_rate"}, "step.ask.login.error_rate", fact.Ratio, true},
		{[]string{"step", "my-flow", "v1.2", "sent"}, "step.my-flow.v1%2E2.sent", fact.Bytes, false},
		{[]string{"phase", "100-again", "throughput"}, "phase.100-again.throughput", fact.Rate, false},
		{[]string{"phase", "100", "step", "ask", "chat", "gap", "p99"}, "phase.100.step.ask.chat.gap.p99", fact.Time, false},
		{[]string{"group", "checkout", "p90"}, "group.checkout.p90", fact.Time, false},
		{[]string{"measure", "age", "mean"}, "measure.age.mean", fact.Time, false},
		{[]string{"measure", "age", "count"}, "measure.age.count", fact.Count, false},
		{[]string{"measure", "tokens", "mean"}, "measure.tokens.mean", fact.Count, false},
		{[]string{"phase", "100", "measure", "age", "max"}, "phase.100.measure.age.max", fact.Time, false},
		{[]string{"generator", "lag", "p99"}, "generator.lag.p99", fact.Time, false},
		{[]string{"ecs", "web", "tasks", "max"}, "ecs.web.tasks.max", fact.Count, false},
		{[]string{"ecs", "z360-beta-web", "cpu", "mean"}, "ecs.z360-beta-web.cpu.mean", fact.Ratio, false},
		{[]string{"ecs", "api", "eu", "cost", "run"}, `ecs.api["eu"].cost.run`, fact.Money, false},
		{[]string{"ecs", `api["eu"]`, "stable"}, `ecs.api["eu"].stable`, fact.Bool, false},
		{[]string{"ecs", "self", "scale_out", "running"}, `ecs.api["us"].scale_out.running`, fact.Time, false},
		{[]string{"ecs", "self", "network", "sent"}, `ecs.api["us"].network.sent`, fact.Bytes, false},
		{[]string{"metric", "db_cpu", "max"}, "metric.db_cpu.max", fact.Ratio, false},
		{[]string{"metric", "depth", "last"}, "metric.depth.last", fact.Count, false},
		{[]string{"requirement", "peak_rate"}, "requirement.peak_rate", fact.Rate, false},
	} {
		t.Run(strings.Join(c.names, " "), func(t *testing.T) {
			path, f, unknown := names.Lookup(c.names...)
			if unknown != nil {
				t.Fatalf("%v; %s", unknown, unknown.Remedy())
			}
			got := []any{path, f.Dimension, f.Windowed}
			if d := cmp.Diff([]any{c.path, c.dimension, c.windowed}, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.names, fact.Split(path)); d != "" && c.names[0] != "ecs" {
				t.Errorf("Split does not undo Path: %s", d)
			}
		})
	}
}

func TestLookupUnknown(t *testing.T) {
	for _, c := range []struct{ written, summary, remedy string }{
		{"latency.p59", "unknown fact latency.p59", "did you mean latency.p95?"},
		{"latnecy.p95", "unknown fact latnecy", "did you mean latency.p95?"},
		{"p95", "unknown fact p95", "did you mean latency.p95?"},
		{"latency", "latency is no fact, but a group of facts", "behind latency may stand p50, p90, p95, p99, p999, min, mean, median, max, stddev, count"},
		{"error_rate.p95", "error_rate has no p95", "did you mean error_rate?"},
		{"step.ask.logn.latency.p95", "unknown fact step.ask.logn", "did you mean step.ask.login.latency.p95?"},
		{"step.ask.checkout.latency.p95", "unknown fact step.ask.checkout", "behind step.ask may stand login, chat"},
		{"step.ask", "step.ask is no fact, but a group of facts", "behind step.ask may stand login, chat"},
		{"step.ask.login.tls.p95", "unknown fact step.ask.login.tls", "behind step.ask.login may stand latency, service_time, first_byte, connect, failed, first_message, gap, error_rate, throughput, operations, errors, sent and 1 more"},
		{"phase.10.error_rate", "unknown fact phase['10']", "did you mean phase['100'].error_rate?"},
		{"errors.tiemout", "unknown fact errors.tiemout", "did you mean errors.timeout?"},
		{"limit.users", "limit.users is a fact of a stress, and this is a baseline", "move it into an sla of a stress"},
		{"drift.latency_per_hour", "drift.latency_per_hour is a fact of an endurance, and this is a baseline", "move it into an sla of an endurance"},
		{"phase.100.limit.users", "unknown fact phase['100'].limit", "behind phase['100'] may stand latency, service_time, first_byte, connect, tls, failed, first_message, gap, pong, session, error_rate, throughput and 12 more"},
		{"aws.chat.tasks.max", "unknown fact aws", "facts begin with latency, service_time, first_byte, connect, tls, failed, first_message, gap, pong, session, error_rate, throughput, operations, errors, sent, received, users, dropped, connections, messages, sessions, group, measure, limit, recovery, drift, capacity, generator, ecs, metric, requirement, step, phase"},
		{"ecs.chat.tasks.max", "unknown fact ecs.chat", "behind ecs may stand self, web, z360-beta-web, api[\"eu\"], api[\"us\"]"},
		{"ecs.wbe.tasks.max", "unknown fact ecs.wbe", "did you mean ecs.web.tasks.max?"},
		{"ecs.tasks.max", "unknown fact ecs.tasks", "did you mean ecs.self.tasks.max?"},
		{"ecs.api.tasks.max", "unknown fact ecs.api", "did you mean ecs.api['eu'].tasks.max?"},
		{"ecs.api.asia.tasks.max", "unknown fact ecs.api", "did you mean ecs.api['eu']?"},
		{"ecs.web.tasks.most", "unknown fact ecs.web.tasks.most", "behind ecs.web.tasks may stand min, mean, max, first, last"},
		{"metric.db_cpu.p95", "unknown fact metric.db_cpu.p95", "behind metric.db_cpu may stand min, mean, max, last"},
	} {
		t.Run(c.written, func(t *testing.T) {
			path, _, unknown := names.Lookup(strings.Split(c.written, ".")...)
			if unknown == nil {
				t.Fatalf("found %s", path)
			}
			if d := cmp.Diff([]string{c.summary, c.remedy}, []string{unknown.Error(), unknown.Remedy()}); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLookupLevels(t *testing.T) {
	levels := fact.Names{Kind: "capacity", Phases: []string{"10", "25"}}
	const note = "; a level that is found by refining has no facts that could be named before the run"
	for name, want := range map[string]string{"15": "behind phase may stand 10, 25" + note, "first": "behind phase may stand 10, 25"} {
		_, _, unknown := levels.Lookup("phase", name, "connections", "held")
		if unknown == nil || unknown.Remedy() != want {
			t.Errorf("%s: %v; %s", name, unknown, unknown.Remedy())
		}
	}
	for _, path := range []string{"phase.25.connections.attempted", "phase.25.connections.lost", "phase.10.connect.p95", "capacity.per_task", "capacity.max"} {
		if _, _, unknown := levels.Lookup(strings.Split(path, ".")...); unknown != nil {
			t.Errorf("%s: %v", path, unknown)
		}
	}
}

func TestTasks(t *testing.T) {
	for _, c := range []struct{ target, perTask, buffer, want float64 }{
		{10_000, 113, 1.2, 107}, {1000, 120, 1.2, 10}, {1000, 100, 1, 10}, {1001, 100, 1, 11}, {1, 1000, 1, 1}, {0, 10, 1.2, 0},
		{10, 0, 1.2, math.Inf(1)}, {10, math.Inf(1), 1.2, 1},
	} {
		if got := fact.Tasks(c.target, c.perTask, c.buffer); got != c.want {
			t.Errorf("%v connections, %v a task, buffer %v: %v tasks, not %v", c.target, c.perTask, c.buffer, got, c.want)
		}
	}
}

// So many tasks hold the target, and one fewer does not.
func TestTasksAreJustEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, perTask := float64(rapid.IntRange(1, 1_000_000).Draw(t, "target")), float64(rapid.IntRange(1, 100_000).Draw(t, "per task"))
		got := fact.Tasks(target, perTask, 1)
		if got*perTask < target || (got-1)*perTask >= target {
			t.Fatalf("%v tasks of %v for %v", got, perTask, target)
		}
		if more := fact.Tasks(target, perTask, 1.2); more < got {
			t.Fatalf("%v tasks with a buffer, %v without", more, got)
		}
	})
}

func TestLookupWithoutFleet(t *testing.T) {
	const note = "; self is the scenario's service, and that has no ecs block"
	for want, n := range map[string]fact.Names{
		"behind ecs may stand web" + note:                           {Services: []string{"web"}},
		"the plan names nothing that could stand behind ecs" + note: {},
	} {
		if _, _, unknown := n.Lookup("ecs", "self", "running"); unknown == nil || unknown.Remedy() != want {
			t.Errorf("got %v, not %q", unknown, want)
		}
	}
}

func TestLookupWithoutNames(t *testing.T) {
	_, _, unknown := fact.Names{}.Lookup("step", "ask", "login", "latency", "p95")
	if unknown == nil || unknown.Remedy() != "the plan names nothing that could stand behind step" {
		t.Errorf("got %v", unknown)
	}
	if _, _, unknown := (fact.Names{}).Lookup("limit", "users"); unknown != nil {
		t.Errorf("without a kind every fact is allowed: %v", unknown)
	}
}

// Every fact of the listing can be looked up once its placeholders are given names, and its example begins with it.
func TestAllCanBeLookedUp(t *testing.T) {
	any := names
	any.Kind = ""
	fill := strings.NewReplacer("<flow>", "ask", "<step>", "login", "<phase>", "100", "<group>", "checkout", "<measure>", "tokens", "<class>", "timeout", "<service>", "web", "<metric>", "depth")
	seen := map[string]bool{}
	for _, f := range fact.All() {
		if seen[f.Path] {
			t.Errorf("%s stands twice", f.Path)
		}
		seen[f.Path] = true
		path, got, unknown := any.Lookup(strings.Split(fill.Replace(f.Path), ".")...)
		if unknown != nil || got.Path != f.Path || path != fill.Replace(f.Path) {
			t.Errorf("%s: found %s %s %v", f.Path, path, got.Path, unknown)
		}
		if f.Doc == "" || f.Example == "" {
			t.Errorf("%s lacks its doc or example", f.Path)
		}
	}
}

func TestFind(t *testing.T) {
	for pattern, want := range map[string]int{
		"latency.p95":                1,
		"latency":                    11,
		"limit":                      3,
		"step.ask.login.latency.p95": 1,
		"step.<flow>.<step>.gap.p99": 1,
		"generator.lag":              3,
		"per_hour":                   5,
		"ecs.scale_out":              6,
		"ecs.scale_out.running":      1,
		"ecs.web.cpu":                2,
		"ecs":                        40,
		"":                           0,
		"nonsense":                   0,
	} {
		if got := fact.Find(pattern); len(got) != want {
			t.Errorf("Find(%q) found %d facts, not %d", pattern, len(got), want)
		}
	}
}

func TestPathAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.String(), 1, 5).Draw(t, "names")
		if d := cmp.Diff(names, fact.Split(fact.Path(names...))); d != "" {
			t.Fatal(d)
		}
	})
}

func TestWritten(t *testing.T) {
	for want, names := range map[string][]string{
		"step['my-flow'].login":    {"step", "my-flow", "login"},
		"phase['100']":             {"phase", "100"},
		"step.<flow>.<step>":       {"step", "<flow>", "<step>"},
		`step['it\'s']['a.b']['']`: {"step", "it's", "a.b", ""},
		"ecs.api['eu'].running":    {"ecs", `api["eu"]`, "running"},
		"ecs['my-api']['e u']":     {"ecs", `my-api["e u"]`},
	} {
		if got := fact.Written(names...); got != want {
			t.Errorf("%v: %s, not %s", names, got, want)
		}
	}
}

func TestClosest(t *testing.T) {
	for _, c := range []struct {
		name, want string
		among      []string
	}{
		{"p59", "p95", []string{"p50", "p90", "p95"}},
		{"logn", "login", []string{"chat", "login"}},
		{"LOGIN", "login", []string{"login"}},
		{"checkout", "", []string{"login", "chat"}},
		{"x", "", nil},
	} {
		got, ok := fact.Closest(c.name, c.among)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q %v, not %q", c.name, got, ok, c.want)
		}
	}
}

func ExampleNames_Lookup() {
	n := fact.Names{Steps: map[string][]string{"ask": {"login"}}}
	path, f, _ := n.Lookup("step", "ask", "login", "latency", "p95")
	fmt.Println(path, "is", f.Dimension.Noun())
	_, _, unknown := n.Lookup("step", "ask", "logn", "latency", "p95")
	fmt.Printf("%v; %s\n", unknown, unknown.Remedy())
	// Output:
	// step.ask.login.latency.p95 is a time
	// unknown fact step.ask.logn; did you mean step.ask.login.latency.p95?
}
