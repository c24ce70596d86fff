package engine

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"plimsoll/runner/pace"
)

type change struct {
	At    time.Duration
	Users int
}

// changes plays a shape out as a tide does.
func changes(s pace.Shape) []change {
	var all []change
	have := 0
	for at := time.Duration(0); at < s.Length(); at = turn(s, at, have) {
		if want := asked(s.At(at), have); want != have {
			have = want
			all = append(all, change{at, have})
		}
	}
	return all
}

func TestTurns(t *testing.T) {
	const second = time.Second
	tests := []struct {
		name  string
		shape pace.Shape
		want  []change
	}{
		{"steady", pace.Shape{level(3, 10*second)}, []change{{0, 3}}},
		{"nobody", pace.Shape{level(0, 10*second)}, nil},
		{"ramp", pace.Shape{{From: 0, To: 2, Length: 4 * second}, level(2, second)}, []change{{2 * second, 1}, {4 * second, 2}}},
		{"jump up", pace.Shape{level(1, second), level(5, second)}, []change{{0, 1}, {second, 5}}},
		{"fall", pace.Shape{level(3, second), {From: 3, To: 1, Length: 2 * second}, level(1, second)}, []change{{0, 3}, {2 * second, 2}, {3 * second, 1}}},
		{"up and down", pace.Shape{{From: 0, To: 1.5, Length: 3 * second}, {From: 1.5, To: 0, Length: 3 * second}, level(0, second)}, []change{{2 * second, 1}, {6 * second, 0}}},
		{"a third of a user a second", pace.Shape{{From: 0, To: 1, Length: 3 * second}, level(1, second)}, []change{{3 * second, 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, changes(tt.shape)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Users never differ from the level by a whole one, and turns always advance.
func TestTideFollowsTheLevel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var shape pace.Shape
		from := 0.0
		for range rapid.IntRange(1, 6).Draw(r, "segments") {
			to := float64(rapid.IntRange(0, 50).Draw(r, "to"))
			if rapid.Bool().Draw(r, "jump") {
				from = to
			}
			shape = append(shape, pace.Segment{From: from, To: to, Length: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(r, "length"))})
			from = to
		}
		have := 0
		for at := time.Duration(0); at < shape.Length(); {
			have = asked(shape.At(at), have)
			next := turn(shape, at, have)
			if next <= at {
				r.Fatalf("at %v with %d users the next turn is %v", at, have, next)
			}
			for _, probe := range []time.Duration{at, at + (next-at)/2, next - 1} {
				if level := shape.At(probe); level > float64(have)+1+1e-3 || level < float64(have)-1-1e-3 {
					r.Fatalf("at %v there are %d users at a level of %v; turns at %v and %v", probe, have, level, at, next)
				}
			}
			at = next
		}
	})
}
