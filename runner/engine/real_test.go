package engine

import (
	"bufio"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// fickle answers the requests of each connection as told, in turn: "ok", "ok close" without saying so, or nothing.
func fickle(t *testing.T, connections ...[]string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			respond(conn, connections[min(i, len(connections)-1)])
		}
	}()
	return "http://" + l.Addr().String()
}

// respond serves one connection until its script is at an end.
func respond(conn net.Conn, script []string) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for _, act := range script {
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		if act == "ok" {
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
		}
	}
}

func TestConnectionsThatDie(t *testing.T) {
	post := get("b")
	post.Method = "POST"
	tests := []struct {
		name        string
		second      *plan.HTTP
		rest        time.Duration
		connections [][]string
		want        map[string]int64
	}{
		{"closed while the user thinks", post, 20 * time.Millisecond, [][]string{{"ok"}, {"ok"}},
			map[string]int64{"failed": 0, "replaced": 1, "retried": 0, "opened": 2}},
		{"dead under an idempotent request", get("b"), 0, [][]string{{"ok", "hang up"}, {"ok"}},
			map[string]int64{"failed": 0, "replaced": 0, "retried": 1, "opened": 2}},
		{"dead under a POST", post, 0, [][]string{{"ok", "hang up"}, {"ok"}},
			map[string]int64{"failed": 1, "replaced": 0, "retried": 0, "opened": 1}},
		{"dead twice", get("b"), 0, [][]string{{"ok", "hang up"}, {"hang up"}},
			map[string]int64{"failed": 1, "replaced": 0, "retried": 1, "opened": 2}},
		{"a new connection is not tried twice", get("b"), 0, [][]string{{"hang up"}},
			map[string]int64{"failed": 1, "replaced": 0, "retried": 0, "opened": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := launch(t, closed(get("a"), pause(tt.rest), tt.second), fickle(t, tt.connections...))
			v := play(t, e, Phase{Shape: steadily(1, time.Minute), Sessions: 1})
			got := map[string]int64{
				"failed": v.Failed, "replaced": v.Events[metrics.ConnectionReplaced],
				"retried": v.Events[metrics.OperationRetried], "opened": v.Events[metrics.ConnectionOpened],
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n%+v", diff, e.Samples())
			}
		})
	}
}

