package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"plimsoll/runner/result"
)

// lost is a scenario whose connections ended like this, one after another.
func lost(e result.Endings, change ...func(*result.Scenario)) result.Scenario {
	s := result.Scenario{Name: "sockets", Speed: 1, Total: result.Measures{Connections: result.Connections{Lost: e.Count, Endings: e}}}
	for i := range e.Count {
		s.Series = append(s.Series, result.Point{At: float64(3 * i), Seconds: 1, Lost: 1})
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

// about are so many values around one.
func about(n int64, value, off float64) result.Alike {
	return result.Alike{Count: n, Median: value, Min: value - off, Max: value + off}
}

// burst has all connections end at once, so many points after each other.
func burst(points ...result.Point) func(*result.Scenario) {
	return func(s *result.Scenario) { s.Series = points }
}

func TestTimeouts(t *testing.T) {
	const (
		send     = "send something more often than that, as ping does on a WebSocket, or raise the idle timeout of the load balancer (60 s by default of AWS's Application Load Balancers)"
		idle     = "12 of 14 lost connections had been silent for 60 s ± 200 ms: idle timeout of a proxy (60 s)"
		hedge    = "; nearly all ended at once, as they also do when a service ends"
		stopped  = "; see whether a task stopped then"
		outlived = "let clients connect again when that happens, or raise that age in the proxy or the service; pings do not help"
	)
	sixty, scattered := about(12, 60.1, 0.2), about(3, 300, 9)
	found := func(id, severity, evidence, recommendation string) []result.Finding {
		return []result.Finding{{ID: id, Severity: severity, Subject: "sockets", Evidence: evidence, Recommendation: recommendation}}
	}
	tests := []struct {
		name     string
		scenario result.Scenario
		want     []result.Finding
	}{
		{"nothing lost", lost(result.Endings{}), nil},
		{"equally silent", lost(result.Endings{Count: 14, Silence: sixty, Age: scattered}), found("idle_timeout", "should", idle, send)},
		{"a few are chance", lost(result.Endings{Count: 4, Silence: about(4, 60, 0), Age: about(4, 60, 0)}), nil},
		{"too many were not", lost(result.Endings{Count: 16, Silence: sixty, Age: scattered}), nil},
		{"known of too few", lost(result.Endings{Count: 14, Silence: sixty}, func(s *result.Scenario) { s.Total.Connections.Lost = 25 }), nil},
		{"just enough", lost(result.Endings{Count: 15, Silence: sixty}), found("idle_timeout", "should", "12 of 15 lost connections had been silent for 60 s ± 200 ms: idle timeout of a proxy (60 s)", send)},
		{"closed when an answer had come", lost(result.Endings{Count: 14, Silence: about(14, 0.4, 0.4), Age: scattered}), nil},
		{"never used", lost(result.Endings{Count: 14, Silence: sixty, Age: about(14, 60.2, 0.2)}),
			found("idle_timeout", "should", idle+", or its maximum connection age: nothing was ever sent on them", send)},
		{"a short one", lost(result.Endings{Count: 5, Silence: about(5, 2.5, 0.001)}),
			found("idle_timeout", "should", "5 of 5 lost connections had been silent for 2.5 s ± 1 ms: idle timeout of a proxy (2.5 s)", send)},
		{"equally old", lost(result.Endings{Count: 9, Silence: about(2, 20, 0.5), Age: about(9, 3600, 4)}),
			found("connection_age", "should", "9 of 9 lost connections were 3600 s ± 4 s old: maximum connection age of a proxy (3600 s)", outlived)},
		{"silent when their service ended", lost(result.Endings{Count: 14, Silence: sixty, Age: scattered}, burst(result.Point{At: 90, Lost: 13}, result.Point{At: 95, Lost: 1})),
			found("idle_timeout", "note", idle+hedge, send+stopped)},
		{"and another later", lost(result.Endings{Count: 13, Silence: about(13, 60, 0.2)}, burst(result.Point{At: 90, Lost: 12}, result.Point{At: 95, Lost: 1})),
			found("idle_timeout", "should", "13 of 13 lost connections had been silent for 60 s ± 200 ms: idle timeout of a proxy (60 s)", send)},
		{"ended one after another", lost(result.Endings{Count: 10, Silence: about(10, 615, 15)}),
			found("idle_timeout", "note", "10 of 10 lost connections had been silent for 615 s ± 15 s: idle timeout of a proxy (615 s)"+hedge, send+stopped)},
		{"over two seconds", lost(result.Endings{Count: 14, Silence: sixty}, burst(result.Point{At: 90, Lost: 7}, result.Point{At: 91, Lost: 7})),
			found("idle_timeout", "note", idle+hedge, send+stopped)},
		{"over seconds of plan time", lost(result.Endings{Count: 14, Silence: sixty}, func(s *result.Scenario) { s.Speed = 60 }),
			found("idle_timeout", "note", idle+hedge, send+stopped)},
		{"a service that ended says nothing of age", lost(result.Endings{Count: 9, Age: about(9, 300, 4)}, burst(result.Point{At: 90, Lost: 9})), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := &result.Document{Scenarios: []result.Scenario{test.scenario}}
			if diff := cmp.Diff(test.want, Findings(d), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
