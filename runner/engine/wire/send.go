package wire

import (
	"fmt"
	"time"

	"github.com/gobwas/ws"
)

// Send writes one message in one frame, by the deadline (zero: none), and gives its bytes on the wire. An error ends the
// socket.
func (s *Socket) Send(binary bool, payload []byte, deadline time.Time) (sent int64, err error) {
	op := ws.OpText
	if binary {
		op = ws.OpBinary
	}
	return s.write(op, payload, deadline)
}

// Ping writes a ping with a payload of at most 125 bytes; the pong is noted in Pongs and PongAt.
func (s *Socket) Ping(payload []byte, deadline time.Time) (sent int64, err error) {
	return s.write(ws.OpPing, payload[:min(len(payload), ws.MaxControlFramePayloadSize)], deadline)
}

func (s *Socket) write(op ws.OpCode, payload []byte, deadline time.Time) (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	s.conn.link.by = deadline
	write := s.writeFrame
	if s.deflate && !op.IsControl() {
		write = s.writePacked
	}
	sent, err := write(op, payload)
	if err != nil {
		err = fmt.Errorf("send a message: %w", err)
		return sent, s.end(Classify(err), err)
	}
	return sent, nil
}

func (s *Socket) writeFrame(op ws.OpCode, payload []byte) (int64, error) {
	before := s.conn.link.sent
	buffer := s.conn.target.buffers.takeMessage()
	*buffer = appendFrame(*buffer, op, payload)
	_, err := s.conn.stream().Write(*buffer)
	s.conn.target.buffers.giveMessage(buffer)
	return s.conn.link.sent - before, err
}
