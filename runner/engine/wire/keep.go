package wire

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/andybalholm/brotli"
)

// discard reads the rest of a body and forgets it.
func (c *Conn) discard(b *body) error {
	// Small bodies came with their header.
	for {
		if err := b.advance(); err != nil {
			return atEnd(err)
		}
		if !b.dropBuffered() {
			break
		}
	}
	scratch := c.target.buffers.takeScratch()
	defer c.target.buffers.scratch.Put(scratch)
	for {
		if _, err := b.Read(*scratch); err != nil {
			return atEnd(err)
		}
	}
}

// sample keeps the beginning of the body and discards the rest.
func (x *Exchange) sample(c *Conn) error {
	x.Answer = slices.Grow(x.Answer[:0], sampleSize)
	for len(x.Answer) < sampleSize {
		n, err := x.body.Read(x.Answer[len(x.Answer):sampleSize])
		x.Answer = x.Answer[:len(x.Answer)+n]
		if err != nil {
			return atEnd(err)
		}
	}
	return c.discard(&x.body)
}

// keep reads the whole body into Answer and decodes it.
func (x *Exchange) keep(limit int64) (err error) {
	if int64(x.body.length) > limit {
		return tooLarge(limit)
	}
	encoding := string(bytes.ToLower(x.Header.ContentEncoding()))
	switch encoding {
	case "gzip", "x-gzip", "deflate", "br":
	default:
		x.Answer, err = readAll(x.Answer[:0], &x.body, limit)
		return err
	}
	if x.encoded, err = readAll(x.encoded[:0], &x.body, limit); err != nil || len(x.encoded) == 0 {
		return err
	}
	decoder, err := x.decoder(encoding)
	if err == nil {
		x.Answer, err = readAll(x.Answer[:0], decoder, limit)
	}
	if err != nil && !errors.Is(err, errTooLarge) {
		return &decodeError{encoding, err}
	}
	return err
}

// readAll appends all of r to dst. It never believes an announced length: room grows with what has come.
func readAll(dst []byte, r io.Reader, limit int64) ([]byte, error) {
	for {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, max(sampleSize, len(dst)))
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if int64(len(dst)) > limit {
			return dst, tooLarge(limit)
		}
		if err != nil {
			return dst, atEnd(err)
		}
	}
}

// atEnd takes the end of what is read for success.
func atEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

func tooLarge(limit int64) error { return fmt.Errorf("%w: %d bytes", errTooLarge, limit) }

func (x *Exchange) decoder(encoding string) (io.Reader, error) {
	from := bytes.NewReader(x.encoded)
	switch encoding {
	case "br":
		if x.brotli == nil {
			x.brotli = brotli.NewReader(from)
			return x.brotli, nil
		}
		return x.brotli, x.brotli.Reset(from)
	case "deflate":
		// The name means zlib; some servers send it without the wrapping.
		if b := x.encoded; len(b) > 1 && b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
			return zlib.NewReader(from)
		}
		return flate.NewReader(from), nil
	}
	if x.gzip == nil {
		x.gzip = new(gzip.Reader)
	}
	return x.gzip, x.gzip.Reset(from)
}

// decodeError is a body that is not what its Content-Encoding says. It has no cause, because that of a decoder is an end
// of file, which would look like a closed connection.
type decodeError struct {
	encoding string
	cause    error
}

func (e *decodeError) Error() string { return fmt.Sprintf("decode %s: %v", e.encoding, e.cause) }
