package engine

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// capacity is a scenario that holds connections, which run steps if there are any.
func capacity(protocol plan.Protocol, steps ...plan.Step) *plan.Scenario {
	sc := closed(steps...)
	if len(steps) == 0 {
		sc.Mix = nil
	}
	sc.Load.Levels = &plan.Levels{Protocol: protocol, Path: text("/ws")}
	return sc
}

// places upgrades at most so many connections at once, refuses the rest, and has each served until it ends.
func places(most int64, serve func(*websocket.Conn)) http.HandlerFunc {
	var taken atomic.Int64
	return func(w http.ResponseWriter, q *http.Request) {
		if taken.Add(1) > most {
			taken.Add(-1)
			http.Error(w, "full", http.StatusServiceUnavailable)
			return
		}
		defer taken.Add(-1)
		chat(serve)(w, q)
	}
}

// seen is a census without what depends on the clock.
type seen struct {
	Attempted, Opened, Held, Lost int
	Failed, Fates                 string
	Timed                         int64
}

func (r *trial) census() seen {
	c := r.engine.Census()
	return seen{c.Attempted, c.Opened, c.Held, c.Lost, classes(c.Failed), classes(c.Fates), c.Connect.Count()}
}

func classes(counts [metrics.NumClasses]int64) (text string) {
	for class, n := range counts {
		if n > 0 {
			text += fmt.Sprintf("%d %s ", n, metrics.Class(class))
		}
	}
	return text
}

// phased runs part of a scenario as a phase.
func (r *trial) phased(do func(ctx context.Context)) {
	now := r.recorder.Now()
	r.recorder.BeginPhase("level", now, now)
	do(context.Background())
}

func (r *trial) open(count int, rate float64, timeout time.Duration) {
	r.t.Helper()
	if err := r.engine.Open(context.Background(), Opening{Count: count, Rate: rate, Timeout: timeout}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *trial) expect(what string, want seen) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.census()); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Connections stay open while nobody sends anything, those for which there is no place fail once, and each level begins
// when those of the one before have gone.
func TestHoldIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, capacity(plan.WebSockets), places(7, func(*websocket.Conn) {}))
		r.phased(func(ctx context.Context) {
			r.open(10, 0, time.Minute)
			r.expect("opened", seen{Attempted: 10, Opened: 7, Held: 7, Failed: "3 handshake ", Timed: 7})
			time.Sleep(time.Hour)
			r.expect("held", seen{Attempted: 10, Opened: 7, Held: 7, Failed: "3 handshake ", Timed: 7})
			r.engine.Release(ctx, time.Minute)
			r.expect("released", seen{Attempted: 10, Opened: 7, Failed: "3 handshake ", Timed: 7})
			if n := r.engine.Users(); n != 0 {
				t.Errorf("%d users stayed", n)
			}
			r.open(7, 0, time.Minute)
			r.expect("again", seen{Attempted: 7, Opened: 7, Held: 7, Timed: 7})
			r.open(2, 0, time.Minute)
			r.expect("added", seen{Attempted: 2, Held: 7, Failed: "2 handshake "})
		})
		v := r.stop()
		if got := v.Classes[metrics.Handshake]; got != 5 {
			t.Errorf("%d handshakes failed, want 5", got)
		}
		if got := v.Events[metrics.ConnectionLost]; got != 0 {
			t.Errorf("%d connections lost", got)
		}
	})
}

func TestHoldRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, capacity(plan.WebSockets), places(100, func(*websocket.Conn) {}))
		r.phased(func(context.Context) {
			began := time.Now()
			r.open(11, 5, time.Minute)
			if took := time.Since(began); took < 2*time.Second || took > 2100*time.Millisecond {
				t.Errorf("11 connections at 5 a second took %v", took)
			}
			r.open(11, 5, 900*time.Millisecond)
			r.expect("cut by the timeout", seen{Attempted: 5, Opened: 5, Held: 16, Timed: 5})
		})
		r.stop()
	})
}

// What dies while it is held is counted at once, also while a flow thinks.
func TestHoldLosses(t *testing.T) {
	dies := func(conn *websocket.Conn) {
		time.Sleep(3 * time.Second)
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1001, "tired"))
	}
	flows := map[string][]plan.Step{
		"idle":     nil,
		"thinking": {dialogue(pause(time.Hour), pause(time.Hour))},
		"waiting":  {dialogue(&plan.Receive{Head: plan.Head{Name: "a"}, Timeout: time.Hour})},
	}
	for name, steps := range flows {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, capacity(plan.WebSockets, steps...), places(4, dies))
				r.phased(func(context.Context) {
					r.open(4, 0, time.Minute)
					time.Sleep(2 * time.Second)
					r.expect("before", seen{Attempted: 4, Opened: 4, Held: 4, Timed: 4})
					time.Sleep(2 * time.Second)
					r.expect("after", seen{Attempted: 4, Opened: 4, Lost: 4, Fates: "4 closed ", Timed: 4})
				})
				if v := r.stop(); v.Events[metrics.ConnectionLost] != 4 {
					t.Errorf("%d connections lost in the events", v.Events[metrics.ConnectionLost])
				}
			})
		})
	}
}

