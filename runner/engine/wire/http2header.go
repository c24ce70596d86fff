package wire

import (
	"bufio"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// fieldBlock is a header block that is being received.
type fieldBlock struct {
	x      *Exchange // that its fields go to; nil: nobody wants them
	size   int       // encoded bytes, those of the frames around them included
	status int       // 0: not known yet
	final  bool      // the stream ends with it
	err    error     // what is wrong with a field
}

// header begins a header block (section 8.3).
func (f *frames) header(frame *http2.HeadersFrame) error {
	f.block = fieldBlock{}
	if !f.mine(frame.StreamID) {
		if err := f.past(frame.StreamID); err != nil {
			return err
		}
		return f.fragment(frame.HeaderBlockFragment(), frame.HeadersEnded())
	}
	f.block.final = frame.StreamEnded()
	switch {
	case f.x != nil:
		f.block.x = f.x
		f.x.fields = f.x.fields[:0]
		if f.x.FirstByte == 0 {
			f.x.FirstByte = f.conn.link.at
		}
	case !f.block.final:
		return fault("a second header does not end the stream")
	}
	return f.fragment(frame.HeaderBlockFragment(), frame.HeadersEnded())
}

// fragment decodes a part of a header block, even if nobody wants it: the parts after it depend on it.
func (f *frames) fragment(part []byte, last bool) error {
	limit := f.conn.target.headerLimit()
	if f.block.size += len(part) + frameHeader; f.block.size > limit {
		return fmt.Errorf("read the answer's header: %w", tooLarge(int64(limit)))
	}
	_, err := f.decoder.Write(part)
	if err == nil && last {
		err = f.decoder.Close()
	}
	switch {
	case f.block.err != nil:
		return f.block.err
	case errors.Is(err, hpack.ErrStringLength):
		return fmt.Errorf("read the answer's header: %w", tooLarge(int64(limit)))
	case err != nil:
		return fault("%w", err)
	case last:
		return f.complete()
	}
	return nil
}

// field takes a decoded field. It writes the header as HTTP/1.1 would have it, so that it is read as one.
func (f *frames) field(field hpack.HeaderField) {
	b := &f.block
	if b.x == nil || b.err != nil {
		return
	}
	if field.IsPseudo() {
		b.err = f.statusField(field)
		return
	}
	if b.status == 0 {
		b.err = fault("an answer has no :status, or not before everything else")
		return
	}
	if !httpguts.ValidHeaderFieldName(field.Name) || strings.ToLower(field.Name) != field.Name || isHopByHop(field.Name) ||
		!httpguts.ValidHeaderFieldValue(field.Value) {
		b.err = fault("an answer has a malformed field")
		return
	}
	text := append(append(b.x.fields, field.Name...), ": "...)
	text = append(append(text, field.Value...), "\r\n"...)
	b.x.fields = text
	if limit := f.conn.target.headerLimit(); len(text)+len("\r\n") > limit {
		b.err = fmt.Errorf("read the answer's header: %w", tooLarge(int64(limit)))
	}
}

func (f *frames) statusField(field hpack.HeaderField) error {
	b := &f.block
	status, err := strconv.ParseUint(field.Value, 10, 16)
	if field.Name != ":status" || b.status != 0 || len(field.Value) != 3 || err != nil || status < 100 {
		return fault("an answer has a wrong :status")
	}
	b.status = int(status)
	b.x.fields = append(append(append(b.x.fields, "HTTP/1.1 "...), field.Value...), " \r\n"...)
	return nil
}

// complete takes a whole header: that of the answer, of one before it, or a trailer, which nobody wants.
func (f *frames) complete() error {
	b := &f.block
	if b.x == nil {
		f.final = f.final || b.final
		return nil
	}
	switch {
	case b.status == 0:
		return fault("an answer has no :status")
	case b.status == fasthttp.StatusSwitchingProtocols:
		return fault("it switches protocols, which HTTP/2 cannot")
	case b.status < 200:
		if f.interims++; f.interims > maxInterim || b.final {
			return fmt.Errorf("more than %d interim answers before the one that counts, or no other", maxInterim)
		}
		return nil
	}
	x := f.x
	f.x, f.final = nil, b.final
	x.fields = append(x.fields, "\r\n"...)
	if err := f.parse(x); err != nil {
		return err
	}
	if !x.bodiless() {
		f.length = int64(x.Header.ContentLength())
	}
	return nil
}

// parse reads the header that has been written.
func (f *frames) parse(x *Exchange) error {
	buffers := &f.conn.target.buffers
	x.text.Reset(x.fields)
	var r *bufio.Reader
	if len(x.fields) <= narrowSize {
		r = buffers.reader(&x.text)
	} else {
		r = buffers.wideReader(&x.text, f.conn.target.headerLimit())
	}
	defer buffers.giveReader(r)
	if err := x.Header.Read(r); err != nil {
		// Without the error's text, which has the contents, and they may be secret.
		return fault("an answer has a malformed header")
	}
	return nil
}

// awaitHeader reads until the answer's header has come.
func (f *frames) awaitHeader(x *Exchange) error {
	for f.x != nil {
		if err := f.step(); err != nil {
			return fmt.Errorf("wait for the answer: %w", err)
		}
	}
	return nil
}
