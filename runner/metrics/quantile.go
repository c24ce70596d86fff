package metrics

import (
	"math"

	"github.com/DataDog/sketches-go/ddsketch/store"
)

// Count is the number of values.
func (h *Histogram) Count() int64 {
	if h == nil {
		return 0
	}
	return h.count
}

// Sum is the sum of the values, 0 for none.
func (h *Histogram) Sum() float64 {
	if h == nil {
		return 0
	}
	return h.sum
}

// Min is the smallest value, NaN for none.
func (h *Histogram) Min() float64 {
	if h.Count() == 0 {
		return math.NaN()
	}
	return h.min
}

// Max is the largest value, NaN for none.
func (h *Histogram) Max() float64 {
	if h.Count() == 0 {
		return math.NaN()
	}
	return h.max
}

// Mean is the arithmetic mean, NaN for none.
func (h *Histogram) Mean() float64 {
	if h.Count() == 0 {
		return math.NaN()
	}
	return h.sum / float64(h.count)
}

// StdDev is the standard deviation of the values (of all of them: divided by their number), NaN for none.
func (h *Histogram) StdDev() float64 {
	if h.Count() == 0 {
		return math.NaN()
	}
	return math.Sqrt(h.squares / float64(h.count))
}

// Quantile is the value below which the share q of the values lies, 0 to 1: 0.95 is the 95th percentile. It is within
// Accuracy of the value of rank q·(count−1), rounded down, never outside Min and Max, and NaN for none.
func (h *Histogram) Quantile(q float64) float64 {
	switch {
	case h.Count() == 0 || math.IsNaN(q):
		return math.NaN()
	case q <= 0:
		return h.min
	case q >= 1:
		return h.max
	}
	rank := math.Floor(q * float64(h.count-1))
	return min(max(h.at(rank), h.min), h.max)
}

// at is the value of a rank from 0: the negative ones come first, the farthest from zero at their head.
func (h *Histogram) at(rank float64) float64 {
	below := total(h.negative)
	zeros := float64(h.zeros)
	switch {
	case rank < below:
		return -scale.Value(h.negative.KeyAtRank(below - 1 - rank))
	case rank < below+zeros:
		return 0
	}
	return scale.Value(h.positive.KeyAtRank(rank - below - zeros))
}

// Between is how many values lie between low and high, which are positive, and the bounds of those values: as close as the
// bins tell, each 1 % wide, and never outside Min and Max.
func (h *Histogram) Between(low, high float64) (n int64, from, to float64) {
	if h == nil || h.positive == nil {
		return 0, 0, 0
	}
	h.positive.ForEach(func(bin int, count float64) bool {
		if value := min(max(scale.Value(bin), h.min), h.max); value < low || value > high {
			return false
		}
		if n == 0 {
			from = max(scale.LowerBound(bin), h.min)
		}
		n, to = n+int64(count), min(scale.LowerBound(bin+1), h.max)
		return false
	})
	return n, from, to
}

func total(s *store.CollapsingLowestDenseStore) float64 {
	if s == nil {
		return 0
	}
	return s.TotalCount()
}
