package engine

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

func dialogue(steps ...plan.Step) *plan.WebSocket {
	return &plan.WebSocket{Head: plan.Head{Name: "chat"}, Path: text("/ws"), Steps: steps}
}

func say(s string) *plan.Send {
	t := text(s)
	return &plan.Send{Text: &t}
}

func await(name, until string) *plan.Receive {
	return &plan.Receive{Head: plan.Head{Name: name}, Until: expression(until), Timeout: 10 * time.Second}
}

// chat serves WebSockets, and everything else with an empty answer.
func chat(serve func(*websocket.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		if !strings.HasSuffix(q.URL.Path, "/ws") {
			return
		}
		var up websocket.Upgrader
		conn, err := up.Upgrade(w, q, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		serve(conn)
		// Until the client's close frame has come.
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}
}

func tell(conn *websocket.Conn, s string) { _ = conn.WriteMessage(websocket.TextMessage, []byte(s)) }

// ms rounds away the millisecond that a look at a connection in memory takes.
func ms(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(10 * time.Millisecond)
}

// What came of a message that never ended counts as received.
func TestBytesOfUnfinishedMessages(t *testing.T) {
	for name, steps := range map[string][]plan.Step{"under a receive": {await("b", "true")}, "while thinking": {pause(time.Minute)}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v, _ := session1(t, closed(dialogue(steps...)), chat(func(conn *websocket.Conn) {
					time.Sleep(time.Second)
					w := conn.NetConn()
					_, _ = w.Write(append([]byte{0x01, 126, 0x03, 0xe8}, make([]byte, 1000)...)) // text that goes on
					_, _ = w.Write(append([]byte{0x00, 126, 0x03, 0xe8}, make([]byte, 1000)...)) // as it does here
					w.Close()
				}))
				if v.Received < 2000 || v.Received > 3000 || v.Failed != 1 {
					t.Errorf("%d bytes received, %d failed", v.Received, v.Failed)
				}
			})
		})
	}
}

// The answer comes in three parts, 1, 2 and 4 s after the question: the latency of its receive is that of the last, from the send.
func TestReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := await("answer", "json.type == 'done'")
		answer.Save = []plan.Save{{Name: "text", Expr: expression("json.text")}}
		v, samples := session1(t, closed(dialogue(say("hello"), answer), visit("{{ text }}")), chat(func(conn *websocket.Conn) {
			_, question, _ := conn.ReadMessage()
			time.Sleep(time.Second)
			tell(conn, `{"type": "part"}`)
			time.Sleep(time.Second)
			tell(conn, `{"type": "part"}`)
			time.Sleep(2 * time.Second)
			tell(conn, fmt.Sprintf(`{"type": "done", "text": %q}`, question))
		}))
		got := map[string]any{
			"operations": v.Operations, "failed": v.Failed, "sent": v.MessagesSent, "received": v.MessagesReceived,
			"latency": ms(v.Steps[1].Latency.Max()), "first": ms(v.Steps[1].FirstMessage.Max()),
			"gaps": v.Steps[1].Gap.Count(), "gap": ms(v.Steps[1].Gap.Max()), "service": ms(v.Steps[1].Service.Max()),
		}
		want := map[string]any{
			"operations": int64(3), "failed": int64(0), "sent": int64(1), "received": int64(3),
			"latency": 4 * time.Second, "first": time.Second, "gaps": int64(2), "gap": 2 * time.Second, "service": 4 * time.Second,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%+v", diff, samples)
		}
	})
}

// A session reads while it thinks: what comes meanwhile has the stamp of its arrival.
func TestMessagesWaitInTheInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, samples := session1(t, closed(dialogue(say("hello"), pause(10*time.Second), await("a", "message == 'two'"))), chat(func(conn *websocket.Conn) {
			_, _, _ = conn.ReadMessage()
			time.Sleep(2 * time.Second)
			tell(conn, "one")
			time.Sleep(time.Second)
			tell(conn, "two")
		}))
		got := []any{v.Steps[1].Operations, v.Failed, ms(v.Steps[1].Latency.Max()), ms(v.Session.Max())}
		if diff := cmp.Diff([]any{int64(1), int64(0), 3 * time.Second, 10 * time.Second}, got); diff != "" {
			t.Errorf("%s\n%+v", diff, samples)
		}
	})
}

