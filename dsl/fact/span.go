package fact

import (
	"fmt"
	"math"
)

// span shows seconds: 85 µs, 412 ms, 1.2 s, 2 min 10 s, 3 h 5 min, 2 d 8 h.
func span(s float64, finer int) string {
	if s < 60-math.Pow10(-finer)/2 {
		return scaled(s, finer, "0 ms", scale{1e-6, " µs"}, scale{1e-3, " ms"}, scale{1, " s"})
	}
	pairs := []struct {
		below       float64 // of which the pair is used
		small       float64 // unit in seconds
		size        float64 // of the large unit in small ones
		unit, large string
	}{{3570, 1, 60, "s", "min"}, {2*86400 - 1800, 60, 60, "min", "h"}, {math.Inf(1), 3600, 24, "h", "d"}}
	i := 0
	for s >= pairs[i].below {
		i++
	}
	decimals := max(finer-i, 0)
	p := pairs[max(i-finer, 0)]
	power := math.Pow10(decimals)
	n := math.Round(s/p.small*power) / power
	large := math.Floor(n / p.size)
	rest := math.Round((n-large*p.size)*power) / power
	if rest == 0 {
		return fmt.Sprintf("%s %s", grouped(large), p.large)
	}
	return fmt.Sprintf("%s %s %s %s", grouped(large), p.large, plain(rest), p.unit)
}
