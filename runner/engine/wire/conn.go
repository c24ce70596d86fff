package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"

	"plimsoll/runner/metrics"
)

// farewell bounds the alert that TLS sends on closing.
const farewell = 50 * time.Millisecond

// Conn is one connection that a session owns. It is not safe for concurrent use, except for Interrupt.
type Conn struct {
	target  *Target
	link    link
	parking parking
	tls     *tls.Conn     // nil: plain
	reader  *bufio.Reader // nil while nothing is under way
	frames  *frames       // nil: HTTP/1.1
	opened  Opening
	expires int64
	broken  bool // it can carry nothing more
}

func newConn(t *Target, conn net.Conn) *Conn {
	return &Conn{target: t, link: link{Conn: conn, target: t}}
}

// secure makes the TLS handshake, where there is TLS.
func (c *Conn) secure(ctx context.Context, opened *Opening) error {
	if c.target.TLS == nil {
		return nil
	}
	began := c.target.now()
	c.tls = tls.Client(&c.link, c.target.config())
	err := c.tls.HandshakeContext(ctx)
	opened.TLS = time.Duration(c.target.now() - began)
	return err
}

// Opened is how long opening took.
func (c *Conn) Opened() Opening { return c.opened }

// Heard is the instant at which something last came, the end itself left out: a WebSocket's close frame, or TLS's alert. What
// keeps HTTP/2 alive is left out as well.
func (c *Conn) Heard() int64 { return c.link.heard }

// Expired reports whether the connection has outlived its greatest age at the instant.
func (c *Conn) Expired(now int64) bool { return now >= c.expires }

// Alive reports, without waiting, whether a kept connection can take another request: the server has neither closed it
// nor sent anything unasked.
func (c *Conn) Alive() bool {
	if c.frames != nil {
		return !c.broken && c.frames.alive()
	}
	if c.broken || c.reader != nil {
		return false
	}
	if !c.link.readable() {
		c.link.unread = false // so that a Watch waits
		return true
	}
	return c.tls != nil && c.onlyTickets()
}

// onlyTickets reads what waits, and reports whether it is nothing to us, as session tickets are.
func (c *Conn) onlyTickets() bool {
	var one [1]byte
	c.link.nowait = true
	_, err := c.tls.Read(one[:])
	c.link.nowait = false
	return errors.Is(err, errAgain)
}

// Interrupt breaks the connection: what is under way on it fails with class closed. It may be called by any goroutine;
// the owner still calls Close.
func (c *Conn) Interrupt() {
	c.link.cut.Store(true)
	c.link.interrupt()
}

// Close closes the connection. A second call does nothing more.
func (c *Conn) Close() error {
	c.broken = true
	c.parking.leave(c)
	c.giveReader()
	if c.tls != nil {
		c.link.by = time.Now().Add(farewell)
		return c.tls.Close()
	}
	return c.link.Conn.Close()
}

func (c *Conn) stream() io.ReadWriter {
	if c.tls != nil {
		return c.tls
	}
	return &c.link
}

// takeReader lends the connection a reader, unless it has one.
func (c *Conn) takeReader() *bufio.Reader {
	if c.reader == nil {
		c.reader = c.target.buffers.reader(c.stream())
	}
	return c.reader
}

// widen exchanges the reader for one that holds a whole long header; it reports whether there is a larger one.
func (c *Conn) widen() bool {
	limit := c.target.headerLimit()
	if c.reader.Size() >= limit {
		return false
	}
	narrow := c.reader
	early := &earlyBytes{Reader: c.stream()}
	early.bytes, _ = narrow.Peek(narrow.Buffered())
	c.reader = c.target.buffers.wideReader(early, limit)
	// One read takes all that the narrow reader held, so that its buffer can be given back.
	_, err := c.reader.Peek(len(early.bytes))
	c.target.buffers.giveReader(narrow)
	return err == nil
}

func (c *Conn) giveReader() {
	if c.reader != nil {
		c.target.buffers.giveReader(c.reader)
		c.reader = nil
	}
}

// settle gives the reader back unless it holds something.
func (c *Conn) settle() {
	if c.reader != nil && c.reader.Buffered() == 0 {
		c.giveReader()
	}
}

// earlyBytes reads first what another reader had read already.
type earlyBytes struct {
	bytes []byte
	io.Reader
}

func (e *earlyBytes) Read(p []byte) (int, error) {
	if len(e.bytes) > 0 {
		n := copy(p, e.bytes)
		e.bytes = e.bytes[n:]
		return n, nil
	}
	return e.Reader.Read(p)
}

// fail ends the connection's use and gives the error its class.
func (c *Conn) fail(class metrics.Class, answered bool, err error) error {
	c.broken = true
	c.giveReader()
	return &Failure{Class: class, Answered: answered, Err: err}
}
