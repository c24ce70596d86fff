package wire

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"

	"plimsoll/runner/metrics"
)

// pongPatience bounds the writing of an answer that nobody waits for, to a server that does not read.
const pongPatience = time.Second

// pollSteps bounds what Poll does before it returns, so that a server that sends nothing but pings holds nobody up.
const pollSteps = 1024

// Socket is an open WebSocket. Like its connection it is not safe for concurrent use.
type Socket struct {
	Protocol string // the subprotocol that the server chose; empty: none
	Pongs    int    // received
	PongAt   int64  // instant of the last pong

	before  int64 // bytes that the connection received up to the opening's answer
	conn    *Conn
	frame   ws.Header // of the frame being read
	left    int64     // bytes of it that have not been read
	begun   bool      // its header has been read
	op      ws.OpCode // of the message being joined; ws.OpContinuation: none
	data    *[]byte   // of the message being joined, or delivered last; nil: none
	given   bool      // data has been delivered
	deflate bool      // messages may be compressed
	packed  bool      // the message being joined is
	closing bool      // our close frame has been sent
	err     error     // that ended the socket
}

// Message is one whole message.
type Message struct {
	Binary bool
	Data   []byte // valid until the next call of Next, Poll or Close
	At     int64  // instant of arrival
}

// Conn is the connection under the socket.
func (s *Socket) Conn() *Conn { return s.conn }

// Received is how many bytes have come on the wire since the socket was opened, those of TLS included.
func (s *Socket) Received() int64 { return s.conn.link.received - s.before }

// Next waits for the next message of at most max bytes until the deadline (zero: none). A timeout leaves the socket as it
// is, and loses nothing that has come; any other error ends it. Pings are answered and pongs noted on the way.
func (s *Socket) Next(deadline time.Time, max int64) (Message, error) {
	s.conn.link.by = deadline
	return s.next(max)
}

// Poll is Next without waiting: ok is false if no whole message has come yet.
func (s *Socket) Poll(max int64) (m Message, ok bool, err error) {
	s.conn.link.nowait, s.conn.link.by = true, time.Time{}
	m, err = s.next(max)
	s.conn.link.nowait = false
	if err == errAgain {
		return m, false, nil
	}
	return m, err == nil, err
}

func (s *Socket) next(max int64) (Message, error) {
	if s.err != nil {
		return Message{}, s.err
	}
	s.forget()
	s.conn.takeReader()
	for steps := 0; ; steps++ {
		if steps == pollSteps && s.conn.link.nowait {
			s.conn.link.unread = true
			return Message{}, errAgain
		}
		whole, err := s.step(max)
		if err != nil {
			return Message{}, s.pause(err)
		}
		if whole {
			return s.deliver(max)
		}
	}
}

// step reads a frame's header, or more of its payload, and reports whether a message is whole.
func (s *Socket) step(max int64) (whole bool, err error) {
	if !s.begun {
		return false, s.readHeader(max)
	}
	if s.frame.OpCode.IsControl() {
		return false, s.readControl()
	}
	if err := s.readPayload(); err != nil || s.left > 0 {
		return false, err
	}
	s.begun = false
	return s.frame.Fin, nil
}

func (s *Socket) readHeader(max int64) error {
	h, size, err := peekHeader(s.conn.reader)
	if err != nil {
		return err
	}
	s.unmark(&h)
	state := ws.StateClientSide
	if s.op != ws.OpContinuation {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil {
		return err
	}
	if _, err := s.conn.reader.Discard(size); err != nil {
		return err
	}
	s.frame, s.left, s.begun = h, h.Length, true
	if h.OpCode != ws.OpClose {
		s.conn.link.heard = s.conn.link.at
	}
	if h.OpCode.IsControl() {
		return nil
	}
	if s.data == nil {
		s.data = s.conn.target.buffers.takeMessage()
		s.op = h.OpCode
	}
	if h.Length > max-int64(len(*s.data)) {
		return fmt.Errorf("message %w: %d bytes", errTooLarge, max)
	}
	return nil
}

func (s *Socket) readPayload() error {
	if s.left == 0 {
		return nil
	}
	// The announced length is not believed: room grows with what has come.
	data := roomFor(*s.data, s.left)
	n, err := s.conn.reader.Read(data[len(data):min(int64(cap(data)), int64(len(data))+s.left)])
	*s.data = data[:len(data)+n]
	s.left -= int64(n)
	if n > 0 {
		s.conn.link.heard = s.conn.link.at
	}
	return err
}

// deliver hands the joined message out.
func (s *Socket) deliver(max int64) (Message, error) {
	if s.packed {
		if err := s.unpack(max); err != nil {
			return Message{}, s.pause(err)
		}
	}
	m := Message{Binary: s.op == ws.OpBinary, Data: *s.data, At: s.conn.link.at}
	s.op, s.given = ws.OpContinuation, true
	if !m.Binary && !utf8.Valid(m.Data) {
		return Message{}, s.pause(errUTF8)
	}
	s.settle()
	return m, nil
}

// forget gives the message delivered last back.
func (s *Socket) forget() {
	if s.given {
		s.conn.target.buffers.giveMessage(s.data)
		s.data, s.given = nil, false
	}
}

// settle gives the reader back unless it holds something.
func (s *Socket) settle() {
	if r := s.conn.reader; r != nil && r.Buffered() == 0 {
		s.conn.giveReader()
	}
}

// pause ends the socket with the error's class, except when it is only that nothing came in time.
func (s *Socket) pause(err error) error {
	if errors.Is(err, errAgain) {
		s.settle()
		return errAgain
	}
	if errors.Is(err, errDeaf) {
		return s.end(metrics.Timeout, err)
	}
	if err == io.EOF && (s.begun || s.op != ws.OpContinuation) {
		err = io.ErrUnexpectedEOF
	}
	class := Classify(err)
	if class == metrics.Timeout && !isAny(err, timeoutErrors) { // of the deadline, not of the peer
		s.settle()
		return &Failure{Class: class, Answered: true, Err: fmt.Errorf("wait for a message: %w", err)}
	}
	s.farewell(class, err)
	return s.end(class, fmt.Errorf("read a message: %w", err))
}

// end gives everything back; what comes after fails with the same error.
func (s *Socket) end(class metrics.Class, err error) error {
	s.given = s.data != nil
	s.forget()
	s.err = s.conn.fail(class, true, err)
	return s.err
}
