package wire

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/valyala/fasthttp"

	"plimsoll/runner/metrics"
)

const (
	maxInterim = 20  // 1xx answers before the one that counts
	sampleSize = 512 // of the body of an answer with an error status
)

// Exchange is one request and its answer. It is meant to be reused: its buffers stay with it, so it belongs to whoever
// works on sessions, not to a session that waits. It must not be copied.
type Exchange struct {
	Request  []byte    // the whole request, encoded; or else
	Head     []byte    // request line and header with the empty line at their end, and
	Body     []byte    // the body, nil for none
	NoBody   bool      // the answer has no body whatever its header says, as for HEAD
	KeepBody bool      // Answer holds the body; else it is only counted
	Deadline time.Time // for the whole exchange; zero: none

	// What follows is the answer. It is valid until the next use of the exchange.

	Status    int                     // 0: no answer came
	Header    fasthttp.ResponseHeader // see Get for the simple way
	Answer    []byte                  // the decoded body if KeepBody; else, if Status ≥ 400, the first bytes of a plain one
	Wrote     int64                   // instant before the first byte of the request
	FirstByte int64                   // instant of the answer's first byte; 0: none came
	Done      int64                   // instant of the answer's last byte, or of the failure
	Sent      int64                   // bytes on the wire, those of TLS included
	Received  int64
	KeepAlive bool // the connection can carry another exchange

	body    body
	written bool         // all of the request
	closes  bool         // the server said so, in the answer to a HEAD
	streams bool         // the body is left to a Stream
	fields  []byte       // the header that came in HTTP/2, as text
	text    bytes.Reader // of fields
	encoded []byte       // the body before it was decoded
	gzip    *gzip.Reader
	brotli  *brotli.Reader
}

// Get is the first value of that name in the answer's header, in any case; nil: there is none.
func (x *Exchange) Get(name string) []byte { return x.Header.Peek(name) }

// Shrink gives up the buffers of more than most bytes, and with them the answer's body.
func (x *Exchange) Shrink(most int) {
	if cap(x.Answer) > most {
		x.Answer = nil
	}
	if cap(x.encoded) > most {
		x.encoded, x.gzip, x.brotli = nil, nil, nil // decoders keep what they read from
	}
}

func (x *Exchange) reset(c *Conn) {
	x.Header.Reset()
	x.Header.SetNoDefaultContentType(true)
	x.Status, x.KeepAlive = 0, false
	x.Answer = x.Answer[:0]
	x.Sent, x.Received = -c.link.sent, -c.link.received
	x.FirstByte, x.Wrote = 0, c.target.now()
}

// Do makes the exchange. After an error, a *Failure, or when x.KeepAlive is false, the connection is of no more use but to
// be closed; the results hold what had come.
func (c *Conn) Do(x *Exchange) error {
	err := c.exchange(x)
	if err == nil && x.Status == fasthttp.StatusSwitchingProtocols {
		return c.fail(metrics.Protocol, true, errors.New("the server switched to a protocol that nobody asked for"))
	}
	if err != nil {
		return err
	}
	x.KeepAlive = c.finish(x.written && x.keepsAlive())
	return nil
}

// finish ends an exchange, and reports whether the connection can carry another. keeps is what the header says of that.
func (c *Conn) finish(keeps bool) bool {
	if c.frames != nil {
		keeps = c.frames.finish() && !c.broken
		c.settle()
	} else {
		keeps = keeps && c.reader.Buffered() == 0
		c.giveReader()
	}
	c.broken = !keeps
	return keeps
}

// exchange leaves the reader with the connection.
func (c *Conn) exchange(x *Exchange) error {
	x.reset(c)
	c.link.by = x.Deadline
	c.takeReader()
	err := c.write(x)
	x.written = err == nil
	// A server may refuse a body before it has read all of it: its answer says more than the broken pipe.
	if class := Classify(err); class == metrics.OK || class == metrics.Reset {
		if failed := c.answer(x); err == nil || failed == nil {
			err = failed
		}
	}
	x.Sent += c.link.sent
	x.Received += c.link.received
	x.Done, c.link.heard = c.link.at, c.link.at
	if err == nil {
		return nil
	}
	x.Done = c.target.now()
	return c.fail(Classify(err), x.FirstByte != 0, err)
}

func (c *Conn) write(x *Exchange) error {
	var err error
	switch {
	case c.frames != nil:
		err = c.frames.send(x)
	case len(x.Request) > 0 && c.link.leave(x.Request):
	case len(x.Request) > 0:
		_, err = c.stream().Write(x.Request)
	case len(x.Body) == 0 && c.link.leave(x.Head):
	case len(x.Body) == 0:
		_, err = c.stream().Write(x.Head)
	default:
		err = c.writeParts(x.Head, x.Body)
	}
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	return nil
}

// writeParts writes head and body at once if they are small, so that they are one packet.
func (c *Conn) writeParts(head, body []byte) error {
	if len(head)+len(body) <= scratchSize {
		scratch := c.target.buffers.takeScratch()
		defer c.target.buffers.scratch.Put(scratch)
		_, err := c.stream().Write(append(append((*scratch)[:0], head...), body...))
		return err
	}
	if _, err := c.stream().Write(head); err != nil {
		return err
	}
	_, err := c.stream().Write(body)
	return err
}

func (c *Conn) answer(x *Exchange) error {
	for range maxInterim {
		if err := c.header(x); err != nil {
			return err
		}
		x.Status = x.Header.StatusCode()
		switch {
		case x.Status >= 200:
			return c.readBody(x)
		case x.Status == fasthttp.StatusSwitchingProtocols:
			return nil
		case x.Status < 100:
			return fmt.Errorf("the answer's status is %d", x.Status)
		}
	}
	return fmt.Errorf("more than %d interim answers before the one that counts", maxInterim)
}

// readBody reads the answer's body, and keeps it if it should.
func (c *Conn) readBody(x *Exchange) error {
	length := x.Header.ContentLength()
	if x.bodiless() {
		length = 0
	}
	x.body.reset(c.reader, length, c.target.headerLimit())
	x.body.frames = c.frames
	var err error
	switch {
	case x.streams && isSuccess(x.Status):
	case x.KeepBody && !x.bodiless():
		err = x.keep(c.target.bodyLimit())
	case x.Status >= 400 && len(x.Header.ContentEncoding()) == 0:
		err = x.sample(c)
	default:
		err = c.discard(&x.body)
	}
	if err != nil {
		return fmt.Errorf("read the answer's body: %w", err)
	}
	return nil
}

// bodiless reports whether the answer has no body, whatever its header says.
func (x *Exchange) bodiless() bool {
	return x.NoBody || x.Status == fasthttp.StatusNoContent || x.Status == fasthttp.StatusNotModified
}
