package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

const (
	sessionCookie = "session"
	defaultItems  = 10
	maxItems      = 1_000
)

// problem is the body of an answer that is an error.
type problem struct {
	Error string `json:"error"`
}

// reply answers with JSON. That a client is gone is its own to notice.
func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// health answers as a load balancer would: well as long as any task is running.
func (s *site) health(w http.ResponseWriter, _ *http.Request) {
	if !s.model.up() {
		reply(w, http.StatusServiceUnavailable, problem{errNoTask.Error()})
		return
	}
	reply(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

func (s *site) showStats(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.model.stats())
}

func (s *site) index(w http.ResponseWriter, _ *http.Request, t *task) {
	reply(w, http.StatusOK, struct {
		Service string `json:"service"`
		Task    int    `json:"task"`
	}{s.model.service.Name, t.number})
}

// login starts a session for any token but an empty one.
func (s *site) login(w http.ResponseWriter, r *http.Request, _ *task) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	var credentials struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(body, &credentials); err != nil && len(body) > 0 {
		reply(w, http.StatusBadRequest, problem{`send JSON with a token: {"token": "…"}`})
		return
	}
	if credentials.Token == "" {
		reply(w, http.StatusUnauthorized, problem{"the token is missing or empty"})
		return
	}
	id, user := s.sessions.issue()
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true})
	reply(w, http.StatusOK, struct {
		Session string `json:"session"`
		User    string `json:"user"`
	}{id, user})
}

// me tells whose session the bearer token, or else the cookie, is.
func (s *site) me(w http.ResponseWriter, r *http.Request, _ *task) {
	id, ok := bearer(r)
	if cookie, err := r.Cookie(sessionCookie); err == nil && !ok {
		id = cookie.Value
	}
	user, ok := s.sessions.user(id)
	if !ok {
		reply(w, http.StatusUnauthorized, problem{"log in first, and send the session as cookie or bearer token"})
		return
	}
	reply(w, http.StatusOK, struct {
		User string `json:"user"`
	}{user})
}

func (s *site) items(w http.ResponseWriter, r *http.Request, _ *task) {
	n, err := defaultItems, error(nil)
	if asked := r.URL.Query().Get("n"); asked != "" {
		n, err = strconv.Atoi(asked)
	}
	if err != nil || n < 0 || n > maxItems {
		reply(w, http.StatusBadRequest, problem{fmt.Sprintf("n must be a number of 0 to %d", maxItems)})
		return
	}
	type item struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	list := make([]item, n)
	for i := range list {
		list[i] = item{i + 1, fmt.Sprintf("item %d", i+1)}
	}
	reply(w, http.StatusOK, list)
}
