package wire

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// link is the socket, under TLS where there is any. It counts bytes, stamps arrivals, and sets deadlines lazily: setting
// one costs more than a comparison, so the one that is armed may be earlier than the one that holds. When it fires too
// early the next is armed and the operation goes on where it was; a tls.Conn above never sees that.
type link struct {
	net.Conn
	target *Target
	by     time.Time // the deadline that holds; zero: none
	nowait bool      // a read that would wait fails with errAgain
	unread bool      // something may be left to read that no arrival will announce
	short  bool      // the last read took all that had come
	edges  bool      // a poller tells of every arrival, so that a short read need not be followed by an empty one
	hung   bool      // the peer has ended the stream, which is not told again

	readArmed, writeArmed time.Time // zero: none
	request               []byte    // that the next read is to write; nil: none
	sent, received        int64
	at                    int64 // instant of the last arrival
	heard                 int64 // and of the last that was not the end of what is spoken above, as a close frame is

	raw    syscall.RawConn // nil until needed
	cut    atomic.Bool     // by Interrupt
	ahead  [1]byte         // read to learn whether something waits, where the system does not tell otherwise
	isRead bool            // ahead holds a byte
	failed error           // found while reading ahead
}

// Read reads what has arrived, waiting until the deadline.
func (l *link) Read(p []byte) (int, error) {
	if l.nowait {
		return l.readNow(p)
	}
	l.unread, l.short = true, false
	if l.isRead || l.failed != nil {
		return l.readAhead(p)
	}
	if l.mustArm(l.readArmed) {
		if err := l.armRead(); err != nil {
			return 0, err
		}
	}
	for {
		n, err := l.read(p)
		if n > 0 {
			l.arrived(n)
			return n, nil
		}
		if err == nil || !l.early(err) {
			return 0, l.broken(err)
		}
		if err := l.armRead(); err != nil {
			return 0, err
		}
	}
}

func (l *link) read(p []byte) (int, error) {
	if l.request != nil {
		return l.ask(p)
	}
	return l.Conn.Read(p)
}

// Write writes all of p, waiting until the deadline.
func (l *link) Write(p []byte) (int, error) {
	if l.mustArm(l.writeArmed) {
		if err := l.armWrite(); err != nil {
			return 0, err
		}
	}
	done := 0
	for {
		n, err := l.Conn.Write(p[done:])
		done += n
		l.sent += int64(n)
		if err == nil || !l.early(err) {
			return done, l.broken(err)
		}
		if err := l.armWrite(); err != nil {
			return done, err
		}
	}
}

func (l *link) arrived(n int) {
	l.received += int64(n)
	l.at = l.target.now()
}

// broken is the error, or the reason for it if that was Interrupt.
func (l *link) broken(err error) error {
	if err != nil && l.cut.Load() {
		return net.ErrClosed
	}
	return err
}

// mustArm reports whether the armed deadline would come too late.
func (l *link) mustArm(armed time.Time) bool {
	return !l.by.IsZero() && (armed.IsZero() || l.by.Before(armed))
}

// early reports whether an armed deadline fired before the one that holds.
func (l *link) early(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && (l.by.IsZero() || time.Now().Before(l.by))
}

func (l *link) armRead() error {
	l.readArmed = l.by
	if soon := time.Now().Add(glance); soon.Before(l.by) && l.asks() {
		l.readArmed = soon
	}
	return l.Conn.SetReadDeadline(l.readArmed)
}

func (l *link) armWrite() error {
	l.writeArmed = l.by
	return l.Conn.SetWriteDeadline(l.by)
}

// The deadlines are the owner's; what a tls.Conn would set on its way out is not.

// SetDeadline does nothing.
func (l *link) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (l *link) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (l *link) SetWriteDeadline(time.Time) error { return nil }
