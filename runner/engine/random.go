package engine

import "math"

// stream is the random draws of one session: each a pure function of (seed, session, draw), so that the same sessions draw the
// same in one process or in eight, in whatever order they run.
type stream struct {
	key  uint64
	draw uint64
}

// the purposes of streams, that must not disturb one another.
const (
	forSession uint64 = iota // mix, think, choose, random(), uuid(), retry
	forArrival               // gaps between arrivals
	forUser                  // how old connections grow
)

func newStream(seed uint64, purpose uint64, session int64) stream {
	return stream{key: scramble(scramble(seed+purpose*golden) ^ uint64(session))}
}

const golden = 0x9e3779b97f4a7c15

// next is the next draw, uniform over all 64 bits.
func (s *stream) next() uint64 {
	s.draw++
	return scramble(s.key + s.draw*golden)
}

// unit is the next draw, uniform in [0, 1).
func (s *stream) unit() float64 { return float64(s.next()>>11) / (1 << 53) }

// exponential is the next draw of an exponential distribution with mean 1.
func (s *stream) exponential() float64 { return -math.Log1p(-s.unit()) }

// normal is the next draw of a standard normal distribution, by Box and Muller (two draws of the stream).
func (s *stream) normal() float64 {
	radius := math.Sqrt(2 * s.exponential())
	return radius * math.Cos(2*math.Pi*s.unit())
}

// pick draws an index by the weights' running sums, whose last is their total.
func (s *stream) pick(sums []float64) int {
	if len(sums) == 1 {
		return 0
	}
	at := s.unit() * sums[len(sums)-1]
	for i, sum := range sums {
		if at < sum {
			return i
		}
	}
	return len(sums) - 1
}

// scramble is the finalizer of SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014).
func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
