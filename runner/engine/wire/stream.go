package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"plimsoll/runner/metrics"
)

// Stream is an answer that is read event by event. Like its connection it is not safe for concurrent use; until it has
// ended or is closed, the connection can do nothing else.
type Stream struct {
	// Events: the answer is text/event-stream. Otherwise an event is a chunk or an HTTP/2 frame, where the server makes
	// any, else what has come together.
	Events    bool
	KeepAlive bool // after io.EOF or Close: the connection can carry an exchange

	conn   *Conn
	body   body
	events events
	data   *[]byte // of the event that comes, or was delivered last; nil: none
	given  bool    // data have been delivered
	keeps  bool    // the server keeps the connection
	before int64   // bytes received before the request
	err    error   // that ended the stream
}

// Event is one event. Its bytes are valid until the next call of Next, Poll or Close, and as the server sent them, valid
// UTF-8 or not.
type Event struct {
	Type []byte // empty: "message", or it is no server-sent event
	ID   []byte // the last one given with this event or before it
	Data []byte
	At   int64 // instant of arrival
}

// OpenStream makes the request and reads the answer's header. Status and Header of x are set then, FirstByte too, and Sent
// and Received as they stand. An answer whose status is not 2xx is read as by Do, and its stream is at its end. A body with
// a Content-Encoding is refused, with class protocol: no decoder gives what has come of it without waiting for more. After
// an error the connection is of no more use but to be closed.
func (c *Conn) OpenStream(x *Exchange) (*Stream, error) {
	s := &Stream{conn: c, before: c.link.received}
	x.streams = true
	err := c.exchange(x)
	x.streams = false
	if err != nil {
		return nil, err
	}
	s.body, s.keeps = x.body, x.written && x.keepsAlive()
	kind, _, _ := bytes.Cut(x.Header.ContentType(), []byte{';'})
	s.Events = bytes.EqualFold(bytes.TrimSpace(kind), []byte("text/event-stream"))
	encoding := x.Header.ContentEncoding()
	if isSuccess(x.Status) && len(encoding) > 0 && !bytes.EqualFold(encoding, []byte("identity")) {
		err := fmt.Errorf("read the stream: its Content-Encoding is %.32q; leave Accept-Encoding out of the request", encoding)
		return nil, c.fail(metrics.Protocol, true, err)
	}
	c.settle()
	return s, nil
}

func isSuccess(status int) bool { return 200 <= status && status < 300 }

// Conn is the connection under the stream.
func (s *Stream) Conn() *Conn { return s.conn }

// Received is how many bytes have come on the wire since the stream was opened, the header and those of TLS included.
func (s *Stream) Received() int64 { return s.conn.link.received - s.before }

// Retry is how long the server last asked to wait before connecting again; 0: it never did.
func (s *Stream) Retry() time.Duration { return s.events.retry }

// Next waits for the next event, of at most max bytes of data, until the deadline (zero: none). At the proper end of the
// answer it returns io.EOF itself; an event that is not complete then is dropped. A timeout leaves the stream as it is, and
// loses nothing that has come; any other error ends it, and the connection.
func (s *Stream) Next(deadline time.Time, max int64) (Event, error) {
	s.conn.link.by = deadline
	return s.next(max)
}

// pollMost is how many bytes one call of Poll reads, so that a server that never stops talking holds nobody up.
const pollMost = 1 << 20

// Poll is Next without waiting: ok is false if no whole event has come yet.
func (s *Stream) Poll(max int64) (e Event, ok bool, err error) {
	s.conn.link.nowait, s.conn.link.by = true, time.Time{}
	e, err = s.next(max)
	s.conn.link.nowait = false
	if err == errAgain {
		return e, false, nil
	}
	return e, err == nil, err
}

func (s *Stream) next(max int64) (Event, error) {
	if s.err != nil {
		return Event{}, s.err
	}
	s.forget()
	s.body.r = s.conn.takeReader()
	for taken := 0; ; {
		piece, err := s.body.peek()
		if err != nil {
			return Event{}, s.pause(err)
		}
		s.conn.link.heard = s.conn.link.at
		s.hold()
		used, whole, err := s.feed(piece, max)
		if err != nil {
			return Event{}, s.pause(err)
		}
		s.body.drop(used)
		if whole {
			return s.deliver(), nil
		}
		if taken += used; taken > pollMost && s.conn.link.nowait {
			s.conn.link.unread = true
			return Event{}, s.pause(errAgain)
		}
	}
}

func (s *Stream) feed(piece []byte, max int64) (used int, whole bool, err error) {
	if s.Events {
		return s.events.feed(piece, max)
	}
	if !s.body.inParts() {
		piece = piece[:min(int64(len(piece)), max)]
	} else if int64(len(s.events.joined))+s.body.left > max {
		return 0, false, fmt.Errorf("part of the stream %w: %d bytes", errTooLarge, max)
	}
	s.events.joined = append(s.events.joined, piece...)
	return len(piece), !s.body.inParts() || s.body.left == int64(len(piece)), nil
}

func (s *Stream) deliver() Event {
	s.given = true
	s.conn.link.unread = true // until a read has found nothing
	e := Event{Data: s.events.joined}
	if s.Events {
		e = s.events.event()
	}
	e.At = s.conn.link.at
	s.conn.settle()
	return e
}

// hold borrows the buffer that events are joined in.
func (s *Stream) hold() {
	if s.data == nil {
		s.data = s.conn.target.buffers.takeMessage()
		s.events.joined = *s.data
	}
}

// forget drops the event delivered last. While nothing has come of the next, the stream holds no buffer.
func (s *Stream) forget() {
	if s.given {
		s.events.forget()
		s.given = false
	}
	s.release()
}

func (s *Stream) release() {
	if s.data != nil && len(s.events.joined) == 0 {
		*s.data = s.events.joined
		s.conn.target.buffers.giveMessage(s.data)
		s.data, s.events.joined = nil, nil
	}
}

// pause ends the stream, except when it is only that nothing came in time.
func (s *Stream) pause(err error) error {
	class := Classify(err)
	switch {
	case errors.Is(err, errAgain):
		s.rest()
		return errAgain
	case err == io.EOF:
		s.KeepAlive = s.conn.finish(s.keeps)
		s.drop()
		s.err = io.EOF
		return s.err
	case class == metrics.Timeout && !s.conn.broken:
		s.rest()
		return &Failure{Class: class, Answered: true, Err: fmt.Errorf("wait for an event: %w", err)}
	}
	s.drop()
	s.err = s.conn.fail(class, true, fmt.Errorf("read the stream: %w", err))
	return s.err
}

// rest gives back what a stream that waits does not need.
func (s *Stream) rest() {
	s.release()
	s.conn.settle()
}

// drop gives the buffer back whatever is in it.
func (s *Stream) drop() {
	s.events.forget()
	s.release()
}

// Close ends the stream. Over HTTP/2 the server is told that the rest of the answer is not wanted, and the connection can
// carry on; over HTTP/1.1 an answer that has not ended costs the connection.
func (s *Stream) Close() error {
	s.drop()
	if s.err != nil {
		return nil
	}
	c := s.conn
	s.err = &Failure{Class: metrics.Closed, Answered: true, Err: errClosed}
	if c.frames != nil {
		s.KeepAlive = c.finish(true)
	}
	if s.KeepAlive {
		return nil
	}
	return c.Close()
}

var errClosed = errors.New("the stream has been closed")
