package result

import (
	"slices"
	"strings"

	"plimsoll/dsl/fact"
)

// Facts answers what is known of a scenario, or of a part of it: a phase or a window, whose Measures stand in for those of
// the whole. What was not measured is unknown. It is safe for concurrent use while nobody writes to either.
type Facts struct {
	Scenario *Scenario
	Part     *Measures // nil: the whole scenario
}

var _ fact.Source = Facts{}

// Value is what is known of the fact of that canonical path.
func (f Facts) Value(path string) fact.Interval {
	part := f.Part
	if part == nil {
		part = &f.Scenario.Total
	}
	names := fact.Split(path)
	switch {
	case len(names) > 2 && names[0] == "phase":
		return f.phase(names[1], names[2:])
	case len(names) > 2 && names[0] == "ecs":
		return f.Scenario.ecs(names[1:])
	case len(names) > 2 && names[0] == "metric":
		return f.Scenario.metric(names[1:])
	case len(names) > 1 && wholes[names[0]] != nil:
		return wholes[names[0]](f.Scenario, strings.Join(names[1:], "."))
	}
	return part.value(names)
}

// phase answers for the last phase of that name; a level of a stress that broke at first was held again under another.
func (f Facts) phase(name string, names []string) fact.Interval {
	for _, p := range slices.Backward(f.Scenario.Phases) {
		if p.Name == name {
			return p.Measures.value(names)
		}
	}
	return fact.Unknown()
}

// value answers from one span's measures.
func (m *Measures) value(names []string) fact.Interval {
	switch {
	case len(names) > 3 && names[0] == "step":
		step, ok := m.Steps[fact.Path(names[1], names[2])]
		if !ok {
			return fact.Unknown()
		}
		return step.measures(m.Seconds).value(names[3:])
	case len(names) == 3 && names[0] == "group":
		return m.Groups[names[1]].value(names[2])
	case len(names) == 3 && names[0] == "measure":
		return m.Custom[names[1]].value(names[2])
	case len(names) == 2 && names[0] == "errors":
		return given(m.Operations > 0, float64(m.Errors[names[1]]))
	}
	path := strings.Join(names, ".")
	if scalar, ok := scalars[path]; ok {
		return scalar(m)
	}
	i := strings.LastIndexByte(path, '.')
	if stats, ok := distributions[path[:max(i, 0)]]; ok {
		return stats(m).value(path[i+1:])
	}
	return fact.Unknown()
}

// measures lets a step answer to the names of a whole.
func (s Step) measures(seconds float64) *Measures {
	return &Measures{
		Seconds: seconds, Operations: s.Operations, Failed: s.Failed, ErrorRate: s.ErrorRate, Throughput: s.Throughput,
		Errors: s.Errors, Latency: s.Latency, ServiceTime: s.ServiceTime, FirstByte: s.FirstByte, Connect: s.Connect,
		FailedLatency: s.FailedLatency, FirstMessage: s.FirstMessage, Gap: s.Gap, Sent: s.Sent, Received: s.Received,
	}
}

// value is one statistic; all but the count are unknown of nothing.
func (s Stats) value(name string) fact.Interval {
	_, ok := statistics[name]
	return given(ok && (s.Count > 0 || name == "count"), s.Statistic(name))
}

// Statistic is one of them by the name that facts give it: p95, mean, count. It is 0 for other names.
func (s Stats) Statistic(name string) float64 {
	get, ok := statistics[name]
	if !ok {
		return 0
	}
	return get(s)
}

var statistics = map[string]func(Stats) float64{
	"count":  func(s Stats) float64 { return float64(s.Count) },
	"min":    func(s Stats) float64 { return s.Min },
	"mean":   func(s Stats) float64 { return s.Mean },
	"median": func(s Stats) float64 { return s.Median },
	"p50":    func(s Stats) float64 { return s.Median },
	"p90":    func(s Stats) float64 { return s.P90 },
	"p95":    func(s Stats) float64 { return s.P95 },
	"p99":    func(s Stats) float64 { return s.P99 },
	"p999":   func(s Stats) float64 { return s.P999 },
	"max":    func(s Stats) float64 { return s.Max },
	"stddev": func(s Stats) float64 { return s.StdDev },
}
