package metrics

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// facts are what a histogram says of its values.
type facts struct {
	Count                       int64
	Sum, Min, Max, Mean, StdDev float64
	Median                      float64
}

func factsOf(h *Histogram) facts {
	return facts{h.Count(), h.Sum(), h.Min(), h.Max(), h.Mean(), h.StdDev(), h.Quantile(0.5)}
}

func histogramOf(values ...float64) *Histogram {
	h := new(Histogram)
	for _, v := range values {
		h.Add(v)
	}
	return h
}

func TestHistogram(t *testing.T) {
	none := math.NaN()
	tests := []struct {
		name   string
		values []float64
		want   facts
	}{
		{"none", nil, facts{0, 0, none, none, none, none, none}},
		{"one", []float64{0.8}, facts{1, 0.8, 0.8, 0.8, 0.8, 0, 0.8}},
		{"equal ones keep their value", []float64{3, 3, 3}, facts{3, 9, 3, 3, 3, 0, 3}},
		{"several", []float64{2, 4, 4, 4, 5, 5, 7, 9}, facts{8, 40, 2, 9, 5, 2, 4}},
		{"zeros", []float64{0, 0, 5}, facts{3, 5, 0, 5, 5.0 / 3, math.Sqrt(50.0 / 9), 0}},
		{"negative", []float64{-1, -10, -100}, facts{3, -111, -100, -1, -37, math.Sqrt(1998), -10}},
		{"both signs", []float64{-5, 0, 5}, facts{3, 0, -5, 5, 0, math.Sqrt(50.0 / 3), 0}},
		{"no numbers are left out", []float64{math.NaN(), 1, math.NaN()}, facts{1, 1, 1, 1, 1, 0, 1}},
		{"infinite is huge", []float64{math.Inf(-1), 7, math.Inf(1)}, facts{3, 0, -huge, huge, 0, math.Sqrt(2.0/3) * huge, 7}},
		{"far apart and large", []float64{1e9, 1e9 + 1, 1e9 + 2}, facts{3, 3e9 + 3, 1e9, 1e9 + 2, 1e9 + 1, math.Sqrt(2.0 / 3), 1e9 + 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := factsOf(histogramOf(tt.values...))
			near := cmpopts.EquateApprox(Accuracy, 1e-9)
			if diff := cmp.Diff(tt.want, got, near, cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNilHistogramIsEmpty(t *testing.T) {
	var h *Histogram
	if diff := cmp.Diff(factsOf(new(Histogram)), factsOf(h), cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	into := histogramOf(1)
	into.Merge(h)
	if into.Count() != 1 {
		t.Errorf("count %d after merging nothing", into.Count())
	}
}

func TestQuantileStaysWithinMinAndMax(t *testing.T) {
	h := histogramOf(0.123, 0.456)
	for _, q := range []float64{-1, 0, 0.5, 0.999, 1, 2} {
		if got := h.Quantile(q); got < 0.123 || got > 0.456 {
			t.Errorf("Quantile(%v) = %v", q, got)
		}
	}
	if got := h.Quantile(math.NaN()); !math.IsNaN(got) {
		t.Errorf("Quantile(NaN) = %v", got)
	}
}

func TestAddN(t *testing.T) {
	one, many := new(Histogram), new(Histogram)
	for range 1000 {
		one.Add(0.25)
	}
	one.Add(4)
	many.AddN(0.25, 1000)
	many.AddN(4, 1)
	many.AddN(9, 0)
	many.AddN(9, -3)
	if diff := cmp.Diff(factsOf(one), factsOf(many), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
}

// spread draws values as measures have them: over many decades, of both signs, and zero.
func spread() *rapid.Generator[[]float64] {
	value := rapid.OneOf(
		rapid.Float64Range(1e-6, 60),
		rapid.Map(rapid.Float64Range(-14, 4), func(x float64) float64 { return math.Exp(x) }),
		rapid.Map(rapid.Float64Range(-10, 2), func(x float64) float64 { return -math.Exp(x) }),
		rapid.Just(0.0),
	)
	return rapid.SliceOfN(value, 1, 200)
}

func TestQuantileIsNearTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := spread().Draw(t, "values")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		got := histogramOf(values...).Quantile(q)
		slices.Sort(values)
		exact := values[int(q*float64(len(values)-1))]
		if math.Abs(got-exact) > Accuracy*math.Abs(exact)*(1+1e-9) {
			t.Fatalf("Quantile(%v) = %v, exactly %v", q, got, exact)
		}
	})
}

func TestStdDevIsNearTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := spread().Draw(t, "values")
		mean, squares := 0.0, 0.0
		for _, v := range values {
			mean += v / float64(len(values))
		}
		for _, v := range values {
			squares += (v - mean) * (v - mean)
		}
		want := math.Sqrt(squares / float64(len(values)))
		if got := histogramOf(values...).StdDev(); math.Abs(got-want) > 1e-6*(1+want) {
			t.Fatalf("StdDev = %v, exactly %v", got, want)
		}
	})
}

// However values are split and the parts merged, the histogram is that of all the values.
func TestMergeIsAssociative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := spread().Draw(t, "a"), spread().Draw(t, "b"), spread().Draw(t, "c")
		want := histogramOf(slices.Concat(a, b, c)...)
		left, right := histogramOf(a...), histogramOf(c...)
		left.Merge(histogramOf(b...))
		left.Merge(histogramOf(c...))
		right.Merge(histogramOf(b...))
		right.Merge(histogramOf(a...))
		same(t, want, left)
		same(t, want, right)
	})
}

