package wire

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"plimsoll/runner/metrics"
)

// speaker is a server that says in HTTP/2 whatever a test makes it say.
type speaker struct {
	*http2.Framer
	conn    net.Conn
	block   bytes.Buffer
	encoder *hpack.Encoder
	id      uint32 // of the request
}

// speakHTTP2 serves connections with a speaker that has settled and, if asked so, had a request.
func speakHTTP2(t testing.TB, handle func(s *speaker)) *Target {
	target := serve(t, func(conn net.Conn) {
		s := newSpeaker(conn, conn)
		if s.greeted() && s.WriteSettings() == nil && s.asked() {
			handle(s)
		}
		_, _ = io.Copy(io.Discard, conn)
	})
	target.HTTP2 = true
	return target
}

func newSpeaker(conn net.Conn, to io.Writer) *speaker {
	s := &speaker{Framer: http2.NewFramer(to, conn), conn: conn}
	s.AllowIllegalWrites = true
	s.encoder = hpack.NewEncoder(&s.block)
	return s
}

func (s *speaker) greeted() bool {
	preface := make([]byte, len(http2.ClientPreface))
	_, err := io.ReadFull(s.conn, preface)
	return err == nil && string(preface) == http2.ClientPreface
}

// asked waits for the end of a request.
func (s *speaker) asked() bool {
	for {
		frame, err := s.ReadFrame()
		if err != nil {
			return false
		}
		switch frame := frame.(type) {
		case *http2.HeadersFrame:
			s.id = frame.StreamID
			if frame.StreamEnded() {
				return true
			}
		case *http2.DataFrame:
			if frame.StreamEnded() {
				return true
			}
		}
	}
}

// fields encodes pairs of a name and a value.
func (s *speaker) fields(pairs ...string) []byte {
	s.block.Reset()
	for i := 0; i < len(pairs); i += 2 {
		_ = s.encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return bytes.Clone(s.block.Bytes())
}

// header answers with a header, and a status before it.
func (s *speaker) header(end bool, pairs ...string) {
	s.headers(end, append([]string{":status", "200"}, pairs...)...)
}

func (s *speaker) headers(end bool, pairs ...string) {
	_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: s.fields(pairs...), EndStream: end, EndHeaders: true})
}

func (s *speaker) data(end bool, text string) { _ = s.WriteData(s.id, end, []byte(text)) }

func (s *speaker) raw(kind http2.FrameType, flags http2.Flags, id uint32, payload string) {
	_ = s.WriteRawFrame(kind, flags, id, []byte(payload))
}

// hangUp ends the connection without a reset, whatever has not been read.
func (s *speaker) hangUp() { _ = s.conn.(*net.TCPConn).CloseWrite() }

