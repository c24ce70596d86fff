package wire

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

const small = ok + "Server: test\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"

// canned is a connection that has the rest to read, and after each write the answer, if there is one.
type canned struct {
	net.Conn
	answer []byte
	rest   []byte
	slow   bool  // one byte a read
	cuts   []int // the most that each read gives, in turn; those after them give all
}

func (c *canned) Write(p []byte) (int, error) {
	if c.answer != nil {
		c.rest = c.answer
	}
	return len(p), nil
}

func (c *canned) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	if c.slow {
		p = p[:min(1, len(p))]
	}
	if len(c.cuts) > 0 {
		p = p[:min(c.cuts[0], len(p))]
		c.cuts = c.cuts[1:]
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *canned) Close() error                     { return nil }
func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

// through gives a connection over conn.
func through(t testing.TB, conn net.Conn) *Conn {
	target := &Target{Host: "127.0.0.1", Port: "80", Start: time.Now()}
	target.Through = giving(conn)
	return dial(t, target)
}

func giving(conn net.Conn) func(context.Context, netip.AddrPort) (net.Conn, error) {
	return func(context.Context, netip.AddrPort) (net.Conn, error) { return conn, nil }
}

func TestExchangeDoesNotAllocate(t *testing.T) {
	for name, answer := range map[string]string{
		"length": small,
		"chunks": ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"error":  "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
	} {
		t.Run(name, func(t *testing.T) {
			c, x := through(t, &canned{answer: []byte(answer)}), get()
			got := testing.AllocsPerRun(100, func() {
				if err := c.Do(x); err != nil {
					t.Fatal(err)
				}
			})
			if got > poolLosses {
				t.Errorf("%v allocations", got)
			}
		})
	}
}

func TestAliveDoesNotAllocate(t *testing.T) {
	c, x := dial(t, serve(t, answering(small))), get()
	if err := c.Do(x); err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(100, func() {
		if !c.Alive() {
			t.Fatal("the connection is not alive")
		}
	})
	if got > poolLosses {
		t.Errorf("%v allocations", got)
	}
}

func TestSocketDoesNotAllocate(t *testing.T) {
	frame := append(ws.MustCompileFrame(ws.NewPingFrame(nil)), ws.MustCompileFrame(ws.NewTextFrame([]byte("hello")))...)
	s := &Socket{conn: through(t, &canned{answer: frame})}
	payload := make([]byte, 100)
	got := testing.AllocsPerRun(100, func() {
		if _, err := s.Send(false, payload, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Next(time.Time{}, 1000); err != nil {
			t.Fatal(err)
		}
	})
	if got > poolLosses {
		t.Errorf("%v allocations", got)
	}
}

// answering gives the same answer to each request of 27 bytes or more, without allocating.
func answering(answer string) func(net.Conn) {
	return func(conn net.Conn) {
		buffer, reply := make([]byte, narrowSize), []byte(answer)
		for {
			if _, err := conn.Read(buffer); err != nil {
				return
			}
			if _, err := conn.Write(reply); err != nil {
				return
			}
		}
	}
}

func BenchmarkExchange(b *testing.B) {
	b.Run("codec", func(b *testing.B) { benchmarkExchange(b, through(b, &canned{answer: []byte(small)}), false) })
	b.Run("loopback", func(b *testing.B) { benchmarkExchange(b, dial(b, serve(b, answering(small))), false) })
	b.Run("loopback, looked at before", func(b *testing.B) {
		benchmarkExchange(b, dial(b, serve(b, answering(small))), true)
	})
}

func benchmarkExchange(b *testing.B, c *Conn, look bool) {
	b.ReportAllocs()
	x := get()
	for b.Loop() {
		x.Deadline = time.Now().Add(patience)
		if look && !c.Alive() {
			b.Fatal("the connection is not alive")
		}
		if err := c.Do(x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendFrame(b *testing.B) {
	b.ReportAllocs()
	var frame []byte
	payload := make([]byte, 1000)
	for b.Loop() {
		frame = appendFrame(frame[:0], ws.OpText, payload)
	}
}

func BenchmarkPeekHeader(b *testing.B) {
	b.ReportAllocs()
	r := bufio.NewReader(&canned{rest: appendFrame(nil, ws.OpText, make([]byte, 1000))})
	for b.Loop() {
		if _, _, err := peekHeader(r); err != nil {
			b.Fatal(err)
		}
	}
}
