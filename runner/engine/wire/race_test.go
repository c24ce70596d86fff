//go:build race

package wire

// poolLosses is how many allocations an operation may make under the race detector, where a sync.Pool forgets at random.
const poolLosses = 8
