package result

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
)

var sampleLayout = metrics.Layout{
	Steps:  []metrics.Step{{Flow: "ask", Name: "login"}, {Flow: "ask v1.2", Name: "chat", Kind: metrics.Receive}, {Flow: "ask", Name: "before", Silent: true}},
	Groups: []string{"checkout"}, Measures: []string{"tokens"},
}

// full is a histogram of 0.1 s to 1 s.
func full() *metrics.Histogram {
	h := new(metrics.Histogram)
	for i := range 10 {
		h.Add(float64(i+1) / 10)
	}
	return h
}

// sampleView has data of everything.
func sampleView() metrics.View {
	v := metrics.View{
		Measured: 10e9, Operations: 20, Failed: 5, Latency: full(), Service: full(), First: full(), Connect: full(), TLS: full(),
		FailedLatency: full(), FirstMessage: full(), Gap: full(), Pong: full(), Session: full(), SessionActive: full(),
		Silence: full(), Age: full(), Sessions: 12, SessionsFailed: 2, Interrupted: 1, Sent: 100, Received: 200, MessagesSent: 3, MessagesReceived: 4,
		Groups: []*metrics.Histogram{full()}, Measures: []*metrics.Histogram{full()},
	}
	for e := range v.Events {
		v.Events[e] = int64(e + 1)
	}
	for c := range v.Classes {
		v.Classes[c] = int64(c + 1)
	}
	step := metrics.StepView{
		Operations: 10, Failed: 1, Classes: v.Classes, Sent: 1, Received: 2, Latency: full(), Service: full(), First: full(),
		Connect: full(), TLS: full(), FailedLatency: full(), FirstMessage: full(), Gap: full(),
	}
	v.Steps = []metrics.StepView{step, step, step}
	return v
}

// sampleScenario knows every fact.
func sampleScenario() *Scenario {
	v := sampleView()
	m := Measure(&v, sampleLayout)
	m.Users, m.Connections.Held = Users{10, 9.5, 10}, 7
	took := 30.0
	return &Scenario{
		Total: m, Phases: []Phase{{Name: "100", Measures: m}}, Limit: &Limit{Found: true, Users: 300, Rate: 40, Bound: BoundExact},
		Recovery: &Recovery{Loaded: &took, Drained: &took, Watched: true},
		Drift:    &Drift{PerHour: map[string]Interval{"latency": {0.1, 0, 0.2}, "throughput": {0.1, 0, 0.2}, "error_rate": {0.1, 0, 0.2}, "memory": {0.1, 0, 0.2}}},
		Capacity: &Capacity{
			Max: 226, Safe: 180, Level: 300, Bound: BoundExact, Tasks: 2, PerTask: 113, Levels: []Level{{Asked: 300, Held: 226}},
		},
		Service: "chat", Fleet: []Fleet{sampleFleet()},
		Required:  &Required{Users: 100, PeakUsers: 500, Rate: 20, PeakRate: 200, Connections: 2000, PeakConnections: 10000, Think: 10},
		Generator: Watch{CPU: 0.5, LagP50: 1e-4, LagP99: 2e-4, LagMax: 3e-4, Descriptors: 100, Memory: 1e8},
	}
}

// TestEveryFactResolves asks for an instance of every fact of the vocabulary.
func TestEveryFactResolves(t *testing.T) {
	names := strings.NewReplacer("<flow>", "ask", "<step>", "login", "<phase>", "100", "<group>", "checkout", "<measure>", "tokens", "<class>", "too_large",
		"<service>", "chat", "<metric>", "db_cpu")
	s := sampleScenario()
	empty := Facts{Scenario: &Scenario{}}
	for _, f := range fact.All() {
		path := names.Replace(f.Path)
		got := Facts{Scenario: s}.Value(path)
		if !got.Known() || math.IsNaN(got.Low) {
			t.Errorf("%s is not known", path)
		}
		if head, _, _ := strings.Cut(path, "."); head == "generator" {
			continue
		}
		if got := empty.Value(path); got.Known() && !strings.HasSuffix(path, ".count") {
			t.Errorf("%s of nothing is %v", path, got)
		}
	}
}

