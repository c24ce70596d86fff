package engine

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// What judging an answer takes the generator is in nobody's latency: the next operation is due after it, and it is told as
// the generator's lateness.
func TestStudyIsNobodysLatency(t *testing.T) {
	tests := []struct {
		name    string
		worked  time.Duration
		done    int64
		want    int64
		thought int64
		late    int64
	}{
		{"nothing to parse", 0, 7, 7, 0, 0},
		{"a small body", time.Millisecond, 7, 7 + int64(time.Millisecond), int64(time.Millisecond), 0},
		{"a body that takes long", time.Second, 7, 7 + int64(time.Second), int64(time.Second), 1},
		{"done before it was due", time.Second, 3, 5 + int64(time.Second), int64(time.Second), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := launch(t, closed(get("a")), "http://127.0.0.1:1")
			defer e.Close()
			e.recorder.BeginPhase("steady", 0, 0)
			u := e.newUser()
			u.flow, u.due = e.mix[0], 5
			c := newCarrier(e)
			c.take(u)
			u.begin(c, 0)
			c.worked = tt.worked
			u.endAt(c, tt.done, metrics.OK, nil)
			got := []int64{u.due, u.thought, int64(c.op.Latency), e.recorder.Phase(0).Lag.Count()}
			if diff := cmp.Diff([]int64{tt.want, tt.thought, tt.done - 5, tt.late}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A large answer waits for a desk; it and what was made of it are dropped with the step.
func TestStudyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := try(t, closed(get("a")), func(http.ResponseWriter, *http.Request) {})
		u := e.engine.newUser()
		u.flow = e.engine.mix[0]
		c := newCarrier(e.engine)
		c.take(u)
		c.exchange.Answer = []byte(`"` + strings.Repeat("x", large) + `"`)
		c.scope.Body = c.exchange.Answer
		for range cap(e.engine.desks) {
			e.engine.desks <- struct{}{}
		}
		var entered time.Time
		began := time.Now()
		go func() {
			u.study(c)
			entered = time.Now()
			u.studied(c, e.engine.now())
		}()
		time.Sleep(time.Second)
		<-e.engine.desks
		synctest.Wait()
		if waited := entered.Sub(began); waited != time.Second {
			t.Errorf("it began after %v, want 1 s", waited)
		}
		if used := len(e.engine.desks); used != cap(e.engine.desks)-1 {
			t.Errorf("%d desks in use, want %d", used, cap(e.engine.desks)-1)
		}
		u.begin(c, 0)
		c.exchange.Answer = make([]byte, 0, 2*large)
		u.endAt(c, 0, metrics.OK, nil)
		if c.scope.Body != nil || cap(c.exchange.Answer) > large {
			t.Errorf("%d bytes are kept", cap(c.exchange.Answer))
		}
		e.stop()
	})
}

// What the generator does between an answer's last byte and the end of its judgement is its own.
func TestJudgingIsCounted(t *testing.T) {
	for body, want := range map[string]time.Duration{"": 0, `{"z": 1}`: time.Second} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, closed(get("a")), func(http.ResponseWriter, *http.Request) {})
				u := r.engine.newUser()
				u.flow = r.engine.mix[0]
				c := newCarrier(r.engine)
				c.take(u)
				c.exchange.Answer, c.exchange.Status, c.exchange.Done = []byte(body), 200, r.engine.now()
				time.Sleep(time.Second) // as decoding and parsing would
				class, err := (&exchange{}).judge(u, c)
				if class != metrics.OK || c.worked != want {
					t.Errorf("%v, %v, worked %v, want %v", class, err, c.worked, want)
				}
				r.stop()
			})
		})
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	tests := []struct {
		name, path string
		checks     []string
		class      metrics.Class
		message    string
	}{
		{"too many", "loop", nil, metrics.Protocol, "2 redirects followed, and the answer is another, to http://127.0.0.1:1/base/loop"},
		{"host not allowed", "away", nil, metrics.OK, ""},
		{"host not allowed, and a check", "away", []string{"status == 200"}, metrics.Check,
			"a check does not hold: status == 200; the redirect to http://127.0.0.2:1/other was not followed: the host is not in allow_hosts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				step := get(tt.path, tt.checks...)
				step.Redirects = 2
				var h heard
				v, samples := session1(t, closed(step), redirecting(&h))
				var message string
				for _, s := range samples {
					message += s.Message
				}
				if v.Classes[tt.class] != 1 || message != tt.message {
					t.Errorf("classes %v, message %q", v.Classes, message)
				}
			})
		})
	}
}

// What is held as a stream must be one: neither a redirect nor a switch of protocols counts as opened.
func TestHoldNoStream(t *testing.T) {
	for status, failed := range map[int]string{302: "2 protocol ", 101: "2 protocol ", 503: "2 status "} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, capacity(plan.EventStream), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
				r.phased(func(context.Context) {
					r.open(2, 0, time.Minute)
					r.expect("refused", seen{Attempted: 2, Failed: failed})
				})
				r.stop()
			})
		})
	}
}
