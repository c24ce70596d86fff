package engine

import (
	"net/http/cookiejar"
	"time"

	"plimsoll/runner/metrics"
)

// lateness is how late the generator may start an arrival; one that it could start only later is dropped, so that a generator
// which fell behind does not make up for it with a burst that nobody asked for.
const lateness = time.Second

// session is one user running one flow. Instants are nanoseconds since the recorder's start.
type session struct {
	flow      *flow
	number    int64 // over all users, from 1
	intended  int64
	released  int64 // when an arrival could start: at its instant, or when there was room
	due       int64 // intended start of the next operation: the end of the one before, plus think
	wake      int64 // of a step that waits
	thought   int64
	pc        int
	last      int // the last operation, as the layout counts
	marks     []mark
	variables []any
	rows      []int32 // by table, row + 1; 0: none
	jar       *cookiejar.Jar
	socket    *socket
	feed      *feed   // nil but while it reads a stream
	ration    *ration // that its start was taken from
	random    stream
	pending   pending
	iteration int64 // of its user, from 1
	failed    bool
	running   bool
}

// start begins the session that is due.
func (u *user) start(c *carrier) outcome {
	e := u.engine
	if u.arrives() && since(u.released, e.now()) > lateness {
		u.shard.Event(metrics.DroppedLate, u.intended)
		u.stage = resting
		return goOn
	}
	s := &u.session
	s.ration = nil
	if r := e.ration.Load(); r != nil && !u.quiet {
		if !r.sessions.take() {
			return u.refuse(r)
		}
		s.ration = r
	}
	if !u.quiet && !u.arrives() {
		s.number = e.numbers.Add(1)
	}
	s.random = newStream(e.seed, forSession, s.number)
	if !u.quiet {
		s.flow = e.mix[s.random.pick(e.program.weights)]
	}
	s.reset(e)
	u.stage = acting
	c.take(u)
	for _, i := range s.flow.draws {
		if !u.draw(i) {
			return cut
		}
	}
	return goOn
}

// refuse is what becomes of a session that the phase no longer allows: a user waits for the next phase, an arrival is none.
func (u *user) refuse(r *ration) outcome {
	if u.arrives() {
		u.stage = resting
		return goOn
	}
	u.refused = r
	return held
}

// reset begins the session's flow anew.
func (s *session) reset(e *Engine) {
	s.running, s.failed = true, false
	s.pc, s.due, s.thought, s.last = 0, s.intended, 0, s.flow.first
	s.iteration++
	s.marks = s.marks[:0]
	s.variables = blank(s.variables, len(s.flow.variables))
	copy(s.variables, e.saved)
	s.rows = blank(s.rows, len(e.tables))
}

// arrives reports whether the user's sessions come on schedule, numbered as they do.
func (u *user) arrives() bool { return u.engine.arrivals != nil && !u.quiet }

// blank is a slice of n zero values, in the old one's place where that is large enough.
func blank[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n)
	}
	old = old[:n]
	clear(old)
	return old
}

// act runs the session's steps until it waits or ends.
func (u *user) act(c *carrier) outcome {
	s := &u.session
	for s.pc < len(s.flow.steps) {
		if u.cut.Load() && !u.receives() {
			return cut
		}
		in := &s.flow.steps[s.pc]
		s.pc++
		switch o := in.do(u, c); {
		case o == goOn:
		case o == failed && in.lenient:
			s.pc = in.past
		case o == failed && u.persists():
			s.pc = u.berth.hold.stay
		case o == failed:
			s.failed = true
			u.finish()
			return goOn
		default:
			return o
		}
	}
	u.finish()
	return goOn
}

// finish ends the session by itself.
func (u *user) finish() {
	s := &u.session
	u.shard.Session(metrics.Session{
		Intended: s.intended,
		Total:    time.Duration(s.due - s.intended),
		Active:   time.Duration(s.due - s.intended - s.thought),
		Failed:   s.failed,
	})
	u.free = s.due
	u.clear()
}

// abandon ends a session that a stop has cut. A socket is left as a browser leaves it that goes elsewhere.
func (u *user) abandon() {
	if u.running {
		u.shard.Interrupted(u.intended)
	}
	if u.listens() && !u.lines.broken.Load() {
		u.bid(1001, "", goodbye)
	}
	u.clear()
}

func (u *user) clear() {
	s := &u.session
	u.stage = resting
	u.hangUp()
	u.unsubscribe()
	s.jar, s.socket = nil, nil
	if s.running && s.ration != nil {
		s.ration.end(&s.ration.sessions)
	}
	s.running = false
}

// admit takes an operation from the phase's ration; false holds the session at this step until another phase.
func (u *user) admit() bool {
	r := u.engine.ration.Load()
	if r == nil || u.quiet {
		u.pending.drawn = nil
		return true
	}
	if !r.operations.take() {
		u.pc--
		u.refused = r
		return false
	}
	u.pending.drawn = r
	return true
}
