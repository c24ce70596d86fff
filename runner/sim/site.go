package sim

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/gorilla/websocket"
)

// A site puts the model of one service behind HTTP.
type site struct {
	model    *model
	traffic  traffic
	clock    *clock
	sessions *sessions
	work     *sync.WaitGroup // of the server: goroutines that outlive their handler
	upgrader websocket.Upgrader
}

func newSite(ctx context.Context, service Service, seed uint64, clock *clock, work *sync.WaitGroup) *site {
	return &site{
		model:    newModel(ctx, service, seed, clock.now),
		clock:    clock,
		work:     work,
		sessions: newSessions(seed, service.Name),
		upgrader: websocket.Upgrader{
			ReadBufferSize:  1 << 10, // small: thousands of connections are held idle
			WriteBufferSize: 1 << 10,
			WriteBufferPool: &sync.Pool{},
			CheckOrigin:     func(*http.Request) bool { return true },
		},
	}
}

// routes is the service's API. What is wrapped in working takes a slot for the service time.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("GET /-/stats", s.showStats)
	mux.HandleFunc("GET /{$}", s.working(s.index))
	mux.HandleFunc("GET /echo", s.working(s.echoQuery))
	mux.HandleFunc("/echo", s.working(s.echoBody))
	mux.HandleFunc("POST /api/login", s.working(s.login))
	mux.HandleFunc("GET /api/me", s.working(s.me))
	mux.HandleFunc("GET /api/items", s.working(s.items))
	mux.HandleFunc("/status/{code}", s.working(s.status))
	mux.HandleFunc("/redirect/{n}", s.working(s.redirect))
	mux.HandleFunc("GET /sse", s.working(s.events))
	mux.HandleFunc("GET /ws", s.socket(s.chat))
	mux.HandleFunc("GET /ws/echo", s.socket(s.mirror))
	return mux
}

// A handler answers a request after its service time; t is the task that worked on it.
type handler func(w http.ResponseWriter, r *http.Request, t *task)

// working lets a handler answer once the model has done the request's work, and answers itself where
// there is no room, or the request is to fail.
func (s *site) working(answer handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := s.model.arrive(nil)
		if err != nil {
			s.refuse(w, err)
			return
		}
		if s.clock.sleep(r.Context(), v.end) != nil {
			panic(http.ErrAbortHandler) // the client or the server is going: an answer would be a lie
		}
		if v.failed {
			reply(w, http.StatusInternalServerError, problem{"failed, as the simulation was told to"})
			return
		}
		answer(w, r, v.task)
	}
}

// refuse answers a request or an upgrade for which there is no room.
func (s *site) refuse(w http.ResponseWriter, reason error) {
	if s.model.service.OnFull != OnFullReset || !errors.Is(reason, errFull) {
		reply(w, http.StatusServiceUnavailable, problem{reason.Error()})
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2: its stream is reset instead
		panic(http.ErrAbortHandler)
	}
	reset(conn)
}

// reset closes a connection so that the client sees a TCP reset, not an orderly end.
func reset(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn() // which says no goodbye
	}
	if linger, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = linger.SetLinger(0)
	}
	_ = conn.Close()
}

// bearer returns the token of an Authorization header, and whether there is such a header.
func bearer(r *http.Request) (string, bool) {
	value := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(value, " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}
