package engine

import (
	"encoding/pem"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// website is a server on loopback that speaks HTTP/1.1 and HTTP/2, with TLS or without.
func website(t *testing.T, secure bool, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.EnableHTTP2 = true
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	return server
}

func trusted(server *httptest.Server) plan.TLS {
	if server.TLS == nil {
		return plan.TLS{}
	}
	return plan.TLS{CA: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))}
}

// shop is what a session meets that logs in, is sent on, orders, hears how it goes, and asks in a WebSocket.
func shop(h *heard) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, q *http.Request) {
		h.add(q, "Content-Type")
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "7"})
		http.Redirect(w, q, "/home", http.StatusSeeOther)
	})
	mux.HandleFunc("/home", func(w http.ResponseWriter, q *http.Request) {
		h.add(q, "Cookie")
		fmt.Fprintf(w, `{"token": "t-%d"}`, 1)
	})
	mux.HandleFunc("/order/", func(w http.ResponseWriter, q *http.Request) {
		h.add(q, "Cookie", "X-Token")
		w.WriteHeader(http.StatusConflict)
	})
	mux.HandleFunc("/news", func(w http.ResponseWriter, q *http.Request) {
		h.add(q, "Cookie", "Accept")
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"n\": 1}\n\nevent: do")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(10 * time.Millisecond) // the session parks meanwhile
		fmt.Fprint(w, "ne\ndata: {\"n\": 2}\n\n")
	})
	mux.HandleFunc("/ws", chat(echo))
	return mux
}

// shopping is a session in the shop.
func shopping() []plan.Step {
	body := text("secret")
	login := saving(get("login", "status == 200"), "token", "json.token")
	login.Method, login.Redirects, login.Body.Text = "POST", 3, &body
	order := get("order", "status == 409")
	order.Path, order.Headers = text("/order/{{ token }}"), []plan.Field{{Name: "X-Token", Value: text("{{ token }}")}}
	follow := news("event == 'done'")
	follow.Stream.Save = []plan.Save{{Name: "n", Expr: expression("json.n")}}
	last := get("order", "status == 409")
	last.Name, last.Path = "last", text("/order/{{ n }}")
	return []plan.Step{login, order, follow, dialogue(say("x"), await("answer", "message == 'x'")), last}
}

// Whatever is spoken, a session sends the same and sees the same.
func TestHTTP2IsTheSame(t *testing.T) {
	defer goleak.VerifyNone(t)
	want := []string{
		`POST /login Content-Type="text/plain; charset=utf-8" secret`, `GET /home Cookie="id=7"`, `GET /order/t-1 Cookie="id=7" X-Token="t-1"`,
		`GET /news Cookie="id=7" Accept="text/event-stream"`, `GET /order/2 Cookie="id=7" X-Token=""`,
	}
	for _, secure := range []bool{false, true} {
		for _, version := range []int{1, 2} {
			t.Run(fmt.Sprintf("HTTP/%d secure %v", version, secure), func(t *testing.T) {
				var h heard
				var versions sync.Map
				inside := shop(&h)
				server := website(t, secure, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
					if q.URL.Path != "/ws" {
						versions.Store(q.ProtoMajor, true)
					}
					inside.ServeHTTP(w, q)
				}))
				defer server.Close()
				sc := closed(shopping()...)
				sc.Service.HTTP2, sc.Service.TLS = version == 2, trusted(server)
				e := launch(t, sc, server.URL)
				v := play(t, e, Phase{Shape: steadily(1, time.Minute), Sessions: 1})
				if diff := cmp.Diff(want, h.all); diff != "" || v.Failed != 0 || v.Operations != 6 {
					t.Errorf("failed %d of %d %v\n%s\n%+v", v.Failed, v.Operations, v.Classes, diff, e.Samples())
				}
				_, spoken := versions.Load(version)
				_, other := versions.Load(3 - version)
				if !spoken || other {
					t.Errorf("version %d is spoken: %v, and the other: %v", version, spoken, other)
				}
			})
		}
	}
}

// Connections come from the plan's addresses, in turn.
func TestSources(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux answers for all of 127.0.0.0/8")
	}
	tests := []struct {
		name    string
		sources []string
		want    int
	}{
		{"the system's", nil, 1},
		{"a list", []string{"127.0.0.5", "127.0.0.6", "127.0.0.7"}, 3},
		{"auto", []string{plan.SourceAuto}, 16},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			seen := map[string]bool{}
			server := website(t, false, http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
				host, _, _ := net.SplitHostPort(q.RemoteAddr)
				mu.Lock()
				defer mu.Unlock()
				seen[host] = true
			}))
			defer server.Close()
			sc := open(get("a"))
			sc.Fresh, sc.Service.Sources = true, tt.sources
			v := play(t, launch(t, sc, server.URL), Phase{Shape: steadily(1000, time.Minute), Sessions: 32})
			if v.Failed != 0 || len(seen) != tt.want {
				t.Errorf("failed %d, sources %v", v.Failed, seen)
			}
		})
	}
}

func TestSourcesRefused(t *testing.T) {
	sc := closed(get("a"))
	sc.Service.Sources = []string{"::1"}
	p, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(p, Options{Recorder: metrics.NewRecorder(p.Layout(), 1, time.Now())})
	if err == nil || !strings.Contains(err.Error(), "of another family") {
		t.Errorf("error %v", err)
	}
	if err == nil {
		e.Close()
	}
}

// The step that asks for compression gets it, the other does not; both get their message back.
func TestDeflate(t *testing.T) {
	var offers sync.Map
	up := websocket.Upgrader{EnableCompression: true}
	server := website(t, false, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		conn, err := up.Upgrade(w, q, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		offers.Store(q.URL.Path, strings.Contains(q.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate"))
		for {
			kind, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			_ = conn.WriteMessage(kind, data)
		}
	}))
	defer server.Close()
	long := strings.Repeat("the mark on a ship's hull ", 200)
	ask := func(name string, deflate bool) *plan.WebSocket {
		ws := dialogue(say(long), await(name, "len(message) == 5200 && message startsWith 'the mark'"))
		ws.Name, ws.Path, ws.Deflate = name+" socket", plan.Static("/"+name), deflate
		return ws
	}
	v := play(t, launch(t, closed(ask("plain", false), ask("packed", true)), server.URL), Phase{Shape: steadily(1, time.Minute), Sessions: 1})
	plain, _ := offers.Load("/plain")
	packed, _ := offers.Load("/packed")
	if v.Failed != 0 || plain != false || packed != true {
		t.Errorf("failed %d %v, offered %v and %v", v.Failed, v.Classes, plain, packed)
	}
}

func TestResume(t *testing.T) {
	var resumed atomic.Int64
	for _, want := range []bool{false, true} {
		for _, version := range []int{1, 2} {
			t.Run(fmt.Sprintf("%v in HTTP/%d", want, version), func(t *testing.T) {
				resumed.Store(0)
				server := website(t, true, http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
					if q.TLS.DidResume {
						resumed.Add(1)
					}
				}))
				defer server.Close()
				sc := open(get("a"))
				sc.Fresh, sc.MaxUsers, sc.Service.TLS, sc.Service.HTTP2 = true, 1, trusted(server), version == 2
				sc.Service.TLS.Resume = want
				v := play(t, launch(t, sc, server.URL), Phase{Shape: steadily(100, time.Minute), Sessions: 5})
				if n := resumed.Load(); v.Failed != 0 || want != (n == 4) || !want && n != 0 {
					t.Errorf("failed %d, %d of 5 handshakes resumed", v.Failed, n)
				}
			})
		}
	}
}
