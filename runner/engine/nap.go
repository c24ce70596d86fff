package engine

import "time"

// softNap sleeps with Go's own timer: for systems without a better one, and for virtual time.
type softNap struct{ alert chan struct{} }

var _ napper = softNap{}

func newSoftNap() softNap { return softNap{make(chan struct{}, 1)} }

func (n softNap) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-n.alert:
	}
}

func (n softNap) wake() {
	select {
	case n.alert <- struct{}{}:
	default:
	}
}

func (n softNap) close() {}
