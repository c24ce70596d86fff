package fact

import "math"

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

// Source answers what is known of a fact, named by its canonical path, such as step.ask.login.latency.p95.
type Source interface {
	Value(path string) Interval
}
