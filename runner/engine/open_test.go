package engine

import (
	"context"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// A server that answers nothing between 1 s and 2.95 s must show, at ten arrivals a second, as latencies of 1.95, 1.85, … 0.05 s:
// 20 arrivals, whose sum is 20 s. All others take no time.
func TestOpenLoadSeesAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		r := try(t, open(get("a", "status == 200")), func(http.ResponseWriter, *http.Request) {
			if at := time.Since(begin); at >= time.Second && at < 2950*time.Millisecond {
				time.Sleep(2950*time.Millisecond - at)
			}
		})
		r.run(level(10, 5*time.Second))
		v := r.stop()
		sum := (time.Duration(v.Latency.Sum()*1e9 + 0.5)).Round(time.Microsecond)
		got := []any{v.Latency.Count(), v.Latency.Max(), sum, v.Failed, v.Events[metrics.DroppedLate]}
		if diff := cmp.Diff([]any{int64(50), 1.95, 20 * time.Second, int64(0), int64(0)}, got); diff != "" {
			t.Error(diff)
		}
		// 20 sessions were in flight at once, and later ones took their connections.
		if got := v.Events[metrics.ConnectionOpened]; got != 20 {
			t.Errorf("connections opened: %d", got)
		}
	})
}

// With room for one session, arrivals wait, and what they wait is latency: the same stall, served one after another.
func TestArrivalsWaitForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := open(get("a"))
		sc.MaxUsers = 1
		begin := time.Now()
		r := try(t, sc, func(http.ResponseWriter, *http.Request) {
			if time.Since(begin) < time.Second {
				time.Sleep(2 * time.Second)
			}
		})
		r.run(level(1, 5*time.Second))
		v := r.stop()
		if diff := cmp.Diff([]float64{5, 3, 2}, []float64{float64(v.Latency.Count()), v.Latency.Sum(), v.Latency.Max()}); diff != "" {
			t.Error(diff)
		}
		if got := v.Service.Sum(); got != 2 {
			t.Errorf("service time %v s", got)
		}
	})
}

// Arrivals at 0, 1, …: the first session takes 10 s, the only one at a time; those that have waited 3 s are dropped, at 4, 5, …
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := open(get("a"))
		sc.MaxUsers, sc.Patience = 1, 3*time.Second
		var asked log
		r := try(t, sc, asked.serve(9500*time.Millisecond))
		go func() {
			time.Sleep(4500 * time.Millisecond)
			if got := r.engine.Users(); got != 1 {
				t.Errorf("sessions in flight: %d", got)
			}
		}()
		r.run(level(1, 10*time.Second))
		v := r.stop()
		// Those that arrived at 1 … 6 were dropped; that of 7 started at 9.5; 8 and 9 were still waiting at the stop.
		got := []int64{v.Events[metrics.DroppedFull], v.Operations, v.Failed, v.Interrupted, v.Events[metrics.DroppedLate]}
		if diff := cmp.Diff([]int64{6, 8, 6, 2, 0}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(seconds(0, 9.5), asked.at); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFreshConnections(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sc := open(get("a"), get("b"))
			sc.Fresh = fresh
			r := try(t, sc, func(http.ResponseWriter, *http.Request) {})
			r.run(level(2, 5*time.Second))
			v := r.stop()
			want := int64(1)
			if fresh {
				want = 10
			}
			if got := v.Events[metrics.ConnectionOpened]; got != want || v.Events[metrics.ConnectionClosed] != want {
				t.Errorf("fresh %v: events %v", fresh, v.Events)
			}
		})
	}
}

// An arrival that the generator could not start within a second of its instant is dropped, not made up for in a burst.
func TestDroppedLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked log
		r := try(t, open(get("a")), asked.serve(0))
		time.Sleep(10 * time.Second)
		r.recorder.BeginPhase("steady", 0, 0)
		// The phase began 10 s ago, as for a generator that was stopped for so long.
		if _, err := r.engine.Run(context.Background(), Phase{Shape: pace.Shape{level(1, 15*time.Second)}}); err != nil {
			t.Fatal(err)
		}
		v := r.stop()
		if diff := cmp.Diff([]int64{9, 6}, []int64{v.Events[metrics.DroppedLate], v.Operations}); diff != "" {
			t.Error(diff)
		}
		if v.Lag.Max() != 10 {
			t.Errorf("largest lag %v s", v.Lag.Max())
		}
	})
}

// The same seed makes the same arrivals and choices, another makes others.
func TestPoissonIsAFunctionOfTheSeed(t *testing.T) {
	arrivals := func(seed uint64) []time.Duration {
		var asked log
		synctest.Test(t, func(t *testing.T) {
			sc := open(get("a"))
			sc.Poisson = true
			r := try(t, sc, asked.serve(0))
			r.engine.seed = seed
			r.run(level(20, 10*time.Second))
			r.stop()
		})
		return asked.at
	}
	one, again, other := arrivals(1), arrivals(1), arrivals(2)
	if diff := cmp.Diff(one, again); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(one, other) {
		t.Error("another seed makes the same arrivals")
	}
	if n := len(one); n < 150 || n > 250 {
		t.Errorf("%d arrivals in place of about 200", n)
	}
}

// Little's law: sessions in flight = arrivals per second × seconds per session.
func TestLittlesLaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := open(get("a"), &plan.Think{Distribution: plan.Exponential, Mean: 2 * time.Second}, get("b"))
		sc.Poisson = true
		r := try(t, sc, func(http.ResponseWriter, *http.Request) { time.Sleep(300 * time.Millisecond) })
		const rate = 50
		var sum, samples float64
		done := make(chan struct{})
		go func() {
			defer close(done)
			time.Sleep(30 * time.Second) // until as many leave as come
			for range 6000 {
				time.Sleep(45 * time.Millisecond)
				sum += float64(r.engine.Users())
				samples++
			}
		}()
		r.run(level(rate, 5*time.Minute))
		<-done
		v := r.stop()
		users, law := sum/samples, rate*v.Session.Mean()
		if math.Abs(users/law-1) > 0.02 {
			t.Errorf("%v users were in flight, by the law it should be %v", users, law)
		}
	})
}

func TestMixIsByWeight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		seen := map[string]int{}
		sc := open(get("a"))
		sc.Mix = []plan.Share{
			{Flow: &plan.Flow{Name: "one", Steps: []plan.Step{get("one")}}, Weight: 3},
			{Flow: &plan.Flow{Name: "two", Steps: []plan.Step{get("two")}}, Weight: 1},
		}
		r := try(t, sc, func(_ http.ResponseWriter, q *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			seen[q.URL.Path]++
		})
		r.run(level(1000, 4*time.Second))
		r.stop()
		if n := seen["/base/one"]; n < 2900 || n > 3100 || n+seen["/base/two"] != 4000 {
			t.Errorf("seen %v", seen)
		}
	})
}