func TestHTTP2Answers(t *testing.T) {
	good := outcome{Status: 200, Answer: "hello", KeepAlive: true}
	unanswered := func(class metrics.Class) outcome { return outcome{Class: class} }
	broken := func(class metrics.Class, status int) outcome {
		return outcome{Class: class, Answered: true, Status: status}
	}
	partly := outcome{Class: metrics.Closed, Answered: true, Status: 200, Answer: "he"}
	const endStream, padded = http2.FlagDataEndStream, http2.FlagDataPadded
	tests := []struct {
		name string
		say  func(s *speaker)
		want outcome
	}{
		{"one frame", func(s *speaker) { s.header(false); s.data(true, "hello") }, good},
		{"frames", func(s *speaker) {
			s.header(false)
			s.data(false, "he")
			s.data(false, "")
			s.data(false, "llo")
			s.data(true, "")
		}, good},
		{"padding", func(s *speaker) { s.header(false); s.raw(http2.FrameData, endStream|padded, s.id, "\x03hello...") }, good},
		{"only padding", func(s *speaker) {
			s.header(false, "content-length", "5")
			s.data(false, "hello")
			s.raw(http2.FrameData, endStream|padded, s.id, "\x00")
		}, good},
		{"trailer", func(s *speaker) { s.header(false); s.data(false, "hello"); s.headers(true, "x-sum", "5") }, good},
		{"interim", func(s *speaker) {
			s.headers(false, ":status", "100")
			s.headers(false, ":status", "103", "link", "x")
			s.header(false)
			s.data(true, "hello")
		}, good},
		{"continued header", func(s *speaker) {
			block := s.fields(":status", "200", "x", strings.Repeat("x", 3000))
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: block[:1]})
			_ = s.WriteContinuation(s.id, false, block[1:100])
			_ = s.WriteContinuation(s.id, true, block[100:])
			s.data(true, "hello")
		}, good},
		{"other frames between", func(s *speaker) {
			s.raw(0xbe, 0xff, 99, "unknown")
			_ = s.WritePriority(s.id, http2.PriorityParam{StreamDep: 7})
			_ = s.WriteWindowUpdate(0, 1)
			s.header(false)
			_ = s.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: 0})
			_ = s.WritePing(true, [8]byte{})
			s.data(true, "hello")
		}, good},
		{"GOAWAY after this one", func(s *speaker) { _ = s.WriteGoAway(s.id, 0, nil); s.header(false); s.data(true, "hello") }, outcome{Status: 200, Answer: "hello"}},
		{"reset after the end", func(s *speaker) { s.header(false); s.data(true, "hello"); _ = s.WriteRSTStream(s.id, 0) }, good},
		{"empty", func(s *speaker) { s.header(true, "content-length", "0") }, outcome{Status: 200, KeepAlive: true}},

		{"nothing", func(s *speaker) { s.hangUp() }, unanswered(metrics.Closed)},
		{"GOAWAY instead", func(s *speaker) { _ = s.WriteGoAway(0, http2.ErrCodeNo, nil) }, unanswered(metrics.Closed)},
		{"GOAWAY for too much", func(s *speaker) { _ = s.WriteGoAway(0, http2.ErrCodeEnhanceYourCalm, nil) }, unanswered(metrics.Closed)},
		{"GOAWAY for a fault", func(s *speaker) { _ = s.WriteGoAway(0, http2.ErrCodeProtocol, nil) }, unanswered(metrics.Protocol)},
		{"GOAWAY and the end", func(s *speaker) {
			_ = s.WriteGoAway(s.id, 0, nil)
			s.header(false)
			s.data(false, "he")
			s.hangUp()
		}, partly},
		{"end in a body", func(s *speaker) { s.header(false); s.data(false, "he"); s.hangUp() }, partly},
		{"end in a frame", func(s *speaker) {
			s.header(false)
			s.raw(http2.FrameData, 0, s.id, "he")
			_, _ = s.conn.Write([]byte{0, 0, 9})
			s.hangUp()
		}, partly},
		{"shorter than announced", func(s *speaker) { s.header(false, "content-length", "5"); s.data(true, "he") }, partly},
		{"refused", func(s *speaker) { _ = s.WriteRSTStream(s.id, http2.ErrCodeRefusedStream) }, unanswered(metrics.Reset)},
		{"reset", func(s *speaker) { s.header(false); _ = s.WriteRSTStream(s.id, http2.ErrCodeInternal) }, broken(metrics.Reset, 200)},
		{"HTTP/1.1 required", func(s *speaker) { _ = s.WriteRSTStream(s.id, http2.ErrCodeHTTP11Required) }, unanswered(metrics.Protocol)},
		{"longer than announced", func(s *speaker) { s.header(false, "content-length", "1"); s.data(true, "he") }, broken(metrics.Protocol, 200)},
		{"body before its header", func(s *speaker) { s.data(true, "hello") }, unanswered(metrics.Protocol)},
		{"second header", func(s *speaker) { s.header(false); s.header(false) }, broken(metrics.Protocol, 200)},
		{"unknown stream", func(s *speaker) { s.id += 2; s.header(true) }, unanswered(metrics.Protocol)},
		{"body of an unknown stream", func(s *speaker) { s.id = 2; s.data(true, "hello") }, unanswered(metrics.Protocol)},
		{"push", func(s *speaker) {
			_ = s.WritePushPromise(http2.PushPromiseParam{StreamID: s.id, PromiseID: 2, EndHeaders: true})
		}, unanswered(metrics.Protocol)},
		{"no status", func(s *speaker) { s.headers(true, "x", "y") }, broken(metrics.Protocol, 0)},
		{"nothing in the header", func(s *speaker) { s.headers(true) }, broken(metrics.Protocol, 0)},
		{"status last", func(s *speaker) { s.headers(true, "x", "y", ":status", "200") }, broken(metrics.Protocol, 0)},
		{"two statuses", func(s *speaker) { s.headers(true, ":status", "200", ":status", "200") }, broken(metrics.Protocol, 0)},
		{"odd status", func(s *speaker) { s.headers(true, ":status", "099") }, broken(metrics.Protocol, 0)},
		{"long status", func(s *speaker) { s.headers(true, ":status", "0200") }, broken(metrics.Protocol, 0)},
		{"request's field", func(s *speaker) { s.headers(true, ":path", "/") }, broken(metrics.Protocol, 0)},
		{"switch", func(s *speaker) { s.headers(false, ":status", "101") }, broken(metrics.Protocol, 0)},
		{"interim at the end", func(s *speaker) { s.headers(true, ":status", "103") }, broken(metrics.Protocol, 0)},
		{"interim without end", func(s *speaker) {
			for range 2 * maxInterim {
				s.headers(false, ":status", "103")
			}
		}, broken(metrics.Protocol, 0)},
		{"capitals", func(s *speaker) { s.header(true, "X-Y", "z") }, broken(metrics.Protocol, 0)},
		{"line break", func(s *speaker) { s.header(true, "x", "y\r\nz: a") }, broken(metrics.Protocol, 0)},
		{"connection", func(s *speaker) { s.header(true, "connection", "close") }, broken(metrics.Protocol, 0)},
		{"two lengths", func(s *speaker) { s.header(true, "content-length", "5", "content-length", "6") }, broken(metrics.Protocol, 0)},
		{"no compressed header", func(s *speaker) {
			s.raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders, s.id, "\xff\xff\xff\xff\xff\xff")
		}, broken(metrics.Protocol, 0)},
		{"header without end", func(s *speaker) {
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: s.fields(":status", "200")})
			for range DefaultHeaderLimit {
				if s.WriteContinuation(s.id, false, nil) != nil {
					return
				}
			}
		}, broken(metrics.TooLarge, 0)},
		{"header that unfolds", func(s *speaker) {
			pairs := []string{}
			for range 100 {
				pairs = append(pairs, "x", strings.Repeat("x", 3000))
			}
			s.header(true, pairs...)
		}, broken(metrics.TooLarge, 0)},
		{"header interrupted", func(s *speaker) {
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: s.fields(":status", "200")})
			_ = s.WritePing(false, [8]byte{})
		}, broken(metrics.Protocol, 0)},
		{"header interrupted by a body", func(s *speaker) {
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: s.fields(":status", "200")})
			s.data(true, "hello")
		}, broken(metrics.Protocol, 0)},
		{"continuation of nothing", func(s *speaker) { _ = s.WriteContinuation(s.id, true, nil) }, unanswered(metrics.Protocol)},
		{"too much padding", func(s *speaker) { s.header(false); s.raw(http2.FrameData, padded, s.id, "\x06hello") }, broken(metrics.Protocol, 200)},
		{"padding of nothing", func(s *speaker) { s.header(false); s.raw(http2.FrameData, padded, s.id, "") }, broken(metrics.Protocol, 200)},
		{"large frame", func(s *speaker) { s.raw(http2.FrameSettings, 0, 0, strings.Repeat("x", maxFrame+6)) }, unanswered(metrics.Protocol)},
		{"large body frame", func(s *speaker) { s.header(false); s.data(false, strings.Repeat("x", maxFrame+1)) }, broken(metrics.Protocol, 200)},
		{"odd settings", func(s *speaker) { s.raw(http2.FrameSettings, 0, 0, "12345") }, unanswered(metrics.Protocol)},
		{"wrong settings", func(s *speaker) { _ = s.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1}) }, unanswered(metrics.Protocol)},
		{"large window", func(s *speaker) { _ = s.WriteWindowUpdate(0, 1<<31-1) }, unanswered(metrics.Protocol)},
		{"no growth of a window", func(s *speaker) { s.raw(http2.FrameWindowUpdate, 0, s.id, "\x00\x00\x00\x00") }, unanswered(metrics.Protocol)},
		{"announced too large", func(s *speaker) { s.header(false, "content-length", "2000") }, broken(metrics.TooLarge, 200)},
		{"not gzip", func(s *speaker) { s.header(false, "content-encoding", "gzip"); s.data(true, "hello") }, broken(metrics.Protocol, 200)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := speakHTTP2(t, test.say)
			target.BodyLimit = 1000
			x, c := get(), dial(t, target)
			x.KeepBody = true
			if diff := cmp.Diff(test.want, do(t, c, x)); diff != "" {
				t.Error(diff)
			}
			if alive := c.Alive(); alive != test.want.KeepAlive {
				t.Errorf("alive %t", alive)
			}
		})
	}
}

