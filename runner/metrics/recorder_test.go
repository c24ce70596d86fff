package metrics

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ms = time.Millisecond
	s1 = int64(time.Second)
)

// The steps of the layout that tests use.
const (
	get = iota
	open
	receive
	setup
)

func layout() Layout {
	return Layout{
		Steps: []Step{
			{Flow: "ask", Name: "get"},
			{Flow: "ask", Name: "chat", Kind: Opening},
			{Flow: "ask", Name: "answer", Kind: Receive},
			{Flow: "prepare", Name: "setup", Silent: true},
		},
		Groups:   []string{"page"},
		Measures: []string{"tokens"},
	}
}

// newRecorder has two shards and, from instant 0 on, a phase with a warm-up of 2 s.
func newRecorder() *Recorder {
	r := NewRecorder(layout(), 2, time.Now())
	r.BeginPhase("base", 0, 2*s1)
	return r
}

// op is an operation that was opened without a connection of its own.
func op(step int, intended int64, class Class, latency time.Duration) Operation {
	return Operation{Step: step, Intended: intended, Class: class, Latency: latency,
		Service: latency / 2, First: latency / 4, Connect: -1, TLS: -1}
}

// run begins and ends an operation.
func run(s *Shard, o Operation) {
	s.Begin(o.Step, o.Intended)
	s.End(o)
}

// brief is what the rules of counting are about: numbers, and how many values each histogram holds.
type brief struct {
	Operations, Failed, Pending                                                      int64
	Latency, Service, First, Connect, TLS, FailedLatency, FirstMessage, Gap          int64
	Session, Active, Sessions, SessionsFailed, Interrupted, Sent, Received, Messages int64
	DroppedFull, DroppedLate, Group, Measure, Pong, Lag                              int64
}

func briefOf(v View) brief {
	return brief{
		Operations: v.Operations, Failed: v.Failed, Pending: v.Pending,
		Latency: v.Latency.Count(), Service: v.Service.Count(), First: v.First.Count(), Connect: v.Connect.Count(),
		TLS: v.TLS.Count(), FailedLatency: v.FailedLatency.Count(), FirstMessage: v.FirstMessage.Count(), Gap: v.Gap.Count(),
		Session: v.Session.Count(), Active: v.SessionActive.Count(), Sessions: v.Sessions, SessionsFailed: v.SessionsFailed,
		Interrupted: v.Interrupted, Sent: v.Sent, Received: v.Received, Messages: v.MessagesSent + v.MessagesReceived,
		DroppedFull: v.Events[DroppedFull], DroppedLate: v.Events[DroppedLate],
		Group: v.Groups[0].Count(), Measure: v.Measures[0].Count(), Pong: v.Pong.Count(), Lag: v.Lag.Count(),
	}
}

// rule is what comes of something that happens.
type rule struct {
	name string
	do   func(s *Shard)
	want brief
}

// hold checks rules, each with a recorder of its own.
func hold(t *testing.T, rules []rule) {
	for _, tt := range rules {
		t.Run(tt.name, func(t *testing.T) {
			r := newRecorder()
			tt.do(r.Shard(1))
			if diff := cmp.Diff(tt.want, briefOf(r.Phase(0))); diff != "" {
				t.Errorf("phase: %s", diff)
			}
			if diff := cmp.Diff(tt.want, briefOf(r.Total())); diff != "" {
				t.Errorf("total: %s", diff)
			}
		})
	}
}

func TestWhereOperationsCount(t *testing.T) {
	const at = 5 * s1
	hold(t, []rule{
		{"a success", func(s *Shard) { run(s, op(get, at, OK, ms)) },
			brief{Operations: 1, Latency: 1, Service: 1, First: 1}},
		{"a timeout counts at its time", func(s *Shard) { run(s, op(get, at, Timeout, ms)) },
			brief{Operations: 1, Failed: 1, Latency: 1, Service: 1, First: 1}},
		{"so does a timeout to connect", func(s *Shard) {
			run(s, Operation{Step: get, Intended: at, Class: ConnectTimeout, Latency: ms, Service: -1, First: -1, Connect: -1, TLS: -1})
		}, brief{Operations: 1, Failed: 1, Latency: 1}},
		{"a refusal does not flatter", func(s *Shard) { run(s, op(get, at, Refused, ms)) },
			brief{Operations: 1, Failed: 1, FailedLatency: 1}},
		{"a bad status neither", func(s *Shard) { run(s, op(get, at, Status, ms)) },
			brief{Operations: 1, Failed: 1, FailedLatency: 1}},
		{"a new connection with TLS", func(s *Shard) {
			run(s, Operation{Step: get, Intended: at, Latency: 9, Service: 5, First: 4, Connect: 2, TLS: 3, Sent: 10, Received: 20})
		}, brief{Operations: 1, Latency: 1, Service: 1, First: 1, Connect: 1, TLS: 1, Sent: 10, Received: 20}},
		{"an opening counts in connect", func(s *Shard) {
			run(s, Operation{Step: open, Intended: at, Latency: 9, Service: 5, First: 4, Connect: 2, TLS: -1})
		}, brief{Operations: 1, Connect: 1}},
		{"an opening that failed", func(s *Shard) { run(s, op(open, at, Handshake, ms)) },
			brief{Operations: 1, Failed: 1, FailedLatency: 1}},
		{"an opening that timed out", func(s *Shard) { run(s, op(open, at, Timeout, ms)) },
			brief{Operations: 1, Failed: 1, Connect: 1}},
		{"before and after are counted nowhere", func(s *Shard) {
			run(s, op(setup, at, OK, ms))
			s.Begin(setup, at)
			s.Forget(setup, at)
			s.FirstMessage(setup, at, ms)
			s.Gap(setup, at, ms)
		}, brief{}},
		{"under way", func(s *Shard) { s.Begin(get, at) }, brief{Pending: 1}},
		{"cut by a stop", func(s *Shard) { s.Begin(get, at); s.Forget(get, at) }, brief{}},
		{"warm-up is left out", func(s *Shard) { run(s, op(get, 2*s1-1, OK, time.Hour)) }, brief{}},
		{"the first measured instant", func(s *Shard) { run(s, op(get, 2*s1, OK, ms)) },
			brief{Operations: 1, Latency: 1, Service: 1, First: 1}},
		{"before every phase", func(s *Shard) { run(s, op(get, -1, OK, ms)) }, brief{}},
	})
}

