package metrics

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type dot struct {
	Phase, Seconds int
	Warm           bool
	Second         float64 // its start
	Operations     int64
	Users          int64
}

func dots(r *Recorder) []dot {
	var all []dot
	for p := range r.Series() {
		all = append(all, dot{p.Phase, p.Seconds, p.Warm, float64(p.From) / 1e9, p.Operations, p.Users})
	}
	return all
}

func TestSeries(t *testing.T) {
	r := newRecorder()
	s := r.Shard(0)
	s.Event(UserJoined, 0)
	s.Event(UserJoined, s1)
	for at := range int64(5) {
		run(s, op(get, at*s1, OK, ms))
	}
	r.EndPhase(5 * s1)
	s.Event(UserLeft, 5*s1)
	r.BeginPhase("peak", 10*s1, 10*s1)
	s.Event(UserJoined, 10*s1)
	s.Event(DroppedFull, 12*s1)
	want := []dot{
		{0, 1, true, 0, 1, 1}, {0, 1, true, 1, 1, 2}, {0, 1, false, 2, 1, 2}, {0, 1, false, 3, 1, 2}, {0, 1, false, 4, 1, 2},
		{1, 1, false, 10, 0, 2}, {1, 1, false, 12, 1, 2},
	}
	if diff := cmp.Diff(want, dots(r)); diff != "" {
		t.Error(diff)
	}
	for p := range r.Series() {
		if p.Operations != 1 {
			t.Errorf("%+v", p)
		}
		break
	}
}

// day records an operation in every fourth second, while the judge releases what it is done with.
func day(seconds int) *Recorder {
	r := newRecorder()
	for i := range int64(seconds / 4) {
		run(r.Shard(int(i)), op(int(i%3), 4*i*s1, OK, time.Duration(1+i%100)*ms))
		if i%10 == 0 {
			r.Release(0, int(4*i)-30)
		}
	}
	return r
}

func TestSeriesDoesNotGrowWithTheRun(t *testing.T) {
	for _, hours := range []int{1, 24} {
		t.Run(fmt.Sprint(hours, "h"), func(t *testing.T) {
			seconds := hours * 3600
			r := day(seconds)
			points, operations := 0, int64(0)
			for _, d := range dots(r) {
				points++
				operations += d.Operations
				if d.Warm != (d.Second < 2) {
					t.Fatalf("a point crosses the measured start: %+v", d)
				}
			}
			if points > maxPoints+keptSeconds || points < maxPoints/2 {
				t.Errorf("%d points", points)
			}
			if operations != int64(seconds/4) {
				t.Errorf("%d operations, want %d", operations, seconds/4)
			}
			if v := r.Phase(0); v.Operations != int64(seconds/4-1) {
				t.Errorf("%d operations in the phase", v.Operations)
			}
		})
	}
}

func TestSecondsAreKeptUntilReleased(t *testing.T) {
	r := newRecorder()
	for at := range int64(10_000) {
		run(r.Shard(0), op(get, at*s1, OK, ms))
	}
	for from := 10_000 - 2 - 120; from < 10_000-2; from++ {
		if n := r.Window(0, from, from+1).Operations; n != 1 {
			t.Fatalf("second %d has %d operations", from, n)
		}
	}
}

// An operation that ends after its second has become part of a longer point is counted there.
func TestLateEndsCountInTheirPoint(t *testing.T) {
	r := newRecorder()
	r.Shard(0).Begin(get, 100*s1)
	for at := range int64(5000) {
		run(r.Shard(0), op(get, at*s1, OK, ms))
	}
	pending := func(in *dot) (n int64) {
		for p := range r.Series() {
			if p.Pending > 0 {
				n += p.Pending
				*in = dot{Seconds: p.Seconds, Operations: p.Operations}
			}
		}
		return n
	}
	var before, after dot
	if n := pending(&before); n != 1 || before.Seconds < 2 {
		t.Errorf("%d pending, in %+v", n, before)
	}
	r.Shard(0).End(op(get, 100*s1, OK, time.Hour))
	if n := pending(&after); n != 0 {
		t.Errorf("%d pending", n)
	}
	if v := r.Phase(0); v.Latency.Max() != 3600 || v.Operations != 5000-2+1 {
		t.Errorf("%+v", briefOf(v))
	}
}

// crowd is a run of many steps and phases with times spread over four decades.
func crowd(steps, phases, seconds int) *Recorder {
	l := Layout{Steps: make([]Step, steps)}
	r := NewRecorder(l, 4, time.Now())
	random := rand.New(rand.NewPCG(1, 2))
	for phase := range phases {
		begin := int64(phase*seconds) * s1
		r.BeginPhase(fmt.Sprint("phase ", phase), begin, begin)
		for i := range seconds * steps {
			at := begin + int64(i)*int64(seconds)*s1/int64(seconds*steps)
			latency := time.Duration(float64(10*ms) * (1 + 10*random.ExpFloat64()))
			run(r.Shard(i), op(i%steps, at, OK, latency))
		}
	}
	return r
}

func TestManyStepsAndPhasesStayUnder200MB(t *testing.T) {
	const steps, phases, seconds = 200, 20, 20
	live := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	before := live()
	r := crowd(steps, phases, seconds)
	if mb := live() - before; mb > 200 {
		t.Errorf("%.0f MB", mb)
	} else {
		t.Logf("%.0f MB", mb)
	}
	points := dots(r)
	if n := len(points); n > r.layout.points()+keptSeconds {
		t.Errorf("%d points", n)
	}
	if !slices.IsSortedFunc(points, func(a, b dot) int { return int(a.Second - b.Second) }) {
		t.Error("points are not in order")
	}
	if v := r.Total(); v.Operations != steps*phases*seconds || v.Steps[7].Latency.Count() != phases*seconds {
		t.Errorf("%d operations", v.Operations)
	}
}
