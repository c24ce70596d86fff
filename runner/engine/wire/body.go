package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// The lengths that a header gives besides a number, as fasthttp says them.
const (
	chunked    = -1
	untilClose = -2
)

var errChunk = errors.New("malformed chunk")

// body reads the bytes of an answer's body, whatever its framing.
type body struct {
	r       *bufio.Reader
	length  int   // of the whole, chunked, or untilClose
	left    int64 // of the whole, or of the present chunk
	inside  bool  // of a chunk, whose line end must follow
	ended   bool
	trailer int // bytes that a trailer may still have
}

func (b *body) reset(r *bufio.Reader, length, trailerLimit int) {
	*b = body{r: r, length: length, left: int64(max(length, 0)), trailer: trailerLimit}
}

// Read reads like any reader; an end before its time is io.ErrUnexpectedEOF.
func (b *body) Read(p []byte) (int, error) {
	if err := b.advance(); err != nil {
		return 0, err
	}
	if b.length == untilClose {
		return b.r.Read(p)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, unexpected(err)
}

// dropBuffered drops what has already been read of the present part, and reports whether there was any.
func (b *body) dropBuffered() bool {
	n := int64(b.r.Buffered())
	if b.length != untilClose {
		n = min(n, b.left)
		b.left -= n
	}
	dropped, err := b.r.Discard(int(n))
	return dropped > 0 && err == nil
}

// advance sees to it that a byte of the body comes next; io.EOF: none will.
func (b *body) advance() error {
	for b.left == 0 && !b.ended && b.length != untilClose {
		if b.length != chunked {
			b.ended = true
			break
		}
		if err := b.nextChunk(); err != nil {
			return unexpected(err)
		}
	}
	if b.ended {
		return io.EOF
	}
	return nil
}

// nextChunk reads what stands between two chunks, or after the last.
func (b *body) nextChunk() error {
	if b.inside {
		b.inside = false
		end, err := b.line()
		if err != nil {
			return err
		}
		if len(end) > 0 {
			return errChunk
		}
	}
	line, err := b.line()
	if err != nil {
		return err
	}
	if b.left, err = chunkSize(line); err != nil {
		return err
	}
	b.inside = b.left > 0
	if b.inside {
		return nil
	}
	return b.skipTrailer()
}

func (b *body) skipTrailer() error {
	for {
		line, err := b.line()
		if err != nil {
			return err
		}
		if len(line) == 0 {
			b.ended = true
			return nil
		}
		if b.trailer -= len(line); b.trailer < 0 {
			return errTooLarge
		}
	}
}

// line reads a line, without its end, that fits the reader.
func (b *body) line() ([]byte, error) {
	line, err := b.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, errChunk
	}
	if err != nil {
		return nil, err
	}
	line, ok := bytes.CutSuffix(line, []byte("\r\n"))
	if !ok {
		return nil, errChunk
	}
	return line, nil
}

// chunkSize reads hexadecimal digits, up to an extension, which is ignored.
func chunkSize(line []byte) (int64, error) {
	digits, _, _ := bytes.Cut(line, []byte{';'})
	digits = bytes.TrimRight(digits, " \t")
	if len(digits) == 0 || len(digits) > 15 {
		return 0, errChunk
	}
	var size int64
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, errChunk
		}
		size = size<<4 | int64(c)
	}
	return size, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
