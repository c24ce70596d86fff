package wire

import (
	"bufio"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// parked is a socket that a poller watches while the server says what the test tells it to.
type parked struct {
	*testing.T
	*Socket
	poller Poller
	say    chan<- string // closing it makes the server close
	ready  chan struct{}
}

// everyPoller runs the test with each poller over each transport; the server says early things in one packet with its
// answer to the handshake.
func everyPoller(t *testing.T, early string, test func(p *parked)) {
	for name, poller := range map[string]func() Poller{
		"watchers":   func() Poller { return &Watchers{} },
		"the system": NewPoller,
	} {
		for transport, start := range map[string]func(testing.TB, func(net.Conn)) *Target{"plain": serve, "TLS": encryptedTarget} {
			t.Run(name+", "+transport, func(t *testing.T) {
				say, end := make(chan string), make(chan struct{})
				target := start(t, func(conn net.Conn) {
					r := bufio.NewReader(conn)
					if _, err := request(r); err != nil {
						return
					}
					_, _ = io.WriteString(conn, accepting("key")+early)
					for {
						select {
						case text, ok := <-say:
							if !ok {
								return
							}
							_, _ = io.WriteString(conn, text)
						case <-end:
							return
						}
					}
				})
				defer close(end)
				s, err := dial(t, target).Upgrade(asking("key"), "key", nil)
				if err != nil {
					t.Fatal(err)
				}
				p := &parked{T: t, Socket: s, poller: poller(), say: say, ready: make(chan struct{}, 100)}
				defer p.poller.Close()
				test(p)
			})
		}
	}
}

func text(s string) string { return frame(ws.OpText, true, s) }

// watch watches once.
func (p *parked) watch() { p.poller.Watch(p.Conn(), func() { p.ready <- struct{}{} }) }

// called waits for the poller.
func (p *parked) called() {
	p.Helper()
	select {
	case <-p.ready:
	case <-time.After(patience):
		p.Fatal("nobody was called")
	}
}

// collect watches and reads until that many messages, or an error, have come.
func (p *parked) collect(n int) (messages []string, err error) {
	p.Helper()
	for len(messages) < n {
		p.watch()
		p.called()
		m, ok, err := p.Poll(1000)
		if err != nil {
			return messages, err
		}
		if ok {
			messages = append(messages, string(m.Data))
		}
	}
	return messages, nil
}

func (p *parked) expect(want ...string) {
	p.Helper()
	got, err := p.collect(len(want))
	if err != nil {
		p.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.Error(diff)
	}
}

func TestPoller(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		for _, word := range []string{"one", "two", "three"} {
			p.say <- text(word)
			p.expect(word)
		}
		if p.poller.Forget(p.Conn()) {
			p.Error("what was called is forgotten")
		}
		close(p.say)
		if _, err := p.collect(1); Classify(err) != metrics.Closed {
			p.Errorf("at the end: %v", err)
		}
	})
}

// A frame may come in any number of parts, each of which calls.
func TestPollerParts(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		go func() {
			for _, part := range []byte(text("one") + text("two")) {
				p.say <- string([]byte{part})
			}
		}()
		p.expect("one", "two")
	})
}

// What one arrival brought is read one message at a time: watching must not wait for another arrival.
func TestPollerLeftovers(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		p.say <- text("one") + text("two") + text("three")
		p.expect("one", "two", "three")
		p.say <- text("four") + text("five")
		p.expect("four", "five")
	})
}

func TestPollerEarly(t *testing.T) {
	everyPoller(t, text("one")+text("two")+"\x81", func(p *parked) {
		p.expect("one", "two")
		p.say <- text("three")[1:]
		p.expect("three")
	})
}

// Last words and the end may be one arrival.
func TestPollerLastWords(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		p.say <- text("one")
		p.expect("one")
		p.say <- text("two") + closing(1001, "")
		close(p.say)
		p.expect("two")
		if _, err := p.collect(1); Classify(err) != metrics.Closed {
			p.Errorf("at the end: %v", err)
		}
	})
}

func TestPollerForget(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		for _, word := range []string{"one", "two"} {
			if _, ok, err := p.Poll(1000); ok || err != nil {
				p.Fatalf("out of nothing: %t, %v", ok, err)
			}
			p.watch()
			// Under TLS a ticket may have come first.
			if !p.poller.Forget(p.Conn()) {
				p.called()
			}
			p.say <- text(word)
			if m, err := p.Next(time.Now().Add(patience), 1000); err != nil || string(m.Data) != word {
				p.Errorf("after a forgotten watch: %q, %v", m.Data, err)
			}
		}
		p.say <- text("three")
		if p.poller.Forget(p.Conn()) {
			p.Error("what nobody watches is forgotten")
		}
		p.expect("three")
	})
}

func TestPollerInterrupt(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		p.say <- text("one")
		p.expect("one")
		p.watch()
		p.Conn().Interrupt()
		p.called()
		if _, err := p.Next(time.Now().Add(patience), 1000); Classify(err) != metrics.Closed {
			p.Errorf("after an interrupt: %v", err)
		}
	})
}

func TestPollerClose(t *testing.T) {
	everyPoller(t, "", func(p *parked) {
		p.say <- text("one")
		p.expect("one")
		var closed atomic.Bool
		p.poller.Watch(p.Conn(), func() {
			if closed.Load() {
				p.Error("called after Close")
			}
		})
		p.poller.Close()
		closed.Store(true)
		p.say <- text("two")
		p.Conn().Close()
	})
}

// Where a socket cannot be asked, a byte is read ahead, which is not lost.
func TestPollerOnPipe(t *testing.T) {
	poller := NewPoller()
	defer poller.Close()
	near, far := net.Pipe()
	defer far.Close()
	s := &Socket{conn: through(t, near)}
	ready := make(chan struct{})
	poller.Watch(s.Conn(), func() { close(ready) })
	go func() { _, _ = io.WriteString(far, text("hello")) }()
	<-ready
	if m, err := s.Next(time.Now().Add(patience), 1000); err != nil || string(m.Data) != "hello" {
		t.Errorf("%q, %v", m.Data, err)
	}
	if _, ok, err := s.Poll(1000); ok || err != nil {
		t.Fatalf("out of nothing: %t, %v", ok, err)
	}
	poller.Watch(s.Conn(), func() { t.Error("called after Forget") })
	if !poller.Forget(s.Conn()) {
		t.Error("what waits is not forgotten")
	}
}
