package result

import (
	"math"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
)

// Measure sums up a view, whose steps, groups and measures the layout names. Users and the
// connections held at once are no part of a view: they are left at zero.
func Measure(v *metrics.View, layout metrics.Layout) Measures {
	seconds := v.Measured.Seconds()
	m := Measures{
		Seconds: seconds, Operations: v.Operations, Failed: v.Failed,
		ErrorRate: ratio(float64(v.Failed), float64(v.Operations)), Throughput: ratio(float64(v.Operations-v.Failed), seconds),
		Errors: Classes(v.Classes), Latency: Sum(v.Latency), ServiceTime: Sum(v.Service), FirstByte: Sum(v.First),
		Connect: Sum(v.Connect), TLS: Sum(v.TLS), FailedLatency: Sum(v.FailedLatency), FirstMessage: Sum(v.FirstMessage),
		Gap: Sum(v.Gap), Pong: Sum(v.Pong), Sent: v.Sent, Received: v.Received,
		Dropped: Dropped{Full: v.Events[metrics.DroppedFull], Late: v.Events[metrics.DroppedLate]},
		Connections: Connections{
			Opened: v.Events[metrics.ConnectionOpened], Failed: v.Events[metrics.ConnectionFailed],
			Lost:     v.Events[metrics.ConnectionLost],
			Replaced: v.Events[metrics.ConnectionReplaced], Retried: v.Events[metrics.OperationRetried],
			Endings: Endings{Count: v.Silence.Count(), Silence: likeness(v.Silence), Age: likeness(v.Age)},
		},
		Messages: Messages{Sent: v.MessagesSent, Received: v.MessagesReceived, Dropped: v.Events[metrics.MessageDropped]},
		Sessions: Sessions{
			Completed: v.Sessions - v.SessionsFailed, Failed: v.SessionsFailed, Interrupted: v.Interrupted,
			Total: Sum(v.Session), Active: Sum(v.SessionActive),
		},
		Groups: named(layout.Groups, v.Groups), Custom: named(layout.Measures, v.Measures),
	}
	for i, step := range layout.Steps {
		if step.Silent || i >= len(v.Steps) {
			continue
		}
		if m.Steps == nil {
			m.Steps = make(map[string]Step, len(layout.Steps))
		}
		m.Steps[fact.Path(step.Flow, step.Name)] = measureStep(&v.Steps[i], seconds)
	}
	return m
}

func measureStep(v *metrics.StepView, seconds float64) Step {
	return Step{
		Operations: v.Operations, Failed: v.Failed,
		ErrorRate: ratio(float64(v.Failed), float64(v.Operations)), Throughput: ratio(float64(v.Operations-v.Failed), seconds),
		Errors: Classes(v.Classes), Latency: Sum(v.Latency), ServiceTime: Sum(v.Service), FirstByte: Sum(v.First),
		Connect: Sum(v.Connect), FailedLatency: Sum(v.FailedLatency), FirstMessage: Sum(v.FirstMessage), Gap: Sum(v.Gap),
		Sent: v.Sent, Received: v.Received,
	}
}

// Sum sums up a distribution, which may be nil.
func Sum(h *metrics.Histogram) Stats {
	if h.Count() == 0 {
		return Stats{}
	}
	return Stats{
		Count: h.Count(), Min: finite(h.Min()), Mean: finite(h.Mean()), Median: finite(h.Quantile(0.5)),
		P90: finite(h.Quantile(0.9)), P95: finite(h.Quantile(0.95)), P99: finite(h.Quantile(0.99)),
		P999: finite(h.Quantile(0.999)), Max: finite(h.Max()), StdDev: finite(h.StdDev()),
	}
}

// How far from the median a value may lie to be nearly the same: what one more second of a clock is, and what proxies that
// look at all their connections in turn are late by.
const (
	nearSeconds = 1.0
	nearShare   = 0.03
)

// likeness is how many values lie near the median.
func likeness(h *metrics.Histogram) Alike {
	if h.Count() == 0 {
		return Alike{}
	}
	median := h.Quantile(0.5)
	off := max(nearSeconds, nearShare*median)
	n, from, to := h.Between(median-off, median+off)
	return Alike{Count: n, Median: median, Min: from, Max: to}
}

// named sums up the distributions that have samples.
func named(names []string, all []*metrics.Histogram) map[string]Stats {
	var stats map[string]Stats
	for i, name := range names {
		if i >= len(all) || all[i].Count() == 0 {
			continue
		}
		if stats == nil {
			stats = map[string]Stats{}
		}
		stats[name] = Sum(all[i])
	}
	return stats
}

// Classes counts the classes that occurred but OK, under the names that facts have for them; nil: none did.
func Classes(classes [metrics.NumClasses]int64) map[string]int64 {
	var counts map[string]int64
	for c, n := range classes {
		if metrics.Class(c) == metrics.OK || n == 0 {
			continue
		}
		if counts == nil {
			counts = map[string]int64{}
		}
		counts[ClassName(metrics.Class(c))] = n
	}
	return counts
}

// ClassName is how facts and documents write a class: connect_timeout.
func ClassName(c metrics.Class) string { return strings.ReplaceAll(c.String(), " ", "_") }

// ratio is 0 of nothing.
func ratio(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return finite(part / whole)
}

// finite keeps out of documents what JSON cannot hold.
func finite(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, -math.MaxFloat64), math.MaxFloat64)
}
