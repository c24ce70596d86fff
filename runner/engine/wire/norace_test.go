//go:build !race

package wire

const poolLosses = 0
