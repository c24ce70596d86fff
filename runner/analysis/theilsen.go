// Package analysis draws conclusions from what was measured: drift, and findings. Its functions are pure.
package analysis

import "slices"

// theilSen is the line through the values whose slope is the median of the slopes of all pairs; up to 29 % of the values
// may be wild without moving it (Sen 1968, https://doi.org/10.1080/01621459.1968.10480934). The start is the median of
// what is left at position 0. The positions rise. The buffer is scratch space; it is returned for the next call.
func theilSen(at, values, buffer []float64) (slope, start float64, _ []float64) {
	buffer = buffer[:0]
	for i, v := range values {
		for j := i + 1; j < len(values); j++ {
			buffer = append(buffer, (values[j]-v)/(at[j]-at[i]))
		}
	}
	slope = median(buffer)
	buffer = buffer[:0]
	for i, v := range values {
		buffer = append(buffer, v-slope*at[i])
	}
	return slope, median(buffer), buffer
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
