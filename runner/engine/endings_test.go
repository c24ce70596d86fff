package engine

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// left is what is known of lost connections.
type left struct {
	Lost, Known  int64
	Silence, Age []time.Duration // least and most
}

func leftOf(v metrics.View) left {
	l := left{Lost: v.Events[metrics.ConnectionLost], Known: v.Silence.Count()}
	if l.Known > 0 {
		l.Silence = []time.Duration{ms(v.Silence.Min()), ms(v.Silence.Max())}
		l.Age = []time.Duration{ms(v.Age.Min()), ms(v.Age.Max())}
	}
	return l
}

func after(silence, age time.Duration) left {
	return left{2, 2, []time.Duration{silence, silence}, []time.Duration{age, age}}
}

func cutOff(conn *websocket.Conn) { _ = conn.NetConn().Close() }

// The silence on a connection counts from the last byte of either side, and the goodbye is none.
func TestEndings(t *testing.T) {
	const s = time.Second
	closing := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	tests := []struct {
		name  string
		steps []plan.Step
		serve func(*websocket.Conn)
		want  left
	}{
		{"cut off", nil, func(conn *websocket.Conn) { time.Sleep(3 * s); cutOff(conn) }, after(3*s, 3*s)},
		{"told", nil, func(conn *websocket.Conn) {
			time.Sleep(3 * s)
			_ = conn.WriteMessage(websocket.CloseMessage, closing)
		}, after(3*s, 3*s)},
		{"after a message", nil, func(conn *websocket.Conn) {
			time.Sleep(2 * s)
			tell(conn, "x")
			time.Sleep(3 * s)
			_ = conn.WriteMessage(websocket.CloseMessage, closing)
		}, after(3*s, 5*s)},
		{"after a ping", nil, func(conn *websocket.Conn) {
			time.Sleep(2 * s)
			_ = conn.WriteControl(websocket.PingMessage, nil, time.Time{})
			time.AfterFunc(4*s, func() { cutOff(conn) }) // the pong is read meanwhile
		}, after(4*s, 6*s)},
		{"after what was sent", []plan.Step{dialogue(pause(2*s), say("x"), pause(time.Hour))}, func(conn *websocket.Conn) {
			_, _, _ = conn.ReadMessage()
			time.Sleep(3 * s)
			cutOff(conn)
		}, after(3*s, 5*s)},
		{"while waiting for an answer", []plan.Step{dialogue(say("x"), await("a", "true"))}, func(conn *websocket.Conn) {
			time.Sleep(3 * s)
			cutOff(conn)
		}, after(3*s, 3*s)},
		{"for a reason of ours", nil, func(conn *websocket.Conn) {
			time.Sleep(3 * s)
			_, _ = conn.NetConn().Write([]byte{0x83, 0})
		}, left{Lost: 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, capacity(plan.WebSockets, test.steps...), places(2, test.serve))
				r.phased(func(context.Context) {
					r.open(2, 0, time.Minute)
					time.Sleep(10 * s)
				})
				if diff := cmp.Diff(test.want, leftOf(r.stop())); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestEndingsOfHTTP(t *testing.T) {
	stream := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 3 {
			fmt.Fprint(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(2 * time.Second)
		}
	}
	for protocol, want := range map[plan.Protocol]left{
		plan.EventStream: after(2*time.Second, 6*time.Second),
		plan.KeepAlive:   after(7*time.Second, 13*time.Second),
	} {
		synctest.Test(t, func(t *testing.T) {
			r := try(t, capacity(protocol), stream)
			r.phased(func(context.Context) {
				began := time.Now()
				r.open(2, 0, time.Minute)
				time.Sleep(time.Until(began.Add(13 * time.Second)))
				r.server.SetKeepAlivesEnabled(false) // which closes those that are idle
				time.Sleep(time.Second)
			})
			if diff := cmp.Diff(want, leftOf(r.stop())); diff != "" {
				t.Errorf("protocol %d: %s", protocol, diff)
			}
		})
	}
}

// Nobody looks at the connections of users whom a ration holds: when those were closed is not known.
func TestEndingsWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, closed(dialogue(await("a", "true"))), chat(func(conn *websocket.Conn) {
			time.Sleep(3 * time.Second)
			cutOff(conn)
		}))
		r.phase(Phase{Shape: steadily(1, 10*time.Second), Requests: 1})
		time.Sleep(10 * time.Second)
		r.phase(Phase{Shape: steadily(1, 10*time.Second), Requests: 1})
		if diff := cmp.Diff(left{Lost: 1}, leftOf(r.stop())); diff != "" {
			t.Error(diff)
		}
	})
}

// What a stop interrupts is not lost.
func TestEndingsOfAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		endless := &plan.Receive{Head: plan.Head{Name: "a"}, Timeout: time.Hour}
		r := try(t, closed(dialogue(endless)), chat(func(*websocket.Conn) {}))
		r.phase(Phase{Shape: steadily(2, 10*time.Second)})
		r.engine.Drain(context.Background(), time.Second)
		if diff := cmp.Diff(left{}, leftOf(r.stop())); diff != "" {
			t.Error(diff)
		}
	})
}

// TestEndingsLoopback has real servers end idle connections; how long that takes is theirs.
func TestEndingsLoopback(t *testing.T) {
	const idle = 150 * time.Millisecond
	socket := places(9, func(conn *websocket.Conn) {
		_ = conn.SetReadDeadline(time.Now().Add(idle)) // after which it is closed
	})
	for protocol, handler := range map[plan.Protocol]http.HandlerFunc{
		plan.WebSockets: socket, plan.KeepAlive: func(http.ResponseWriter, *http.Request) {},
	} {
		server := httptest.NewUnstartedServer(handler)
		server.Config.IdleTimeout = idle
		server.Start()
		e := launch(t, capacity(protocol), server.URL)
		began := e.now()
		e.recorder.BeginPhase("level", began, began)
		if err := e.Open(t.Context(), Opening{Count: 9, Timeout: 10 * time.Second}); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); e.Census().Lost < 9 && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		e.Close()
		server.Close()
		v, took := e.recorder.Total(), since(began, e.now()).Seconds()
		if v.Silence.Count() != 9 || v.Age.Count() != 9 {
			t.Fatalf("protocol %d: silence of %d, age of %d", protocol, v.Silence.Count(), v.Age.Count())
		}
		if v.Silence.Min() <= 0 || v.Silence.Max() > v.Age.Max() || v.Age.Max() > took {
			t.Errorf("protocol %d: silent for %v to %v s, up to %v s old, after %v s", protocol, v.Silence.Min(), v.Silence.Max(), v.Age.Max(), took)
		}
	}
}