// A flow goes on for as long as its connection is held: it begins anew when it has come to its end, and when a receive has failed.
func TestHoldUnderTraffic(t *testing.T) {
	tests := []struct {
		name   string
		answer string
		want   seen
		least  int64 // rounds in ten minutes
	}{
		{"answered", "pong", seen{Attempted: 3, Opened: 3, Held: 3, Timed: 3}, 3 * 50},
		{"not answered", "other", seen{Attempted: 3, Opened: 3, Held: 3, Timed: 3}, 3 * 25},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := capacity(plan.WebSockets, get("login"), dialogue(say("ping"), await("answer", "message == 'pong'"), pause(10*time.Second)))
				r := try(t, sc, chat(func(conn *websocket.Conn) {
					for {
						if _, _, err := conn.ReadMessage(); err != nil {
							return
						}
						tell(conn, tt.answer)
					}
				}))
				r.phased(func(ctx context.Context) {
					r.open(3, 0, time.Minute)
					time.Sleep(10 * time.Minute)
					r.expect("under traffic", tt.want)
					r.engine.Release(ctx, time.Minute)
				})
				v := r.stop()
				if got := v.Steps[2].Operations; got < tt.least || got > 200 {
					t.Errorf("%d answers awaited, want %d to 200", got, tt.least)
				}
				if v.Steps[1].Operations != 3 {
					t.Errorf("%d openings, want 3", v.Steps[1].Operations)
				}
			})
		})
	}
}

// What is not open at the timeout has failed, whatever it waits for, and does not open later.
func TestHoldTimeout(t *testing.T) {
	for name, steps := range map[string][]plan.Step{"idle": nil, "thinking before": {pause(time.Hour), dialogue()}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, capacity(plan.WebSockets, steps...), func(w http.ResponseWriter, q *http.Request) {
					time.Sleep(20 * time.Second)
					chat(func(*websocket.Conn) {})(w, q)
				})
				r.phased(func(ctx context.Context) {
					began := time.Now()
					r.open(3, 0, 10*time.Second)
					if took := time.Since(began); took > 11*time.Second {
						t.Errorf("opening took %v", took)
					}
					time.Sleep(time.Minute)
					r.expect("timed out", seen{Attempted: 3, Failed: "3 timeout "})
					r.engine.Release(ctx, time.Minute)
				})
				r.stop()
			})
		})
	}
}

// An HTTP connection is held behind one exchange, until the server closes it; without a flow nothing more is sent.
func TestHoldKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		r := try(t, capacity(plan.KeepAlive), func(http.ResponseWriter, *http.Request) { asked.Add(1) })
		r.phased(func(ctx context.Context) {
			r.open(5, 0, time.Minute)
			time.Sleep(50 * time.Second)
			r.expect("held", seen{Attempted: 5, Opened: 5, Held: 5, Timed: 5})
			r.server.SetKeepAlivesEnabled(false) // which closes those that are idle
			time.Sleep(time.Second)
			r.server.SetKeepAlivesEnabled(true)
			r.expect("closed by the server", seen{Attempted: 5, Opened: 5, Lost: 5, Fates: "5 closed ", Timed: 5})
			r.open(2, 0, time.Minute)
			r.engine.Release(ctx, time.Minute)
			r.expect("released", seen{Attempted: 2, Opened: 2, Timed: 2})
		})
		r.stop()
		if asked.Load() != 7 {
			t.Errorf("%d requests, want 7", asked.Load())
		}
	})
}

// Where an HTTP connection is not kept, or does not live while its flow thinks, it is not held.
func TestHoldKeepAliveUnderTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, capacity(plan.KeepAlive, get("page"), pause(10*time.Second)), func(http.ResponseWriter, *http.Request) {})
		r.phased(func(ctx context.Context) {
			r.open(3, 0, time.Minute)
			time.Sleep(95 * time.Second)
			r.expect("held", seen{Attempted: 3, Opened: 3, Held: 3, Timed: 3})
			r.server.SetKeepAlivesEnabled(false)
			time.Sleep(15 * time.Second)
			r.expect("closed", seen{Attempted: 3, Opened: 3, Lost: 3, Fates: "3 closed ", Timed: 3})
			r.open(2, 0, time.Minute)
			if c := r.engine.Census(); c.Opened != 0 {
				t.Errorf("%d connections opened that the server does not keep", c.Opened)
			}
		})
		if v := r.stop(); v.Operations < 30 {
			t.Errorf("%d operations, want at least 30", v.Operations)
		}
	})
}

func TestHoldStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var streams atomic.Int64
		r := try(t, capacity(plan.EventStream), func(w http.ResponseWriter, q *http.Request) {
			if streams.Add(1) > 3 {
				http.Error(w, "full", http.StatusTooManyRequests)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			for range 10 {
				fmt.Fprint(w, "data: x\n\n")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-q.Context().Done():
					return
				}
			}
		})
		r.phased(func(context.Context) {
			r.open(4, 0, time.Minute)
			time.Sleep(5500 * time.Millisecond)
			r.expect("held", seen{Attempted: 4, Opened: 3, Held: 3, Failed: "1 status ", Timed: 3})
			time.Sleep(5 * time.Second)
			r.expect("ended", seen{Attempted: 4, Opened: 3, Lost: 3, Failed: "1 status ", Fates: "3 closed ", Timed: 3})
		})
		if v := r.stop(); v.MessagesReceived != 30 {
			t.Errorf("%d events, want 30", v.MessagesReceived)
		}
	})
}

// A ctx that is done ends opening and releasing at once.
func TestHoldInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, capacity(plan.WebSockets), func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
		r.phased(func(context.Context) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			began := time.Now()
			if err := r.engine.Open(ctx, Opening{Count: 300, Timeout: time.Hour}); err != nil {
				t.Error(err)
			}
			r.engine.Release(ctx, time.Hour)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
		})
		r.stop()
	})
}