// A server that does not begin with its settings speaks something else.
func TestHTTP2Strangers(t *testing.T) {
	for name, first := range map[string]string{
		"another frame":  "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678",
		"acknowledgment": "\x00\x00\x00\x04\x01\x00\x00\x00\x00",
		"SSH":            "SSH-2.0-OpenSSH_9.2\r\n",
		"HTTP/1.1":       small,
	} {
		target := serve(t, answering(first))
		target.HTTP2 = true
		if class := classOf(t, dial(t, target).Do(get())); class != metrics.Protocol {
			t.Errorf("%s: class %q", name, class)
		}
	}
}

// FuzzHTTP2: whatever a server sends, an exchange ends with a class, and the same however it is cut.
func FuzzHTTP2(f *testing.F) {
	for _, say := range []func(s *speaker){
		func(s *speaker) { s.header(false, "content-length", "5"); s.data(true, "hello") },
		func(s *speaker) {
			s.headers(false, ":status", "103")
			s.header(false)
			s.raw(http2.FrameData, 9, 1, "\x02hello..")
		},
		func(s *speaker) {
			_ = s.WritePing(false, [8]byte{})
			s.header(false)
			s.data(false, "x")
			s.headers(true, "a", "b")
		},
		func(s *speaker) { _ = s.WriteGoAway(0, 1, []byte("x")); _ = s.WriteRSTStream(1, 2) },
		func(s *speaker) { s.header(false, "content-encoding", "br"); s.data(true, "\x3b\x00") },
	} {
		var sent bytes.Buffer
		s := newSpeaker(nil, &sent)
		s.id = 1
		_ = s.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1})
		say(s)
		f.Add(sent.Bytes(), []byte{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 200, 3})
	}
	f.Fuzz(func(t *testing.T, sent, cuts []byte) {
		ask := func(from *canned) outcome {
			target := &Target{Host: "127.0.0.1", Port: "80", HTTP2: true, BodyLimit: 1000, Start: time.Now(), Through: giving(from)}
			c := dial(t, target)
			defer c.Close()
			x := post("/", 10)
			x.Deadline = time.Time{}
			got := do(t, c, x)
			if len(got.Answer) > 1000 && got.Class != metrics.TooLarge {
				t.Errorf("kept %d bytes", len(got.Answer))
			}
			return got
		}
		from := &canned{rest: sent}
		for _, cut := range cuts {
			from.cuts = append(from.cuts, max(int(cut), 1))
		}
		if diff := cmp.Diff(ask(&canned{rest: sent}), ask(from)); diff != "" {
			t.Error(diff)
		}
	})
}
