package metrics

import "math"

// summary is what is known exactly of a set of values. The zero summary is of none.
type summary struct {
	count    int64
	sum      float64
	min, max float64
	squares  float64 // sum of the squared distances from the mean
}

// add takes another set, not an empty one, in, by the pairwise update of Chan, Golub and LeVeque, which does not cancel
// (https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Parallel_algorithm):
//
//	squares = squares₁ + squares₂ + (n₂·sum₁ − n₁·sum₂)² / (n₁·n₂·(n₁+n₂))
func (s *summary) add(o summary) {
	if s.count == 0 {
		*s = o
		return
	}
	n, m := float64(s.count), float64(o.count)
	apart := m*s.sum - n*o.sum
	s.squares += o.squares + apart*apart/(n*m*(n+m))
	s.count += o.count
	s.sum += o.sum
	s.min = min(s.min, o.min)
	s.max = max(s.max, o.max)
}

// valid says whether the parts of a summary that was read can belong together.
func (s summary) valid() bool {
	if s.count <= 0 || s.count > 1<<53 {
		return false
	}
	mean := s.sum / float64(s.count)
	slack := 1e-6 * max(math.Abs(s.min), math.Abs(s.max))
	return s.squares >= 0 && s.squares <= math.MaxFloat64 && s.min >= -huge && s.max <= huge &&
		s.min <= s.max && mean >= s.min-slack && mean <= s.max+slack
}
