package report_test

import (
	"time"

	"plimsoll/runner/result"
)

var start = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

// document is a run of the scenarios over one simulated and one real service.
func document(verdict result.Verdict, scenarios ...result.Scenario) *result.Document {
	return &result.Document{
		Schema: result.Schema, Run: "01JB2Q", Version: "1.0.0", Seed: 42,
		Started: start, Ended: start.Add(48 * time.Second),
		Plan:      result.Plan{Path: "plans/shop", Description: "Can the chatbot carry the spring launch?"},
		Generator: result.Generator{OS: "linux", Arch: "amd64", CPUs: 2},
		Services: []result.Service{
			{Name: "chat", Endpoint: "http://127.0.0.1:43121", Simulated: true, Speed: 20},
			{Name: "web", Endpoint: "https://staging.example.com", Warnings: []string{"its certificate is not verified"}},
		},
		Scenarios: scenarios,
		Verdict:   verdict,
	}
}

// stats is a distribution around a median, in seconds.
func stats(count int64, median float64) result.Stats {
	return result.Stats{
		Count: count, Min: median / 4, Mean: median * 1.1, Median: median, P90: median * 1.5, P95: median * 2,
		P99: median * 3, P999: median * 5, Max: median * 8, StdDev: median / 3,
	}
}

func measures(users float64, operations, failed int64, seconds, median float64) result.Measures {
	return result.Measures{
		Seconds: seconds, Operations: operations, Failed: failed,
		ErrorRate: float64(failed) / float64(operations), Throughput: float64(operations-failed) / seconds,
		Latency: stats(operations, median), Users: result.Users{Asked: users, Present: users, Max: users},
		Connections: result.Connections{Opened: int64(users), Held: int64(users)},
		Sent:        operations * 210, Received: operations * 1432,
		Sessions: result.Sessions{Completed: operations / 3, Total: stats(operations/3, 12), Active: stats(operations/3, median*3)},
	}
}

func calm() result.Watch {
	return result.Watch{CPU: 0.12, LagP50: 0.00009, LagP99: 0.00021, LagMax: 0.0014, Descriptors: 1204, Memory: 84_000_000}
}

func baseline() result.Scenario {
	total := measures(100, 123_600, 24, 300, 0.041)
	total.Errors = map[string]int64{"timeout": 20, "status": 4}
	total.Messages = result.Messages{Sent: 4096, Received: 20_480}
	total.Steps = map[string]result.Step{
		"ask.login":  {Operations: 61_800, Failed: 4, ErrorRate: 4.0 / 61_800, Throughput: 206, Latency: stats(61_796, 0.018)},
		"ask.chat":   {Operations: 4096, Throughput: 13.6, Connect: stats(4096, 0.0004)},
		"ask.answer": {Operations: 57_704, Failed: 20, ErrorRate: 20.0 / 57_704, Throughput: 192, Latency: stats(57_684, 0.06), FirstMessage: stats(57_684, 0.012), Gap: stats(200_000, 0.006)},
	}
	total.Groups = map[string]result.Stats{"checkout": stats(4096, 0.2)}
	total.Custom = map[string]result.Stats{"tokens": stats(57_684, 212)}
	return result.Scenario{
		Name: "normal", Kind: "baseline", Service: "chat", Speed: 20, Total: total, Verdict: result.Pass, Generator: calm(),
		Phases: []result.Phase{{Name: "steady", End: 300, Asked: 100, Measures: total}},
		SLAs: []result.SLA{
			{Name: "fast", Assert: "latency.p95 < 800ms", Judged: 1, Worst: "latency.p95 = 82 ms", WorstAt: 0, Verdict: result.Pass},
			{Name: "honest", Assert: "error_rate < 1%", Window: 10, Judged: 28, Joined: 2, Worst: "error_rate = 0.3 %", WorstAt: 140, Verdict: result.Pass},
		},
		Samples: []result.Sample{
			{Step: "ask.login", Class: "status", At: 12, Message: "status 503", Request: "POST /api/login", Answer: "{\"problem\":\"full\"}\x1b[2J"},
			{Step: "ask.answer", Class: "timeout", At: 131.4, Message: "no message within 10s"},
		},
	}
}

