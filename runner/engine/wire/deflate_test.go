package wire

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gorilla/websocket"
	stateless "github.com/klauspost/compress/flate"

	"plimsoll/runner/metrics"
)

// deflating asks for a WebSocket whose messages may be compressed.
func deflating(key string) *Exchange {
	head := AppendUpgrade(AppendRequest(nil, "GET", "/ws", "chat"), key, nil)
	return &Exchange{Request: append(AppendDeflate(head), "\r\n"...), Deadline: time.Now().Add(patience)}
}

func TestDeflateTerms(t *testing.T) {
	tests := []struct {
		name, answer string
		offered      bool
		want         metrics.Class
		deflate      bool
	}{
		{"declined", "", true, metrics.OK, false},
		{"accepted", "permessage-deflate; server_no_context_takeover", true, metrics.OK, true},
		{"both sides", "permessage-deflate; server_no_context_takeover; client_no_context_takeover", true, metrics.OK, true},
		{"smaller window", "permessage-deflate; server_no_context_takeover; server_max_window_bits=10", true, metrics.OK, true},
		{"not offered", "permessage-deflate; server_no_context_takeover", false, metrics.Handshake, false},
		{"server keeps its context", "permessage-deflate", true, metrics.Handshake, false},
		{"our window", "permessage-deflate; server_no_context_takeover; client_max_window_bits=10", true, metrics.Handshake, false},
		{"unknown term", "permessage-deflate; server_no_context_takeover; x=1", true, metrics.Handshake, false},
		{"other extension", "x-webkit-deflate-frame", true, metrics.Handshake, false},
		{"twice", "permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover", true, metrics.Handshake, false},
		{"garbage", "=;=", true, metrics.Handshake, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := accepting("key")
			if test.answer != "" {
				answer = strings.TrimSuffix(answer, "\r\n") + "Sec-WebSocket-Extensions: " + test.answer + "\r\n\r\n"
			}
			target := serve(t, script(answer, false))
			target.Deflate = test.offered
			s, err := dial(t, target).Upgrade(deflating("key"), "key", nil)
			if class := classOf(t, err); class != test.want {
				t.Fatalf("class %q, want %q: %v", class, test.want, err)
			}
			if err == nil && s.deflate != test.deflate {
				t.Errorf("deflate %t", s.deflate)
			}
		})
	}
}

// deflated is an open socket whose server has agreed to compress, and goes on with handle.
func deflated(t testing.TB, handle func(net.Conn, *bufio.Reader)) *Socket {
	t.Helper()
	target := serve(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := request(r); err == nil {
			_, _ = io.WriteString(conn, strings.TrimSuffix(accepting("key"), "\r\n")+
				"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n\r\n")
			handle(conn, r)
		}
	})
	target.Deflate = true
	s, err := dial(t, target).Upgrade(deflating("key"), "key", nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// squeeze is what a server makes of a message.
func squeeze(message string) string {
	var b bytes.Buffer
	if err := stateless.StatelessDeflate(&b, []byte(message), false, nil); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
}

func packedFrame(op ws.OpCode, fin bool, payload string) string {
	f := []byte(frame(op, fin, payload))
	f[0] |= compressed
	return string(f)
}

func TestDeflateMessages(t *testing.T) {
	long := squeeze(strings.Repeat("x", 900))
	tests := []struct {
		name, sent, want string
		class            metrics.Class
	}{
		{"text", packedFrame(ws.OpText, true, squeeze("hello")), "hello", metrics.OK},
		{"plain text", text("hello"), "hello", metrics.OK},
		{"fragments", packedFrame(ws.OpText, false, long[:3]) + frame(ws.OpContinuation, true, long[3:]), strings.Repeat("x", 900), metrics.OK},
		{"a stream that ends", packedFrame(ws.OpText, true, "\xf3\x48\xcd\xc9\xc9\x07\x00"), "Hello", metrics.OK}, // RFC 7692, section 7.2.3.4
		{"mark on a continuation", packedFrame(ws.OpText, false, long[:3]) + packedFrame(ws.OpContinuation, true, long[3:]), "", metrics.Protocol},
		{"mark on a ping", packedFrame(ws.OpPing, true, "x"), "", metrics.Protocol},
		{"other bit", "\xa1\x01x", "", metrics.Protocol},
		{"not deflate", packedFrame(ws.OpText, true, "\xff\xff\xff"), "", metrics.Protocol},
		{"cut off", packedFrame(ws.OpText, true, long[:len(long)-1]), "", metrics.Protocol},
		{"not UTF-8", packedFrame(ws.OpText, true, squeeze("\xff")), "", metrics.Protocol},
		{"bomb", packedFrame(ws.OpBinary, true, squeeze(strings.Repeat("x", 100_000))), "", metrics.TooLarge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := deflated(t, func(conn net.Conn, r *bufio.Reader) {
				_, _ = io.WriteString(conn, test.sent)
				_, _ = io.Copy(io.Discard, r)
			})
			m, err := s.Next(time.Now().Add(patience), 1000)
			if class := classOf(t, err); class != test.class || string(m.Data) != test.want {
				t.Errorf("%q, class %q, want %q: %v", m.Data, class, test.class, err)
			}
		})
	}
}

// The other end is an implementation of its own.
func TestDeflateGorilla(t *testing.T) {
	upgrader := websocket.Upgrader{EnableCompression: true}
	target := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
			defer conn.Close()
			echoGorilla(conn)
		}
	})
	target.Deflate = true
	key := NewKey()
	s, err := dial(t, target).Upgrade(deflating(key), key, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, 1000, 300_000} {
		sent := []byte(strings.Repeat("abc", size/3) + strings.Repeat("d", size%3))
		wire, err := s.Send(true, sent, time.Now().Add(patience))
		if err != nil {
			t.Fatal(err)
		}
		if size >= 1000 && wire > int64(size/5) {
			t.Errorf("%d bytes were sent as %d", size, wire)
		}
		m, err := s.Next(time.Now().Add(patience), 1<<20)
		if err != nil || !bytes.Equal(m.Data, sent) {
			t.Fatalf("an echo of %d bytes came back as %d others: %v", size, len(m.Data), err)
		}
	}
	if err := s.Close(1000, "done", time.Now().Add(patience)); err != nil {
		t.Error(err)
	}
}
