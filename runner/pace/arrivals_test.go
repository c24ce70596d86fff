package pace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func all(a *Arrivals) []time.Duration {
	var at []time.Duration
	for t, ok := a.Next(); ok; t, ok = a.Next() {
		at = append(at, t)
	}
	return at
}

func TestEven(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name  string
		shape Shape
		want  []time.Duration
	}{
		{"nothing", nil, nil},
		{"no rate", Shape{{Length: time.Hour}}, nil},
		{"constant", Shape{{From: 4, To: 4, Length: time.Second}}, []time.Duration{0, 250 * ms, 500 * ms, 750 * ms}},
		{"slower than one a second", Shape{{From: 0.1, To: 0.1, Length: 30 * time.Second}},
			[]time.Duration{0, 10 * time.Second, 20 * time.Second}},
		{"a pause belongs to nobody", Shape{{From: 2, To: 2, Length: time.Second}, {Length: time.Minute}, {From: 2, To: 2, Length: time.Second}},
			[]time.Duration{0, 500 * ms, 61 * time.Second, 61*time.Second + 500*ms}},
		{"a pause first", Shape{{Length: time.Minute}, {From: 1, To: 1, Length: time.Second}}, []time.Duration{time.Minute}},
		{"a ramp", Shape{{From: 0, To: 2, Length: 4 * time.Second}},
			[]time.Duration{0, 2 * time.Second, 2828427125, 3464101615}},
		{"a part left over is taken along", Shape{{From: 1, To: 1, Length: 1500 * ms}, {From: 2, To: 2, Length: time.Second}},
			[]time.Duration{0, time.Second, 1750 * ms, 2250 * ms}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, all(tt.shape.Even())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A day at 10,000/s would be 864 million arrivals; the cursor is set to its last ones.
func TestEvenDoesNotDrift(t *testing.T) {
	const rate, day = 10_000, 24 * time.Hour
	a := Shape{{From: rate, To: rate, Length: day}}.Even()
	total := int64(rate * day.Seconds())
	for _, n := range []int64{1, total / 3, total / 2, total - 1} {
		a.n = n
		want := time.Duration(n) * (time.Second / rate)
		if got, ok := a.Next(); !ok || got != want {
			t.Errorf("arrival %d at %v, %v, want %v", n, got, ok, want)
		}
	}
	if at, ok := a.Next(); ok {
		t.Errorf("one too many, at %v", at)
	}
}

func TestArrivalsAreOrderedAndComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := shapes().Draw(t, "shape")
		for i := range shape {
			shape[i].Length /= 3600
		}
		arrivals := all(shape.Even())
		for i, at := range arrivals {
			if at < 0 || at > shape.Length() || i > 0 && at < arrivals[i-1] {
				t.Fatalf("arrival %d at %v", i, at)
			}
			if due := shape.Count(at); math.Abs(due-float64(i)) > grain+shape.At(at)*2e-9+1e-5 {
				t.Fatalf("arrival %d at %v, where %v are due", i, at, due)
			}
		}
		whole := shape.Count(shape.Length())
		if got := float64(len(arrivals)); got < whole-2*grain || got > whole+1 {
			t.Fatalf("%v arrivals of %v", got, whole)
		}
	})
}

// draws are uniform in (0, 1], a function of the number alone.
func draws(n int64) float64 {
	return 1 - rand.New(rand.NewPCG(7, uint64(n))).Float64()
}

func TestPoissonIsRepeatable(t *testing.T) {
	shape := Shape{{From: 0, To: 200, Length: 2 * time.Second}, {From: 200, To: 200, Length: 2 * time.Second}}
	if diff := cmp.Diff(all(shape.Poisson(draws)), all(shape.Poisson(draws))); diff != "" {
		t.Error(diff)
	}
}

// In a Poisson process the numbers in equal stretches have a variance equal to their mean, and the stretches of a ramp
// have the means that Count gives them.
func TestPoissonIsPoisson(t *testing.T) {
	const stretches, mean = 2000, 50.0
	shape := Shape{{From: mean, To: mean, Length: stretches * time.Second}}
	var counts [stretches]float64
	for _, at := range all(shape.Poisson(draws)) {
		counts[at/time.Second]++
	}
	var sum, squares float64
	for _, n := range counts {
		sum += n
		squares += (n - mean) * (n - mean)
	}
	if got := sum / stretches; math.Abs(got-mean) > 4*math.Sqrt(mean/stretches) {
		t.Errorf("mean %v, want %v", got, mean)
	}
	if got := squares / stretches; math.Abs(got-mean) > 4*mean*math.Sqrt(2.0/stretches) {
		t.Errorf("variance %v, want %v", got, mean)
	}
}

func TestPoissonFollowsTheShape(t *testing.T) {
	shape := Shape{{From: 0, To: 2000, Length: 20 * time.Second}}
	early := 0
	arrivals := all(shape.Poisson(draws))
	for _, at := range arrivals {
		if at < 10*time.Second {
			early++
		}
	}
	if want, got := 5000.0, float64(early); math.Abs(got-want) > 4*math.Sqrt(want) {
		t.Errorf("%v arrivals in the first half, want about %v", got, want)
	}
	if want, got := 20000.0, float64(len(arrivals)); math.Abs(got-want) > 4*math.Sqrt(want) {
		t.Errorf("%v arrivals, want about %v", got, want)
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	shape := Shape{{From: 1e6, To: 1e6, Length: time.Hour}}
	even, poisson := shape.Even(), shape.Poisson(func(n int64) float64 { return 0.5 })
	if n := testing.AllocsPerRun(100, func() { even.Next(); poisson.Next() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEven(b *testing.B) {
	a := Shape{{From: 0, To: 1e6, Length: 1000 * time.Hour}}.Even()
	b.ReportAllocs()
	for b.Loop() {
		a.Next()
	}
}

func ExampleShape_Even() {
	a := Shape{{From: 4, To: 4, Length: time.Second}}.Even()
	for at, ok := a.Next(); ok; at, ok = a.Next() {
		fmt.Println(at)
	}
	// Output:
	// 0s
	// 250ms
	// 500ms
	// 750ms
}
