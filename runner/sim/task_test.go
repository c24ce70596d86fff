package sim

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// span is when one request was worked on.
type span struct{ start, end time.Duration }

// plainQueue is a queue before several slots, written as naively as can be.
type plainQueue struct {
	free  []time.Duration // per slot
	spans []span
}

func (q *plainQueue) take(now, work time.Duration) time.Duration {
	first := 0
	for i := range q.free {
		if q.free[i] < q.free[first] {
			first = i
		}
	}
	start := max(now, q.free[first])
	q.free[first] = start + work
	q.spans = append(q.spans, span{start, start + work})
	return start + work
}

func (q *plainQueue) state(now time.Duration) (busy, waiting int, spent time.Duration) {
	for _, s := range q.spans {
		switch {
		case s.start > now:
			waiting++
		case s.end > now:
			busy++
		}
		spent += min(max(0, now-s.start), s.end-s.start)
	}
	return busy, waiting, spent
}

func TestTaskIsAQueueBeforeItsSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.IntRange(1, 4).Draw(t, "slots")
		got, want := &task{slots: slots}, &plainQueue{free: make([]time.Duration, slots)}
		var now time.Duration
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now += time.Duration(rapid.Int64Range(0, 10).Draw(t, "gap"))
			work := time.Duration(rapid.Int64Range(0, 30).Draw(t, "work"))
			got.settle(now)
			busy, waiting, spent := want.state(now)
			if len(got.ends) != busy || len(got.starts) != waiting || got.busy(now) != spent {
				t.Fatalf("at %d: %d busy, %d waiting, %d spent; want %d, %d, %d",
					now, len(got.ends), len(got.starts), got.busy(now), busy, waiting, spent)
			}
			if g, w := got.take(now, work), want.take(now, work); g != w {
				t.Fatalf("at %d: work of %d ends at %d, want %d", now, work, g, w)
			}
		}
	})
}