func TestWhereAllElseCounts(t *testing.T) {
	const at = 5 * s1
	hold(t, []rule{
		{"a full system drops", func(s *Shard) { s.Event(DroppedFull, at) },
			brief{Operations: 1, Failed: 1, DroppedFull: 1}},
		{"a late generator drops", func(s *Shard) { s.Event(DroppedLate, at) }, brief{DroppedLate: 1}},
		{"a session", func(s *Shard) { s.Session(Session{Intended: at, Total: 3, Active: 2}) },
			brief{Sessions: 1, Session: 1, Active: 1}},
		{"a failed session", func(s *Shard) { s.Session(Session{Intended: at, Total: 3, Active: 2, Failed: true}) },
			brief{Sessions: 1, SessionsFailed: 1}},
		{"an interrupted session is neither", func(s *Shard) { s.Interrupted(at) }, brief{Interrupted: 1}},
		{"messages", func(s *Shard) {
			s.Message(at, true, 5)
			s.Message(at, false, 7)
			s.FirstMessage(receive, at, ms)
			s.Gap(receive, at, ms)
			s.Pong(at, ms)
		}, brief{Messages: 2, Received: 5, Sent: 7, FirstMessage: 1, Gap: 1, Pong: 1}},
		{"groups and measures", func(s *Shard) {
			s.Group(0, at, ms)
			s.Measure(0, at, -7)
			s.Measure(0, at, math.NaN())
		}, brief{Group: 1, Measure: 1}},
		{"lag", func(s *Shard) { s.Lag(at, ms); s.Lag(at, -1) }, brief{Lag: 2}},
	})
}

