//go:build !linux

package engine

func newNap() (napper, error) { return newSoftNap(), nil }