func TestWebSocketFailures(t *testing.T) {
	quiet := func(*websocket.Conn) {}
	hangUp := func(conn *websocket.Conn) {
		time.Sleep(time.Second)
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1001, "tired"))
	}
	tests := []struct {
		name  string
		steps []plan.Step
		serve func(*websocket.Conn)
		step  int
		want  metrics.Class
	}{
		{"no answer in time", []plan.Step{say("x"), await("a", "true")}, quiet, 1, metrics.Timeout},
		{"the server closes while a receive waits", []plan.Step{await("a", "true")}, hangUp, 1, metrics.Closed},
		{"the server closes while the session thinks", []plan.Step{pause(time.Minute), say("x")}, hangUp, 0, metrics.Closed},
		{"the server closes ahead of the end of the block", []plan.Step{pause(time.Minute)}, hangUp, 0, metrics.Closed},
		{"an absent field", []plan.Step{await("a", "json.type == 'x'")}, func(conn *websocket.Conn) { tell(conn, "{}") }, 1, metrics.Expression},
		{"a message that is too large", []plan.Step{await("a", "true")}, func(conn *websocket.Conn) { tell(conn, strings.Repeat("x", 5000)) }, 1, metrics.TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := closed(dialogue(tt.steps...))
				sc.Service.BodyLimit = 4096
				v, samples := session1(t, sc, chat(tt.serve))
				if v.Steps[tt.step].Classes[tt.want] != 1 || v.SessionsFailed != 1 || v.Failed != 1 {
					t.Errorf("classes of step %d: %v; of all: %v; samples %+v", tt.step, v.Steps[tt.step].Classes, v.Classes, samples)
				}
			})
		})
	}
}

func TestRefusedOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := dialogue(say("x"), await("a", "true"))
		socket.Continue = true
		v, _ := session1(t, closed(socket, get("after")), func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/base/ws" {
				w.WriteHeader(403)
			}
		})
		got := []int64{v.Steps[0].Classes[metrics.Handshake], v.Steps[1].Operations, v.Steps[2].Operations, v.SessionsFailed}
		if diff := cmp.Diff([]int64{1, 0, 1, 0}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPingAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		codes := make(chan int, 1)
		v, samples := session1(t, closed(dialogue(&plan.Ping{}, pause(time.Second), &plan.Close{Code: 4000, Reason: text("bye {{ iteration }}")})), chat(func(conn *websocket.Conn) {
			conn.SetCloseHandler(func(code int, reason string) error {
				if reason == "bye 1" {
					codes <- code
				}
				return conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
			})
		}))
		if v.Failed != 0 || v.Pong.Count() != 1 || len(codes) != 1 || <-codes != 4000 {
			t.Errorf("failed %d, pongs %d, samples %+v", v.Failed, v.Pong.Count(), samples)
		}
	})
}

// A user that is to leave finishes its receive; past the grace that is interrupted.
func TestLeavingFinishesAReceive(t *testing.T) {
	tests := []struct {
		name  string
		grace time.Duration
		want  []int64 // receives, interrupted sessions, failed, pending
	}{
		{"in time", 10 * time.Second, []int64{1, 1, 0, 0}},
		{"too late", 2 * time.Second, []int64{0, 1, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, closed(dialogue(await("a", "true"))), chat(func(conn *websocket.Conn) {
					time.Sleep(5 * time.Second)
					tell(conn, "answer")
				}))
				r.run(level(1, time.Second))
				r.engine.Drain(context.Background(), tt.grace)
				v := r.stop()
				time.Sleep(time.Minute) // until the server has noticed
				if diff := cmp.Diff(tt.want, []int64{v.Steps[1].Operations, v.Interrupted, v.Failed, v.Pending}); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// A user that leaves while its socket is open thinks no longer, and closes it.
func TestLeavingEndsThinkOnASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := try(t, closed(dialogue(say("x"), await("a", "true"), pause(time.Hour))), chat(func(conn *websocket.Conn) {
			_, _, _ = conn.ReadMessage()
			tell(conn, "answer")
		}))
		r.run(level(3, 2*time.Second))
		before := time.Now()
		v := r.stop()
		if took := time.Since(before); took > 2*time.Second {
			t.Errorf("leaving took %v", took)
		}
		got := []int64{v.Steps[1].Operations, v.Failed, v.Interrupted, v.Events[metrics.ConnectionOpened], v.Events[metrics.ConnectionClosed]}
		if diff := cmp.Diff([]int64{3, 0, 3, 3, 3}, got); diff != "" {
			t.Error(diff)
		}
	})
}