// play runs one phase to its end and closes the engine.
func play(t testing.TB, e *Engine, p Phase) metrics.View {
	t.Helper()
	p.Start = e.now()
	e.recorder.BeginPhase("steady", p.Start, p.Start)
	if _, err := e.Run(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	e.Drain(context.Background(), time.Second)
	e.Close()
	return e.recorder.Total()
}

func TestReach(t *testing.T) {
	e := launch(t, closed(get("a")), "http://"+unused(t))
	defer e.Close()
	var failure *wire.Failure
	if err := e.Reach(context.Background()); !errors.As(err, &failure) || failure.Class != metrics.Refused {
		t.Errorf("error %v", err)
	}
	if text := failure.Error(); strings.Contains(text, ":0->") || !strings.HasSuffix(text, ": is the service running there?") {
		t.Errorf("error %q", text)
	}
}

// The attempt before there is any load is none of the run's connections.
func TestReachIsNotCounted(t *testing.T) {
	e := launch(t, closed(get("a")), fickle(t, []string{"ok"}))
	if err := e.Reach(context.Background()); err != nil {
		t.Fatal(err)
	}
	v := play(t, e, Phase{Shape: steadily(1, time.Minute), Sessions: 1})
	if opened, shut := v.Events[metrics.ConnectionOpened], v.Events[metrics.ConnectionClosed]; opened != 1 || shut != 1 || v.Failed != 0 {
		t.Errorf("%d opened, %d closed, %d failed", opened, shut, v.Failed)
	}
}

// unused is an address that nobody listens on.
func unused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	tests := []struct {
		name    string
		service plan.TLS
		option  string
		want    metrics.Class
	}{
		{"unknown authority", plan.TLS{}, "", metrics.TLS},
		{"the plan's authority", plan.TLS{CA: authority}, "", metrics.OK},
		{"the endpoint's authority", plan.TLS{}, authority, metrics.OK},
		{"another name", plan.TLS{CA: authority, ServerName: "other.test"}, "", metrics.TLS},
		{"anything goes", plan.TLS{InsecureSkipVerify: true}, "", metrics.OK},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sc := closed(get("a", "body == 'ok'"))
			sc.Service.TLS = tt.service
			p, err := Compile(sc)
			if err != nil {
				t.Fatal(err)
			}
			r := metrics.NewRecorder(p.Layout(), 1, time.Now())
			e, err := New(p, Options{Recorder: r, Endpoint: server.URL, CA: tt.option})
			if err != nil {
				t.Fatal(err)
			}
			v := play(t, e, Phase{Shape: steadily(1, time.Minute), Requests: 1})
			if v.Classes[tt.want] != 1 || v.TLS.Count() != v.Classes[metrics.OK] {
				t.Errorf("classes %v, handshakes %d, samples %+v", v.Classes, v.TLS.Count(), e.Samples())
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for _, endpoint := range []string{"ftp://host", "http://", "://"} {
		p, err := Compile(closed(get("a")))
		if err != nil {
			t.Fatal(err)
		}
		if e, err := New(p, Options{Recorder: metrics.NewRecorder(p.Layout(), 1, time.Now()), Endpoint: endpoint}); err == nil {
			e.Close()
			t.Errorf("%s is taken for an endpoint", endpoint)
		}
	}
}

func TestUnreachable(t *testing.T) {
	e := launch(t, closed(get("a")), "http://"+unused(t))
	v := play(t, e, Phase{Shape: steadily(1, time.Minute), Requests: 1})
	if v.Classes[metrics.Refused] != 1 || v.Events[metrics.ConnectionFailed] != 1 {
		t.Errorf("classes %v, events %v", v.Classes, v.Events)
	}
}

// After Close, goroutines and descriptors are as they were, whatever was under way.
func TestCloseLeavesNothingBehind(t *testing.T) {
	defer goleak.VerifyNone(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	talk := chat(echo)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/hang" {
			<-q.Context().Done()
		}
		if q.URL.Path == "/news" {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
			<-q.Context().Done()
			return
		}
		talk(w, q)
	})}
	go server.Serve(l)
	defer server.Close()
	before := descriptors()
	for _, sc := range []*plan.Scenario{
		closed(get("a"), pause(time.Hour)), closed(get("hang")), closed(get("a")),
		open(get("a"), pause(time.Hour)), open(get("hang")), open(get("a")),
		closed(dialogue(say("x"), await("b", "true"), pause(time.Hour))), closed(dialogue(await("never", "true"))),
		open(dialogue(say("x"), await("b", "true"))),
		closed(news("event == 'done'")), open(news("event == 'done'")), open(news("true")),
	} {
		e := launch(t, sc, "http://"+l.Addr().String())
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		e.recorder.BeginPhase("steady", 0, 0)
		if _, err := e.Run(ctx, Phase{Start: e.now(), Shape: pace.Shape{level(100, time.Minute)}}); err != nil {
			t.Error(err)
		}
		cancel()
		e.Drain(context.Background(), time.Millisecond)
		e.Close()
		if v := e.recorder.Total(); v.Pending != 0 || v.Events[metrics.ConnectionOpened] != v.Events[metrics.ConnectionClosed] {
			t.Errorf("pending %d, events %v", v.Pending, v.Events)
		}
	}
	server.Close()
	for range 100 {
		if descriptors() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d descriptors are open in place of %d", descriptors(), before)
}

// echo answers a message and listens.
func echo(conn *websocket.Conn) {
	if kind, data, err := conn.ReadMessage(); err == nil {
		_ = conn.WriteMessage(kind, data)
	}
}

// descriptors counts the open ones; 0 where the system does not tell.
func descriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}

// A static request with a status check allocates nothing.
func TestExchangeAllocatesNothing(t *testing.T) {
	e := launch(t, closed(get("", "status == 200")), plainServer(t))
	e.recorder.BeginPhase("steady", 0, 0)
	run := func(n int64) {
		if _, err := e.Run(context.Background(), Phase{Start: e.now(), Shape: steadily(4, time.Hour), Requests: n}); err != nil {
			t.Fatal(err)
		}
	}
	run(1000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const n = 10000
	run(n)
	runtime.ReadMemStats(&after)
	e.Close()
	if perRequest := float64(after.Mallocs-before.Mallocs) / n; perRequest > tolerated {
		t.Errorf("%.2f allocations a request", perRequest)
	}
}
