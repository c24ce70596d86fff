package analysis

import "math/rand/v2"

// fewestSteps that a trend is drawn from: with fewer, its interval would be a guess.
const fewestSteps = 8

// Growth is by how much values that are taken at equal steps change each step: the Theil–Sen slope, which a few wild days
// do not move, with its 95 % interval by moving-block bootstrap. At is the trend's value at the last step. False where
// there are fewer than eight values.
func Growth(values []float64) (at float64, perStep Interval, ok bool) {
	if len(values) < fewestSteps {
		return 0, Interval{}, false
	}
	steps := make([]float64, len(values))
	for i := range steps {
		steps[i] = float64(i)
	}
	l := trend(steps, values, rand.New(rand.NewPCG(1, 1))) // fixed: the same days always give the same answer
	return l.start + l.slope*steps[len(steps)-1], Interval{Value: l.slope, Low: l.low, High: l.high}, true
}

// Interval is an estimate and the ends of its 95 % interval.
type Interval struct{ Value, Low, High float64 }
