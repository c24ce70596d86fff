package engine

import (
	"context"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"plimsoll/dsl/plan"
)

// A user that thinks holds no goroutine, even with an open WebSocket; the server holds one each.
func TestThinkHoldsNoGoroutine(t *testing.T) {
	server := httptest.NewServer(chat(echo))
	defer server.Close()
	for _, steps := range [][]plan.Step{{get("a"), pause(time.Hour)}, {dialogue(say("x"), await("b", "true"), pause(time.Hour))}} {
		before := runtime.NumGoroutine()
		e := launch(t, closed(steps...), server.URL)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		const users = 200
		most := 0
		go func() {
			defer cancel()
			for e.recorder.Total().Operations < users && ctx.Err() == nil {
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
		if most > users+users/4 {
			t.Errorf("%d goroutines for %d users", most, users)
		}
	}
}
