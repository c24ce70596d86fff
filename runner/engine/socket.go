package engine

import (
	"errors"
	"time"

	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// socket is a session's WebSocket. While the session waits, the poller watches it, so that whatever comes is read at once.
type socket struct {
	ws     *wire.Socket
	step   int // of the opening, as the layout counts
	inbox  inbox
	err    error // that ended it
	closed bool  // by the session itself

	asked     int64 // intended start of the last send, or never
	wrote     int64 // when that was written
	receiving bool  // a receive waits
	deadline  int64 // of the receive
	stamp     int64 // of the message before in this receive, or never

	counted int64 // bytes received that were counted as messages

	pongs  int   // counted so far
	pinged int64 // when the last ping was written
}

// burst bounds how many messages are read before the session goes on.
const burst = 1024

// collect reads what has come.
func (k *socket) collect(u *user) {
	limit := u.engine.largest()
	for range burst {
		if k.over() {
			return
		}
		m, ok, err := k.ws.Poll(limit)
		if pongs := k.ws.Pongs; pongs != k.pongs {
			k.pongs = pongs
			u.shard.Pong(k.pinged, since(k.pinged, k.ws.PongAt))
		}
		if err != nil {
			k.lose(u, err)
			return
		}
		if !ok {
			return
		}
		k.counted += int64(len(m.Data))
		u.shard.Message(m.At, true, len(m.Data))
		for range k.inbox.push(m.Data, m.At) {
			u.event(metrics.MessageDropped, m.At)
		}
	}
}

// largest is the greatest message or part that is taken, in bytes.
func (e *Engine) largest() int64 {
	if limit := e.program.scenario.Service.BodyLimit; limit > 0 {
		return limit
	}
	return wire.DefaultBodyLimit
}

// lose notes that the socket has ended without being asked to.
func (k *socket) lose(u *user, err error) {
	k.err = err
	u.lose(k.ws.Conn(), wire.Classify(err), max(k.wrote, k.pinged))
}

// lose counts a connection that has ended without being asked to, on which something was last sent at the instant. Its age and
// the silence on it tell of the other side only where that closed it, and where the user was not held, since then
// nobody had watched it.
func (u *user) lose(conn *wire.Conn, class metrics.Class, spoke int64) {
	if u.lines.broken.Load() {
		return
	}
	now, silence, age := u.engine.now(), time.Duration(-1), time.Duration(-1)
	if (class == metrics.Closed || class == metrics.Reset) && u.refused == nil {
		silence, age = since(max(conn.Heard(), spoke), now), since(conn.Opened().At, now)
	}
	u.shard.Lost(now, silence, age)
}

var errOver = errors.New("the session has closed the WebSocket before")

// rest is what has come besides the messages, once the socket has ended: bytes of a message that never did.
func (k *socket) rest() int64 {
	if k.err == nil {
		return 0
	}
	n := max(0, k.ws.Received()-k.counted)
	k.counted += n
	return n
}

// lost fails a session whose socket has ended where no receive waits for it. Since the opening was recorded as the success that
// it was, the loss is an operation of the same step, or it would be seen nowhere.
func (u *user) lost(c *carrier) outcome {
	k := u.socket
	class, err := wire.Classify(k.err), k.err
	if err == nil {
		class, err = metrics.Closed, errOver
	}
	u.hangUp()
	u.begin(c, k.step)
	c.op.Received += k.rest()
	return u.end(c, class, err)
}

// hangUp closes the session's socket, if one is open.
func (u *user) hangUp() {
	k := u.socket
	if k == nil || k.closed {
		return
	}
	k.closed = true
	u.giveBack(k.ws.Conn())
}

// over reports whether nothing more can be sent on the socket.
func (k *socket) over() bool { return k.err != nil || k.closed }

// listens reports whether something may come while the session waits.
func (u *user) listens() bool {
	return u.socket != nil && !u.socket.over()
}

// park waits for the alarm, and for the connection where one is watched.
func (u *user) park() bool {
	conn := u.watched()
	if conn == nil {
		return u.engine.timers.park(&u.alarm, u.wake, false, nil)
	}
	return u.engine.timers.park(&u.alarm, u.wake, u.receives(), func() {
		u.engine.poller.Watch(conn, u.ready)
	})
}

// receives reports whether a receive or a stream is under way. Unlike think it is not cut short when the user shall leave.
func (u *user) receives() bool { return u.feed != nil || u.socket != nil && u.socket.receiving }

// ready wakes the user because something has come, unless its alarm has already. The poller has given it a goroutine.
func (u *user) ready() {
	if u.engine.timers.stop(&u.alarm) {
		u.run()
	}
}

// listen takes the watched connection back from the poller and reads what has come. It reports whether the session has to wait on.
func (u *user) listen() (early bool) {
	conn := u.watched()
	if conn == nil {
		return false
	}
	u.engine.poller.Forget(conn)
	if u.look(conn) {
		return false
	}
	return !u.receives() && !u.cut.Load() && u.stage == acting && u.engine.now() < u.wake
}
