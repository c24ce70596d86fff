package engine

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// TestHoldLoopback holds connections to a real socket, idle and reset: the poller must notice, and nothing be left behind.
func TestHoldLoopback(t *testing.T) {
	defer goleak.VerifyNone(t)
	var open sync.Map
	server := httptest.NewServer(places(50, func(conn *websocket.Conn) { open.Store(conn, nil) }))
	defer server.Close()
	program, err := Compile(capacity(plan.WebSockets))
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(program, Options{Endpoint: server.URL, Seed: 1, Recorder: metrics.NewRecorder(program.Layout(), 2, time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ctx := t.Context()
	if err := e.Open(ctx, Opening{Count: 60, Timeout: 10 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if c := e.Census(); c.Held != 50 || c.Failed[metrics.Handshake] != 10 {
		t.Fatalf("%d held, failed %s", c.Held, classes(c.Failed))
	}
	cut := 0
	open.Range(func(conn, _ any) bool {
		_ = conn.(*websocket.Conn).NetConn().(*net.TCPConn).SetLinger(0)
		_ = conn.(*websocket.Conn).Close()
		cut++
		return cut < 20
	})
	for deadline := time.Now().Add(5 * time.Second); e.Census().Lost < 20 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if c := e.Census(); c.Held != 30 || c.Lost != 20 || c.Fates[metrics.Reset]+c.Fates[metrics.Closed] != 20 {
		t.Errorf("%d held, %d lost: %s", c.Held, c.Lost, classes(c.Fates))
	}
	e.Release(ctx, 5*time.Second)
	if c := e.Census(); c.Held != 0 || e.Users() != 0 {
		t.Errorf("%d held, %d users after the release", c.Held, e.Users())
	}
}

// counting is a poller that counts how often it is asked to watch.
type counting struct {
	wire.Poller
	watches atomic.Int64
}

func (c *counting) Watch(conn *wire.Conn, ready func()) {
	c.watches.Add(1)
	c.Poller.Watch(conn, ready)
}

// TestHoldSleeps finds that users whose connections are idle are not woken again and again, on real sockets.
func TestHoldSleeps(t *testing.T) {
	handlers := map[plan.Protocol]http.HandlerFunc{
		plan.WebSockets: places(50, func(*websocket.Conn) {}),
		plan.KeepAlive:  func(http.ResponseWriter, *http.Request) {},
		plan.EventStream: func(w http.ResponseWriter, q *http.Request) {
			fmt.Fprint(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
			<-q.Context().Done()
		},
	}
	for protocol, handler := range handlers {
		server := httptest.NewServer(handler)
		program, err := Compile(capacity(protocol))
		if err != nil {
			t.Fatal(err)
		}
		e, err := New(program, Options{Endpoint: server.URL, Seed: 1, Recorder: metrics.NewRecorder(program.Layout(), 2, time.Now())})
		if err != nil {
			t.Fatal(err)
		}
		poller := &counting{Poller: e.poller}
		e.poller = poller
		if err := e.Open(t.Context(), Opening{Count: 5, Timeout: 10 * time.Second}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		if n := poller.watches.Load(); n < 5 || n > 50 {
			t.Errorf("protocol %d: 5 idle connections were watched %d times", protocol, n)
		}
		e.Close()
		server.Close()
	}
}
