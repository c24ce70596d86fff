package sim

import (
	"context"
	"time"
)

// A task is one server with a number of slots and one queue, first come, first served.
//
// Nobody waits here: service times are known when work arrives, so its end is computed at once, from
// planned ends and not from when somebody woke up. A timer that fires late delays one answer; it never
// takes capacity from the task. A slot that is free again at a later instant is busy until then
// without a pause, and starts never overtake one another; busy time and queue follow from that.
// Instants are durations since the model's start and must not go backwards. Not for concurrent use.
type task struct {
	number int
	ready  time.Duration // instant from which on it answers
	slots  int

	ends   moments[struct{}] // when each busy slot is free again
	starts []time.Duration   // when each waiting request starts, ascending
	given  time.Duration     // service time of all work taken so far
	held   int               // WebSockets open

	gone context.Context // ends when the task is taken away
	stop context.CancelFunc
}

// settle forgets what is over at now.
func (t *task) settle(now time.Duration) {
	for len(t.ends) > 0 && t.ends[0].at <= now {
		t.ends.pop()
	}
	for len(t.starts) > 0 && t.starts[0] <= now {
		t.starts = t.starts[1:]
	}
}

// outstanding is the number of requests in work and waiting, as of the last settle.
func (t *task) outstanding() int { return len(t.ends) + len(t.starts) }

// take gives the settled task work of the given length and returns the instant at which it ends.
func (t *task) take(now, work time.Duration) time.Duration {
	t.given += work
	if len(t.ends) < t.slots {
		t.ends.push(now+work, struct{}{})
		return now + work
	}
	start := t.ends.pop().at
	t.starts = append(t.starts, start)
	t.ends.push(start+work, struct{}{})
	return start + work
}

// connections is the number of WebSockets open.
func (t *task) connections() int { return t.held }

// busy is the slot time that the task has spent in work up to now.
func (t *task) busy(now time.Duration) time.Duration {
	busy := t.given
	for _, end := range t.ends {
		busy -= max(0, end.at-now)
	}
	return busy
}

// offered is the slot time that the task has had for work up to now.
func (t *task) offered(now time.Duration) time.Duration {
	return max(0, now-t.ready) * time.Duration(t.slots)
}
