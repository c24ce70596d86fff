package wire

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"

	"plimsoll/runner/metrics"
)

// CloseError is the cause of a failure of class closed, where the server closed with a close frame.
type CloseError struct {
	Code   uint16 // 1005: none was given (RFC 6455, section 7.4)
	Reason string
}

// Error says with which code and reason the server closed.
func (e *CloseError) Error() string {
	return fmt.Sprintf("the server closed the WebSocket with %d %q", e.Code, e.Reason)
}

// Close makes the closing handshake: it sends the code (0: none) and a reason of at most 123 bytes, reads on until the
// server's own close frame, and closes the connection, at the latest at the deadline. Messages that come meanwhile are
// dropped. After an error that ended the socket it only closes the connection.
func (s *Socket) Close(code uint16, reason string, deadline time.Time) error {
	defer s.conn.Close()
	if s.err != nil {
		return nil
	}
	var payload []byte
	if code != 0 {
		payload = ws.NewCloseFrameBody(ws.StatusCode(code), shorten(reason))
	}
	s.closing = true
	if _, err := s.write(ws.OpClose, payload, deadline); err != nil {
		return err
	}
	for {
		_, err := s.Next(deadline, DefaultBodyLimit)
		switch class := Classify(err); class {
		case metrics.OK:
		case metrics.Closed: // with a close frame, or as many servers do, without
			return nil
		default:
			return s.end(class, fmt.Errorf("close the WebSocket: %w", err))
		}
	}
}

// shorten cuts a reason to what a close frame holds, between characters.
func shorten(reason string) string {
	reason = reason[:min(len(reason), ws.MaxControlFramePayloadSize-2)]
	for len(reason) > 0 && !utf8.ValidString(reason) {
		reason = reason[:len(reason)-1]
	}
	return reason
}

// closed answers the server's close frame and gives what it says.
func (s *Socket) closed(payload []byte) error {
	cause := &CloseError{Code: uint16(ws.StatusNoStatusRcvd)}
	if len(payload) == 1 {
		return errCloseFrame
	}
	if len(payload) > 1 {
		code, reason := ws.ParseCloseFrameData(payload)
		if !closeCode(code) || !utf8.ValidString(reason) {
			return errCloseFrame
		}
		cause.Code, cause.Reason = uint16(code), reason
		payload = payload[:2]
	}
	if !s.closing {
		// The socket ends whether or not the server still listens.
		_ = s.reply(ws.OpClose, payload)
	}
	return cause
}

// closeCode reports whether a close frame may bear the code: those of RFC 6455, section 7.4, with what has been registered
// since (1012 to 1014: restart, try again later, bad gateway), which busy servers do send.
func closeCode(code ws.StatusCode) bool {
	if 1004 <= code && code <= 1006 {
		return false
	}
	return 1000 <= code && code <= 1014 || 3000 <= code && code <= 4999
}

// farewell tells a server that broke the protocol why the socket ends. It is a courtesy: nothing depends on it.
func (s *Socket) farewell(class metrics.Class, cause error) {
	code := ws.StatusProtocolError
	switch {
	case class == metrics.TooLarge:
		code = ws.StatusMessageTooBig
	case class != metrics.Protocol:
		return
	case errors.Is(cause, errUTF8):
		code = ws.StatusInvalidFramePayloadData
	}
	_ = s.reply(ws.OpClose, ws.NewCloseFrameBody(code, ""))
}
