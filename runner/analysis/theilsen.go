// Package analysis draws conclusions from what was measured: drift, and findings. Its functions are pure.
package analysis

import "slices"

// theilSen is the line through the values whose slope is the median of the slopes of all pairs; up to 29 % of the values
// may be wild without moving it (Sen 1968, https://doi.org/10.1080/01621459.1968.10480934). Pairs are made within a piece
// only: between pieces the level may jump, as with the number of tasks (as in the seasonal slope of Hirsch 1982,
// https://doi.org/10.1029/WR018i001p00107). The positions rise, the pieces do not fall. The buffer is scratch space; it is
// returned for the next call.
func theilSen(at, values []float64, pieces []int, buffer []float64) (slope float64, _ []float64) {
	buffer = buffer[:0]
	for i, v := range values {
		for j := i + 1; j < len(values) && pieces[j] == pieces[i]; j++ {
			buffer = append(buffer, (values[j]-v)/(at[j]-at[i]))
		}
	}
	return median(buffer), buffer
}

// levels are where the line through each piece is at position 0: the median of what is left of its values there.
func levels(at, values []float64, pieces []int, slope float64) map[int]float64 {
	left := map[int][]float64{}
	for i, v := range values {
		left[pieces[i]] = append(left[pieces[i]], v-slope*at[i])
	}
	all := map[int]float64{}
	for piece, values := range left {
		all[piece] = median(values)
	}
	return all
}

// median reorders its values; of none it is 0.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	upper := nth(values, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(values[:n/2]) + upper) / 2
}

// nth moves the k-th smallest value to index k, smaller ones before it (Hoare's selection, with the median of three as
// pivot): sorting all pairs of a long series for every resample would take seconds.
func nth(values []float64, k int) float64 {
	low, high := 0, len(values)-1
	for low < high {
		pivot := middle(values[low], values[(low+high)/2], values[high])
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return values[k]
		}
	}
	return values[k]
}

func middle(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
