package engine

import "sync"

// beat carries a phase's shape out on the timers' goroutine: at each instant it does what is due, and learns when there is more.
type beat struct {
	alarm
	timers *timers
	tick   func(due int64) (next int64)
	end    int64         // of the shape
	over   chan struct{} // closed at the end

	mu     sync.Mutex
	halted bool
}

var _ waker = (*beat)(nil)

// play begins the phase's load.
func (e *Engine) play(p Phase) *beat {
	b := &beat{timers: e.timers, end: p.Start + int64(p.Shape.Length()), over: make(chan struct{})}
	b.owner = b
	if e.arrivals != nil {
		b.tick = e.arrivals.schedule(p)
	} else {
		b.tick = e.tide(p)
	}
	e.timers.set(&b.alarm, p.Start)
	return b
}

func (b *beat) fire(due int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.halted {
		return
	}
	if due >= b.end {
		b.halted = true
		close(b.over)
		return
	}
	b.timers.set(&b.alarm, min(b.tick(due), b.end))
}

// halt ends the beat; when it returns, nothing more will be done.
func (b *beat) halt() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.halted = true
	b.timers.stop(&b.alarm)
}
