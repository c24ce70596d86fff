package runner

import (
	"math"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// present answers what is known of a span now, while operations of it are still pending: each fact is the interval of what
// it may yet become. A pending operation is at least as old as the view says, so that a hang decides before it ends; it
// may still succeed or fail. What is not counted by the second is unknown until all have ended.
type present struct {
	view   *metrics.View
	layout *metrics.Layout
}

// Value is what is known of the fact of that canonical path.
func (p present) Value(path string) fact.Interval {
	names := fact.Split(path)
	if len(names) > 3 && names[0] == "step" {
		for i, step := range p.layout.Steps {
			if step.Flow == names[1] && step.Name == names[2] {
				return p.step(i).value(names[3:])
			}
		}
		return fact.Unknown()
	}
	return p.whole().value(names)
}

// tally is the part of a view that is counted by the second.
type tally struct {
	ended, failed, pending float64
	waiting                int64 // pending operations whose latency counts
	oldest, seconds        float64
	latency                *metrics.Histogram
	events                 [metrics.NumEvents]int64
}

func (p present) whole() tally {
	t := tally{
		ended: float64(p.view.Operations), failed: float64(p.view.Failed), pending: float64(p.view.Pending),
		latency: p.view.Latency, events: p.view.Events,
		oldest: p.view.Oldest.Seconds(), seconds: p.view.Measured.Seconds(),
	}
	for i := range p.view.Steps {
		t.waiting += p.step(i).waiting
	}
	return t
}

func (p present) step(i int) tally {
	s := &p.view.Steps[i]
	t := tally{
		ended: float64(s.Operations), failed: float64(s.Failed), pending: float64(s.Pending),
		latency: s.Latency, oldest: p.view.Oldest.Seconds(), seconds: p.view.Measured.Seconds(),
	}
	if p.layout.Steps[i].Kind != metrics.Opening {
		t.waiting = s.Pending
	}
	return t
}

func (t tally) value(names []string) fact.Interval {
	switch path := strings.Join(names, "."); path {
	case "error_rate":
		if t.ended+t.pending == 0 {
			return fact.Unknown()
		}
		return fact.Interval{Low: t.failed / (t.ended + t.pending), High: (t.failed + t.pending) / (t.ended + t.pending)}
	case "throughput":
		if t.seconds <= 0 {
			return fact.Unknown()
		}
		return fact.Interval{Low: (t.ended - t.failed) / t.seconds, High: (t.ended - t.failed + t.pending) / t.seconds}
	case "operations":
		return fact.Interval{Low: t.ended, High: t.ended + t.pending}
	case "failed.count":
		return fact.Interval{Low: t.failed, High: t.failed + t.pending}
	case "dropped.full":
		return fact.Exactly(float64(t.events[metrics.DroppedFull]))
	case "dropped.late":
		return fact.Exactly(float64(t.events[metrics.DroppedLate]))
	default:
		if statistic, ok := strings.CutPrefix(path, "latency."); ok {
			return t.latencies(statistic)
		}
	}
	return fact.Unknown()
}

// latencies is a statistic of those that ended and of those pending, which can only become longer.
func (t tally) latencies(statistic string) fact.Interval {
	ended, count := result.Sum(t.latency), t.latency.Count()
	switch {
	case statistic == "count":
		return fact.Interval{Low: float64(count), High: float64(count + t.waiting)}
	case count+t.waiting == 0, statistic == "stddev":
		return fact.Unknown()
	case t.waiting == 0:
		return fact.Exactly(ended.Statistic(statistic))
	}
	var aged metrics.Histogram
	aged.Merge(t.latency)
	aged.AddN(t.oldest, t.waiting)
	known := fact.Interval{Low: result.Sum(&aged).Statistic(statistic), High: math.Inf(1)}
	if statistic == "min" && count > 0 {
		known.High = ended.Min
	}
	return known
}

// samples is on how many operations a fact rests, those pending included.
func (p present) samples(path string) int64 {
	names := fact.Split(path)
	t := p.whole()
	if len(names) > 3 && names[0] == "step" {
		for i, step := range p.layout.Steps {
			if step.Flow == names[1] && step.Name == names[2] {
				t, names = p.step(i), names[3:]
				break
			}
		}
	}
	if names[0] == "latency" {
		return t.latency.Count() + t.waiting
	}
	return int64(t.ended + t.pending)
}
