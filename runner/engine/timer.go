package engine

import (
	"sync"
	"sync/atomic"
	"time"
)

// waker is what an alarm wakes. fire runs on the timers' own goroutine: it must not block, and starts another for all real work.
type waker interface{ fire(due int64) }

// alarm is one entry of the timers, meant to be part of what it wakes. It is queued at most once.
type alarm struct {
	owner waker
	at    int64
	slot  int         // in the heap, from 1; 0: not queued
	firm  bool        // it is not cut short
	cut   atomic.Bool // whoever waits on it is to stop, now and in future; set with the timers' lock held
}

// timers wakes what waits: a goroutine of its own naps until the earliest instant. Its methods may be called concurrently.
type timers struct {
	now  func() int64
	nap  napper
	done chan struct{}

	mu     sync.Mutex
	heap   []*alarm
	until  int64 // what the driver sleeps for; 0: it is awake
	closed bool
}

// napper sleeps precisely. One goroutine calls sleep, any may call wake, which ends the present sleep, or the next.
type napper interface {
	sleep(d time.Duration)
	wake()
	close()
}

const longNap = time.Hour

func newTimers(now func() int64, nap napper) *timers {
	t := &timers{now: now, nap: nap, done: make(chan struct{})}
	go t.drive()
	return t
}

func (t *timers) drive() {
	defer close(t.done)
	for {
		owner, at, ok := t.next()
		switch {
		case !ok:
			return
		case owner != nil:
			owner.fire(at)
		default:
			t.nap.sleep(time.Duration(at))
		}
	}
}

// next takes an alarm that is due and says since when, or else how long there is none; not ok once closed.
func (t *timers) next() (owner waker, at int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.until = 0
	if t.closed {
		return nil, 0, false
	}
	now := t.now()
	t.until = now + int64(longNap)
	if len(t.heap) > 0 {
		t.until = min(t.until, t.heap[0].at)
	}
	if t.until > now {
		return nil, t.until - now, true
	}
	t.until = 0
	first := t.heap[0]
	t.remove(first)
	return first.owner, first.at, true
}

// park queues the alarm for the instant, unless it has been cut. A firm one is queued even then, and is not cut short: an
// operation waits on it, which is to finish. When the alarm is queued, before it can fire or be stopped, watch is called,
// unless it is nil.
func (t *timers) park(a *alarm, at int64, firm bool, watch func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.cut.Load() && !firm {
		return false
	}
	a.firm = firm
	t.queue(a, at)
	if watch != nil {
		watch()
	}
	return true
}

// set queues the alarm even if it has been cut, moving it where it is queued already.
func (t *timers) set(a *alarm, at int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.slot != 0 {
		t.remove(a)
	}
	t.queue(a, at)
}

// stop takes the alarm out; it reports whether it was still queued, and so will not fire.
func (t *timers) stop(a *alarm) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unqueue(a)
}

// cutShort makes every wait on the alarm end that is not firm, one to come included; it reports whether it was queued, and so
// will not fire.
func (t *timers) cutShort(a *alarm) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	a.cut.Store(true)
	return !a.firm && t.unqueue(a)
}

// close ends the driver and waits for it. Alarms that are queued never fire.
func (t *timers) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.nap.wake()
	<-t.done
	t.nap.close()
}

func (t *timers) queue(a *alarm, at int64) {
	a.at = at
	t.heap = append(t.heap, a)
	t.up(len(t.heap) - 1)
	if t.until > at && !t.closed {
		t.until = 0
		t.nap.wake()
	}
}

func (t *timers) unqueue(a *alarm) bool {
	if a.slot == 0 {
		return false
	}
	t.remove(a)
	return true
}

// remove takes a queued alarm out of the heap.
func (t *timers) remove(a *alarm) {
	i, last := a.slot-1, len(t.heap)-1
	t.put(i, t.heap[last])
	t.heap[last] = nil
	t.heap = t.heap[:last]
	a.slot = 0
	if i < last {
		t.down(i)
		t.up(i)
	}
}

func (t *timers) put(i int, a *alarm) {
	t.heap[i] = a
	a.slot = i + 1
}

// up and down keep the heap, of four children each: fewer cache lines than two.
func (t *timers) up(i int) {
	a := t.heap[i]
	for i > 0 {
		parent := (i - 1) / 4
		if t.heap[parent].at <= a.at {
			break
		}
		t.put(i, t.heap[parent])
		i = parent
	}
	t.put(i, a)
}

func (t *timers) down(i int) {
	a := t.heap[i]
	for {
		least := i
		at := a.at
		for c := 4*i + 1; c < min(4*i+5, len(t.heap)); c++ {
			if t.heap[c].at < at {
				least, at = c, t.heap[c].at
			}
		}
		if least == i {
			break
		}
		t.put(i, t.heap[least])
		i = least
	}
	t.put(i, a)
}
