package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"

	"github.com/gobwas/ws"
)

var (
	errUTF8       = errors.New("text that is not UTF-8")
	errLength     = errors.New("frame length with its highest bit set")
	errCloseFrame = errors.New("malformed close frame")
)

// growth bounds how far room for a frame goes ahead of what has come of it.
const growth = 32 << 10

// peekHeader parses the frame header that comes next without taking it, so that a deadline that passes in the middle of
// it loses nothing; size is how many bytes it has (RFC 6455, section 5.2).
func peekHeader(r *bufio.Reader) (h ws.Header, size int, err error) {
	b, err := r.Peek(ws.MinHeaderSize)
	if err != nil {
		return h, 0, err
	}
	size = headerSize(b[1])
	if b, err = r.Peek(size); err != nil {
		return h, 0, err
	}
	h.Fin = b[0]&0x80 != 0
	h.Rsv = b[0] & 0x70 >> 4
	h.OpCode = ws.OpCode(b[0] & 0x0f)
	h.Masked = b[1]&0x80 != 0
	h.Length = int64(b[1] & 0x7f)
	switch h.Length {
	case 126:
		h.Length = int64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		h.Length = int64(binary.BigEndian.Uint64(b[2:]))
	}
	if h.Length < 0 {
		return h, 0, errLength
	}
	return h, size, nil
}

// headerSize follows from a header's second byte. A mask's bytes count too, though a server must send none.
func headerSize(second byte) int {
	size := ws.MinHeaderSize
	switch second & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if second&0x80 != 0 {
		size += 4
	}
	return size
}

// appendFrame appends one whole masked frame.
func appendFrame(dst []byte, op ws.OpCode, payload []byte) []byte {
	dst = append(dst, 0x80|byte(op))
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n <= 0xffff:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x80|127), uint64(n))
	}
	var mask [4]byte
	binary.NativeEndian.PutUint32(mask[:], rand.Uint32())
	dst = append(dst, mask[:]...)
	start := len(dst)
	dst = append(dst, payload...)
	ws.Cipher(dst[start:], mask, 0)
	return dst
}

// roomFor grows p, where it is full, for some of the bytes that are to come.
func roomFor(p []byte, left int64) []byte {
	if len(p) < cap(p) {
		return p
	}
	return slices.Grow(p, int(min(left, growth)))
}
