package wire

import (
	"io"
	"syscall"
	"time"
)

const (
	askSize = 16 << 10 // a larger request is written before its answer is read
	glance  = time.Second
)

// asks reports whether a small request may be left to the read of its answer.
func (l *link) asks() bool { return canPeek && l.target.TLS == nil && l.rawConn() != nil }

// leave keeps a request for the next Read, which writes it and waits. To read first, as a plain read does, would cost a
// system call that finds nothing. What came before it was written is found with the answer or, if there is none because
// the peer has ended the stream, at the next look, a glance later at most.
func (l *link) leave(request []byte) bool {
	if len(request) > askSize || l.isRead || l.failed != nil || !l.asks() {
		return false
	}
	l.request = request
	return true
}

// ask writes the request that was left, and reads what answers it.
func (l *link) ask(p []byte) (int, error) {
	q := l.target.buffers.takeQuestion()
	n, rest, err := q.ask(l.raw, l.request, p)
	l.target.buffers.questions.Put(q)
	l.sent += int64(len(l.request) - len(rest))
	l.request = rest
	if err != nil || rest == nil {
		return n, err
	}
	l.request = nil
	if _, err := l.Write(rest); err != nil {
		return 0, err
	}
	return l.Conn.Read(p)
}

// ask writes the request, waits, and reads; rest is what the socket had no room for, nil for none.
func (q *question) ask(raw syscall.RawConn, request, p []byte) (n int, rest []byte, err error) {
	q.request, q.p, q.n, q.err = request, p, 0, nil
	err = raw.Read(q.asking)
	rest, q.request, q.p = q.request, nil, nil
	switch {
	case err != nil:
		return 0, rest, err
	case rest == nil && q.n == 0 && q.err == nil && len(p) > 0:
		return 0, nil, io.EOF
	}
	return q.n, rest, q.err
}

// step is one attempt of ask; false waits until the socket is readable.
func (q *question) step(fd uintptr) bool {
	if q.request == nil {
		q.n, q.err = receive(fd, q.p)
		return q.err != errAgain
	}
	n, err := transmit(fd, q.request)
	if q.request = q.request[n:]; err != nil || len(q.request) > 0 {
		q.err = err
		return true
	}
	q.request = nil
	return false
}
