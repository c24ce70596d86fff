package metrics

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestHistogramSurvivesEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := histogramOf(spread().Draw(t, "values")...)
		got, err := DecodeHistogram(want.Encode(nil))
		if err != nil {
			t.Fatal(err)
		}
		same(t, want, got)
	})
}

func TestEmptyHistogramSurvivesEncoding(t *testing.T) {
	var none *Histogram
	got, err := DecodeHistogram(none.Encode(nil))
	if err != nil || got.Count() != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// full is a view with something in every field.
func full() View {
	v := View{
		Phase: "peak", From: 5, To: 10_000_000_005, Measured: 10 * time.Second, Oldest: time.Second,
		Steps: make([]StepView, 3), Groups: []*Histogram{histogramOf(1, 2)}, Measures: []*Histogram{nil, histogramOf(-3)},
	}
	n := int64(1)
	next := func() int64 { n++; return n }
	for _, c := range v.counters() {
		*c = next()
	}
	for i := range v.Classes {
		v.Classes[i] = next()
	}
	for i := range v.Events {
		v.Events[i] = next()
	}
	for _, c := range v.Steps[1].counters() {
		*c = next()
	}
	v.Steps[1].Classes[Timeout] = next()
	v.each(func(h **Histogram) {
		if *h == nil {
			*h = histogramOf(float64(next()), 1000)
		}
	})
	return v
}

// sameHistograms compares histograms by what they say.
var sameHistograms = cmp.Options{
	cmp.Transformer("facts", factsOf), cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-9, 1e-9),
}

func TestViewSurvivesEncoding(t *testing.T) {
	tests := map[string]View{"full": full(), "empty": {}}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := DecodeView(want.Encode(nil))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, sameHistograms, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := full()
	data := whole.Encode(nil)
	damaged := func(i int, c byte) []byte { b := bytes.Clone(data); b[i] = c; return b }
	tests := map[string][]byte{
		"nothing":         nil,
		"another version": damaged(0, version+1),
		"a name too long": damaged(1, 0x7f),
		"the half":        data[:len(data)/2],
		"a byte less":     data[:len(data)-1],
		"a byte more":     append(bytes.Clone(data), 0),
		"steps too many":  append(data[:1:1], bytes.Repeat([]byte{0x7f}, 1<<20)...),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			if v, err := DecodeView(b); err == nil {
				t.Errorf("decoded as %+v", v)
			}
		})
	}
}

func TestDecodeHistogramRefuses(t *testing.T) {
	two := histogramOf(0.001, 0.002).Encode(nil)
	one := func(x float64) []byte { return appendFloats([]byte{version, 1}, x) }
	sums := func(count byte, values ...float64) []byte {
		return append(appendFloats([]byte{version, count}, values...), 0, 1, byte(0x80), 0x10, count, 0)
	}
	tests := map[string][]byte{
		"nothing":               nil,
		"cut in a bin":          two[:len(two)-2],
		"no number":             one(math.NaN()),
		"infinite":              one(math.Inf(1)),
		"a mean out of bounds":  sums(2, 100, 1, 1, 2),
		"bounds the wrong way":  sums(2, 3, 1, 2, 1),
		"a negative variance":   sums(2, 3, -1, 1, 2),
		"a bin of nothing":      append(appendFloats([]byte{version, 2}, 3, 1, 1, 2), 0, 1, 5, 0, 0),
		"a bin beyond the last": append(appendFloats([]byte{version, 2}, 3, 1, 1, 2), 0, 1, 0xff, 0xff, 0x7f, 2, 0),
		"values without a bin":  append(appendFloats([]byte{version, 2}, 3, 1, 1, 2), 0, 0, 0),
		"zeros beyond all":      append(appendFloats([]byte{version, 2}, 3, 1, 1, 2), 3, 0, 0),
	}
	if _, err := DecodeHistogram(sums(2, 3, 1, 1, 2)); err != nil {
		t.Fatalf("what the damaged ones are made of: %v", err)
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			if h, err := DecodeHistogram(b); err == nil {
				t.Errorf("decoded as %+v", factsOf(h))
			}
		})
	}
}

// A few bytes that describe many wide histograms must not take more memory than allowed.
func TestDecodeIsBounded(t *testing.T) {
	apart := histogramOf(1e-9, 1e8)
	v := View{Measures: make([]*Histogram, 20_000)}
	for i := range v.Measures {
		v.Measures[i] = apart
	}
	if _, err := DecodeView(v.Encode(nil)); err == nil {
		t.Error("decoded into 650 MB")
	}
}

func FuzzDecodeView(f *testing.F) {
	v := full()
	f.Add(v.Encode(nil))
	f.Add((&View{}).Encode(nil))
	f.Add([]byte{version, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := DecodeView(b)
		if err != nil {
			return
		}
		if _, err := DecodeView(v.Encode(nil)); err != nil {
			t.Errorf("what was decoded cannot be encoded and decoded again: %v", err)
		}
		v.sum()
	})
}

func FuzzDecodeHistogram(f *testing.F) {
	f.Add(histogramOf(1).Encode(nil))
	f.Add(histogramOf(-1, 0, 0.001, 1000).Encode(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := DecodeHistogram(b)
		if err != nil {
			return
		}
		again, err := DecodeHistogram(h.Encode(nil))
		if err != nil {
			t.Fatal(err)
		}
		same(t, h, again)
	})
}
