// Package pace is load shapes and schedules: pure arithmetic, integer nanoseconds from a start, never accumulated.
package pace

import "time"

// Shape is a level over time: users, or arrivals per second, in linear segments one after another. After its last segment
// it stays at that segment's end. The zero Shape is nothing at any time.
//
//	level
//	  │        ┌────┐          a jump up is a segment of length 0,
//	  │   ╱────┘    │          or simply a segment that begins
//	  │ ╱           └──────    where the one before did not end
//	  └────────────────────── t
//
// With closed load the level is users: those of a ramp join evenly because the level passes each whole number at an even
// step. A Shape is read only and may be used concurrently.
type Shape []Segment

// Segment goes from one level to another, evenly, within Length; a Length of zero is a jump. Levels are finite and not
// negative, as is Length.
//
//	level(x) = From + (To − From) · x / Length        0 ≤ x < Length
type Segment struct {
	From, To float64
	Length   time.Duration
}

// At is the level at t since the start of the shape. At an instant where one segment ends and another begins it is the
// other's; before the start it is the level at the start.
func (s Shape) At(t time.Duration) float64 {
	t = max(t, 0)
	level := 0.0
	for _, g := range s {
		if t < g.Length {
			return g.From + (g.To-g.From)*(float64(t)/float64(g.Length))
		}
		t -= g.Length
		level = g.To
	}
	return level
}

// Length is the sum of the segments.
func (s Shape) Length() time.Duration {
	var sum time.Duration
	for _, g := range s {
		sum += g.Length
	}
	return sum
}
