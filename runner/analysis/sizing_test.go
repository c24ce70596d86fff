package analysis_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plimsoll/runner/analysis"
)

func TestTasks(t *testing.T) {
	for _, c := range []struct {
		load, perTask float64
		want          int
		arithmetic    string
	}{
		{10_000, 2000, 6, "⌈10,000 connections ÷ 2,000 a task × 1.2⌉ = 6"},
		{500, 120, 5, "⌈500 connections ÷ 120 a task × 1.2⌉ = 5"},
		{0, 120, 0, "⌈0 connections ÷ 120 a task × 1.2⌉ = 0"},
		{1e9, 10, 120_000_000, "⌈1,000,000,000 connections ÷ 10 a task × 1.2⌉ = 120,000,000"},
	} {
		n, arithmetic, ok := analysis.Tasks(c.load, c.perTask, "connections")
		if n != c.want || arithmetic != c.arithmetic || !ok {
			t.Errorf("%v of %v a task: %d %q %v", c.load, c.perTask, n, arithmetic, ok)
		}
	}
	for _, perTask := range []float64{0, -1, math.NaN(), 1e-300} {
		if n, arithmetic, ok := analysis.Tasks(10, perTask, "users"); ok {
			t.Errorf("tasks that carry %v each: %d, %s", perTask, n, arithmetic)
		}
	}
}

func TestArrivals(t *testing.T) {
	launch := analysis.Surge{Base: 50, Peak: 500, Rise: 10 * time.Second}
	slow := analysis.Surge{Base: 50, Peak: 500, Rise: 3860 * time.Second}
	for _, c := range []struct {
		surge  analysis.Surge
		within time.Duration
		want   float64
	}{
		{launch, analysis.ScaleOut, 450}, {launch, 5 * time.Second, 225}, {launch, 0, 0}, {launch, -time.Second, 0},
		{slow, analysis.ScaleOut, 45}, {analysis.Surge{Base: 100, Peak: 300}, time.Second, 200}, {analysis.Surge{Base: 9, Peak: 3}, time.Hour, 0},
	} {
		if got := c.surge.Arrivals(c.within); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v within %v: %v arrive, not %v", c.surge, c.within, got, c.want)
		}
	}
}

// A share leaves room for what it was made for, and no more.
func TestShareForUndoesRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load, room := rapid.Float64Range(1, 1e6).Draw(t, "load"), rapid.Float64Range(0, 1e6).Draw(t, "room")
		share := analysis.ShareFor(load, room)
		if got := analysis.Room(load, share); share <= 0 || share > 1 || math.Abs(got-room) > 1e-6*(load+room) {
			t.Fatalf("share %v leaves room for %v", share, got)
		}
	})
}

func TestRoomOfNothing(t *testing.T) {
	if got := analysis.Room(10, 0); !math.IsInf(got, 1) {
		t.Errorf("tasks that do nothing have room for %v", got)
	}
	if got := analysis.Room(10, 1.5); got != 0 {
		t.Errorf("tasks beyond their limit have room for %v", got)
	}
}

func ExampleTasks() {
	n, arithmetic, _ := analysis.Tasks(10_000, 2000, "connections")
	fmt.Println(n, "tasks:", arithmetic)
	// Output: 6 tasks: ⌈10,000 connections ÷ 2,000 a task × 1.2⌉ = 6
}
