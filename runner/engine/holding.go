package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"plimsoll/runner/metrics"
)

// Census is how the connections of a level stand.
type Census struct {
	Attempted int                       // by this level
	Opened    int                       // by this level
	Held      int                       // open now, those of levels before included
	Lost      int                       // since this level began: they ended without being asked to
	Failed    [metrics.NumClasses]int64 // attempts of this level, by how they failed
	Fates     [metrics.NumClasses]int64 // lost connections, by how they ended
	Connect   *metrics.Histogram        // seconds that the openings of this level took
}

// slots bounds how many connections are opened at once: enough to be fast where answers take long, and fewer than fit into
// the usual queue of a server that accepts.
const slots = 128

// holding is the course of users of whom each holds one connection: they open it, keep it while their flow runs on it, and
// leave when it is lost or they are sent away. What can be read of it may be read at any time.
type holding struct {
	engine *Engine
	slots  chan struct{} // taken by each who opens a connection, or is sent away
	latest atomic.Int64  // instant by which connections must be open

	mu       sync.Mutex
	census   Census
	there    int // users
	pending  int // of those, who have neither opened a connection nor failed to
	awaited  func() bool
	reached  chan struct{} // closed when what is awaited holds
	openings metrics.Histogram
}

var _ course = (*holding)(nil)

func newHolding(e *Engine) *holding { return &holding{engine: e, slots: make(chan struct{}, slots)} }

// berth is what a holding knows of one user.
type berth struct {
	stage keeping // guarded by the holding's lock, as are the next two
	sent  bool    // away, with a slot of its own
	gone  bool

	class metrics.Class // of the user's last failure
	hold  hold
}

// keeping is how far a user has come with its connection.
type keeping uint8

const (
	attempting keeping = iota
	holds
	ended
)

// begin starts the census of a level whose connections must be open at the instant.
func (h *holding) begin(latest int64) {
	h.latest.Store(latest)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.census = Census{Held: h.census.Held}
	h.openings = metrics.Histogram{}
}

// enter takes a user in, who opens a connection. It has a slot.
func (h *holding) enter() {
	e := h.engine
	u := e.newUser()
	u.berth = new(berth)
	u.free = e.now()
	h.mu.Lock()
	h.there++
	h.pending++
	h.census.Attempted++
	h.mu.Unlock()
	e.crowd.mu.Lock()
	e.crowd.enter(u)
	e.crowd.mu.Unlock()
	u.event(metrics.UserJoined, u.free)
	e.running.Add(1)
	go u.run()
}

// opened notes that the user's attempt succeeded, unless it was given up before.
func (h *holding) opened(b *berth, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b.stage != attempting {
		return
	}
	b.stage = holds
	h.census.Opened++
	h.census.Held++
	if took >= 0 {
		h.openings.Add(took.Seconds())
	}
	h.settle()
}

// end notes how the user's attempt failed, or its connection ended; class OK is that it was asked to. Only the first end
// counts. It reports whether this was it.
func (h *holding) end(b *berth, class metrics.Class) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := b.stage
	b.stage = ended
	switch was {
	case attempting:
		if class != metrics.OK {
			h.census.Failed[class]++
		}
		h.settle()
	case holds:
		h.census.Held--
		if class != metrics.OK && !b.sent {
			h.census.Lost++
			h.census.Fates[class]++
		}
	}
	return was != ended
}

// settle gives the slot of an attempt back.
func (h *holding) settle() {
	h.pending--
	<-h.slots
	h.tell()
}

// until is a channel that is closed once the condition holds, which is asked with the lock held. Only one is awaited at a time.
func (h *holding) until(condition func() bool) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.awaited, h.reached = condition, make(chan struct{})
	reached := h.reached
	h.tell()
	return reached
}

func (h *holding) tell() {
	if h.awaited != nil && h.awaited() {
		h.awaited = nil
		close(h.reached)
	}
}

// next starts the user's session; where a session has ended and left the connection open, another.
func (h *holding) next(u *user) outcome {
	if u.iteration > 0 && !(u.berth.hold.opened && u.alive()) {
		h.end(u.berth, u.fate())
		h.leave(u)
		return gone
	}
	u.intended, u.stage = u.free, starting
	if !u.session.failed {
		return goOn
	}
	u.intended += int64(h.engine.program.scenario.Retry)
	u.wake = u.intended
	return wait
}

// left lets a user go that was sent away.
func (h *holding) left(u *user) {
	h.end(u.berth, metrics.OK)
	h.leave(u)
}

func (h *holding) leave(u *user) {
	u.release()
	u.drop()
	u.event(metrics.UserLeft, h.engine.now())
	h.engine.crowd.remove(u)
	h.mu.Lock()
	defer h.mu.Unlock()
	u.berth.gone = true
	if u.berth.sent {
		<-h.slots
	}
	h.there--
	h.tell()
}

// send marks a user as sent away, with a slot that is its own now; false if it has gone already.
func (h *holding) send(b *berth) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	b.sent = !b.gone
	return b.sent
}

// count is the census now.
func (h *holding) count() Census {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.census
	c.Connect = new(metrics.Histogram)
	c.Connect.Merge(&h.openings)
	return c
}
