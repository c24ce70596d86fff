package pace

import (
	"math"
	"time"
)

// grain is a part of one arrival, far above what adding up the segments of a long run may round (10,000 arrivals/s over a
// day: 1e-7) and far below what anybody could see of a schedule (at 1/s: a microsecond).
const grain = 1e-6

// Count is how many arrivals are due by t: the integral of the level, in arrivals. It grows on after the last segment.
//
//	          t
//	Count(t) = ∫ level(u) du
//	          0
func (s Shape) Count(t time.Duration) float64 {
	t = max(t, 0)
	sum := 0.0
	for _, g := range s {
		if t < g.Length {
			return sum + g.count(t)
		}
		sum += g.count(g.Length)
		t -= g.Length
	}
	if len(s) == 0 {
		return 0
	}
	return sum + s[len(s)-1].To*t.Seconds()
}

// When is the inverse of Count: the first instant by which n arrivals are due, to the nearest nanosecond; false if that
// never happens within Length.
//
//	Count │      ╱──     When(n): from n on the axis to the curve,
//	    n ├────╱         then down; a level part of the curve (nobody
//	      │ ╱─┘          is due) is entered, never crossed
//	      └────┴──── t
func (s Shape) When(n float64) (time.Duration, bool) {
	if n <= 0 {
		return 0, true
	}
	var start time.Duration
	for _, g := range s {
		whole := g.count(g.Length)
		if n <= whole+grain && whole > 0 {
			return start + g.when(min(n, whole)), true
		}
		n -= whole
		start += g.Length
	}
	return 0, false
}

// count is how many arrivals are due within the first t of the segment, a trapezoid:
//
//	count(x) = x · (From + level(x)) / 2        x in seconds
func (g Segment) count(t time.Duration) float64 {
	if g.Length == 0 {
		return 0
	}
	level := g.From + (g.To-g.From)*(float64(t)/float64(g.Length))
	return t.Seconds() * (g.From + level) / 2
}

// when is the inverse of count: the root of slope·x²/2 + From·x = n, in the form that neither cancels for a slight slope
// nor divides by it (https://en.wikipedia.org/wiki/Quadratic_formula#Square_root_in_the_denominator).
//
//	x = 2n / (From + √(From² + 2·slope·n))      slope = (To − From) / Length
func (g Segment) when(n float64) time.Duration {
	if n <= 0 {
		return 0
	}
	slope := (g.To - g.From) / g.Length.Seconds()
	root := math.Sqrt(max(g.From*g.From+2*slope*n, 0))
	x := 2 * n / (g.From + root)
	return min(time.Duration(math.Round(x*float64(time.Second))), g.Length)
}
