package wire

import (
	"bufio"
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// arrived waits until the poller has seen something for the connection that nobody watches.
func (p *parked) arrived() {
	p.Helper()
	e := p.poller.(*Epoll)
	eventually(p.T, "arrival", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return p.Conn().parking.came
	})
}

// everyEpoll is everyPoller with an epoll that knows the connection.
func everyEpoll(t *testing.T, test func(p *parked)) {
	everyPoller(t, "", func(p *parked) {
		if _, ok := p.poller.(*Epoll); !ok {
			return
		}
		p.say <- text("one")
		p.expect("one")
		for p.settle(); !p.poller.Forget(p.Conn()); p.settle() {
			p.called()
		}
		test(p)
	})
}

// settle watches after nothing was left to be read.
func (p *parked) settle() {
	p.Helper()
	if m, ok, err := p.Poll(1000); ok || err != nil {
		p.Fatalf("out of nothing: %q, %t, %v", m.Data, ok, err)
	}
	p.watch()
}

// What came while nobody watched is not forgotten by Forget.
func TestEpollForgetsNoArrival(t *testing.T) {
	everyEpoll(t, func(p *parked) {
		p.say <- text("two")
		p.arrived()
		if p.poller.Forget(p.Conn()) {
			p.Error("what nobody watches is forgotten")
		}
		p.expect("two")
	})
}

// A short read stands for an empty one only until something arrives.
func TestEpollShortRead(t *testing.T) {
	everyEpoll(t, func(p *parked) {
		p.say <- text("two")
		p.expect("two")
		p.say <- text("three")
		p.arrived()
		p.poller.Forget(p.Conn())
		if m, ok, err := p.Poll(1000); !ok || err != nil || string(m.Data) != "three" {
			p.Fatalf("%q, %t, %v", m.Data, ok, err)
		}
	})
}

// Where the last words and the end are one event, no other comes for the end.
func TestEpollEndWithLastWords(t *testing.T) {
	everyEpoll(t, func(p *parked) {
		if p.conn.tls != nil {
			return // its farewell is an arrival
		}
		e := p.poller.(*Epoll)
		p.settle()
		other := upgraded(p.T, func(conn net.Conn, r *bufio.Reader) {
			_, _ = r.ReadByte()
			_, _ = io.WriteString(conn, "x")
		})
		e.Watch(other.Conn(), func() {})
		e.mu.Lock() // stops the poller at the other's event
		if _, err := other.conn.stream().Write([]byte("x")); err != nil {
			p.Fatal(err)
		}
		eventually(p.T, "the other's answer", other.conn.link.readable)
		p.say <- text("two")
		close(p.say)
		eventually(p.T, "the end", func() bool { return ended(p.conn) })
		e.mu.Unlock()
		p.called()
		if m, ok, err := p.Poll(1000); !ok || err != nil || string(m.Data) != "two" {
			p.Fatalf("%q, %t, %v", m.Data, ok, err)
		}
		if _, err := p.collect(1); err == nil {
			p.Error("no error at the end")
		}
	})
}

// ended reports whether the server has closed.
func ended(c *Conn) (yes bool) {
	_ = c.link.rawConn().Control(func(fd uintptr) {
		ask := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		n, _ := unix.Poll(ask, 0)
		yes = n > 0
	})
	return yes
}
