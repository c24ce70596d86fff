package report_test

import (
	"testing"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

func held(asked, held int, seconds, connect float64) result.Level {
	return result.Level{
		Asked: asked, Attempted: asked, Opened: held, Held: held, Success: float64(held) / float64(asked), Seconds: seconds,
		Connect: stats(int64(held), connect/2), Tasks: 2, Good: true,
	}
}

func refused(asked, opened int, seconds float64) result.Level {
	l := held(asked, opened, seconds, 0.2)
	l.Good, l.Errors = false, map[string]int64{"handshake": int64(asked - opened)}
	return l
}

func capacity(verdict result.Verdict, c result.Capacity) result.Scenario {
	c.Safety, c.Success = 0.8, 0.75
	return result.Scenario{
		Name: "sockets", Kind: "capacity", Service: "chat", Speed: 1, Generator: calm(), Verdict: verdict, Capacity: &c,
		Phases: []result.Phase{{Name: "10-opening", End: 1, Asked: 10}, {Name: "10", Start: 1, End: 6, Asked: 10}, {Name: "500", Start: 60, End: 66, Asked: 500}},
	}
}

// capacities are one that was found, one that was not reached, one that this machine stopped, and one cut short.
func capacities() *result.Document {
	refined := held(226, 226, 2.1, 0.09)
	refined.Refined = true
	found := capacity(result.Pass, result.Capacity{
		Max: 226, Safe: 180, Level: 226, Bound: result.BoundExact, Tasks: 2, PerTask: 113, Side: result.SideService,
		StoppedBy: "the service refused connections (its limit of 113 per task × 2 tasks)",
		Levels:    []result.Level{held(10, 10, 0.12, 0.008), held(100, 100, 0.9, 0.041), refused(500, 226, 45.7), refined},
	})
	busy := held(1000, 998, 3, 0.05)
	busy.Lost, busy.Losses, busy.Latency = 2, map[string]int64{"closed": 2}, stats(4000, 0.04)
	reached := capacity(result.Pass, result.Capacity{
		Max: 998, Safe: 798, Level: 1000, Bound: result.BoundAtLeast, Tasks: 1, Assumed: true, PerTask: 998, Levels: []result.Level{busy},
	})
	short := refused(20_000, 0, 90)
	short.Errors = map[string]int64{"descriptors": 100, "timeout": 30, "connect_timeout": 12}
	ours := capacity(result.Inconclusive, result.Capacity{
		Bound: result.BoundAtLeast, Side: result.SideGenerator, StoppedBy: "this machine has too few descriptors",
		Remedy: []string{"shell, as root: ulimit -n 65536", "systemd: LimitNOFILE=65536"}, Levels: []result.Level{short},
	})
	cut := capacity(result.Inconclusive, result.Capacity{Bound: result.BoundAtLeast})
	cut.Cut = "interrupted"
	doc := document(result.Fail, found, reached, ours, cut)
	doc.Requirements = []result.Requirement{{Service: "chat", Measure: "peak_connections", Required: 10_000, Proven: 226, Status: "not met"}}
	return doc
}

func TestLevel(t *testing.T) {
	want := "✗    500 connections    226 held (45.2 %)  in 46 s    274 refused, p95 connect 200 ms"
	if got := report.Level(refused(500, 226, 45.7)); got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
}
