package fact

import (
	"math"
	"strconv"
)

// Interval is what is known of a fact: exact where Low equals High, a bound where one end is infinite, an estimate
// between, and nothing at all where both ends are infinite and apart. Comparing intervals is what makes judgements
// three-valued. Values are in the base unit of the fact's dimension.
type Interval struct{ Low, High float64 }

// Exactly is a fact known to be v; v may be +Inf for an event that was watched for to the end and never came.
func Exactly(v float64) Interval { return Interval{v, v} }

// AtLeast is a lower bound.
func AtLeast(v float64) Interval { return Interval{v, math.Inf(1)} }

// AtMost is an upper bound.
func AtMost(v float64) Interval { return Interval{math.Inf(-1), v} }

// Unknown is a fact without data.
func Unknown() Interval { return Interval{math.Inf(-1), math.Inf(1)} }

// Known reports whether anything is known.
func (i Interval) Known() bool { return i != Unknown() }

// Format shows what is known of a fact of the dimension, as Dimension.Format does a value: 43 ms, ≥ 1,000, < 100,
// 0.2 % to 0.5 %, no data.
func (i Interval) Format(d Dimension, others ...float64) string {
	switch {
	case !i.Known():
		return "no data"
	case math.IsInf(i.Low, -1):
		return i.below(d, others)
	}
	low, high := d.Format(i.Low, others...), d.Format(i.High, others...)
	switch {
	case math.IsInf(i.High, 1) && !math.IsInf(i.Low, 1):
		return "≥ " + low
	case low == high:
		return low
	}
	return low + " to " + high
}

// below shows an upper bound. One that is the last number before a round one says less than that.
func (i Interval) below(d Dimension, others []float64) string {
	round, err := strconv.ParseFloat(strconv.FormatFloat(i.High, 'g', 15, 64), 64)
	if err == nil && round > i.High {
		return "< " + d.Format(round, others...)
	}
	return "≤ " + d.Format(i.High, others...)
}

// Source answers what is known of a fact, named by its canonical path, such as step.ask.login.latency.p95.
type Source interface {
	Value(path string) Interval
}
