package engine

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// log remembers at which instants something happened, since its beginning.
type log struct {
	mu    sync.Mutex
	begin time.Time
	at    []time.Duration
}

func (l *log) add() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = append(l.at, time.Since(l.begin))
}

// serve answers after a while and remembers when it was asked.
func (l *log) serve(d time.Duration) http.HandlerFunc {
	l.begin = time.Now()
	return func(_ http.ResponseWriter, q *http.Request) {
		l.add()
		select {
		case <-time.After(d):
		case <-q.Context().Done():
		}
	}
}

func seconds(list ...float64) []time.Duration {
	var all []time.Duration
	for _, s := range list {
		all = append(all, time.Duration(s*float64(time.Second)))
	}
	return all
}

// A session of 100 ms service and 900 ms think takes a second: ten users in 9.5 s begin 10 sessions each.
func TestClosedLoadRunsSessionsOneAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		r := try(t, closed(get("a", "status == 200"), pause(900*time.Millisecond)), asked.serve(100*time.Millisecond))
		if end := r.run(level(10, 9500*time.Millisecond)); end != int64(9500*time.Millisecond) {
			t.Errorf("the phase ended at %v", time.Duration(end))
		}
		if got := r.engine.Users(); got != 10 {
			t.Errorf("users present: %d", got)
		}
		v := r.stop()
		got := map[string]any{
			"operations": v.Operations, "sessions": v.Sessions, "interrupted": v.Interrupted, "pending": v.Pending,
			"latency": [2]float64{v.Latency.Min(), v.Latency.Max()}, "session": v.Session.Max(), "active": v.SessionActive.Max(),
			"joined": v.Events[metrics.UserJoined], "left": v.Events[metrics.UserLeft],
			"opened": v.Events[metrics.ConnectionOpened], "closed": v.Events[metrics.ConnectionClosed],
		}
		want := map[string]any{
			"operations": int64(100), "sessions": int64(90), "interrupted": int64(10), "pending": int64(0),
			"latency": [2]float64{0.1, 0.1}, "session": 1.0, "active": 0.1,
			"joined": int64(10), "left": int64(10), "opened": int64(10), "closed": int64(10),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Under closed load the intended start of a later step is the end of the step before plus think as computed, so a slow server
// delays the users and no latency grows by it.
func TestClosedLoadHasNoBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		stall := asked.serve(0)
		r := try(t, closed(get("a"), pause(time.Second)), func(w http.ResponseWriter, q *http.Request) {
			stall(w, q)
			if at := time.Since(asked.begin); at >= time.Second && at < 3*time.Second {
				time.Sleep(3*time.Second - at)
			}
		})
		r.run(level(1, 5500*time.Millisecond))
		v := r.stop()
		if diff := cmp.Diff(seconds(0, 1, 4, 5), asked.at); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]float64{0, 2, 2}, []float64{v.Latency.Min(), v.Latency.Max(), v.Latency.Sum()}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestUsersJoinAndLeaveEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		r := try(t, closed(get("a"), pause(time.Hour)), asked.serve(0))
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.run(pace.Segment{From: 0, To: 4, Length: 8 * time.Second}, pace.Segment{From: 4, To: 1, Length: 6 * time.Second})
		}()
		var present []int
		time.Sleep(time.Millisecond)
		for range 14 {
			present = append(present, r.engine.Users())
			time.Sleep(time.Second)
		}
		<-done
		r.stop()
		if diff := cmp.Diff(seconds(2, 4, 6, 8), asked.at); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 2, 2}, present); diff != "" {
			t.Error(diff)
		}
	})
}

