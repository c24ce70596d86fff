package metrics

import (
	"math"

	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

const (
	// Accuracy is the relative error of a quantile: 0.005 is half a percent.
	Accuracy = 0.005
	maxBins  = 4096  // of a sketch, 32 KB: enough for values that differ by a factor of 6e17
	tiny     = 1e-12 // what is nearer to zero counts as zero in quantiles: a picosecond
	huge     = 1e18  // what is farther from zero counts as this
)

// scale numbers the bins: bin i holds γ^i to γ^(i+1), γ = (1+a)/(1−a). It is read only.
var scale, _ = mapping.NewLogarithmicMapping(Accuracy)

// Histogram is a distribution in little memory: a DDSketch (https://www.vldb.org/pvldb/vol12/p2195-masson.pdf) whose
// quantiles are within Accuracy of a sample of that rank, with exact count, sum, minimum, maximum and standard deviation.
// Times are in seconds, other values in the base unit of their measure; they may be negative. When values differ by more
// than its bins can hold, those nearest to zero lose accuracy.
//
// The zero Histogram is empty and ready. A nil one is empty: it may be read, and merged from. It is not safe for
// concurrent use.
type Histogram struct {
	summary
	zeros              int64
	positive, negative *store.CollapsingLowestDenseStore // nil until needed
}

// Add counts a value. What is not a number is left out; infinities count as ±1e18, as does whatever lies beyond that.
// It allocates only when values of a range not seen before come.
func (h *Histogram) Add(value float64) { h.AddN(value, 1) }

// AddN counts a value n times.
func (h *Histogram) AddN(value float64, n int64) {
	if math.IsNaN(value) || n <= 0 {
		return
	}
	value = min(max(value, -huge), huge)
	h.add(summary{count: n, sum: value * float64(n), min: value, max: value})
	switch {
	case value > tiny:
		bins(&h.positive).AddWithCount(scale.Index(value), float64(n))
	case value < -tiny:
		bins(&h.negative).AddWithCount(scale.Index(-value), float64(n))
	default:
		h.zeros += n
	}
}

// Merge counts all that another histogram has counted. The order of merging does not matter.
func (h *Histogram) Merge(o *Histogram) {
	if o.Count() == 0 {
		return
	}
	h.add(o.summary)
	h.zeros += o.zeros
	if o.positive != nil {
		bins(&h.positive).MergeWith(o.positive)
	}
	if o.negative != nil {
		bins(&h.negative).MergeWith(o.negative)
	}
}

// bins is the store behind the pointer, made when there is none.
func bins(s **store.CollapsingLowestDenseStore) *store.CollapsingLowestDenseStore {
	if *s == nil {
		*s = store.NewCollapsingLowestDenseStore(maxBins)
	}
	return *s
}

// clear empties the histogram and keeps its memory.
func (h *Histogram) clear() {
	h.summary, h.zeros = summary{}, 0
	if h.positive != nil {
		h.positive.Clear()
	}
	if h.negative != nil {
		h.negative.Clear()
	}
}
