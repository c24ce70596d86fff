package fact

import "math"

// Tasks is how many tasks hold target connections, of which one holds at most perTask, with a buffer: a factor, 1 for none.
//
//	⌈ target ÷ perTask × buffer ⌉
//
// A quotient that is whole but for the rounding of floating point is not rounded up. Where no task holds any, no number of
// them does: the result is infinite.
func Tasks(target, perTask, buffer float64) float64 {
	switch exact := target * buffer / perTask; {
	case target*buffer <= 0:
		return 0
	case perTask <= 0:
		return math.Inf(1)
	default:
		return max(math.Ceil(exact*(1-1e-12)), 1)
	}
}