func stress() result.Scenario {
	good, bad := true, false
	broke := []string{"fast: latency.p95 = 940 ms"}
	return result.Scenario{
		Name: "limit", Kind: "stress", Service: "chat", Speed: 20, Total: measures(400, 300_000, 900, 300, 0.1), Verdict: result.Pass, Generator: calm(),
		Phases: []result.Phase{
			{Name: "100", End: 60, Asked: 100, Good: &good, Measures: measures(100, 8_400, 0, 60, 0.041)},
			{Name: "200", Start: 60, End: 120, Asked: 200, Good: &good, Measures: measures(200, 16_500, 2, 60, 0.042)},
			{Name: "300", Start: 120, End: 180, Asked: 300, Good: &good, Measures: measures(300, 24_700, 12, 60, 0.058)},
			{Name: "400", Start: 180, End: 240, Asked: 400, Good: &bad, Reasons: broke, Measures: measures(400, 206_000, 830, 60, 0.456)},
			{Name: "400-again", Start: 240, End: 300, Asked: 400, Good: &bad, Reasons: broke, Measures: measures(400, 205_000, 800, 60, 0.470)},
		},
		SLAs:  []result.SLA{{Name: "fast", Assert: "latency.p95 < 800ms", Judged: 5, Failed: 2, Worst: "latency.p95 = 940 ms", WorstAt: 240, Searched: true, Verdict: result.Fail}},
		Limit: &result.Limit{Found: true, Users: 300, Rate: 412, Bound: "exact", Phase: "300", Broke: "400-again", StoppedBy: broke},
	}
}

func spike() result.Scenario {
	loaded := 192.0
	base, peak := measures(50, 3000, 0, 60, 0.03), measures(500, 60_000, 5400, 600, 0.8)
	peak.Users.Present = 482
	peak.Dropped.Full = 31
	return result.Scenario{
		Name: "launch", Kind: "spike", Service: "web", Speed: 1, Total: peak, Generator: calm(),
		Phases: []result.Phase{
			{Name: "base", End: 60, Asked: 50, Measures: base},
			{Name: "rise", Start: 60, End: 70, Asked: 500, Passing: true, Measures: measures(240, 900, 0, 10, 0.2)},
			{Name: "peak", Start: 70, End: 670, Asked: 500, Measures: peak},
		},
		SLAs: []result.SLA{
			{Name: "honest", Assert: "error_rate < 1%", Window: 10, Judged: 60, Failed: 41, Worst: "error_rate = 34 %", WorstAt: 130, Verdict: result.Fail},
			{Name: "scales out", Assert: "ecs.chat.scale_out.running < 7m", Reason: "ecs.chat.scale_out.running is not known", Judged: 1},
		},
		Recovery: &result.Recovery{Loaded: &loaded, Watched: true, Suffered: true},
		Verdict:  result.Fail, Reasons: []string{"SLA honest failed: error_rate = 34 %"},
	}
}

const saturated = "generator saturated: woke 48 ms late (p99) at 3 h, phase steady; allowed is 3 ms"

func night() result.Scenario {
	return result.Scenario{
		Name: "night", Kind: "endurance", Service: "web", Speed: 1, Open: true, Total: measures(200, 1_000_000, 0, 86_400, 0.03),
		Phases: []result.Phase{{Name: "steady", End: 86_400, Asked: 12.5, Measures: measures(200, 1_000_000, 0, 86_400, 0.03)}},
		SLAs:   []result.SLA{{Name: "error rate", Assert: "error_rate < 1%", Implicit: true, Judged: 1, Worst: "error_rate = 0 %", Verdict: result.Pass}},
		Drift: &result.Drift{Blocks: 240, PerHour: map[string]result.Interval{
			"latency": {Value: 0.003, Low: -0.002, High: 0.008}, "error_rate": {}, "throughput": {Value: -0.0001, Low: -0.0004, High: 0.0001}, "memory": {Value: 0.006, Low: 0.004, High: 0.0083},
		}},
		Generator: result.Watch{CPU: 0.998, LagP50: 0.0021, LagP99: 0.048, LagMax: 0.3, Saturated: []string{saturated}},
		Verdict:   result.Inconclusive, Reasons: []string{saturated},
	}
}
