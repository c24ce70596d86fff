package fact

import "strings"

// Closest finds the name nearest to a mistyped one, letters' case aside; ok is false if none is near: at most a third
// of its letters may differ, and one always may.
func Closest(name string, among []string) (best string, ok bool) {
	near := 2*max(1, len(name)/3) + 1
	for _, candidate := range among {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < near {
			best, near, ok = candidate, d, true
		}
	}
	return best, ok
}

// distance is what it costs to turn a into b: 2 for each byte inserted, deleted or replaced, 1 for two neighbours
// exchanged, the commonest slip (optimal string alignment, https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = 2 * j
	}
	for i := range len(a) {
		row[0] = 2 * (i + 1)
		for j := range len(b) {
			change := 2
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j]+change, last[j+1]+2, row[j]+2)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
