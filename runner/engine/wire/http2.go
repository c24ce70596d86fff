package wire

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"plimsoll/runner/metrics"
)

const (
	frameHeader  = 9
	maxFrame     = 16 << 10 // of a frame's payload; nobody has to take more, and nobody here offers to
	firstWindow  = 64<<10 - 1
	answerWindow = 4 << 20 // that a server may send ahead; nothing is kept for it but by sockets
	fieldTable   = 4 << 10 // for names and values that come again, in either direction
)

// frames is a connection's HTTP/2 side (RFC 9113), a client with one stream open at a time, as a session has one request.
// It reads only while its owner waits for something, so it needs no goroutine; a server's settings and pings are answered
// then, or by Conn.Alive. What has come of a frame stays in the connection's reader until the frame is whole, except for
// the payload of DATA, which is read as it comes.
type frames struct {
	conn    *Conn
	framer  *http2.Framer // for reading
	encoder *hpack.Encoder
	decoder *hpack.Decoder
	encoded bytes.Buffer // by the encoder
	out     *[]byte      // frames to be written; nil: none

	settled bool          // the server's first settings have come
	leaving bool          // the server has said that it will go
	reason  http2.ErrCode // why
	first   int64         // window of a new stream for what is sent
	window  int64         // of the connection for what is sent
	owed    int64         // bytes received that the connection's window has not been given back
	others  int64         // bytes of the present frame that are of a stream given up
	block   fieldBlock
	turn
}

// turn is one request and its answer: a stream of HTTP/2.
type turn struct {
	x        *Exchange // that the answer's header goes to; nil: it has come
	id       uint32    // the last one that was used
	open     bool
	content  []byte // still to be sent
	room     int64  // the stream's window for what is sent
	interims int    // answers before the one that counts
	length   int64  // of the answer's body, as announced; -1: unknown
	got      int64  // bytes of the body
	due      int64  // bytes received that the stream's window has not been given back
	left     int64  // bytes of the present frame that are body
	padding  int64  // bytes after them that are nothing
	final    bool   // the present frame is the stream's last
}

// ended reports whether the whole answer has been read.
func (t *turn) ended() bool { return t.final && t.left == 0 && t.padding == 0 }

// alpn is a target's TLS configuration for HTTP/2.
type alpn struct {
	once   sync.Once
	config *tls.Config
}

// config is the target's TLS configuration; where HTTP/2 is asked for it offers nothing else.
func (t *Target) config() *tls.Config {
	if !t.HTTP2 {
		return t.TLS
	}
	t.alpn.once.Do(func() {
		t.alpn.config = t.TLS.Clone()
		t.alpn.config.NextProtos = []string{http2.NextProtoTLS}
	})
	return t.alpn.config
}

// openHTTP2 begins to speak HTTP/2. It does not wait for the server's settings, as browsers do not.
func (c *Conn) openHTTP2() error {
	if c.tls != nil && c.tls.ConnectionState().NegotiatedProtocol != http2.NextProtoTLS {
		err := fmt.Errorf("the server at %s does not offer HTTP/2: set http = 1 for this service", c.link.RemoteAddr())
		return &Failure{Class: metrics.TLS, Err: err}
	}
	f := &frames{conn: c, first: firstWindow, window: firstWindow}
	f.framer = http2.NewFramer(nil, f)
	f.framer.SetMaxReadFrameSize(maxFrame)
	f.encoder = hpack.NewEncoder(&f.encoded)
	f.decoder = hpack.NewDecoder(fieldTable, f.field)
	f.decoder.SetMaxStringLength(c.target.headerLimit())
	c.frames = f
	f.greet()
	return f.flush()
}

var _ io.Reader = (*frames)(nil)

// Read gives the framer what has come.
func (f *frames) Read(p []byte) (int, error) { return f.conn.reader.Read(p) }

// greet is what a client says first (section 3.4).
func (f *frames) greet() {
	f.append([]byte(http2.ClientPreface))
	var settings []byte
	for _, s := range []http2.Setting{
		{ID: http2.SettingEnablePush, Val: 0},
		{ID: http2.SettingInitialWindowSize, Val: answerWindow},
		{ID: http2.SettingMaxHeaderListSize, Val: uint32(f.conn.target.headerLimit())},
	} {
		settings = binary.BigEndian.AppendUint16(settings, uint16(s.ID))
		settings = binary.BigEndian.AppendUint32(settings, s.Val)
	}
	f.write(http2.FrameSettings, 0, 0, settings)
	f.writeNumber(http2.FrameWindowUpdate, 0, answerWindow-firstWindow)
}

// write adds a frame to those that flush sends. The framer's own writing would keep a copy of the largest with every
// connection.
func (f *frames) write(kind http2.FrameType, flags http2.Flags, id uint32, payload []byte) {
	n := len(payload)
	header := [frameHeader]byte{byte(n >> 16), byte(n >> 8), byte(n), byte(kind), byte(flags)}
	binary.BigEndian.PutUint32(header[5:], id)
	f.append(header[:])
	f.append(payload)
}

// writeNumber writes a frame that is a number, as a window's growth and a reset's reason are.
func (f *frames) writeNumber(kind http2.FrameType, id, n uint32) {
	f.write(kind, 0, id, binary.BigEndian.AppendUint32(nil, n))
}

func (f *frames) append(p []byte) {
	if f.out == nil {
		f.out = f.conn.target.buffers.takeMessage()
	}
	*f.out = append(*f.out, p...)
}

// flush sends what has been written. An error leaves half a frame behind, so the connection is broken.
func (f *frames) flush() error {
	if f.out == nil {
		return nil
	}
	link := &f.conn.link
	by := link.by
	if link.nowait {
		link.by = time.Now().Add(pongPatience)
	}
	_, err := f.conn.stream().Write(*f.out)
	link.by = by
	f.conn.target.buffers.giveMessage(f.out)
	f.out = nil
	if err != nil {
		f.conn.broken = true
	}
	return err
}

// alive reads what came while nothing was under way, answers it, and reports whether the connection can take a request.
func (f *frames) alive() bool {
	const most = 1000 // frames; a server that sends more is up to no good
	c := f.conn
	c.link.nowait, c.link.by = true, time.Time{}
	c.takeReader()
	var err error
	for n := 0; n < most && err == nil; n++ {
		err = f.step()
	}
	c.link.nowait = false
	c.settle()
	return errors.Is(err, errAgain) && !c.broken && f.usable()
}

// usable reports whether another request may be made.
func (f *frames) usable() bool { return !f.leaving && f.id < 1<<31-2 }

// fault is the error of a server that breaks the protocol.
func fault(format string, a ...any) error {
	return &Failure{Class: metrics.Protocol, Err: fmt.Errorf("the server breaks HTTP/2: "+format, a...)}
}
