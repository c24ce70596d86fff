//go:build !linux

package wire

import "time"

// prepare does nothing: what can be set on other systems, the dialer sets.
func prepare(uintptr, time.Duration) error { return nil }
