// Package pace is load shapes and schedules: pure arithmetic, integer nanoseconds from a start, never accumulated.
package pace

import "time"

// Shape is a level over time: users, or arrivals per second, in linear segments one after another. After its last segment
// it stays at that segment's end. The zero Shape is nothing at any time.
type Shape []Segment

// Segment goes from one level to another, evenly, within Length; a Length of zero is a jump.
type Segment struct {
	From, To float64
	Length   time.Duration
}

// At is the level at t since the start of the shape.
func (s Shape) At(t time.Duration) float64 { panic("unimplemented") }

// Length is the sum of the segments.
func (s Shape) Length() time.Duration { panic("unimplemented") }

// Count is how many arrivals are due by t: the integral of the level.
func (s Shape) Count(t time.Duration) float64 { panic("unimplemented") }

// When is the inverse of Count: the instant by which n arrivals are due; false if that never happens within Length.
func (s Shape) When(n float64) (time.Duration, bool) { panic("unimplemented") }
