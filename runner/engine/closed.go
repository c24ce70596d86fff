package engine

import (
	"time"

	"plimsoll/runner/metrics"
)

// repeats is closed load: a user runs one session after another.
type repeats struct {
	engine      *Engine
	retry, pace time.Duration
	reconnect   bool
}

var _ course = (*repeats)(nil)

// next says when the user's next session starts: at once, after a failed one when the retry wait is over, and never before the
// pace allows.
func (r *repeats) next(u *user) outcome {
	s := &u.session
	if r.reconnect {
		u.drop()
	}
	start := u.free
	if s.failed {
		// Jitter of ± 50 % keeps users that failed together from coming back together.
		start += int64(float64(r.retry) * (0.5 + s.random.unit()))
	}
	if r.pace > 0 && s.iteration > 0 {
		start = max(start, s.intended+int64(r.pace))
	}
	s.intended = start
	u.stage = starting
	if start <= u.free {
		return goOn
	}
	s.wake = start
	return wait
}

// left takes a user out that was asked to leave.
func (r *repeats) left(u *user) {
	e := r.engine
	u.drop()
	u.calm()
	u.event(metrics.UserLeft, e.now())
	e.crowd.remove(u)
}

// join adds a user, free from the instant on.
func (e *Engine) join(at int64) {
	u := e.newUser()
	u.free, u.woken = at, at
	e.crowd.mu.Lock()
	e.crowd.enter(u)
	e.crowd.stay = append(e.crowd.stay, u)
	e.crowd.mu.Unlock()
	u.event(metrics.UserJoined, at)
	e.running.Add(1)
	go u.run()
}

// dismiss asks the newest user to leave: it finishes its operation, think cut short; past the grace it is interrupted.
func (e *Engine) dismiss(at int64) {
	e.crowd.mu.Lock()
	last := len(e.crowd.stay) - 1
	u := e.crowd.stay[last]
	e.crowd.stay[last] = nil
	e.crowd.stay = e.crowd.stay[:last]
	e.crowd.mu.Unlock()

	u.grace.Store(&grace{user: u})
	g := u.grace.Load()
	g.owner = g
	e.timers.set(&g.alarm, at+int64(e.program.scenario.Grace))
	e.send(u)
}

// send tells a user to leave, and wakes it if it waits.
func (e *Engine) send(u *user) {
	if e.timers.cutShort(&u.alarm) || e.crowd.ungate(u) {
		go u.run()
	}
}

// grace interrupts a leaving user that does not finish.
type grace struct {
	alarm
	user *user
}

var _ waker = (*grace)(nil)

func (g *grace) fire(int64) { g.user.lines.interrupt() }

// calm takes the user's grace back, since it has finished.
func (u *user) calm() {
	if g := u.grace.Load(); g != nil {
		u.engine.timers.stop(&g.alarm)
	}
}
