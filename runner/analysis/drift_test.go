package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"plimsoll/runner/result"
)

// autocorrelated returns n values around 100 whose neighbours resemble each other by rho, with a rise in each.
func autocorrelated(n int, rho, rise float64, random *rand.Rand) []float64 {
	values := make([]float64, n)
	x := random.NormFloat64() / math.Sqrt(1-rho*rho)
	for i := range values {
		x = rho*x + random.NormFloat64()
		values[i] = 100 + x + rise*float64(i)
	}
	return values
}

// series makes 10 s points of the values, as latencies in seconds.
func series(values []float64) []result.Point {
	var points []result.Point
	for i, v := range values {
		points = append(points, result.Point{At: float64(i) * 10, Seconds: 10, Operations: 100, Throughput: 10, P50: v})
	}
	return points
}

func TestTrendSeldomCriesDrift(t *testing.T) {
	const runs = 40
	for _, rho := range []float64{0, 0.6, 0.9} {
		random := rand.New(rand.NewPCG(7, uint64(rho*10)))
		cries := 0
		for range runs {
			values := autocorrelated(40, rho, 0, random)
			if l := trend(positions(len(values)), values, random); l.low > 0 || l.high < 0 {
				cries++
			}
		}
		if share := float64(cries) / runs; share > 0.25 {
			t.Errorf("correlation %.1f: cried drift on %.0f %% of series without any; want at most 25 %%", rho, share*100)
		}
	}
}

func TestTrendFindsDrift(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	found := 0
	for range 10 {
		values := autocorrelated(60, 0.5, 0.2, random)
		l := trend(positions(len(values)), values, random)
		if l.low > 0 && l.high < 0.6 {
			found++
		}
	}
	if found < 8 {
		t.Errorf("found the drift in %d of 10 series", found)
	}
}

func positions(n int) []float64 {
	at := make([]float64, n)
	for i := range at {
		at[i] = float64(i)
	}
	return at
}

func TestDrift(t *testing.T) {
	flat := func(n int) []float64 { return slices.Repeat([]float64{0.1}, n) }
	rising := func(n int) []float64 {
		values := flat(n)
		for i := range values {
			values[i] += 0.001 * float64(i)
		}
		return values
	}
	tests := []struct {
		name   string
		points []result.Point
		blocks int
		reason string
		want   map[string]result.Interval
	}{
		{name: "too short", points: series(flat(33)), blocks: 29,
			reason: "29 blocks of 10 s after the first tenth, and drift needs 30: hold the load for at least 5 min 34 s"},
		{name: "flat", points: series(flat(40)), blocks: 36,
			want: map[string]result.Interval{"latency": {}, "throughput": {}, "error_rate": {}}},
		{name: "rises by 0.36 s an hour from 0.104 s", points: series(rising(40)), blocks: 36,
			want: map[string]result.Interval{"latency": {Value: 3.4615, Low: 3.4615, High: 3.4615}, "throughput": {}, "error_rate": {}}},
		{name: "without operations", points: make([]result.Point, 40), blocks: 36,
			reason: "too few of the 36 blocks have operations"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			end := float64(len(test.points)) * 10
			got := Drift(test.points, nil, 0, end, 1)
			for name, i := range got.PerHour {
				got.PerHour[name] = result.Interval{Value: round(i.Value), Low: round(i.Low), High: round(i.High)}
			}
			want := &result.Drift{Blocks: test.blocks, Reason: test.reason, PerHour: test.want}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func round(v float64) float64 { return math.Round(v*1e4)/1e4 + 0 }

func TestDriftIsTheSameForTheSameSeed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	points := series(autocorrelated(60, 0.5, 0.1, random))
	if diff := cmp.Diff(Drift(points, nil, 0, 600, 5), Drift(points, nil, 0, 600, 5)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(Drift(points, nil, 0, 600, 5), Drift(points, nil, 0, 600, 6)) {
		t.Error("another seed drew the same resamples")
	}
}

func TestDriftOfLongRunsHas240Blocks(t *testing.T) {
	points := series(slices.Repeat([]float64{0.1}, 1000))
	if got := Drift(points, nil, 0, 10000, 1).Blocks; got != mostBlocks {
		t.Errorf("%d blocks, want %d", got, mostBlocks)
	}
}

func TestNth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 60).Draw(t, "values")
		k := rapid.IntRange(0, len(values)-1).Draw(t, "k")
		want := slices.Sorted(slices.Values(values))[k]
		if got := nth(values, k); got != want {
			t.Fatalf("nth %d = %v, want %v", k, got, want)
		}
		if k > 0 && slices.Max(values[:k]) > values[k] {
			t.Fatalf("a larger value stands before index %d: %v", k, values)
		}
	})
}
