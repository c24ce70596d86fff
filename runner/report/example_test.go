package report_test

import (
	"os"
	"time"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

func ExampleText() {
	start := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	doc := &result.Document{
		Run: "r1", Version: "1.0.0", Started: start, Ended: start.Add(12 * time.Second), Verdict: result.Pass,
		Plan: result.Plan{Path: "plans/health"}, Generator: result.Generator{OS: "linux", Arch: "amd64", CPUs: 2},
		Scenarios: []result.Scenario{{
			Name: "calm", Kind: "baseline", Service: "web", Verdict: result.Pass,
			Phases: []result.Phase{{Name: "steady", End: 12, Asked: 5, Measures: result.Measures{
				Operations: 1200, Throughput: 100, Latency: result.Stats{Count: 1200, Median: 0.012, P95: 0.02, P99: 0.04},
			}}},
		}},
	}
	_ = report.Text(os.Stdout, doc, report.Layout{})
	// Output:
	// ✓ PASS  plans/health  1 scenario in 12 s
	//
	// ✓ PASS  baseline calm  web, 5 users for 12 s
	//
	//   phase   users  throughput    p50    p95    p99  errors
	//   steady      5       100/s  12 ms  20 ms  40 ms     0 %
	//
	//   sessions     none
	//   connections  none
	//   generator    CPU 0 %, wake lag p50 0 ms, p99 0 ms, max 0 ms
	//
	// run r1, seed 0, plimsoll 1.0.0 on linux/amd64, 2 CPUs
}
