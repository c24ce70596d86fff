package sim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Bounds of what a request may send and ask for.
const (
	maxBody      = 1 << 20
	bodyTimeout  = 10 * time.Second
	maxRedirects = 100
)

// echoQuery answers with the first value of each query parameter.
func (s *site) echoQuery(w http.ResponseWriter, r *http.Request, _ *task) {
	query := map[string]string{}
	for name, values := range r.URL.Query() {
		query[name] = values[0]
	}
	reply(w, http.StatusOK, query)
}

// echoBody answers with the request's body and content type.
func (s *site) echoBody(w http.ResponseWriter, r *http.Request, _ *task) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	kind := r.Header.Get("Content-Type")
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body)
}

// readBody returns a request's body, or answers what is wrong with it and returns false. It waits for
// each body only so long, because a handler that waits for ever could not be stopped in order.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	_ = control.SetReadDeadline(time.Time{})
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		reply(w, http.StatusRequestEntityTooLarge, problem{fmt.Sprintf("send at most %d bytes", large.Limit)})
		return nil, false
	}
	if err != nil {
		reply(w, http.StatusBadRequest, problem{"the body did not arrive whole"})
		return nil, false
	}
	return body, true
}

// status answers with the status asked for.
func (s *site) status(w http.ResponseWriter, r *http.Request, _ *task) {
	code, err := strconv.Atoi(r.PathValue("code"))
	if err != nil || code < 200 || code > 599 {
		reply(w, http.StatusBadRequest, problem{"ask for a status of 200 to 599"})
		return
	}
	if code == http.StatusNoContent || code == http.StatusNotModified {
		w.WriteHeader(code) // these have no body
		return
	}
	reply(w, code, struct {
		Status int `json:"status"`
	}{code})
}

// redirect leads to itself with one less, and at 0 to an answer.
func (s *site) redirect(w http.ResponseWriter, r *http.Request, _ *task) {
	n, err := strconv.Atoi(r.PathValue("n"))
	switch {
	case err != nil || n < 0 || n > maxRedirects:
		reply(w, http.StatusBadRequest, problem{fmt.Sprintf("ask for 0 to %d redirects", maxRedirects)})
	case n == 0:
		reply(w, http.StatusOK, struct {
			Redirects int `json:"redirects"`
		}{0})
	default:
		http.Redirect(w, r, fmt.Sprintf("/redirect/%d", n-1), http.StatusFound)
	}
}
