package wire

import (
	"errors"
	"time"

	"github.com/gobwas/ws"

	"plimsoll/runner/metrics"
)

// readControl handles a control frame once all of it is there.
func (s *Socket) readControl() error {
	payload, err := s.conn.reader.Peek(int(s.left))
	if err != nil {
		return err
	}
	switch s.frame.OpCode {
	case ws.OpPing:
		err = s.reply(ws.OpPong, payload)
	case ws.OpPong:
		s.Pongs++
		s.PongAt = s.conn.link.at
	case ws.OpClose:
		return s.closed(payload)
	}
	if err != nil {
		return err
	}
	s.begun = false
	_, err = s.conn.reader.Discard(int(s.left))
	return err
}

// reply answers a control frame, and restores the deadline of the read it came in.
func (s *Socket) reply(op ws.OpCode, payload []byte) error {
	by := s.conn.link.by
	s.conn.link.by = time.Now().Add(pongPatience)
	_, err := s.writeFrame(op, payload)
	s.conn.link.by = by
	if Classify(err) == metrics.Timeout {
		return errDeaf
	}
	return err
}

// errDeaf is no timeout, since the socket cannot go on after half a frame.
var errDeaf = errors.New("the server does not read what it is sent")