func TestStepsAreCountedApart(t *testing.T) {
	r := newRecorder()
	run(r.Shard(0), op(get, 3*s1, OK, 100*ms))
	run(r.Shard(1), op(get, 3*s1, Reset, 200*ms))
	run(r.Shard(0), op(receive, 3*s1, OK, 300*ms))
	v := r.Phase(0)
	type step struct {
		Operations, Failed, Reset int64
		Latency, FailedLatency    float64
	}
	var got []step
	for _, s := range v.Steps {
		got = append(got, step{s.Operations, s.Failed, s.Classes[Reset], s.Latency.Sum(), s.FailedLatency.Sum()})
	}
	want := []step{{2, 1, 1, 0.1, 0.2}, {}, {1, 0, 0, 0.3, 0}, {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, want := v.Latency.Sum(), 0.4; got != want || v.Classes[Reset] != 1 || v.Operations != 3 {
		t.Errorf("all steps: latency %v, classes %v", got, v.Classes)
	}
}

// An operation belongs to the phase of its intended start, also when it ends in a later one, or when all is over.
func TestLateEndsCountInTheirPhase(t *testing.T) {
	r := newRecorder()
	s := r.Shard(0)
	s.Begin(get, 4*s1)
	s.Begin(get, 5*s1)
	r.BeginPhase("peak", 10*s1, 10*s1)
	s.Begin(get, 12*s1)
	if v := r.Phase(0); v.Pending != 2 {
		t.Errorf("%d pending, want 2", v.Pending)
	}
	s.End(op(get, 4*s1, OK, 7*time.Second))
	r.EndPhase(20 * s1)
	s.End(op(get, 5*s1, Timeout, 30*time.Second))
	s.End(op(get, 12*s1, OK, ms))
	run(s, op(get, 20*s1, OK, ms))
	type ended struct{ Operations, Failed, Pending int64 }
	for i, want := range []ended{{2, 1, 0}, {1, 0, 0}} {
		v := r.Phase(i)
		if diff := cmp.Diff(want, ended{v.Operations, v.Failed, v.Pending}); diff != "" {
			t.Errorf("phase %d: %s", i, diff)
		}
	}
}

func TestWherePhasesLie(t *testing.T) {
	r := newRecorder()
	r.BeginPhase("peak", 10*s1, 13*s1)
	r.EndPhase(30 * s1)
	type place struct {
		Phase    string
		From, To int64
		Measured time.Duration
	}
	tests := []struct {
		name string
		view View
		want place
	}{
		{"first", r.Phase(0), place{"base", 2 * s1, 10 * s1, 8 * time.Second}},
		{"second", r.Phase(1), place{"peak", 13 * s1, 30 * s1, 17 * time.Second}},
		{"both", r.Total(), place{"", 2 * s1, 30 * s1, 25 * time.Second}},
		{"a window", r.Window(1, 5, 15), place{"peak", 18 * s1, 28 * s1, 10 * time.Second}},
		{"a window cut by the end", r.Window(1, 10, 20), place{"peak", 23 * s1, 30 * s1, 7 * time.Second}},
		{"a window of warm-up", r.Window(1, -5, 1), place{"peak", 10 * s1, 14 * s1, time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := tt.view
			if diff := cmp.Diff(tt.want, place{v.Phase, v.From, v.To, v.Measured}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// When a phase begins later than it should, what has begun meanwhile stays where it was counted.
func TestAPhaseDoesNotBeginInThePast(t *testing.T) {
	r := NewRecorder(layout(), 1, time.Now().Add(-10*time.Second))
	r.BeginPhase("base", 0, 0)
	s := r.Shard(0)
	s.Begin(get, 9*s1)
	r.BeginPhase("peak", 8*s1, 8*s1)
	s.End(op(get, 9*s1, OK, ms))
	if base, peak := r.Phase(0), r.Phase(1); base.Operations != 1 || base.Pending != 0 || peak.Pending != 0 || peak.From < 10*s1 {
		t.Errorf("base %+v, peak from %d", briefOf(base), peak.From)
	}
}

func TestPhaseThatHasNotBegun(t *testing.T) {
	r := NewRecorder(layout(), 1, time.Now())
	for name, v := range map[string]View{"phase": r.Phase(0), "window": r.Window(3, 0, 10), "total": r.Total()} {
		if diff := cmp.Diff(brief{}, briefOf(v)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	r.Release(7, 10)
	r.EndPhase(0)
}

func TestClassNames(t *testing.T) {
	names := map[string]bool{}
	for c := range Class(NumClasses) {
		names[c.String()] = true
	}
	if len(names) != NumClasses || names[""] || !names["connect timeout"] {
		t.Errorf("%v", names)
	}
}

func TestHeld(t *testing.T) {
	r := NewRecorder(layout(), 2, time.Now())
	for i := range 5 {
		r.Shard(i).Event(ConnectionOpened, 0)
	}
	r.Shard(0).Event(ConnectionClosed, 0)
	r.Shard(1).Event(ConnectionClosed, 0)
	r.Shard(1).Event(ConnectionOpened, 0)
	if now, most := r.Held(); now != 4 || most != 5 {
		t.Errorf("held %d, most %d, want 4 and 5", now, most)
	}
}

func TestConcurrentWritersAndReaders(t *testing.T) {
	const writers, each = 8, 5000
	r := NewRecorder(layout(), 4, time.Now())
	r.BeginPhase("base", 0, 0)
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range int64(each) {
				run(r.Shard(w), op(int(i)%3, i*int64(4*ms), OK, ms))
				r.Shard(w).Event(ConnectionOpened, i*int64(4*ms))
			}
		})
	}
	done := make(chan struct{})
	reading.Go(func() {
		for upto := 0; ; upto++ {
			select {
			case <-done:
				return
			default:
				r.Window(0, upto, upto+5)
				r.Phase(0)
				r.Release(0, upto%20)
			}
		}
	})
	writing.Wait()
	close(done)
	reading.Wait()
	v := r.Phase(0)
	if v.Operations != writers*each || v.Pending != 0 || v.Events[ConnectionOpened] != writers*each {
		t.Errorf("%+v", briefOf(v))
	}
	if _, most := r.Held(); most != writers*each {
		t.Errorf("most held %d", most)
	}
}

func TestNothingIsAllocatedPerOperation(t *testing.T) {
	r := newRecorder()
	s := r.Shard(0)
	at := 3 * s1
	run(s, op(get, at, OK, time.Minute))
	run(s, op(get, at, OK, 10*time.Microsecond))
	all := func() {
		run(s, op(get, at, OK, ms))
		s.Event(ConnectionReplaced, at)
		s.Lost(at, time.Second, time.Minute)
		s.Message(at, true, 9)
		s.Lag(at, ms)
	}
	all()
	if n := testing.AllocsPerRun(100, all); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