func TestFacts(t *testing.T) {
	s := sampleScenario()
	other := &Measures{Seconds: 1, Operations: 4, ErrorRate: 0.25, Latency: Stats{Count: 3, P95: 2}}
	took := 12.5
	tests := []struct {
		name   string
		source fact.Source
		path   string
		want   fact.Interval
	}{
		{"the whole", Facts{Scenario: s}, "error_rate", fact.Exactly(0.25)},
		{"a part", Facts{Scenario: s, Part: other}, "latency.p95", fact.Exactly(2)},
		{"a phase of a whole whose part is judged", Facts{s, other}, "phase.100.error_rate", fact.Exactly(0.25)},
		{"a name with a dot", Facts{Scenario: s}, fact.Path("step", "ask v1.2", "chat", "latency", "max"), fact.Exactly(1)},
		{"a step of a phase", Facts{Scenario: s}, "phase.100.step.ask.login.error_rate", fact.Exactly(0.1)},
		{"a class", Facts{Scenario: s}, "errors.connect_timeout", fact.Exactly(4)},
		{"sessions that ran to their end", Facts{Scenario: s}, "sessions.completed", fact.Exactly(10)},
		{"p50 is the median", Facts{Scenario: s}, "latency.p50", fact.Exactly(s.Total.Latency.Median)},
		{"nonsense", Facts{Scenario: s}, "latency", fact.Unknown()},
		{"an unknown statistic", Facts{Scenario: s}, "latency.p42", fact.Unknown()},
		{"an unknown phase", Facts{Scenario: s}, "phase.200.error_rate", fact.Unknown()},
		{"an unknown step", Facts{Scenario: s}, "step.ask.logout.error_rate", fact.Unknown()},
		{"a silent step", Facts{Scenario: s}, "step.ask.before.error_rate", fact.Unknown()},
		{"empty", Facts{Scenario: s}, "", fact.Unknown()},
		{"a limit", Facts{Scenario: s}, "limit.users", fact.Exactly(300)},
		{"a lower bound", Facts{Scenario: &Scenario{Limit: &Limit{Users: 300, Bound: BoundAtLeast}}}, "limit.users", fact.AtLeast(300)},
		{"all held", Facts{Scenario: &Scenario{Limit: &Limit{Users: 300, Bound: BoundAtLeast}}}, "limit.found", fact.Exactly(0)},
		{"the search was stopped", Facts{Scenario: &Scenario{Limit: &Limit{Bound: BoundAtLeast, StoppedBy: []string{"x"}}}}, "limit.found", fact.Unknown()},
		{"an upper bound", Facts{Scenario: &Scenario{Limit: &Limit{Found: true, Users: 300, Bound: BoundBelow}}}, "limit.users", fact.AtMost(math.Nextafter(300, 0))},
		{"a recovery", Facts{Scenario: &Scenario{Recovery: &Recovery{Loaded: &took}}}, "recovery.loaded", fact.Exactly(12.5)},
		{"never", Facts{Scenario: &Scenario{Recovery: &Recovery{Watched: true}}}, "recovery.loaded", fact.Exactly(math.Inf(1))},
		{"not watched to the end", Facts{Scenario: &Scenario{Recovery: &Recovery{}}}, "recovery.loaded", fact.Unknown()},
		{"a drift", Facts{Scenario: s}, "drift.latency_per_hour", fact.Interval{Low: 0, High: 0.2}},
		{"no drift", Facts{Scenario: &Scenario{Drift: &Drift{Reason: "too short"}}}, "drift.latency_per_hour", fact.Unknown()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.source.Value(test.path)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzFacts(f *testing.F) {
	for _, known := range fact.All() {
		f.Add(known.Path)
	}
	f.Add("phase..")
	f.Add("step.%2E.x.y")
	s := sampleScenario()
	f.Fuzz(func(t *testing.T, path string) {
		if i := (Facts{Scenario: s}).Value(path); math.IsNaN(i.Low) || math.IsNaN(i.High) {
			t.Errorf("%q is %v", path, i)
		}
	})
}
