package wire

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// frame is one unmasked frame, as a server sends it.
func frame(op ws.OpCode, fin bool, payload string) string {
	return string(ws.MustCompileFrame(ws.NewFrame(op, fin, []byte(payload))))
}

func closing(code ws.StatusCode, reason string) string {
	return frame(ws.OpClose, true, string(ws.NewCloseFrameBody(code, reason)))
}

// heard is what a client said, as far as the server read it.
func heard(r *bufio.Reader) []string {
	var frames []string
	for {
		h, err := ws.ReadHeader(r)
		if err != nil {
			return frames
		}
		payload := make([]byte, h.Length)
		if _, err := io.ReadFull(r, payload); err != nil {
			return frames
		}
		ws.Cipher(payload, h.Mask, 0)
		frames = append(frames, string('0'+rune(h.OpCode))+string(payload))
	}
}

func TestMessages(t *testing.T) {
	text := func(s string) string { return frame(ws.OpText, true, s) }
	masked := string(ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame([]byte("x")))))
	bye := func(code ws.StatusCode) []string { return []string{"8" + string(ws.NewCloseFrameBody(code, ""))} }
	tests := []struct {
		name, sent string
		want       []string
		class      metrics.Class
		heard      []string
	}{
		{"one", text("hello"), []string{"hello"}, metrics.Closed, nil},
		{"several at once", text("a") + text("") + text("c"), []string{"a", "", "c"}, metrics.Closed, nil},
		{"fragments", frame(ws.OpText, false, "a") + frame(ws.OpContinuation, false, "b") + frame(ws.OpContinuation, true, "c"), []string{"abc"}, metrics.Closed, nil},
		{"character across fragments", frame(ws.OpText, false, "\xc3") + frame(ws.OpContinuation, true, "\xa9"), []string{"é"}, metrics.Closed, nil},
		{"ping between fragments", frame(ws.OpText, false, "a") + frame(ws.OpPing, true, "p") + frame(ws.OpContinuation, true, "b"), []string{"ab"}, metrics.Closed, []string{":p"}},
		{"pong", frame(ws.OpPong, true, "") + text("a"), []string{"a"}, metrics.Closed, nil},
		{"not UTF-8, but binary", frame(ws.OpBinary, true, "\xff"), []string{"\xff"}, metrics.Closed, nil},
		{"largest", text(strings.Repeat("x", 1000)), []string{strings.Repeat("x", 1000)}, metrics.Closed, nil},

		{"close", text("a") + closing(1001, "bye"), []string{"a"}, metrics.Closed, bye(1001)},
		{"close without code", frame(ws.OpClose, true, ""), nil, metrics.Closed, []string{"8"}},
		{"end in header", "\x81", nil, metrics.Closed, nil},
		{"end in payload", "\x81\x05he", nil, metrics.Closed, nil},

		{"masked", masked, nil, metrics.Protocol, bye(1002)},
		{"reserved bit", "\xc1\x01x", nil, metrics.Protocol, bye(1002)},
		{"reserved operation", "\x83\x01x", nil, metrics.Protocol, bye(1002)},
		{"long control", "\x89\x7e\x00\x7e" + strings.Repeat("x", 126), nil, metrics.Protocol, bye(1002)},
		{"control in fragments", "\x09\x01x", nil, metrics.Protocol, bye(1002)},
		{"continuation of nothing", frame(ws.OpContinuation, true, "x"), nil, metrics.Protocol, bye(1002)},
		{"text in fragments", frame(ws.OpText, false, "a") + text("b"), nil, metrics.Protocol, bye(1002)},
		{"not UTF-8", text("a") + text("\xff"), []string{"a"}, metrics.Protocol, bye(1007)},
		{"close of one byte", frame(ws.OpClose, true, "x"), nil, metrics.Protocol, bye(1002)},
		{"close with a reserved code", closing(1005, ""), nil, metrics.Protocol, bye(1002)},
		{"close with an unknown code", closing(2000, ""), nil, metrics.Protocol, bye(1002)},
		{"close with a code of its own", closing(4000, ""), nil, metrics.Closed, bye(4000)},
		{"close, not UTF-8", closing(1000, "\xff"), nil, metrics.Protocol, bye(1002)},
		{"too large", text(strings.Repeat("x", 1001)), nil, metrics.TooLarge, bye(1009)},
		{"too large in fragments", frame(ws.OpText, false, strings.Repeat("x", 900)) + frame(ws.OpContinuation, true, strings.Repeat("x", 101)), nil, metrics.TooLarge, bye(1009)},
		{"announced too large", "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", nil, metrics.TooLarge, bye(1009)},
		{"length below nothing", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", nil, metrics.Protocol, bye(1002)},
	}
	for _, test := range tests {
		for _, way := range []string{"at once", "byte by byte"} {
			t.Run(test.name+" "+way, func(t *testing.T) {
				said := make(chan []string, 1)
				s := upgraded(t, func(conn net.Conn, r *bufio.Reader) {
					sent := []string{test.sent}
					if way != "at once" {
						sent = strings.Split(test.sent, "")
					}
					for _, part := range sent {
						_, _ = io.WriteString(conn, part)
					}
					_ = conn.(*net.TCPConn).CloseWrite()
					said <- heard(r)
				})
				var got []string
				var err error
				for err == nil {
					var m Message
					if m, err = s.Next(time.Now().Add(patience), 1000); err == nil {
						got = append(got, string(m.Data))
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Error(diff)
				}
				if class := classOf(t, err); class != test.class {
					t.Errorf("class %q, want %q: %v", class, test.class, err)
				}
				if _, again := s.Next(time.Now(), 1000); again != err {
					t.Errorf("after its end the socket says %v, not %v", again, err)
				}
				s.Conn().Close()
				if diff := cmp.Diff(test.heard, <-said); diff != "" {
					t.Errorf("the server heard: %s", diff)
				}
			})
		}
	}
}

func TestCloseErrorHasCodeAndReason(t *testing.T) {
	s := upgraded(t, func(conn net.Conn, _ *bufio.Reader) { _, _ = io.WriteString(conn, closing(1013, "later")) })
	_, err := s.Next(time.Now().Add(patience), 1000)
	var got *CloseError
	if !errors.As(err, &got) {
		t.Fatalf("%v is no close", err)
	}
	if diff := cmp.Diff(&CloseError{Code: 1013, Reason: "later"}, got); diff != "" {
		t.Error(diff)
	}
}

// A deadline that passes in the middle of a frame loses nothing of it.
func TestTimeoutKeepsPartOfFrame(t *testing.T) {
	whole := frame(ws.OpText, false, strings.Repeat("a", 200)) + frame(ws.OpPing, true, "p") + frame(ws.OpContinuation, true, "b")
	more := make(chan struct{})
	defer close(more)
	s := upgraded(t, func(conn net.Conn, _ *bufio.Reader) {
		for i := range len(whole) {
			<-more
			_, _ = io.WriteString(conn, whole[i:i+1])
		}
		<-more
	})
	for i := range len(whole) {
		_, err := s.Next(time.Now().Add(-time.Second), 1000)
		if class := classOf(t, err); class != metrics.Timeout {
			t.Fatalf("after %d bytes: %v", i, err)
		}
		if _, got, err := s.Poll(1000); got || err != nil {
			t.Fatalf("after %d bytes: %t, %v", i, got, err)
		}
		more <- struct{}{}
	}
	m, err := s.Next(time.Now().Add(patience), 1000)
	if err != nil || string(m.Data) != strings.Repeat("a", 200)+"b" {
		t.Errorf("%q, %v", m.Data, err)
	}
}

// Frames that come in one packet with the handshake's answer are not lost, and nothing is held while nothing waits.
func TestEarlyFrames(t *testing.T) {
	target := serve(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := request(r); err == nil {
			_, _ = io.WriteString(conn, accepting("key")+frame(ws.OpText, true, "first")+frame(ws.OpText, true, "second"))
			_, _ = io.Copy(io.Discard, r)
		}
	})
	s, err := dial(t, target).Upgrade(asking("key"), "key", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"first", "second"} {
		m, ok, err := s.Poll(1000)
		if !ok || err != nil || string(m.Data) != want || m.At <= 0 {
			t.Fatalf("%q, %t, %v, want %q", m.Data, ok, err, want)
		}
	}
	if _, ok, err := s.Poll(1000); ok || err != nil {
		t.Errorf("%t, %v", ok, err)
	}
	if s.conn.reader != nil || s.data != nil {
		t.Error("a waiting socket holds buffers")
	}
}

