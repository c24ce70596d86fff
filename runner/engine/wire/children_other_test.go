//go:build !linux

package wire

// isChild is false: only the benchmarks on Linux start processes.
func isChild() bool { return false }
