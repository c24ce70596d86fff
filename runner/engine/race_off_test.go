//go:build !race

package engine

// tolerated is how many allocations a request may make: what happens once, spread over all.
const tolerated = 0.05
