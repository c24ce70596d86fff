package metrics

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWindow(t *testing.T) {
	r := newRecorder()
	s := r.Shard(0)
	run(s, op(get, 1*s1, OK, ms))                 // second -1, warm-up
	run(s, op(get, 2*s1, OK, ms))                 // 0
	run(r.Shard(1), op(get, 3*s1-1, OK, 5*ms))    // 0
	run(s, op(get, 4*s1, Reset, ms))              // 2
	run(s, op(open, 4*s1, OK, ms))                // 2
	s.Event(DroppedFull, 5*s1)                    // 3
	s.Event(DroppedLate, 5*s1)                    // 3
	s.Lag(5*s1, ms)                               // 3
	s.Begin(get, 6*s1)                            // 4
	run(s, op(get, 6*s1, Timeout, 9*time.Second)) // 4
	tests := []struct {
		name     string
		from, to int
		want     brief
	}{
		{"first second", 0, 1, brief{Operations: 2, Latency: 2}},
		{"nobody was due", 1, 2, brief{}},
		{"failure and opening", 2, 3, brief{Operations: 2, Failed: 1}},
		{"dropped", 3, 4, brief{Operations: 1, Failed: 1, DroppedFull: 1, DroppedLate: 1, Lag: 1}},
		{"pending", 4, 5, brief{Operations: 1, Failed: 1, Latency: 1, Pending: 1}},
		{"all", 0, 10, brief{Operations: 6, Failed: 3, Latency: 3, Pending: 1, DroppedFull: 1, DroppedLate: 1, Lag: 1}},
		{"warm-up", -2, 0, brief{Operations: 1, Latency: 1}},
		{"empty", 3, 3, brief{}},
		{"backwards", 5, 2, brief{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := r.Window(0, tt.from, tt.to)
			if diff := cmp.Diff(tt.want, briefOf(v)); diff != "" {
				t.Error(diff)
			}
			if got := v.Steps[get].Latency.Count(); got != tt.want.Latency {
				t.Errorf("step has %d latencies, want %d", got, tt.want.Latency)
			}
		})
	}
	if n := r.LagWindow(0, 3, 4).Count(); n != 1 {
		t.Errorf("lag of %d wakes", n)
	}
}

func TestAgeOfThePending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRecorder(layout(), 2, time.Now())
		r.BeginPhase("base", 0, 0)
		time.Sleep(2500 * ms)
		r.Shard(0).Begin(get, int64(500*ms))
		r.Shard(1).Begin(get, int64(2200*ms))
		time.Sleep(5 * time.Second)
		ages := func() []time.Duration {
			return []time.Duration{r.Window(0, 0, 1).Oldest, r.Window(0, 0, 3).Oldest, r.Window(0, 1, 2).Oldest}
		}
		if diff := cmp.Diff([]time.Duration{6500 * ms, 4500 * ms, 0}, ages()); diff != "" {
			t.Error(diff)
		}
		r.Shard(1).End(op(get, int64(2200*ms), OK, 5300*ms))
		if diff := cmp.Diff([]time.Duration{6500 * ms, 6500 * ms, 0}, ages()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestASecondOfPlanTimeIsAsLongAsTheLayoutSays(t *testing.T) {
	l := layout()
	l.Second = time.Second / 50
	r := NewRecorder(l, 1, time.Now())
	r.BeginPhase("base", 0, int64(time.Second))
	run(r.Shard(0), op(get, int64(time.Second+59*ms), OK, ms))
	if n := r.Window(0, 2, 3).Operations; n != 1 {
		t.Errorf("%d operations in the third second", n)
	}
}

// Windows that follow one another lose and double nothing, even where seconds have long been merged.
func TestWindowsOfTheSeriesAddUp(t *testing.T) {
	const seconds, width = 20_000, 7
	r := day(seconds)
	sum := int64(0)
	for from := 0; from < seconds; from += width {
		sum += r.Window(0, from, from+width).Operations
	}
	if want := int64(seconds/4 - 1); sum != want {
		t.Errorf("%d operations in all windows, want %d", sum, want)
	}
}

// Ends that come in any order, from any shard, while seconds are handed over, read and released, are all in their second.
func TestEverySecondIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const last = 90
		r := NewRecorder(layout(), 3, time.Now())
		r.BeginPhase("base", 0, 0)
		want := make([]int64, last)
		for range rapid.IntRange(1, 300).Draw(t, "operations") {
			second := rapid.IntRange(0, last-1).Draw(t, "second")
			s := r.Shard(rapid.IntRange(0, 2).Draw(t, "shard"))
			run(s, op(rapid.IntRange(0, 2).Draw(t, "step"), int64(second)*s1, OK, ms))
			want[second]++
			if rapid.IntRange(0, 20).Draw(t, "read") == 0 {
				r.Window(0, second, last)
			}
		}
		got := make([]int64, last)
		for i := range got {
			got[i] = r.Window(0, i, i+1).Operations
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Windows merged are the window over all of them.
func TestViewMerge(t *testing.T) {
	r := newRecorder()
	for i := range int64(40) {
		run(r.Shard(int(i)), op(get, 2*s1+i*s1/4, OK, time.Duration(i)*ms))
	}
	want := r.Window(0, 0, 10)
	got := r.Window(0, 0, 3)
	for _, cut := range [][2]int{{3, 4}, {4, 10}} {
		w := r.Window(0, cut[0], cut[1])
		got.Merge(&w)
	}
	if diff := cmp.Diff(want, got, sameHistograms); diff != "" {
		t.Error(diff)
	}
}

func TestMergedAgeIsThatOfTheYoungest(t *testing.T) {
	tests := []struct {
		name string
		a, b View
		want time.Duration
	}{
		{"only the first", View{Pending: 1, Oldest: 5}, View{}, 5},
		{"only the second", View{}, View{Pending: 1, Oldest: 5}, 5},
		{"both", View{Pending: 1, Oldest: 5}, View{Pending: 2, Oldest: 3}, 3},
		{"both, the other way", View{Pending: 2, Oldest: 3}, View{Pending: 1, Oldest: 5}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.Merge(&tt.b); tt.a.Oldest != tt.want {
				t.Errorf("age %v, want %v", tt.a.Oldest, tt.want)
			}
		})
	}
}
