package sim

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxMessage   = 64 << 10
	writeTimeout = 10 * time.Second
	farewell     = 500 * time.Millisecond // for a client to answer a close
	placeRetry   = 100 * time.Millisecond // between attempts of an upgrade that waits for a place
)

// A talk is one open WebSocket. One goroutine reads it, so that pings and closes are answered at
// once; while a message is being answered, a second one writes.
type talk struct {
	*websocket.Conn
	task *task
	ctx  context.Context // ends with the connection or its task
}

// An answerer answers one message. An error ends the connection.
type answerer func(t *talk, kind int, message []byte) error

// socket upgrades a request and has every message answered, one after another.
func (s *site) socket(answer answerer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token, asked := bearer(r); asked && token == "" {
			reply(w, http.StatusUnauthorized, problem{"the bearer token is empty"})
			return
		}
		place, err := s.place(r.Context())
		if err != nil {
			s.refuse(w, err)
			return
		}
		conn, err := s.upgrader.Upgrade(w, r, nil)
		if err != nil { // and has been answered
			s.model.leave(place)
			return
		}
		s.work.Go(func() { // the handler ends here, and gives its memory back
			defer s.model.leave(place)
			converse(conn, place, answer)
		})
	}
}

// place finds a task for a connection; a slow service lets it wait, as a full backlog does.
func (s *site) place(ctx context.Context) (*task, error) {
	for {
		t, err := s.model.connect()
		if !errors.Is(err, errFull) || s.model.service.OnFull != OnFullSlow {
			return t, err
		}
		select {
		case <-time.After(placeRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// converse reads a connection until it ends. A client that sends on before its answer is complete is
// read no further meanwhile, so that it cannot pile up work.
func converse(conn *websocket.Conn, place *task, answer answerer) {
	conn.SetReadLimit(maxMessage)
	ctx, cancel := context.WithCancel(place.gone)
	t := &talk{Conn: conn, task: place, ctx: ctx}
	var others sync.WaitGroup
	others.Add(1)
	stay := context.AfterFunc(place.gone, func() {
		defer others.Done()
		t.sayGoodbye()
	})
	defer func() {
		if stay() {
			others.Done()
		}
		cancel()
		_ = conn.Close()
		others.Wait()
	}()
	turn := make(chan struct{}, 1)
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		turn <- struct{}{}
		others.Go(func() {
			defer func() { <-turn }()
			if answer(t, kind, message) != nil && ctx.Err() == nil {
				_ = conn.Close() // unless it is being closed in order, for its task's sake
			}
		})
	}
}

// sayGoodbye starts the close handshake of a connection whose task goes away; reading ends with it.
func (t *talk) sayGoodbye() {
	deadline := time.Now().Add(farewell)
	message := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the task is taken away")
	_ = t.WriteControl(websocket.CloseMessage, message, deadline)
	_ = t.SetReadDeadline(deadline)
}

// send writes one message as JSON; a client that does not read it is given up.
func (t *talk) send(value any) error {
	_ = t.SetWriteDeadline(time.Now().Add(writeTimeout))
	return t.WriteJSON(value)
}
