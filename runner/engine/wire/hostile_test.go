package wire

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"plimsoll/runner/metrics"
)

// Whatever a server sends to a parked connection, that ends with the right class and within its bound, and the others under
// the same poller are undisturbed.
func TestHostileServer(t *testing.T) {
	const max = 1000
	fragment := frame(ws.OpContinuation, false, strings.Repeat("x", 100))
	tests := []struct {
		name, first, forever string
		want                 metrics.Class
	}{
		{"oversized", "\x82\x7e\xff\xff", strings.Repeat("x", 4096), metrics.TooLarge},
		{"announced beyond all bounds", "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "x", metrics.TooLarge},
		{"endless fragments", frame(ws.OpText, false, ""), fragment, metrics.TooLarge},
		{"masked", "\x81\x81mask!", "", metrics.Protocol},
		{"control of 126 bytes", "\x89\x7e\x00\x7e" + strings.Repeat("x", 126), "", metrics.Protocol},
		{"not UTF-8", text("\xff"), "", metrics.Protocol},
		{"reserved bit", "\xc1\x01x", "", metrics.Protocol},
		{"noise", "", "\xff\xfe\xfd", metrics.Protocol},
		{"pings without end", "", frame(ws.OpPing, true, strings.Repeat("p", 125)), metrics.OK},
		{"empty fragments without end", frame(ws.OpText, false, "a"), frame(ws.OpContinuation, false, ""), metrics.OK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			poller := NewPoller()
			defer poller.Close()
			good := newGuest(t, poller, func(conn net.Conn, r *bufio.Reader) {
				for range 3 {
					_, _ = io.WriteString(conn, text("hello"))
				}
				_, _ = io.Copy(io.Discard, r)
			})
			bad := newGuest(t, poller, func(conn net.Conn, r *bufio.Reader) {
				go func() { _, _ = io.Copy(io.Discard, r) }()
				_, err := io.WriteString(conn, test.first)
				for err == nil && test.forever != "" {
					_, err = io.WriteString(conn, test.forever)
				}
			})
			bad.read(max)
			good.read(max)
			for range 3 {
				if m := <-good.said; m != "hello" {
					t.Errorf("another connection reads %q", m)
				}
			}
			if test.want == metrics.OK {
				bad.Conn().Interrupt()
				test.want = metrics.Closed
			}
			select {
			case err := <-bad.ended:
				if class := classOf(t, err); class != test.want {
					t.Errorf("class %q, want %q: %v", class, test.want, err)
				}
			case <-time.After(patience):
				t.Fatal("it has not ended")
			}
			if bad.data != nil || bad.conn.reader != nil {
				t.Error("what has ended holds buffers")
			}
		})
	}
}

// A server that sends nothing but pings holds nobody up who only wants to know whether a message has come.
func TestPollIsBounded(t *testing.T) {
	s := &Socket{conn: through(t, &canned{rest: []byte(strings.Repeat(frame(ws.OpPing, true, ""), pollSteps))})}
	if _, ok, err := s.Poll(1000); ok || err != nil {
		t.Fatalf("%t, %v", ok, err)
	}
	if !s.conn.link.unread {
		t.Error("the pings left over would be forgotten")
	}
	if m, err := s.Next(time.Time{}, 1000); Classify(err) != metrics.Closed {
		t.Errorf("at the end: %q, %v", m.Data, err)
	}
}

// guest reads whenever its poller says so.
type guest struct {
	*Socket
	poller Poller
	said   chan string
	ended  chan error
}

func newGuest(t *testing.T, poller Poller, handle func(net.Conn, *bufio.Reader)) *guest {
	return &guest{upgraded(t, handle), poller, make(chan string, 3), make(chan error, 1)}
}

func (g *guest) read(max int64) {
	for {
		m, ok, err := g.Poll(max)
		switch {
		case err != nil:
			g.ended <- err
			return
		case !ok:
			g.poller.Watch(g.Conn(), func() { g.read(max) })
			return
		}
		g.said <- string(m.Data)
	}
}

// A frame that drips in a byte at a time costs no more than what has come of it.
func TestSlowDrip(t *testing.T) {
	drip := make(chan struct{})
	s := upgraded(t, func(conn net.Conn, _ *bufio.Reader) {
		_, _ = io.WriteString(conn, "\x82\x7f\x00\x00\x00\x00\x00\x80\x00\x00") // 8 MB are announced
		for range drip {
			_, _ = io.WriteString(conn, "x")
		}
	})
	defer close(drip)
	poller := NewPoller()
	defer poller.Close()
	ready := make(chan struct{}, 1)
	for range 100 {
		drip <- struct{}{}
		poller.Watch(s.Conn(), func() { ready <- struct{}{} })
		<-ready
		if _, ok, err := s.Poll(DefaultBodyLimit); ok || err != nil {
			t.Fatalf("%t, %v", ok, err)
		}
		if s.conn.reader != nil || cap(*s.data) > 2*growth {
			t.Fatalf("a frame of which %d bytes have come holds %d", len(*s.data), cap(*s.data))
		}
	}
}
