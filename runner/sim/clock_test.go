package sim

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// startClock runs a clock for the length of a test.
func startClock(t *testing.T) *clock {
	t.Helper()
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(c.run)
	t.Cleanup(func() {
		c.stop()
		running.Wait()
	})
	return c
}

func TestClockWakesNobodyEarly(t *testing.T) {
	c := startClock(t)
	var sleepers sync.WaitGroup
	for _, ms := range []int{7, 1, 5, 3, 3, 0, 2} { // the bell is set forward and back
		until := c.now() + time.Duration(ms)*time.Millisecond
		sleepers.Go(func() {
			if err := c.sleep(context.Background(), until); err != nil {
				t.Error(err)
			}
			if now := c.now(); now < until {
				t.Errorf("woken at %s instead of %s", now, until)
			}
		})
	}
	sleepers.Wait()
}

func TestClockSleepEndsWithItsContext(t *testing.T) {
	c := startClock(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.sleep(ctx, c.now()+time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := c.sleep(context.Background(), c.now()+time.Millisecond); err != nil { // before the one given up
		t.Error(err)
	}
}
