package wire

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"

	"github.com/gobwas/httphead"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	stateless "github.com/klauspost/compress/flate"
)

const (
	compressed = 0x40 // the first reserved bit, in a frame's first byte: the message is (RFC 7692, section 6)
	packedRsv  = compressed >> 4
)

// What every compressed message is sent without, and an end to stop the decoder at (RFC 7692, section 7.2.2).
var (
	flushEnd  = []byte{0, 0, 0xff, 0xff}
	streamEnd = []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff}
)

// AppendDeflate appends the header that offers to compress messages (RFC 7692), each by itself, so that no connection has
// to keep what was said before.
func AppendDeflate(dst []byte) []byte {
	return append(dst, "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover\r\n"...)
}

// checkExtensions reports whether the server chose to compress, as far as that was offered.
func (c *Conn) checkExtensions(x *Exchange) (deflate bool, err error) {
	chosen := bytes.Join(x.Header.PeekAll("Sec-WebSocket-Extensions"), []byte{','})
	if len(chosen) == 0 {
		return false, nil
	}
	if !c.target.Deflate {
		return false, errors.New("the server chose an extension, none was offered")
	}
	options, ok := httphead.ParseOptions(chosen, nil)
	if !ok || len(options) != 1 || string(options[0].Name) != wsflate.ExtensionName {
		return false, fmt.Errorf("the server chose the extensions %.64q, only %s was offered", chosen, wsflate.ExtensionName)
	}
	var terms wsflate.Parameters
	if err := terms.Parse(options[0]); err != nil {
		return false, fmt.Errorf("the server's terms of compression: %w", err)
	}
	if !terms.ServerNoContextTakeover || terms.ClientMaxWindowBits != 0 {
		return false, fmt.Errorf("the server chose terms of compression that were not offered: %.64q", chosen)
	}
	return true, nil
}

// unmark takes the mark of a compressed message off the header of its first frame.
func (s *Socket) unmark(h *ws.Header) {
	if s.deflate && h.Rsv == packedRsv && (h.OpCode == ws.OpText || h.OpCode == ws.OpBinary) {
		s.packed = true
		h.Rsv = 0
	}
}

// writePacked compresses a message and sends it.
func (s *Socket) writePacked(op ws.OpCode, payload []byte) (int64, error) {
	packed := s.conn.target.buffers.takeMessage()
	defer s.conn.target.buffers.giveMessage(packed)
	if err := stateless.StatelessDeflate((*appender)(packed), payload, false, nil); err != nil {
		return 0, fmt.Errorf("compress: %w", err)
	}
	*packed = bytes.TrimSuffix(*packed, flushEnd)
	return s.writeFrame(op|compressed, *packed)
}

// appender is bytes that a writer appends to.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// unpack replaces the message that was joined by what it holds, of at most max bytes.
func (s *Socket) unpack(max int64) error {
	s.packed = false
	b := &s.conn.target.buffers
	plain, inflater := b.takeMessage(), b.takeInflater()
	err := inflater.(flate.Resetter).Reset(io.MultiReader(bytes.NewReader(*s.data), bytes.NewReader(streamEnd)), nil)
	if err == nil {
		*plain, err = readAll(*plain, inflater, max)
	}
	b.inflaters.Put(inflater)
	b.giveMessage(s.data)
	s.data = plain
	if err != nil && !errors.Is(err, errTooLarge) {
		return &decodeError{wsflate.ExtensionName, err}
	}
	return err
}
