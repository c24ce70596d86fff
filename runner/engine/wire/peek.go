package wire

import (
	"io"
	"syscall"
	"time"
)

// blink is how long a look takes where the system has none that does not wait.
const blink = time.Millisecond

// readNow is Read without waiting. What it found missing, an arrival will announce.
func (l *link) readNow(p []byte) (int, error) {
	if l.isRead || l.failed != nil {
		return l.readAhead(p)
	}
	if l.short {
		l.short, l.unread = false, false
		return 0, errAgain
	}
	n, err := l.receive(p)
	if err == errAgain {
		l.unread = false
		return 0, err
	}
	if n > 0 {
		l.arrived(n)
	}
	l.unread = true
	l.short = err == nil && l.edges && !l.hung && n < len(p)
	return n, l.broken(err)
}

// receive takes what has arrived, or fails with errAgain.
func (l *link) receive(p []byte) (int, error) {
	raw := l.rawConn()
	if raw == nil || !canPeek {
		if !l.lookAhead(time.Now().Add(blink)) {
			return 0, errAgain
		}
		return l.takeAhead(p)
	}
	q := l.target.buffers.takeQuestion()
	n, err := q.take(raw, p)
	l.target.buffers.questions.Put(q)
	return n, err
}

// readable reports, without waiting, whether a read would return at once: with bytes, an end or an error.
func (l *link) readable() bool {
	if l.isRead || l.failed != nil {
		return true
	}
	raw := l.rawConn()
	if raw == nil || !canPeek {
		return l.lookAhead(time.Now().Add(blink))
	}
	q := l.target.buffers.takeQuestion()
	ready := q.look(raw)
	l.target.buffers.questions.Put(q)
	return ready
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
		// Closed or past its deadline: the next read will tell.
		_ = raw.Read(peek)
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
	l.raw = raw
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
	n, err := l.takeAhead(p)
	if n > 0 {
		l.arrived(n)
	}
	return n, l.broken(err)
}

func (l *link) takeAhead(p []byte) (int, error) {
	if !l.isRead {
		return 0, l.failed
	}
	if len(p) == 0 {
		return 0, nil
	}
	l.isRead = false
	return copy(p, l.ahead[:]), nil
}

// question is put to a socket without waiting for an answer. It is kept, because a closure for each would be an
// allocation.
type question struct {
	p   []byte
	n   int
	err error

	request []byte // still to be written

	peeking, reading func(fd uintptr)
	asking           func(fd uintptr) bool
}

func newQuestion() *question {
	q := &question{}
	q.peeking = func(fd uintptr) {
		if !peek(fd) {
			q.err = errAgain
		}
	}
	q.reading = func(fd uintptr) { q.n, q.err = receive(fd, q.p) }
	q.asking = q.step
	return q
}

// look reports whether something is to be read, an end or error included.
func (q *question) look(raw syscall.RawConn) bool {
	q.err = nil
	return raw.Control(q.peeking) != nil || q.err == nil
}

// take reads what has arrived.
func (q *question) take(raw syscall.RawConn, p []byte) (int, error) {
	q.p, q.n, q.err = p, 0, nil
	err := raw.Control(q.reading)
	q.p = nil
	switch {
	case err != nil:
		return 0, err
	case q.n == 0 && q.err == nil && len(p) > 0:
		return 0, io.EOF
	}
	return q.n, q.err
}
