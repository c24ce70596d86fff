package engine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"plimsoll/dsl/plan"
)

// drip sends an event and no more; everything else is a chat's.
func drip(w http.ResponseWriter, q *http.Request) {
	if q.URL.Path != "/news" {
		chat(echo)(w, q)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = w.Write([]byte("data: x\n\n"))
	_ = http.NewResponseController(w).Flush()
	<-q.Context().Done()
}

// A user that thinks or waits for an event holds no goroutine, even with an open WebSocket; the server holds one or two each.
func TestWaitHoldsNoGoroutine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(drip))
	defer server.Close()
	tests := []struct {
		steps  []plan.Step
		server int // goroutines of the server for each user
	}{
		{[]plan.Step{get("a"), pause(time.Hour)}, 1},
		{[]plan.Step{dialogue(say("x"), await("b", "true"), pause(time.Hour))}, 1},
		{[]plan.Step{news("event == 'done'")}, 2},
	}
	for _, tt := range tests {
		before := runtime.NumGoroutine()
		e := launch(t, closed(tt.steps...), server.URL)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		const users = 200
		most := 0
		go func() {
			defer cancel()
			for v := e.recorder.Total(); v.Operations+v.MessagesReceived < users && ctx.Err() == nil; v = e.recorder.Total() {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(20 * time.Millisecond)
			most = runtime.NumGoroutine() - before
		}()
		e.recorder.BeginPhase("steady", 0, 0)
		if _, err := e.Run(ctx, Phase{Start: e.now(), Shape: steadily(users, time.Minute)}); err != nil {
			t.Error(err)
		}
		e.Close()
		if most > tt.server*users+users/4 || most == 0 {
			t.Errorf("%d goroutines for %d users, of whom each has %d in the server", most, users, tt.server)
		}
	}
}
