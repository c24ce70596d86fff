package runner

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/result"
)

// slowEcho answers each message after a while, so that whatever stops the load finds operations under way.
func slowEcho(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			kind, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
			if conn.WriteMessage(kind, data) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// talk says something and hears it, without end.
func talk() *plan.Flow {
	hello := plan.Static("hello")
	return &plan.Flow{Name: "talk", Steps: []plan.Step{&plan.WebSocket{
		Head: plan.Head{Name: "socket"}, Path: plan.Static("/"), Timeout: time.Second,
		Steps: []plan.Step{&plan.Repeat{Times: 3, Steps: []plan.Step{
			&plan.Send{Text: &hello}, &plan.Receive{Head: plan.Head{Name: "echo"}, Timeout: time.Second},
			&plan.Think{Distribution: plan.Uniform, Min: time.Millisecond, Max: 20 * time.Millisecond},
		}}},
	}}}
}

// TestNothingStaysPending stops real users at work: an operation that is cut must be forgotten, or what it belongs to could
// never be judged.
func TestNothingStaysPending(t *testing.T) {
	for name, grace := range map[string]time.Duration{"who finish": time.Second, "who are cut": 0} {
		t.Run(name, func(t *testing.T) {
			sc := baseline()
			sc.Load.Steady, sc.Duration, sc.Ramp = 20, 150*time.Millisecond, time.Millisecond
			p := planOf(sc, sla("fast", "latency.p95 < 10s"))
			sc.Grace, sc.Service.Endpoint, sc.Service.Timeout, sc.Service.Connect = grace, slowEcho(t), time.Second, time.Second
			sc.Mix[0].Flow = talk()
			var used loaded
			d, err := newRun(p, Options{}, func(sc *plan.Scenario, o engine.Options, second time.Duration) (l loaded, err error) {
				used, err = openEngine(sc, o, second)
				return used, err
			}).do(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if v := used.recorder.Total(); v.Pending != 0 || v.Operations == 0 {
				t.Errorf("%d operations, %d pending", v.Operations, v.Pending)
			}
			if got := d.Scenarios[0].SLAs[0]; got.Verdict != result.Pass {
				t.Errorf("%v: %s", got.Verdict, got.Reason)
			}
		})
	}
}
