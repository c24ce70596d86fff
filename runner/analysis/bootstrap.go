package analysis

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// resamples is how many times the moving-block bootstrap draws; its 2.5 % tails then rest on 15 draws each.
const resamples = 600

// line is a trend: the value at position 0, by the first piece, and the change per position with its 95 % interval.
type line struct{ start, slope, low, high float64 }

// trend lays a line through the values, with an interval by moving-block bootstrap of what is left
// (Künsch 1989, https://doi.org/10.1214/aos/1176347265): neighbouring values of a service resemble each other, and an
// interval that takes them for independent cries drift where there is none.
func trend(at, values []float64, random *rand.Rand) line {
	return piecewise(at, values, make([]int, len(values)), random)
}

// piecewise is a trend of pieces that each have a level of their own.
func piecewise(at, values []float64, pieces []int, random *rand.Rand) line {
	slope, buffer := theilSen(at, values, pieces, nil)
	residuals, level := make([]float64, len(values)), levels(at, values, pieces, slope)
	for i, v := range values {
		residuals[i] = v - level[pieces[i]] - slope*at[i]
	}
	length, inflate := dependence(residuals)
	drawn, again := make([]float64, resamples), make([]float64, len(values))
	for r := range drawn {
		for i := 0; i < len(again); {
			from := random.IntN(len(residuals) - length + 1)
			i += copy(again[i:], residuals[from:from+length])
		}
		drawn[r], buffer = theilSen(at, again, pieces, buffer)
	}
	center := median(drawn)
	for i := range drawn {
		drawn[i] = slope + (drawn[i]-center)*inflate
	}
	return line{level[pieces[0]], slope, quantile(drawn, 0.025), quantile(drawn, 0.975)}
}

// dependence returns how long the blocks must be, and by how much the interval must be widened for what short blocks hide
// and for how few independent values there are, both from the residuals' correlation with their neighbours as of a
// first-order autoregression (block length: Andrews 1991, https://doi.org/10.2307/2938229; the correlation of residuals
// is biased towards none by about (2+4ρ)/n, Kendall 1954).
func dependence(residuals []float64) (length int, inflate float64) {
	n := float64(len(residuals))
	rho := stat.Correlation(residuals[1:], residuals[:len(residuals)-1], nil)
	if math.IsNaN(rho) {
		return 1, 1
	}
	rho = min(max(rho+(2+4*rho)/n, 0), 0.97)
	best := math.Pow(6, 1.0/3) * math.Pow(rho/(1-rho*rho), 2.0/3) * math.Pow(n, 1.0/3)
	length = min(max(int(math.Ceil(best)), 1), len(residuals)/4)
	l := float64(length)
	kept := 1.0
	for k := 1.0; k < l; k++ {
		kept += 2 * (1 - k/l) * math.Pow(rho, k)
	}
	independent := max(n*(1-rho)/(1+rho)-2, 1)
	student := distuv.StudentsT{Sigma: 1, Nu: independent}.Quantile(0.975) / distuv.UnitNormal.Quantile(0.975)
	return length, student * math.Sqrt((1+rho)/(1-rho)/kept)
}

// quantile reorders its values.
func quantile(values []float64, q float64) float64 {
	return nth(values, int(math.Round(q*float64(len(values)-1))))
}
