package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"plimsoll/runner/result"
)

// memories makes one reading a minute over so many hours, as CloudWatch does: a level of 40 % that is cleaned up now and then,
// with noise, and that leaks by so much of its limit an hour.
func memories(hours, leak float64) []result.Reading {
	random := rand.New(rand.NewPCG(3, 3))
	var all []result.Reading
	for i := range int(hours * 60) {
		cleaned := 0.02 * math.Mod(float64(i), 7) / 7
		all = append(all, result.Reading{At: float64(i) * 60, Seconds: 60, Value: 0.4 + cleaned + leak*float64(i)/60 + 0.003*random.NormFloat64()})
	}
	return all
}

func TestDriftOfMemory(t *testing.T) {
	grown := memories(8, 0)
	for i := range grown { // a second task halves what each uses
		if grown[i].At >= 4*3600 {
			grown[i].Value /= 2
		}
	}
	tests := []struct {
		name    string
		memory  []result.Reading
		hours   float64
		cuts    []float64
		leaks   float64
		unknown bool
	}{
		{name: "leaks", memory: memories(8, 0.01), hours: 8, leaks: 0.01},
		{name: "leaks for an hour", memory: memories(1, 0.05), hours: 1, leaks: 0.05},
		{name: "does not leak", memory: memories(8, 0), hours: 8},
		{name: "other tasks", memory: grown, hours: 8, cuts: []float64{4*3600 - 30}},
		{name: "no readings", hours: 8, unknown: true},
		{name: "too few readings", memory: memories(0.5, 0), hours: 0.5, unknown: true},
		{name: "readings of the first half hour only", memory: memories(0.5, 0), hours: 8, unknown: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := Drift(series(make([]float64, int(test.hours*360))), test.memory, 0, test.hours*3600, 1, test.cuts...)
			got, known := d.PerHour["memory"]
			if known == test.unknown {
				t.Fatalf("known: %v; %+v", known, d)
			}
			if test.unknown {
				return
			}
			if got.Low > test.leaks || got.High < test.leaks || math.Abs(got.Value-test.leaks) > 0.004 {
				t.Errorf("%+v, want %v", got, test.leaks)
			}
			if found := got.Low > 0; found != (test.leaks > 0) {
				t.Errorf("drift found: %v; %+v", found, got)
			}
		})
	}
}
