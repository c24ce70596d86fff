//go:build !linux

package sim

import "time"

// bell is a timer of the runtime, which may ring a millisecond late.
type bell struct {
	timer  *time.Timer
	closed chan struct{}
}

func newBell() (*bell, error) {
	timer := time.NewTimer(0)
	timer.Stop()
	return &bell{timer: timer, closed: make(chan struct{})}, nil
}

// set has the bell ring once, after a positive time, in place of what it was set to before.
func (b *bell) set(after time.Duration) { b.timer.Reset(after) }

// wait returns true when the bell rings, false once it is closed.
func (b *bell) wait() bool {
	select {
	case <-b.timer.C:
		return true
	case <-b.closed:
		return false
	}
}

func (b *bell) close() { close(b.closed) }
