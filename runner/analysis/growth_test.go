package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestGrowth(t *testing.T) {
	if _, _, ok := Growth([]float64{1, 2, 3, 4, 5, 6, 7}); ok {
		t.Error("seven values make a trend")
	}
	wild := []float64{10, 12, 14, 16, 900, 20, 22, 24, 26, 28}
	at, growth, ok := Growth(wild)
	if !ok || math.Abs(growth.Value-2) > 0.1 || math.Abs(at-28) > 1 {
		t.Errorf("a wild day moves the trend: %v at the end, %+v a step", at, growth)
	}
}

// TestGrowthOfALine: a line's slope is found exactly, and its interval holds it.
func TestGrowthOfALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, slope := rapid.Float64Range(0, 1e3).Draw(t, "start"), rapid.Float64Range(-10, 10).Draw(t, "slope")
		values := make([]float64, rapid.IntRange(8, 30).Draw(t, "n"))
		for i := range values {
			values[i] = start + slope*float64(i)
		}
		at, growth, ok := Growth(values)
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
		if !ok || !near(growth.Value, slope) || !near(at, values[len(values)-1]) || growth.Low > slope+1e-6 || growth.High < slope-1e-6 {
			t.Fatalf("of %v: %v, %+v", values, at, growth)
		}
	})
}
