package wire

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"plimsoll/runner/metrics"
)

// asking is an exchange that asks for a WebSocket.
func asking(key string, protocols ...string) *Exchange {
	head := AppendUpgrade(AppendRequest(nil, "GET", "/ws", "chat"), key, protocols)
	return &Exchange{Request: append(head, "\r\n"...), Deadline: time.Now().Add(patience)}
}

func TestUpgrade(t *testing.T) {
	const key = "dGhlIHNhbXBsZSBub25jZQ==" // of RFC 6455, section 1.3, with what belongs to it
	const accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	const switching = "HTTP/1.1 101 Switching Protocols\r\n"
	const upgrade = switching + "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
	tests := []struct {
		name, answer string
		want         metrics.Class
		protocol     string
	}{
		{name: "accepted", answer: upgrade + accept + "\r\n"},
		{name: "tokens in two headers", answer: switching + "Upgrade: websocket\r\nConnection: close\r\nConnection: upgrade\r\n" + accept + "\r\n"},
		{name: "subprotocol", answer: upgrade + accept + "Sec-WebSocket-Protocol: v2\r\n\r\n", protocol: "v2"},
		{name: "other subprotocol", answer: upgrade + accept + "Sec-WebSocket-Protocol: v3\r\n\r\n", want: metrics.Handshake},
		{name: "extension", answer: upgrade + accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", want: metrics.Handshake},
		{name: "no acceptance", answer: upgrade + "\r\n", want: metrics.Handshake},
		{name: "other acceptance", answer: upgrade + "Sec-WebSocket-Accept: AAAA\r\n\r\n", want: metrics.Handshake},
		{name: "no upgrade", answer: switching + "Connection: upgrade\r\n" + accept + "\r\n", want: metrics.Handshake},
		{name: "no connection", answer: switching + "Upgrade: websocket\r\n" + accept + "\r\n", want: metrics.Handshake},
		{name: "refused", answer: "HTTP/1.1 503 Full\r\nContent-Length: 4\r\n\r\nfull", want: metrics.Handshake},
		{name: "ordinary answer", answer: small, want: metrics.Handshake},
		{name: "garbage", answer: "garbage\r\n\r\n", want: metrics.Protocol},
		{name: "nothing", want: metrics.Closed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := asking(key, "v1", "v2")
			s, err := dial(t, serve(t, script(test.answer, test.answer == ""))).Upgrade(x, key, []string{"v1", "v2"})
			if class := classOf(t, err); class != test.want {
				t.Fatalf("class %q, want %q: %v", class, test.want, err)
			}
			if err == nil && s.Protocol != test.protocol {
				t.Errorf("subprotocol %q, want %q", s.Protocol, test.protocol)
			}
			if test.name == "refused" {
				if diff := cmp.Diff("503 full", fmt.Sprintf("%d %s", x.Status, x.Answer)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// The other end is an implementation of its own.
func TestGorilla(t *testing.T) {
	upgrader := websocket.Upgrader{Subprotocols: []string{"v2"}}
	c := dial(t, serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
			defer conn.Close()
			echoGorilla(conn)
		}
	}))
	key := NewKey()
	s, err := c.Upgrade(asking(key, "v1", "v2"), key, []string{"v1", "v2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, 125, 126, 65535, 65536, 300_000} {
		sent := make([]byte, size)
		for i := range sent {
			sent[i] = byte(i)
		}
		if _, err := s.Send(true, sent, time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		m, err := s.Next(time.Now().Add(patience), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if !m.Binary || string(m.Data) != string(sent) {
			t.Errorf("an echo of %d bytes came back as %d others", size, len(m.Data))
		}
	}
	before := s.Pongs
	if _, err := s.Ping([]byte("are you there"), time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "pong", func() bool {
		if _, _, err := s.Poll(1 << 20); err != nil {
			t.Fatal(err)
		}
		return s.Pongs == before+1 && s.PongAt > 0
	})
	if err := s.Close(1000, "done", time.Now().Add(patience)); err != nil {
		t.Error(err)
	}
}

// serveHTTP gives the target of an ordinary server.
func serveHTTP(t *testing.T, handle http.HandlerFunc) *Target {
	server := &http.Server{Handler: handle}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-served
	})
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	return &Target{Host: host, Port: port, Start: time.Now()}
}

func echoGorilla(conn *websocket.Conn) {
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if err := conn.WriteMessage(kind, message); err != nil {
			return
		}
	}
}

// upgraded is an open socket to a server that goes on with handle.
func upgraded(t testing.TB, handle func(net.Conn, *bufio.Reader)) *Socket {
	t.Helper()
	target := serve(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		asked, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, accepting(asked.Header.Get("Sec-WebSocket-Key")))
		handle(conn, r)
	})
	key := NewKey()
	s, err := dial(t, target).Upgrade(asking(key), key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func accepting(key string) string {
	return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + acceptance(key) + "\r\n\r\n"
}
