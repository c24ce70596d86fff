package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// ServiceTime is how long a request occupies its slot: always Mean when Sigma is 0, else drawn from
// the lognormal distribution with that mean and shape. The zero value takes no time.
type ServiceTime struct {
	Mean  time.Duration // 0 to 24 h
	Sigma float64       // standard deviation of the logarithm, 0 to 3
}

// draw returns one service time, at most 24 h.
//
// A lognormal variable exp(µ + σN) has the mean exp(µ + σ²/2), hence
//
//	µ = ln(mean) − σ²/2
//
// (https://en.wikipedia.org/wiki/Log-normal_distribution).
func (s ServiceTime) draw(random *rand.Rand) time.Duration {
	if s.Sigma == 0 || s.Mean == 0 {
		return s.Mean
	}
	factor := math.Exp(s.Sigma*random.NormFloat64() - s.Sigma*s.Sigma/2)
	return time.Duration(min(float64(s.Mean)*factor, float64(maxDuration)))
}
