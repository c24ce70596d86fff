package cli

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"plimsoll/dsl/plan"
)

// presence is what a running simulation tells those who may join it.
type presence struct {
	PID       int       `json:"pid"`
	URL       string    `json:"url"` // where it answers that it is alive
	Token     string    `json:"token"`
	Serves    string    `json:"serves"` // digest of what it serves
	Listening listening `json:"listening"`
}

// servesOf tells apart the simulations of a plan whose files have changed meanwhile.
func servesOf(p *plan.Plan) string {
	account := ""
	if p.Fleet != nil {
		account = p.Fleet.Simulate
	}
	return digestOf([]any{simulated(p), account, placesOf(p)})
}

// door is where a simulation answers those who want to join it, and have read its token.
type door struct {
	presence presence
	server   *http.Server
	served   chan error
}

func openDoor(ctx context.Context, p presence) (*door, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("let others join the simulation: %w", err)
	}
	p.PID, p.URL, p.Token = os.Getpid(), "http://"+listener.Addr().String(), rand.Text()
	d := &door{presence: p, served: make(chan error, 1)}
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: childPatience}
	go func() { d.served <- d.server.Serve(listener) }()
	return d, nil
}

// ServeHTTP says that the simulation is alive.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(d.presence.bearer())) != 1 {
		http.Error(w, "this simulation is another's", http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *presence) bearer() string { return "Bearer " + p.Token }

// tell writes down where the door is.
func (d *door) tell(file string) error {
	text, err := json.Marshal(d.presence)
	if err == nil {
		err = writeFile(file, text)
	}
	if err != nil {
		return fmt.Errorf("let others join the simulation: %w", err)
	}
	return nil
}

func (d *door) close(file string) error {
	err := errors.Join(os.Remove(file), d.server.Close())
	if served := <-d.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// readPresence reads where a simulation is; an error where there is none.
func readPresence(file string) (*presence, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var p presence
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return &p, nil
}

// alive asks a simulation whether it is the one that was read of.
func (p *presence) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", p.bearer())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusNoContent
}
