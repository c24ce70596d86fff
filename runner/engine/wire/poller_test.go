package wire

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

func TestWatchers(t *testing.T) {
	var poller Watchers
	defer poller.Close()
	speak := make(chan string)
	s := upgraded(t, func(conn net.Conn, _ *bufio.Reader) {
		for text := range speak {
			_, _ = io.WriteString(conn, text)
		}
	})
	ready := make(chan struct{}, 1)
	watch := func() { poller.Watch(s.Conn(), func() { ready <- struct{}{} }) }
	message := func() (string, bool) {
		m, ok, err := s.Poll(1000)
		if err != nil {
			t.Fatal(err)
		}
		return string(m.Data), ok
	}

	for _, text := range []string{"one", "two"} {
		watch()
		speak <- frame(ws.OpText, true, text)
		<-ready
		eventually(t, text, func() bool { got, ok := message(); return ok && got == text })
	}
	if poller.Forget(s.Conn()) {
		t.Error("what was called is forgotten")
	}

	watch()
	if !poller.Forget(s.Conn()) {
		t.Error("what waits is not forgotten")
	}
	if _, ok := message(); ok {
		t.Error("a message out of nothing")
	}
	speak <- frame(ws.OpText, true, "three")
	if m, err := s.Next(time.Now().Add(patience), 1000); err != nil || string(m.Data) != "three" {
		t.Errorf("after a forgotten watch: %q, %v", m.Data, err)
	}

	watch()
	close(speak)
	<-ready
	if _, err := s.Next(time.Now().Add(patience), 1000); err == nil {
		t.Error("no error at the end")
	}
}

func TestWatchersEnd(t *testing.T) {
	var poller Watchers
	end := make(chan struct{})
	defer close(end)
	silent := func() *Conn { return upgraded(t, func(net.Conn, *bufio.Reader) { <-end }).Conn() }

	ready := make(chan struct{})
	interrupted := silent()
	poller.Watch(interrupted, func() { close(ready) })
	interrupted.Interrupt()
	<-ready

	poller.Watch(silent(), func() { t.Error("called after Close") })
	poller.Close()
}

// Where a socket cannot be asked, the watcher reads a byte ahead, which is not lost.
func TestWatchersOnPipe(t *testing.T) {
	var poller Watchers
	defer poller.Close()
	near, far := net.Pipe()
	defer far.Close()
	s := &Socket{conn: through(t, near)}
	ready := make(chan struct{})
	poller.Watch(s.Conn(), func() { close(ready) })
	go func() { _, _ = io.WriteString(far, frame(ws.OpText, true, "hello")) }()
	<-ready
	if m, err := s.Next(time.Now().Add(patience), 1000); err != nil || string(m.Data) != "hello" {
		t.Errorf("%q, %v", m.Data, err)
	}
	poller.Watch(s.Conn(), func() { t.Error("called after Forget") })
	if !poller.Forget(s.Conn()) {
		t.Error("what waits is not forgotten")
	}
}
