package wire

import (
	"context"
	"crypto/tls"
	"fmt"
	"math"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"plimsoll/runner/metrics"
)

// Bounds where a target says none.
const (
	DefaultHeaderLimit = 64 << 10
	DefaultBodyLimit   = 10 << 20
)

// Target is where the connections of one service go. Its fields are set before the first Dial and then left alone; it
// may be used concurrently, and must not be copied.
type Target struct {
	Host, Port  string        // a name or an IP literal, and a number
	TLS         *tls.Config   // nil: plain
	HTTP2       bool          // over TLS by ALPN; on a plain connection without asking (RFC 9113, section 3.3)
	Names       *Names        // of Host; not needed for an IP literal
	Start       time.Time     // instants are nanoseconds since it, on the monotonic clock
	Connect     time.Duration // bound on looking up, connecting and the TLS handshake together; 0: only the deadline
	MaxAge      time.Duration // of a connection, ±20 % by its own draw; 0: none
	HeaderLimit int           // of an answer, in bytes; 0: DefaultHeaderLimit
	BodyLimit   int64         // of a kept body, as sent and as decoded, in bytes; 0: DefaultBodyLimit
	Sources     []netip.Addr  // that connections come from, in turn; none of the service's family: the system chooses
	Deflate     bool          // WebSockets may be compressed, as AppendDeflate offers
	Vanished    time.Duration // after which a peer that acknowledges nothing fails reads and writes as a timeout, at least 4 s; 0: never

	// Through makes connections in place of the network; nil: the network does.
	Through func(ctx context.Context, address netip.AddrPort) (net.Conn, error)

	buffers buffers
	alpn    alpn
	turn    atomic.Uint32 // of the sources
}

// Opening is how long the parts of opening a connection took, and the instant at which it stood. Zero: there was no such part.
type Opening struct {
	DNS, Connect, TLS time.Duration
	At                int64
}

// Dial opens a connection that one session will own. It gives up at the deadline (zero: none), after t.Connect, or when
// ctx is done. draw decides the connection's greatest age. The error is a *Failure.
func (t *Target) Dial(ctx context.Context, deadline time.Time, draw uint64) (*Conn, error) {
	if t.Connect > 0 {
		if latest := time.Now().Add(t.Connect); deadline.IsZero() || latest.Before(deadline) {
			deadline = latest
		}
	}
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	var opened Opening
	conn, err := t.connect(ctx, &opened)
	if err != nil {
		return nil, connectFailure(err, metrics.Refused)
	}
	c := newConn(t, conn)
	c.link.by = deadline
	if err := c.secure(ctx, &opened); err != nil {
		conn.Close()
		return nil, connectFailure(fmt.Errorf("TLS handshake with %s: %w", conn.RemoteAddr(), err), metrics.TLS)
	}
	if t.HTTP2 {
		if err := c.openHTTP2(); err != nil {
			conn.Close()
			return nil, connectFailure(err, metrics.Protocol)
		}
	}
	opened.At = t.now()
	c.opened = opened
	c.expires = math.MaxInt64
	if t.MaxAge > 0 {
		c.expires = opened.At + int64(age(t.MaxAge, draw))
	}
	return c, nil
}

// age spreads connections' ends: max × (0.8 … 1.2), so that they are not all opened again at once.
func age(max time.Duration, draw uint64) time.Duration {
	return time.Duration(float64(max) * (0.8 + 0.4*float64(draw>>11)/(1<<53)))
}

// connect tries one address; where that cannot be reached and the name has addresses of the other family, one of those.
func (t *Target) connect(ctx context.Context, opened *Opening) (net.Conn, error) {
	address, err := t.address(ctx, opened)
	if err != nil {
		return nil, err
	}
	conn, err := t.open(ctx, address, opened)
	unreachable := isAny(err, refusedErrors) || isAny(err, portErrors)
	if !unreachable || t.Names == nil || !t.Names.setAside(address.Addr()) {
		return conn, err
	}
	if address, err = t.address(ctx, opened); err != nil {
		return nil, err
	}
	return t.open(ctx, address, opened)
}

func (t *Target) address(ctx context.Context, opened *Opening) (netip.AddrPort, error) {
	port, err := net.LookupPort("tcp", t.Port)
	if err != nil {
		return netip.AddrPort{}, err
	}
	addr, err := netip.ParseAddr(t.Host)
	if err != nil {
		if t.Names == nil {
			return netip.AddrPort{}, &net.DNSError{Err: "no resolver for it", Name: t.Host}
		}
		began := t.now()
		addr, err = t.Names.Next(ctx)
		opened.DNS += time.Duration(t.now() - began)
	}
	return netip.AddrPortFrom(addr, uint16(port)), err
}

func (t *Target) open(ctx context.Context, address netip.AddrPort, opened *Opening) (net.Conn, error) {
	through := t.Through
	if through == nil {
		through = t.network
	}
	began := t.now()
	conn, err := through(ctx, address)
	opened.Connect += time.Duration(t.now() - began)
	if err == nil && t.Names != nil {
		t.Names.reach(address.Addr())
	}
	return conn, err
}

func (t *Target) now() int64 { return int64(time.Since(t.Start)) }

func (t *Target) headerLimit() int {
	if t.HeaderLimit > 0 {
		return t.HeaderLimit
	}
	return DefaultHeaderLimit
}

func (t *Target) bodyLimit() int64 {
	if t.BodyLimit > 0 {
		return t.BodyLimit
	}
	return DefaultBodyLimit
}

// connectFailure gives what failed before a connection stood the class that it has there; unknown is that of what no
// other class fits.
func connectFailure(err error, unknown metrics.Class) error {
	class := Classify(err)
	switch class {
	case metrics.Timeout:
		class = metrics.ConnectTimeout
	case metrics.Refused:
		err = fmt.Errorf("%w: is the service running there?", err)
	case metrics.Protocol:
		class = unknown
	}
	return &Failure{Class: class, Err: err}
}
