package engine

import (
	"context"
	"math"
	"sync/atomic"

	"plimsoll/runner/metrics"
)

// user runs one session after another on its own connections. A goroutine carries it only while it has something to do; at any
// time one goroutine, the timers, the gate or the idle list has it.
type user struct {
	alarm
	engine  *Engine
	shard   *metrics.Shard
	course  course          // decides what comes after a session
	ctx     context.Context // ends when nothing may be opened any more
	quiet   bool            // outside the facts and the rations
	stage   stage
	place   int   // in the crowd
	id      int64 // from 1
	woken   int64 // the instant for which it was woken, or never
	free    int64 // the instant at which it became free for a session
	lines   lines
	grace   atomic.Pointer[grace]
	refused *ration  // by which it is held
	trouble *trouble // of a user outside the facts
	berth   *berth   // of one that holds a connection
	session
}

// never is no instant.
const never = math.MinInt64

// stage is where a user stands between two sessions.
type stage uint8

const (
	resting  stage = iota // its session has ended
	starting              // the next is due
	acting                // its session runs
)

// course is what a load makes of its users.
type course interface {
	// next decides what comes after a session: another (goOn), a wait before it, or nothing (gone, or cut to leave).
	next(u *user) outcome
	// left says good-bye to a user that a stop has cut.
	left(u *user)
}

var _ waker = (*user)(nil)

func (e *Engine) newUser() *user {
	n := e.users.Add(1)
	u := &user{engine: e, shard: e.recorder.Shard(int(n)), course: e.course, ctx: e.ctx, id: n, woken: never}
	u.owner = u
	u.lines.ages = newStream(e.seed, forUser, n)
	return u
}

// fire gives the user a goroutine; e.running already counts it.
func (u *user) fire(due int64) {
	u.woken = due
	go u.run()
}

// run carries the user until it has to wait.
func (u *user) run() {
	e := u.engine
	c := e.carriers.Get().(*carrier)
	c.take(u)
	if u.woken != never {
		u.shard.Lag(u.woken, since(u.woken, e.now()))
		u.woken = never
	}
	if !u.live(c) {
		e.running.Done()
	}
	c.release()
	e.carriers.Put(c)
}

// live goes through the user's stages until another has it; it reports whether it will run again. After that u must not be touched.
func (u *user) live(c *carrier) bool {
	early := u.listen()
	u.refused = nil
	for {
		o := wait
		if !early {
			o = u.proceed(c)
		}
		early = false
		switch o {
		case wait:
			if u.park() {
				return true
			}
		case held:
			if u.engine.crowd.gate(u) {
				return true
			}
		case cut:
			u.abandon()
			u.course.left(u)
			return false
		case gone:
			return false
		}
	}
}

func (u *user) proceed(c *carrier) outcome {
	if u.cut.Load() && !u.receives() {
		return cut
	}
	switch u.stage {
	case resting:
		return u.course.next(u)
	case starting:
		return u.start(c)
	}
	return u.act(c)
}
