//go:build race

package engine

// Under the race detector a sync.Pool forgets a part of what it is given, on purpose.
const tolerated = 4.0