func TestClose(t *testing.T) {
	tests := []struct {
		name   string
		answer string
		ends   bool
		want   metrics.Class
	}{
		{"answered", closing(1000, ""), false, metrics.OK},
		{"answered after messages", frame(ws.OpText, true, "late") + closing(1000, ""), false, metrics.OK},
		{"only closed", "", true, metrics.OK},
		{"garbage", "\xf1\x01x", false, metrics.Protocol},
		{"silence", "", false, metrics.Timeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			said := make(chan []string, 1)
			s := upgraded(t, func(conn net.Conn, r *bufio.Reader) {
				_, _ = io.WriteString(conn, test.answer)
				if test.ends {
					_ = conn.(*net.TCPConn).CloseWrite()
				}
				said <- heard(r)
			})
			wait := patience
			if test.want == metrics.Timeout {
				wait = 20 * time.Millisecond
			}
			err := s.Close(1000, strings.Repeat("é", 100), time.Now().Add(wait))
			if class := classOf(t, err); class != test.want {
				t.Errorf("class %q, want %q: %v", class, test.want, err)
			}
			got := <-said
			want := []string{"8\x03\xe8" + strings.Repeat("é", 61)}
			if test.want == metrics.Protocol {
				want = append(want, "8\x03\xea")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the server heard: %s", diff)
			}
			if _, err := s.Send(false, nil, time.Time{}); test.want != metrics.OK && err == nil {
				t.Error("a closed socket sends")
			}
		})
	}
}

func TestSendToDeafServer(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	s := upgraded(t, func(net.Conn, *bufio.Reader) { <-end })
	_, err := s.Send(true, make([]byte, 64<<20), time.Now().Add(20*time.Millisecond))
	if class := classOf(t, err); class != metrics.Timeout {
		t.Errorf("class %q: %v", class, err)
	}
}

// A server that does not read what it is sent ends the socket: half a pong cannot be taken back.
func TestDeafServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		s := &Socket{conn: through(t, near)}
		go func() { _, _ = io.WriteString(far, frame(ws.OpPing, true, "p")) }()
		began := time.Now()
		_, err := s.Next(began.Add(time.Hour), 1000)
		if class := classOf(t, err); class != metrics.Timeout || time.Since(began) != pongPatience {
			t.Errorf("class %q after %v: %v", class, time.Since(began), err)
		}
		if _, again := s.Next(time.Time{}, 1000); again != err {
			t.Errorf("after its end the socket says %v", again)
		}
		far.Close()
	})
}
