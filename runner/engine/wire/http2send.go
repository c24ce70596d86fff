package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"plimsoll/runner/metrics"
)

// send begins the request: its header goes out, and of its body as much as the server's windows allow. The rest follows
// while the answer is waited for.
func (f *frames) send(x *Exchange) error {
	if !f.usable() {
		return f.gone()
	}
	head, content := x.Head, x.Body
	if len(x.Request) > 0 {
		head, content = x.Request, nil
		if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
			head, content = head[:i+2], head[i+4:]
		}
	}
	if err := f.encode(head); err != nil {
		return err
	}
	f.turn = turn{x: x, id: (f.id + 1) | 1, open: true, content: content, room: f.first, length: -1}
	f.writeHeader(len(content) == 0)
	return f.pump()
}

// writeHeader writes the encoded header in as many frames as it needs.
func (f *frames) writeHeader(only bool) {
	kind, flags := http2.FrameHeaders, http2.Flags(0)
	if only {
		flags = http2.FlagHeadersEndStream
	}
	for rest := f.encoded.Bytes(); ; {
		part := rest[:min(len(rest), maxFrame)]
		if rest = rest[len(part):]; len(rest) == 0 {
			f.write(kind, flags|http2.FlagHeadersEndHeaders, f.id, part)
			return
		}
		f.write(kind, flags, f.id, part)
		kind, flags = http2.FrameContinuation, 0
	}
}

// pump sends as much of the body as the windows allow.
func (f *frames) pump() error {
	for len(f.content) > 0 {
		n := min(int64(len(f.content)), maxFrame, f.window, f.room)
		if n <= 0 {
			break
		}
		part := f.content[:n]
		f.content = f.content[n:]
		f.window -= n
		f.room -= n
		flags := http2.Flags(0)
		if len(f.content) == 0 {
			flags = http2.FlagDataEndStream
		}
		f.write(http2.FrameData, flags, f.id, part)
		if len(*f.out) < scratchSize {
			continue
		}
		if err := f.flush(); err != nil {
			return err
		}
	}
	return f.flush()
}

// finish ends the turn, and reports whether the connection can take another. A server that has not had all of the request
// is told that no more will come.
func (f *frames) finish() bool {
	if !f.open {
		return f.usable()
	}
	f.open, f.x = false, nil
	if len(f.content) == 0 && f.ended() {
		return f.usable()
	}
	f.others = f.left + f.padding
	f.content, f.left, f.padding = nil, 0, 0
	f.writeNumber(http2.FrameRSTStream, f.id, uint32(http2.ErrCodeCancel))
	return f.flush() == nil && f.usable()
}

// encode makes a header block of a head as it is for HTTP/1.1.
func (f *frames) encode(head []byte) error {
	buffer := f.conn.target.buffers.takeMessage()
	*buffer = append(*buffer, head...)
	lowerNames(*buffer)
	text := string(*buffer)
	f.conn.target.buffers.giveMessage(buffer)

	line, fields, _ := strings.Cut(text, "\r\n")
	method, rest, _ := strings.Cut(line, " ")
	path, _, ok := strings.Cut(rest, " ")
	if !ok {
		return &Failure{Class: metrics.Protocol, Err: fmt.Errorf("send the request: %q is no request line", line)}
	}
	scheme := "http"
	if f.conn.tls != nil {
		scheme = "https"
	}
	f.encoded.Reset()
	for _, field := range [...][2]string{
		{":method", method}, {":scheme", scheme}, {":authority", host(fields)}, {":path", path},
	} {
		f.encodeField(field[0], field[1])
	}
	for line := range strings.SplitSeq(fields, "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		if ok && name != "host" && (!isHopByHop(name) || name == "te" && value == "trailers") {
			f.encodeField(name, value)
		}
	}
	return nil
}

// encodeField cannot fail, since what it writes to is a buffer.
func (f *frames) encodeField(name, value string) {
	_ = f.encoder.WriteField(hpack.HeaderField{Name: name, Value: value})
}

// lowerNames writes the names of a head's fields in lower case, as HTTP/2 has them.
func lowerNames(head []byte) {
	i := bytes.IndexByte(head, '\n') + 1
	for i > 0 && i < len(head) {
		for ; i < len(head) && head[i] != ':' && head[i] != '\n'; i++ {
			if 'A' <= head[i] && head[i] <= 'Z' {
				head[i] += 'a' - 'A'
			}
		}
		next := bytes.IndexByte(head[i:], '\n')
		if next < 0 {
			return
		}
		i += next + 1
	}
}

// host is the value of the Host field.
func host(fields string) string {
	for line := range strings.SplitSeq(fields, "\r\n") {
		if value, ok := strings.CutPrefix(line, "host:"); ok {
			return strings.Trim(value, " \t")
		}
	}
	return ""
}

// isHopByHop reports whether a field speaks of an HTTP/1.1 connection, which HTTP/2 does not allow (section 8.2.2).
func isHopByHop(name string) bool {
	switch name {
	case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te":
		return true
	}
	return false
}

// gone is why no request can be made.
func (f *frames) gone() error {
	if f.leaving {
		return &Failure{Class: departure(f.reason, metrics.Closed), Err: fmt.Errorf("the server has left: GOAWAY with %v", f.reason)}
	}
	return &Failure{Class: metrics.Closed, Err: errors.New("the connection has no stream left")}
}

// departure is the class of a reason to end a stream or a connection: otherwise, unless we are said to have broken the
// protocol, or to speak the wrong one.
func departure(reason http2.ErrCode, otherwise metrics.Class) metrics.Class {
	switch reason {
	case http2.ErrCodeProtocol, http2.ErrCodeFlowControl, http2.ErrCodeSettingsTimeout, http2.ErrCodeStreamClosed,
		http2.ErrCodeFrameSize, http2.ErrCodeCompression, http2.ErrCodeHTTP11Required:
		return metrics.Protocol
	}
	return otherwise
}
