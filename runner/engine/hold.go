package engine

import (
	"errors"
	"math"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// hold is how a user holds its connection. Only the user's own goroutine has it.
type hold struct {
	opened bool
	dead   bool // of a connection that is no WebSocket's: found closed
	depth  int  // of the session's marks when it was opened
	stay   int  // the instruction that holds it
	round  int64
	stream *wire.Stream
}

// eternity is an instant that never comes.
const eternity = math.MaxInt64

// breath is the least time between two rounds of a flow on a held connection, so that one without think makes no storm.
const breath = time.Second

var errGone = &wire.Failure{Class: metrics.Closed, Err: errors.New("the connection that was to be held has ended")}

// opens is the kind of the operation that opens what is held.
func (p *Program) opens() metrics.Kind {
	switch p.scenario.Load.Levels.Protocol {
	case plan.KeepAlive:
		return metrics.Exchange
	case plan.EventStream:
		return metrics.Stream
	}
	return metrics.Opening
}

// achieve notes an operation of a user that holds, or is to hold, a connection.
func (u *user) achieve(op *metrics.Operation) {
	b, p := u.berth, u.engine.program
	if op.Class != metrics.OK || b.hold.opened || p.layout.Steps[op.Step].Kind != p.opens() {
		return
	}
	if p.opens() == metrics.Exchange && u.lines.home == nil {
		return // the server does not keep it
	}
	b.hold.opened = true
	took := op.Latency
	if p.opens() == metrics.Exchange {
		took = op.Connect
	}
	u.engine.holding.opened(b, took)
}

// fate is how the user's connection ended, or the attempt at it failed.
func (u *user) fate() metrics.Class {
	switch {
	case u.berth.class != metrics.OK:
		return u.berth.class
	case u.berth.hold.opened:
		return metrics.Closed
	}
	return metrics.Protocol // the flow came to its end without it
}

// by is the instant at which an operation must have ended: of one that is to open a held connection at the latest when its
// level must be open.
func (u *user) by(limit time.Duration) time.Time {
	at := u.engine.now() + int64(limit)
	if u.berth != nil && !u.berth.hold.opened {
		at = min(at, u.engine.holding.latest.Load())
	}
	return u.engine.at(at)
}

// alive reports whether the held connection is open, as far as is known.
func (u *user) alive() bool {
	h := &u.berth.hold
	switch u.engine.program.opens() {
	case metrics.Exchange:
		return u.lines.home != nil && !h.dead
	case metrics.Stream:
		return h.stream != nil && !h.dead
	}
	return u.listens()
}

// watched is the connection that is watched while the session waits, nil for none.
func (u *user) watched() *wire.Conn {
	switch {
	case u.feed != nil:
		return u.feed.stream.Conn()
	case u.listens():
		return u.socket.ws.Conn()
	case u.berth == nil || !u.berth.hold.opened || !u.alive():
		return nil
	case u.berth.hold.stream != nil:
		return u.berth.hold.stream.Conn()
	}
	return u.lines.home
}

// look finds out what has come on the connection that was watched. A held one that was lost is counted at once, and ends the wait.
func (u *user) look(conn *wire.Conn) (ended bool) {
	var err error
	switch {
	case u.feed != nil:
		return false // its step reads
	case u.socket != nil:
		u.socket.collect(u)
		err = u.socket.err
	case u.berth.hold.stream != nil:
		err = u.read(u.berth.hold.stream)
	case !u.lines.home.Alive():
		err = errGone
	}
	if u.berth == nil || err == nil {
		return false
	}
	class := wire.Classify(err)
	u.engine.holding.end(u.berth, class)
	if u.socket != nil {
		if u.receives() {
			return false
		}
		u.marks, u.pc = u.marks[:u.berth.hold.depth], u.berth.hold.stay
		return true
	}
	u.berth.hold.dead, u.berth.class = true, class
	u.lose(conn, class, u.lines.used)
	return true
}

// read takes what has come of a stream; nobody wants it.
func (u *user) read(s *wire.Stream) error {
	for range burst {
		e, ok, err := s.Poll(wire.DefaultBodyLimit)
		if !ok {
			return err
		}
		u.shard.Message(e.At, true, len(e.Data))
	}
	return nil
}

// persists reports whether a failure leaves the held connection open, so that its flow begins anew on it.
func (u *user) persists() bool {
	return u.berth != nil && u.berth.hold.opened && u.listens()
}

// release closes a held stream.
func (u *user) release() {
	if s := u.berth.hold.stream; s != nil {
		u.giveBack(s.Conn())
		u.berth.hold.stream = nil
	}
}
