package engine

import (
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// lines are the connections of one user. They are the user's own but for interrupt, which may come from any goroutine.
type lines struct {
	broken atomic.Bool // interrupted: nothing is to be opened any more
	ages   stream      // of how old each connection may grow
	used   int64       // when home was last used

	mu   sync.Mutex   // guards the pointers against interrupt
	home *wire.Conn   // kept, to the service
	busy []*wire.Conn // others, while they are open
}

// freshness is how long a kept connection may rest and still be used without looking whether the server has closed it: looking
// is a system call.
const freshness = time.Millisecond

// connect returns the user's connection to the service, opening one where there is none that can be used.
func (u *user) connect(c *carrier) (conn *wire.Conn, kept bool, err error) {
	l := &u.lines
	if l.home != nil {
		switch {
		case l.home.Expired(c.began):
		case since(l.used, c.began) < u.engine.freshness || l.home.Alive():
			return l.home, true, nil
		default:
			u.event(metrics.ConnectionReplaced, c.began)
		}
		u.drop()
	}
	if u.berth != nil && u.berth.hold.opened && u.engine.program.opens() == metrics.Exchange {
		return nil, false, errGone
	}
	if conn, err = u.dial(c, u.engine.home); err != nil {
		return nil, false, err
	}
	l.mu.Lock()
	l.home = conn
	l.mu.Unlock()
	// Only now: from here on an interrupt finds the connection.
	if l.broken.Load() {
		u.drop()
		return nil, false, errInterrupted
	}
	return conn, false, nil
}

var (
	errInterrupted = errors.New("interrupted")
	errSwitched    = errors.New("the server switched to a protocol that nobody asked for")
)

// dial opens a connection for the operation at hand.
func (u *user) dial(c *carrier, to *origin) (*wire.Conn, error) {
	conn, err := to.target.Dial(u.ctx, c.exchange.Deadline, u.lines.ages.next())
	now := u.engine.now()
	if err != nil {
		u.event(metrics.ConnectionFailed, now)
		return nil, err
	}
	u.event(metrics.ConnectionOpened, now)
	opened := conn.Opened()
	c.op.Connect = opened.DNS + opened.Connect
	if opened.TLS > 0 {
		c.op.TLS = opened.TLS
	}
	return conn, nil
}

// borrow opens a connection beside the kept one. It ends with giveBack.
func (u *user) borrow(c *carrier, to *origin) (*wire.Conn, error) {
	conn, err := u.dial(c, to)
	if err != nil {
		return nil, err
	}
	u.lines.mu.Lock()
	u.lines.busy = append(u.lines.busy, conn)
	u.lines.mu.Unlock()
	if u.lines.broken.Load() {
		u.giveBack(conn)
		return nil, errInterrupted
	}
	return conn, nil
}

// giveBack closes a borrowed connection.
func (u *user) giveBack(conn *wire.Conn) {
	l := &u.lines
	l.mu.Lock()
	l.busy = slices.DeleteFunc(l.busy, func(b *wire.Conn) bool { return b == conn })
	l.mu.Unlock()
	u.hang(conn)
}

// exchange makes one exchange on the connection to the service and adds it to the operation.
func (u *user) exchange(c *carrier, conn *wire.Conn) error {
	err := c.call(conn)
	c.tally()
	u.lines.used = c.exchange.Done
	if err != nil || !c.exchange.KeepAlive && c.stream == nil {
		u.drop()
	}
	if err == nil {
		u.absorb(c)
	}
	return err
}

// call makes the exchange. Of one that streams, a successful answer's body is left to c.stream.
func (c *carrier) call(conn *wire.Conn) error {
	x := &c.exchange
	if !c.streams {
		return conn.Do(x)
	}
	s, err := conn.OpenStream(x)
	if err != nil {
		return err
	}
	switch {
	case x.Status < 200:
		return &wire.Failure{Class: metrics.Protocol, Answered: true, Err: errSwitched}
	case x.Status < 300:
		c.stream = s
		return nil
	}
	_, err = s.Next(x.Deadline, 0)
	x.KeepAlive = s.KeepAlive
	if err == io.EOF {
		return nil
	}
	return err
}

// tally adds an exchange to the operation that it is part of.
func (c *carrier) tally() {
	x := &c.exchange
	if c.wrote == never {
		c.wrote = x.Wrote
	}
	c.op.Sent += x.Sent
	c.op.Received += x.Received
	c.op.First = -1
	if x.FirstByte != 0 {
		c.op.First = since(c.wrote, x.FirstByte)
	}
}

// drop closes the kept connection, if there is one.
func (u *user) drop() {
	l := &u.lines
	conn := l.home
	if conn == nil {
		return
	}
	l.mu.Lock()
	l.home = nil
	l.mu.Unlock()
	u.hang(conn)
}

// hang closes a connection. What closing fails with changes nothing any more.
func (u *user) hang(conn *wire.Conn) {
	_ = conn.Close()
	u.event(metrics.ConnectionClosed, u.engine.now())
}

// interrupt breaks whatever is under way, for good.
func (l *lines) interrupt() {
	l.broken.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.home != nil {
		l.home.Interrupt()
	}
	for _, conn := range l.busy {
		conn.Interrupt()
	}
}

// isDeath reports whether the connection died before the answer's first byte.
func isDeath(err error) bool {
	var f *wire.Failure
	return errors.As(err, &f) && !f.Answered && (f.Class == metrics.Reset || f.Class == metrics.Closed)
}
