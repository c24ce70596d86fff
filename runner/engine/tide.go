package engine

import (
	"math"
	"time"

	"plimsoll/runner/pace"
)

// sliver is a part of a user that rounding may cost.
const sliver = 1e-6

// asked is the number of users at a level, when there are have: the nth joins when a rising level reaches n, and leaves when a
// falling one reaches n−1.
//
//	users │   ┌─────┐        level  ╱────╲
//	    2 │ ┌─┘     └─┐           ╱        ╲
//	    1 │─┘         └─         ╱          ╲
func asked(level float64, have int) int {
	return min(max(have, int(math.Floor(level+sliver))), int(math.Ceil(level-sliver)))
}

// turn is the first instant after t at which another number than have is asked for, at most the shape's end.
func turn(s pace.Shape, t time.Duration, have int) time.Duration {
	var start time.Duration
	for _, g := range s {
		if start > t && asked(g.From, have) != have {
			return start
		}
		if at := start + crossing(g, have); at > t && at < start+g.Length {
			return at
		}
		start += g.Length
	}
	return start
}

// crossing is when a segment reaches the next whole number of users, its length or beyond if it does not.
func crossing(g pace.Segment, have int) time.Duration {
	next := float64(have + 1)
	if g.To < g.From {
		next = float64(have - 1)
	}
	x := (next - g.From) / (g.To - g.From)
	if !(x >= 0 && x < 1) {
		return g.Length
	}
	return time.Duration(math.Ceil(x * float64(g.Length)))
}

// tide lets users join and leave as the phase's level rises and falls.
func (e *Engine) tide(p Phase) func(due int64) (next int64) {
	return func(due int64) int64 {
		at := since(p.Start, due)
		have := e.crowd.staying()
		want := asked(p.Shape.At(at), have)
		for ; have < want; have++ {
			e.join(due)
		}
		for ; have > want; have-- {
			e.dismiss(due)
		}
		return p.Start + int64(turn(p.Shape, at, have))
	}
}
