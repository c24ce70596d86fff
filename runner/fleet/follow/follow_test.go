package follow

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var chat = &plan.Service{Name: "chat", ECS: &plan.ECS{Cluster: "beta", Service: "web"}}

func steadily(tasks int) func(time.Duration) fleet.Service {
	return func(time.Duration) fleet.Service { return service(tasks) }
}

func busy(m plan.Metric, at time.Duration) (float64, bool) {
	switch m.Name {
	case "CPUUtilization":
		return 40 + at.Minutes(), true
	case "MemoryUtilization":
		return 50, true
	}
	return 0, false
}

// follows follows a scripted service for a while, and returns what is known in the end.
func follows(t *testing.T, c *cloud, o Options, length time.Duration) result.Fleet {
	t.Helper()
	f := New(&plan.Plan{}, c, o).Follow(t.Context(), []*plan.Service{chat}, c.speed)
	f.Start()
	time.Sleep(time.Duration(float64(length) / max(c.speed, 1)))
	all := f.End(t.Context(), length.Seconds())
	if len(all) != 1 {
		t.Fatalf("%d services", len(all))
	}
	return all[0]
}

func flat(region string, cpu, memory int, arm bool) (float64, bool) { return 0.04, true }

func TestScalingIsSeenOnTheScenariosTimeline(t *testing.T) {
	for _, speed := range []float64{1, 20, 60} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now().Truncate(time.Minute)
			time.Sleep(time.Until(began.Add(time.Minute)))
			began = time.Now()
			c := &cloud{began: began, speed: speed, at: timetable(began).at, metric: busy, delay: 30 * time.Second}
			got := follows(t, c, Options{Price: flat}, 1800*time.Second)

			about := cmpopts.EquateApprox(0, 1e-6)
			seen := max(2, 0.25*speed) + 1e-6 // AWS time between looks
			if len(got.Series) != 5 {
				t.Fatalf("speed %v: %d points: %+v", speed, len(got.Series), got.Series)
			}
			times := []float64{0, 185, 215, 240, 1505}
			tasks := [][4]int{{1, 1, 0, 1}, {3, 1, 2, 1}, {3, 3, 0, 1}, {3, 3, 0, 3}, {1, 1, 0, 1}}
			for i, p := range got.Series {
				if p.At < times[i] || p.At > times[i]+seen {
					t.Errorf("speed %v: point %d at %v, want %v", speed, i, p.At, times[i])
				}
				if diff := cmp.Diff(tasks[i], [4]int{p.Desired, p.Running, p.Pending, p.Healthy}); diff != "" {
					t.Error(diff)
				}
			}
			want := []result.FleetEvent{
				{At: -3600, Kind: "alarm", Name: "low", State: "ALARM", Below: true, Scales: true},
				{At: 180, Kind: "alarm", Name: "high", State: "ALARM", Scales: true},
				{At: 180, Kind: "alarm", Name: "low", State: "OK", Below: true, Scales: true},
				{At: 185, Kind: "activity", Name: "a1", State: "Successful", From: 1, To: 3, Ended: 240},
				{At: 215, Kind: "task_started", Name: "1"},
				{At: 215, Kind: "task_started", Name: "2"},
				{At: 1440, Kind: "alarm", Name: "high", State: "OK", Scales: true},
				{At: 1500, Kind: "alarm", Name: "low", State: "ALARM", Below: true, Scales: true},
				{At: 1505, Kind: "activity", Name: "a2", State: "Successful", From: 3, To: 1, Ended: 1550},
				{At: 1550, Kind: "task_stopped", Name: "1", State: "ServiceSchedulerInitiated", Asked: true},
				{At: 1550, Kind: "task_stopped", Name: "2", State: "ServiceSchedulerInitiated", Asked: true},
			}
			if diff := cmp.Diff(want, got.Events, about, cmpopts.IgnoreFields(result.FleetEvent{}, "Text")); diff != "" {
				t.Errorf("speed %v: %s", speed, diff)
			}
			if got.Stopped != 0 || !got.Stable || got.Rollouts != 1 || got.End.Revision != 7 || got.Lost != "" {
				t.Errorf("%+v", got)
			}
			if n := len(got.CPU.Points); n != 30 || got.Memory.Mean != 0.5 || math.Abs(got.CPU.Max-(0.40+0.29)) > 1e-9 {
				t.Errorf("speed %v: CPU of %d points, %v at most; memory %v", speed, n, got.CPU.Max, got.Memory.Mean)
			}
			want2 := 1*215.0 + 3*(1505-215) + 1*(1800-1505)
			if math.Abs(got.Cost.Run-want2/3600*0.04) > 3*seen/3600*0.04 {
				t.Errorf("cost %v, want %v", got.Cost.Run, want2/3600*0.04)
			}
		})
	}
}

func TestWithoutCredentialsTheReasonIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{began: time.Now(), at: steadily(1), metric: busy, refuse: func(time.Duration) error { return errors.New("no credentials") }}
		got := follows(t, c, Options{}, time.Minute)
		if diff := cmp.Diff(result.Fleet{Service: "chat", Unobserved: "no credentials"}, got); diff != "" {
			t.Error(diff)
		}
		if c.looks > 0 {
			t.Errorf("it went on asking: %d looks", c.looks)
		}
	})
}

func TestAServiceThatIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{began: time.Now(), at: func(time.Duration) fleet.Service { return fleet.Service{Missing: "no such service; did you mean web?"} }, metric: busy}
		if got := follows(t, c, Options{}, time.Minute); got.Unobserved != "no such service; did you mean web?" {
			t.Errorf("%+v", got)
		}
	})
}

func TestThrottlingIsAnsweredWithFewerLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{began: time.Now(), at: steadily(2), metric: busy, refuse: func(since time.Duration) error {
			if since > 10*time.Second && since < 5*time.Minute {
				return errors.New("throttled")
			}
			return nil
		}}
		got := follows(t, c, Options{}, 10*time.Minute)
		if got.Lost != "" || got.Tasks.Last != 2 {
			t.Errorf("%+v", got)
		}
		if c.looks > 5+16+160 {
			t.Errorf("%d looks", c.looks)
		}
	})
}

func TestWhatIsLostSightOfIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{began: time.Now(), at: steadily(2), metric: busy, refuse: func(since time.Duration) error {
			if since > time.Minute {
				return errors.New("expired")
			}
			return nil
		}}
		if got := follows(t, c, Options{}, 5*time.Minute); got.Lost != "not seen any more from 1 min on: expired" {
			t.Errorf("%q", got.Lost)
		}
	})
}

func TestAnInterruptIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := &cloud{began: time.Now(), at: steadily(2), metric: busy, delay: time.Hour}
		f := New(&plan.Plan{}, c, Options{}).Follow(ctx, []*plan.Service{chat}, 1)
		f.Start()
		time.Sleep(10 * time.Second)
		cancel()
		before := time.Now()
		got := f.End(ctx, 10)
		if took := time.Since(before); took > 0 {
			t.Errorf("it took %v", took)
		}
		if got[0].Lost != "" || got[0].Tasks.Last != 2 {
			t.Errorf("%+v", got[0])
		}
	})
}

func TestLatePointsAreWaitedForWithABound(t *testing.T) {
	tests := []struct {
		name  string
		delay time.Duration
		most  time.Duration
		want  int
	}{
		{"in time", 90 * time.Second, 3 * time.Minute, 5},
		{"too late", time.Hour, 3*time.Minute + 5*time.Second, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &cloud{began: time.Now().Truncate(time.Minute), at: steadily(2), metric: busy, delay: tt.delay}
				before := time.Now()
				got := follows(t, c, Options{}, 5*time.Minute)
				if waited := time.Since(before) - 5*time.Minute; waited > tt.most {
					t.Errorf("waited %v", waited)
				}
				n := 0
				if got.CPU != nil {
					n = len(got.CPU.Points)
				}
				if n != tt.want {
					t.Errorf("%d points", n)
				}
			})
		})
	}
}
