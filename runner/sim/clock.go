package sim

import (
	"context"
	"sync"
	"time"
)

// clock is the time of a server, and wakes who sleeps by it. The runtime's own timers oversleep by up
// to a millisecond in an idle process, which would make 6 ms of a service time of 5 ms; a bell of the
// operating system does not. Safe for concurrent use.
type clock struct {
	start time.Time
	bell  *bell

	mu       sync.Mutex
	sleepers moments[chan<- struct{}]
}

func newClock() (*clock, error) {
	bell, err := newBell()
	if err != nil {
		return nil, err
	}
	return &clock{start: time.Now(), bell: bell}, nil
}

// now is the time since the start.
func (c *clock) now() time.Duration { return time.Since(c.start) }

// sleep returns nil at an instant, never before it, or an error when ctx ends first.
func (c *clock) sleep(ctx context.Context, until time.Duration) error {
	left := until - c.now()
	if left <= 0 {
		return nil
	}
	awake := make(chan struct{}, 1)
	c.mu.Lock()
	if len(c.sleepers) == 0 || until < c.sleepers[0].at {
		c.bell.set(left)
	}
	c.sleepers.push(until, awake)
	c.mu.Unlock()
	select {
	case <-awake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run wakes sleepers until stop is called.
func (c *clock) run() {
	for c.bell.wait() {
		c.wake()
	}
}

// wake wakes who has slept long enough, and sets the bell for the next.
func (c *clock) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.sleepers) > 0 {
		if left := c.sleepers[0].at - c.now(); left > 0 {
			c.bell.set(left)
			return
		}
		c.sleepers.pop().what <- struct{}{} // has room for the one message that it ever gets
	}
}

// stop ends run. Who sleeps then is woken by the end of a context only.
func (c *clock) stop() { c.bell.close() }
