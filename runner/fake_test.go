package runner

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/metrics"
)

// answer is how the fake service deals with an operation that begins at that wall time of the load, among so many users.
type answer func(at time.Duration, users float64) (latency time.Duration, class metrics.Class)

// fake makes load without sockets: every user does an operation each interval.
type fake struct {
	recorder *metrics.Recorder
	shard    *metrics.Shard
	answer   answer
	interval time.Duration
	lag      time.Duration // by which every wake is late

	reach   error
	once    func(*plan.Flow) error
	fault   error // that Run ends with
	expect  func() bool
	fewer   int // users that never come
	users   atomic.Int64
	began   int64
	pending sync.WaitGroup
	cut     chan struct{}
	closed  bool
}

func (f *fake) Reach(context.Context) error { return f.reach }

func (f *fake) Ask(context.Context, string, plan.Expression) (bool, error) { return f.expect(), nil }

func (f *fake) Once(_ context.Context, flow *plan.Flow) error { return f.once(flow) }

func (f *fake) Users() int { return int(f.users.Load()) }

func (f *fake) Samples() []engine.Sample { return nil }

func (f *fake) Close() { f.closed = true }

func (f *fake) Run(ctx context.Context, p engine.Phase) (int64, error) {
	if f.began == 0 {
		f.began = max(p.Start, 1)
	}
	end := p.Start + int64(p.Shape.Length())
	var done int64
	for at := f.recorder.Now(); at < end; at = f.recorder.Now() {
		level := p.Shape.At(time.Duration(at - p.Start))
		f.crowd(at, int64(math.Round(level))-int64(f.fewer))
		for range f.users.Load() {
			f.operate(at, level)
			if done++; p.Requests > 0 && done == p.Requests {
				return at + 1, nil
			}
		}
		if f.lag > 0 {
			for range 10 {
				f.shard.Lag(at, f.lag)
			}
		}
		if f.fault != nil {
			return f.recorder.Now(), f.fault
		}
		if !sleep(ctx, min(f.interval, time.Duration(end-at))) {
			return f.recorder.Now(), nil
		}
	}
	f.crowd(end, int64(math.Round(p.Shape.At(p.Shape.Length())))-int64(f.fewer))
	return end, nil
}

// crowd brings the number of users to n.
func (f *fake) crowd(at, n int64) {
	for n = max(n, 0); f.users.Load() < n; f.users.Add(1) {
		f.shard.Event(metrics.UserJoined, at)
	}
	for ; f.users.Load() > n; f.users.Add(-1) {
		f.shard.Event(metrics.UserLeft, at)
	}
}

func (f *fake) operate(at int64, users float64) {
	f.shard.Begin(0, at)
	latency, class := f.answer(time.Duration(at-f.began), users)
	f.pending.Go(func() {
		select {
		case <-time.After(latency):
			f.shard.End(metrics.Operation{Intended: at, Class: class, Latency: latency, Service: latency, First: latency, Connect: -1, TLS: -1})
		case <-f.cut:
			f.shard.Forget(0, at)
		}
	})
}

func (f *fake) Drain(ctx context.Context, grace time.Duration) {
	left := make(chan struct{})
	go func() {
		f.pending.Wait()
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(grace):
		close(f.cut)
	case <-ctx.Done():
		close(f.cut)
	}
	<-left
	f.users.Store(0)
}

// opens is an opener of fakes; each is set up before it is used.
func opens(a answer, setUp ...func(*fake)) opener {
	return func(sc *plan.Scenario, o engine.Options, second time.Duration) (loaded, error) {
		layout := metrics.Layout{Steps: []metrics.Step{{Flow: "ask", Name: "login"}}, Second: second}
		recorder := metrics.NewRecorder(layout, 1, time.Now())
		f := &fake{
			recorder: recorder, shard: recorder.Shard(0), answer: a, interval: 100 * time.Millisecond,
			once: func(*plan.Flow) error { return nil }, cut: make(chan struct{}),
		}
		for _, set := range setUp {
			set(f)
		}
		return loaded{f, recorder, layout}, nil
	}
}

// steadily answers always alike.
func steadily(latency time.Duration) answer {
	return func(time.Duration, float64) (time.Duration, metrics.Class) { return latency, metrics.OK }
}
