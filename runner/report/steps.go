package report

import (
	"plimsoll/runner/result"
)

// steps is the table of what was measured of each step over the whole scenario.
func (p *page) steps(s *result.Scenario) {
	steps := s.Total.Steps
	if len(steps) == 0 {
		return
	}
	t := table{
		header: []string{"step", "operations", "throughput", "p50", "p95", "p99", "errors", "first message p95", "gap p95"},
		left:   []bool{true},
	}
	for _, name := range sortedKeys(steps) {
		step := steps[name]
		latency := step.Latency
		if opening(step) {
			name, latency = name+" (opening)", step.Connect
		}
		t.add(piece{plain, name}, piece{plain, Count(step.Operations)}, piece{plain, PerSecond(step.Throughput)},
			quantile(latency, latency.Median), quantile(latency, latency.P95), quantile(latency, latency.P99),
			errorShare(step.ErrorRate, step.Operations), optional(step.FirstMessage), optional(step.Gap))
	}
	p.gap()
	p.table(2, t)
	p.groups(s)
}

// opening reports whether a step opens WebSockets, which counts in connect. Of an HTTP step of which every operation
// failed there are connects as well, but no latency.
func opening(step result.Step) bool {
	return step.Latency.Count == 0 && step.Connect.Count > 0 && step.Failed < step.Operations
}

// groups is the table of groups and custom measures. The document does not say a measure's unit: its numbers are shown bare.
func (p *page) groups(s *result.Scenario) {
	t := table{header: []string{"group or measure", "samples", "mean", "p50", "p95", "max"}, left: []bool{true}}
	for _, name := range sortedKeys(s.Total.Groups) {
		t.distribution(name, s.Total.Groups[name], Seconds)
	}
	for _, name := range sortedKeys(s.Total.Custom) {
		t.distribution(name, s.Total.Custom[name], Count)
	}
	if len(t.rows) > 0 {
		p.gap()
		p.table(2, t)
	}
}

func (t *table) distribution(name string, s result.Stats, show func(float64) string) {
	t.add(piece{plain, name}, piece{plain, Count(s.Count)}, piece{plain, show(s.Mean)}, piece{plain, show(s.Median)},
		piece{plain, show(s.P95)}, piece{plain, show(s.Max)})
}

// optional shows the p95 of a distribution that most steps do not have.
func optional(s result.Stats) piece {
	if s.Count == 0 {
		return piece{}
	}
	return piece{plain, Seconds(s.P95)}
}
