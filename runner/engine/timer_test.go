package engine

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// bell remembers when it rang.
type bell struct {
	alarm
	mu   sync.Mutex
	rung []int64
}

func newBell() *bell {
	b := &bell{}
	b.owner = b
	return b
}

func (b *bell) fire(due int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, due)
}

func clock() func() int64 {
	begin := time.Now()
	return func() int64 { return int64(time.Since(begin)) }
}

// What is set, moved and stopped in any order rings exactly when it was last set to, in virtual time.
func TestTimersRingInTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		synctest.Test(t, func(t *testing.T) {
			now := clock()
			timers := newTimers(now, newSoftNap())
			bells := make([]*bell, 20)
			want := make([][]int64, len(bells))
			for i := range bells {
				bells[i] = newBell()
			}
			at := make([]int64, len(bells))
			for range rapid.IntRange(1, 100).Draw(r, "steps") {
				i := rapid.IntRange(0, len(bells)-1).Draw(r, "bell")
				switch rapid.IntRange(0, 3).Draw(r, "action") {
				case 0:
					if timers.stop(&bells[i].alarm) != (at[i] != 0) {
						t.Errorf("bell %d: set for %d at %d", i, at[i], now())
					}
					at[i] = 0
				case 1:
					time.Sleep(time.Duration(rapid.IntRange(1, 1000).Draw(r, "pause")))
					synctest.Wait()
				default:
					at[i] = now() + int64(rapid.IntRange(1, 2000).Draw(r, "in"))
					timers.set(&bells[i].alarm, at[i])
				}
				for j := range at {
					if at[j] != 0 && at[j] <= now() {
						want[j] = append(want[j], at[j])
						at[j] = 0
					}
				}
			}
			timers.close()
			for i, b := range bells {
				if diff := cmp.Diff(want[i], b.rung); diff != "" {
					t.Errorf("bell %d: %s", i, diff)
				}
			}
		})
	})
}

func TestTimersRingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := newTimers(clock(), newSoftNap())
		one := newBell()
		for i := range 500 {
			b := newBell()
			b.owner = one
			timers.set(&b.alarm, int64(i*7919%500+1))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		timers.close()
		if len(one.rung) != 500 || !slices.IsSorted(one.rung) {
			t.Errorf("%d rang, sorted %v", len(one.rung), slices.IsSorted(one.rung))
		}
	})
}

// What has been cut short never waits again, whichever comes first.
func TestCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := newTimers(clock(), newSoftNap())
		waiting, late := newBell(), newBell()
		timers.park(&waiting.alarm, int64(time.Hour), false, nil)
		got := []bool{timers.cutShort(&waiting.alarm), timers.cutShort(&late.alarm), timers.park(&late.alarm, int64(time.Hour), false, nil)}
		timers.close()
		if diff := cmp.Diff([]bool{true, false, false}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// The system's own nap ends when its time is over, and when it is woken before or meanwhile.
func TestNap(t *testing.T) {
	nap, err := newNap()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	nap.sleep(5 * time.Millisecond)
	if took := time.Since(begin); took < 5*time.Millisecond {
		t.Errorf("slept only %v", took)
	}
	nap.wake()
	nap.sleep(time.Hour)
	go func() {
		time.Sleep(time.Millisecond)
		nap.wake()
	}()
	nap.sleep(time.Hour)
	nap.close()
}