// The newest user leaves first. It finishes its operation; one that does not within the grace is interrupted.
func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := closed(get("a"))
		sc.Grace = 3 * time.Second
		var asked log
		r := try(t, sc, asked.serve(10*time.Second))
		r.run(level(2, time.Second), level(1, 4*time.Second))
		if got := r.engine.Users(); got != 1 {
			t.Errorf("users present after the grace: %d", got)
		}
		v := r.stop()
		if diff := cmp.Diff([]int64{1, 1, 0, 1}, []int64{v.Operations, v.Interrupted, v.Pending, v.Sessions}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := closed(get("a"))
		sc.Pace = 3 * time.Second
		var asked log
		r := try(t, sc, asked.serve(time.Second))
		r.run(level(1, 10*time.Second))
		r.stop()
		if diff := cmp.Diff(seconds(0, 3, 6, 9), asked.at); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRetryWaitsAfterAFailedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		serve := asked.serve(0)
		r := try(t, closed(get("a"), get("never")), func(w http.ResponseWriter, q *http.Request) {
			serve(w, q)
			w.WriteHeader(500)
		})
		r.run(level(1, 20*time.Second))
		v := r.stop()
		for i, at := range asked.at[1:] {
			if gap := at - asked.at[i]; gap < 500*time.Millisecond || gap > 1500*time.Millisecond {
				t.Errorf("retried after %v", gap)
			}
		}
		got := []int64{v.Failed, v.Classes[metrics.Status], v.SessionsFailed, v.Steps[1].Operations}
		if n := int64(len(asked.at)); n < 13 || cmp.Diff([]int64{n, n, n, 0}, got) != "" {
			t.Errorf("%d requests, got %v", n, got)
		}
	})
}

func TestContinueOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := get("a")
		first.Continue = true
		r := try(t, closed(first, get("b"), pause(time.Minute)), func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/base/a" {
				w.WriteHeader(503)
			}
		})
		r.run(level(1, time.Second))
		v := r.stop()
		if diff := cmp.Diff([]int64{1, 1, 0, 0}, []int64{v.Steps[0].Failed, v.Steps[1].Operations, v.Steps[1].Failed, v.SessionsFailed}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCountsEndAPhaseExactly(t *testing.T) {
	tests := []struct {
		name                 string
		phase                Phase
		end                  time.Duration
		operations, sessions int64
	}{
		{"requests", Phase{Requests: 7}, 2100 * time.Millisecond, 7, 6},
		{"sessions", Phase{Sessions: 5}, 2 * time.Second, 5, 5},
		{"more sessions than fit", Phase{Sessions: 500}, 4500 * time.Millisecond, 15, 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked log
				r := try(t, closed(get("a"), pause(900*time.Millisecond)), asked.serve(100*time.Millisecond))
				tt.phase.Shape = pace.Shape{level(3, 4500*time.Millisecond)}
				end := r.phase(tt.phase)
				v := r.stop()
				if diff := cmp.Diff([]int64{int64(tt.end), tt.operations, tt.sessions}, []int64{end, v.Operations, v.Sessions}); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Users that a count holds back go on in the next phase.
func TestHeldUsersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		r := try(t, closed(get("a"), pause(time.Second)), asked.serve(0))
		r.phase(Phase{Shape: pace.Shape{level(1, time.Minute)}, Requests: 1})
		time.Sleep(10 * time.Second)
		r.run(level(1, 1500*time.Millisecond))
		v := r.stop()
		if diff := cmp.Diff(seconds(0, 10, 11), asked.at); diff != "" {
			t.Error(diff)
		}
		if v.Latency.Max() != 0 {
			t.Errorf("the wait between phases counts as latency: %v s", v.Latency.Max())
		}
	})
}

func TestStopInterruptsAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		r := try(t, closed(get("a")), asked.serve(time.Hour))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		r.recorder.BeginPhase("steady", 0, 0)
		end, err := r.engine.Run(ctx, Phase{Shape: pace.Shape{level(2, time.Minute)}})
		if err != nil || end != int64(5*time.Second) {
			t.Errorf("ended at %v: %v", time.Duration(end), err)
		}
		r.engine.Drain(context.Background(), 3*time.Second)
		if now := r.recorder.Now(); now != int64(8*time.Second) {
			t.Errorf("drained at %v", time.Duration(now))
		}
		v := r.stop()
		if diff := cmp.Diff([]int64{0, 2, 0}, []int64{v.Operations, v.Interrupted, v.Pending}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := closed(get("a"), get("b"), pause(time.Second))
		sc.Reconnect = true
		r := try(t, sc, func(http.ResponseWriter, *http.Request) {})
		r.run(level(1, 2500*time.Millisecond))
		v := r.stop()
		if v.Events[metrics.ConnectionOpened] != 3 || v.Events[metrics.ConnectionClosed] != 3 {
			t.Errorf("events %v", v.Events)
		}
	})
}
