package pace

import (
	"math"
	"time"
)

// Arrivals are the instants at which sessions start under open load, in order. They take no memory but this value, however
// many there are, and are not to be used concurrently.
type Arrivals struct {
	ahead  Shape                 // the present segment and those after it
	start  time.Duration         // of the present segment
	before float64               // arrivals due before the present segment
	n      int64                 // arrivals so far
	draw   func(n int64) float64 // nil: even
	sum    float64               // of the distances drawn
}

// Even are arrivals as regular as the shape allows: the first at its start, the nth (from 0) where Count passes n, so
// that each is computed from n alone and no error adds up. A constant 10/s over a minute is 600 arrivals, the last at 59.9 s.
//
//	rate │  ╱──────
//	     │╱
//	     └┴─┴─┴┴┴┴┴─ t
func (s Shape) Even() *Arrivals { return &Arrivals{ahead: s} }

// Poisson are arrivals that know nothing of each other: their number in any stretch is Poisson-distributed with the mean
// that Count gives it. draw(n) is a number in (0, 1] for the nth arrival, from 0, uniformly distributed and always the same
// for the same n, so that the whole schedule can be repeated.
//
// Sums of exponential distances of mean 1 are mapped through the inverse of Count (Çinlar's inversion;
// https://en.wikipedia.org/wiki/Poisson_point_process#Inhomogeneous_Poisson_point_process):
//
//	tₙ = When(S₀ + … + Sₙ)        Sᵢ = −ln draw(i)
func (s Shape) Poisson(draw func(n int64) float64) *Arrivals {
	return &Arrivals{ahead: s, draw: draw}
}

// Next is the instant of the next arrival since the start of the shape; false when there is none within its Length. An
// arrival due exactly where one segment ends belongs to the next.
func (a *Arrivals) Next() (time.Duration, bool) {
	due := a.due()
	for len(a.ahead) > 0 {
		g := a.ahead[0]
		whole := g.count(g.Length)
		if due < a.before+whole-grain {
			return a.start + g.when(due-a.before), true
		}
		a.before += whole
		a.start += g.Length
		a.ahead = a.ahead[1:]
	}
	return 0, false
}

// due is what Count must pass for the next arrival.
func (a *Arrivals) due() float64 {
	n := a.n
	a.n++
	if a.draw == nil {
		return float64(n)
	}
	a.sum -= math.Log(a.draw(n))
	return a.sum
}
