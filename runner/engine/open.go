package engine

import (
	"time"

	"plimsoll/runner/metrics"
)

// arrival is a session of open load.
type arrival struct{ intended, number int64 }

// arrivals are the sessions of open load: at most so many in flight; beyond that they wait, but not longer than their patience.
// The crowd's lock guards what changes.
type arrivals struct {
	alarm    // of the one that has waited longest
	engine   *Engine
	most     int
	patience time.Duration
	fresh    bool // no connection outlives its session

	idle    []*user // whose connections the next sessions take, the warmest last
	flying  int
	waiting []arrival
}

var (
	_ course = (*arrivals)(nil)
	_ waker  = (*arrivals)(nil)
)

// arrive starts a session, or lets it wait.
func (a *arrivals) arrive(due int64) {
	e := a.engine
	next := arrival{due, e.numbers.Add(1)}
	e.crowd.mu.Lock()
	defer e.crowd.mu.Unlock()
	if a.flying >= a.most {
		a.waiting = append(a.waiting, next)
		if len(a.waiting) == 1 {
			e.timers.set(&a.alarm, due+int64(a.patience))
		}
		return
	}
	a.flying++
	u := a.fetch()
	u.prepare(next, due)
	u.woken = due
	e.running.Add(1)
	go u.run()
}

// fetch is an idle user, else a new one.
func (a *arrivals) fetch() *user {
	if last := len(a.idle) - 1; last >= 0 {
		u := a.idle[last]
		a.idle[last] = nil
		a.idle = a.idle[:last]
		return u
	}
	u := a.engine.newUser()
	a.engine.crowd.enter(u)
	return u
}

func (u *user) prepare(a arrival, released int64) {
	u.intended, u.session.number, u.released = a.intended, a.number, released
	u.stage = starting
}

// next gives a user whose session has ended to the arrival that has waited longest, else to the idle.
func (a *arrivals) next(u *user) outcome {
	e := a.engine
	if a.fresh {
		u.drop()
	}
	e.crowd.mu.Lock()
	defer e.crowd.mu.Unlock()
	if e.crowd.closing {
		return cut
	}
	now := e.now()
	a.expire(now)
	if len(a.waiting) > 0 {
		u.prepare(a.waiting[0], now)
		a.waiting = a.waiting[1:]
		return goOn
	}
	a.flying--
	a.idle = append(a.idle, u)
	return gone
}

// left takes a user out that a stop has cut.
func (a *arrivals) left(u *user) {
	u.drop()
	a.engine.crowd.mu.Lock()
	a.flying--
	a.engine.crowd.mu.Unlock()
	a.engine.crowd.remove(u)
}

// fire drops the arrivals whose patience is over.
func (a *arrivals) fire(due int64) {
	a.engine.crowd.mu.Lock()
	defer a.engine.crowd.mu.Unlock()
	a.expire(due)
}

func (a *arrivals) expire(now int64) {
	shard := a.engine.recorder.Shard(0)
	for len(a.waiting) > 0 && a.waiting[0].intended+int64(a.patience) <= now {
		shard.Event(metrics.DroppedFull, a.waiting[0].intended)
		a.waiting = a.waiting[1:]
	}
	if len(a.waiting) > 0 {
		a.engine.timers.set(&a.alarm, a.waiting[0].intended+int64(a.patience))
	}
}

// disband interrupts those who wait, and brings the idle back so that they can leave.
func (a *arrivals) disband() {
	e := a.engine
	e.crowd.mu.Lock()
	defer e.crowd.mu.Unlock()
	e.timers.stop(&a.alarm)
	for _, w := range a.waiting {
		e.recorder.Shard(0).Interrupted(w.intended)
	}
	a.waiting = nil
	a.flying += len(a.idle)
	for _, u := range a.idle {
		u.cut.Store(true)
		e.running.Add(1)
		go u.run()
	}
	a.idle = nil
}
