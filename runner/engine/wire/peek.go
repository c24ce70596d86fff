package wire

import (
	"syscall"
	"time"
)

// blink is how long a look takes where the system has none that does not wait.
const blink = time.Millisecond

// readable reports, without waiting, whether a read would return at once: with bytes, an end or an error.
func (l *link) readable() bool {
	if l.isRead || l.failed != nil {
		return true
	}
	if raw := l.rawConn(); raw != nil && canPeek {
		return l.probe.look(raw)
	}
	return l.lookAhead(time.Now().Add(blink))
}

// disarm must come before await, on the owner's goroutine, so that a deadline set by another is not lost.
func (l *link) disarm() error {
	l.readArmed = time.Time{}
	return l.Conn.SetReadDeadline(time.Time{})
}

// await waits until the link is readable, or another goroutine sets its read deadline to the past.
func (l *link) await() {
	if l.isRead || l.failed != nil {
		return
	}
	if raw := l.rawConn(); raw != nil && canPeek {
		l.probe.await(raw)
		return
	}
	l.lookAhead(time.Time{})
}

func (l *link) rawConn() syscall.RawConn {
	if l.raw != nil {
		return l.raw
	}
	socket, ok := l.Conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	l.raw, l.probe = raw, newProbe()
	return raw
}

// lookAhead reads one byte until the deadline, and keeps it.
func (l *link) lookAhead(deadline time.Time) bool {
	l.readArmed = time.Time{}
	if !deadline.IsZero() {
		if err := l.Conn.SetReadDeadline(deadline); err != nil {
			l.failed = err
			return true
		}
	}
	n, err := l.Conn.Read(l.ahead[:])
	l.isRead = n > 0
	if n == 0 && err != nil && !isTimeout(err) {
		l.failed = err
	}
	return l.isRead || l.failed != nil
}

func (l *link) readAhead(p []byte) (int, error) {
	if !l.isRead {
		return 0, l.failed
	}
	if len(p) == 0 {
		return 0, nil
	}
	l.isRead = false
	l.received++
	l.at = l.target.now()
	return copy(p, l.ahead[:]), nil
}

// probe asks a socket whether something waits. It is kept, because a closure per question would be an allocation.
type probe struct {
	ready bool
	once  func(fd uintptr)
	until func(fd uintptr) bool
}

func newProbe() *probe {
	p := &probe{}
	p.once = func(fd uintptr) { p.ready = peek(fd) }
	p.until = peek
	return p
}

func (p *probe) look(raw syscall.RawConn) bool {
	p.ready = true // as it stays if the socket has been closed
	if err := raw.Control(p.once); err != nil {
		return true
	}
	return p.ready
}

// await blocks until the socket is readable, closed, or its read deadline has passed; the next read will tell which.
func (p *probe) await(raw syscall.RawConn) { _ = raw.Read(p.until) }