// same fails unless both histograms have the same bins, and but for rounding the same sums.
func same(t interface{ Fatal(...any) }, want, got *Histogram) {
	near := cmpopts.EquateApprox(1e-9, 1e-9)
	if diff := cmp.Diff(factsOf(want), factsOf(got), near, cmpopts.EquateNaNs()); diff != "" {
		t.Fatal(diff)
	}
	for q := 0.0; q <= 1; q += 1.0 / 64 {
		if w, g := want.Quantile(q), got.Quantile(q); w != g && !(math.IsNaN(w) && math.IsNaN(g)) {
			t.Fatal(fmt.Sprintf("Quantile(%v) = %v, want %v", q, g, w))
		}
	}
}

func TestAddDoesNotAllocateOnceWarm(t *testing.T) {
	h := histogramOf(0.0001, 60)
	if n := testing.AllocsPerRun(100, func() { h.Add(0.5) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkHistogramAdd(b *testing.B) {
	h := new(Histogram)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		h.Add(0.001 * float64(1+n%1000))
	}
}

func BenchmarkHistogramMerge(b *testing.B) {
	h, o := new(Histogram), wide()
	b.ReportAllocs()
	for b.Loop() {
		h.Merge(o)
	}
}

func BenchmarkHistogramEncode(b *testing.B) {
	h := wide()
	var data []byte
	b.ReportAllocs()
	for b.Loop() {
		data = h.Encode(data[:0])
	}
	b.ReportMetric(float64(len(data)), "bytes")
}

// wide is 1 ms to 10 s in every bin.
func wide() *Histogram {
	h := new(Histogram)
	for x := 0.001; x < 10; x *= 1.005 {
		h.AddN(x, 50)
	}
	return h
}

func ExampleHistogram() {
	a, b := new(Histogram), new(Histogram)
	for ms := 1; ms <= 100; ms++ {
		a.Add(float64(ms) / 1000)
	}
	b.Add(2)
	a.Merge(b)
	fmt.Printf("%d values, p95 %.3f s, max %v s\n", a.Count(), a.Quantile(0.95), a.Max())
	// Output: 101 values, p95 0.096 s, max 2 s
}

func TestBetweenIsNearTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := spread().Draw(t, "values")
		low := rapid.Float64Range(1e-6, 60).Draw(t, "low")
		high := low * rapid.Float64Range(1, 100).Draw(t, "times")
		n, from, to := histogramOf(values...).Between(low, high)
		inner, outer := int64(0), int64(0) // surely, and perhaps
		for _, v := range values {
			if low*(1+2*Accuracy) <= v && v <= high*(1-2*Accuracy) {
				inner++
			}
			if low*(1-2*Accuracy) <= v && v <= high*(1+2*Accuracy) {
				outer++
			}
		}
		if n < inner || n > outer {
			t.Fatalf("%d values, exactly %d to %d", n, inner, outer)
		}
		if n > 0 && (from > to || from < low*(1-3*Accuracy) || to > high*(1+3*Accuracy)) {
			t.Fatalf("from %v to %v, asked for %v to %v", from, to, low, high)
		}
	})
}

func TestBetweenKeepsToWhatIsThere(t *testing.T) {
	n, from, to := histogramOf(-1, 0, 59.9, 60.1).Between(59, 61)
	if n != 2 || from > 59.9 || from < 59.3 || to != 60.1 {
		t.Errorf("%d from %v to %v", n, from, to)
	}
	if n, _, _ := new(Histogram).Between(1, 2); n != 0 {
		t.Errorf("%d of none", n)
	}
}
