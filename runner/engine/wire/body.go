package wire

import (
	"bufio"
	"io"
	"math"
)

// The lengths that a header gives besides a number, as fasthttp says them.
const (
	chunked    = -1
	untilClose = -2
)

// body reads the bytes of an answer's body, whatever its framing. After a read that failed because nothing came in time
// it can be read on.
type body struct {
	r       *bufio.Reader
	frames  *frames // that hold the body, over HTTP/2; else nil
	length  int     // of the whole, chunked, or untilClose
	left    int64   // of the whole, or of the present chunk or frame
	next    passage // what follows when nothing is left
	trailer int     // bytes that a trailer may still have
}

func (b *body) reset(r *bufio.Reader, length, trailerLimit int) {
	*b = body{r: r, length: length, trailer: trailerLimit}
	switch length {
	case chunked:
		b.next = chunkSize
	case untilClose:
		b.left = math.MaxInt64
	default:
		b.left = int64(length)
	}
}

// Read reads like any reader; an end before its time is io.ErrUnexpectedEOF.
func (b *body) Read(p []byte) (int, error) {
	if err := b.advance(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.took(n)
	return n, b.cut(err)
}

// advance sees to it that a byte of the body comes next; io.EOF: none will.
func (b *body) advance() error {
	if b.frames != nil {
		return b.frames.advance(b)
	}
	for b.left == 0 {
		if b.next == bodyEnd {
			return io.EOF
		}
		if err := b.pass(); err != nil {
			return unexpected(err)
		}
	}
	return nil
}

// peek gives what has come of the present part, at least one byte, without taking it.
func (b *body) peek() ([]byte, error) {
	if err := b.advance(); err != nil {
		return nil, err
	}
	if b.r.Buffered() == 0 {
		if _, err := b.r.Peek(1); err != nil {
			return nil, b.cut(err)
		}
	}
	return b.r.Peek(int(min(int64(b.r.Buffered()), b.left)))
}

// drop takes n bytes that have come of the present part.
func (b *body) drop(n int) {
	dropped, _ := b.r.Discard(n)
	b.took(dropped)
}

// dropBuffered drops what has come of the present part, and reports whether there was any.
func (b *body) dropBuffered() bool {
	n := int(min(int64(b.r.Buffered()), b.left))
	b.drop(n)
	return n > 0
}

func (b *body) took(n int) {
	b.left -= int64(n)
	if b.frames != nil {
		b.frames.took(n)
	}
}

// cut is the error of an end that comes before all of the body has.
func (b *body) cut(err error) error {
	if b.length == untilClose && b.frames == nil {
		return err
	}
	return unexpected(err)
}

// inParts reports whether the server cuts the body, into chunks or frames.
func (b *body) inParts() bool { return b.length == chunked || b.frames != nil }

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
