package pace

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// launch is a spike's shape: a base, a rise, a hold, a jump down to the base again.
var launch = Shape{
	{From: 50, To: 50, Length: 10 * time.Second},
	{From: 50, To: 500, Length: 10 * time.Second},
	{From: 500, To: 500, Length: 20 * time.Second},
	{From: 50, To: 50, Length: 20 * time.Second},
}

func TestAt(t *testing.T) {
	step := Shape{{To: 100}, {From: 100, To: 100, Length: time.Second}}
	tests := []struct {
		name  string
		shape Shape
		at    time.Duration
		want  float64
	}{
		{"nothing", nil, time.Second, 0},
		{"before the start", launch, -time.Second, 50},
		{"start", launch, 0, 50},
		{"middle of the rise", launch, 15 * time.Second, 275},
		{"end of the rise", launch, 20 * time.Second, 500},
		{"just before the jump", launch, 40*time.Second - 1, 500},
		{"the jump", launch, 40 * time.Second, 50},
		{"after the end", launch, time.Hour, 50},
		{"a jump first", step, 0, 100},
		{"only a jump", Shape{{From: 3, To: 7}}, 0, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.shape.At(tt.at); got != tt.want {
				t.Errorf("At(%v) = %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

func TestUsersOfARampJoinEvenly(t *testing.T) {
	ramp := Shape{{From: 0, To: 5, Length: 10 * time.Second}, {From: 5, To: 5, Length: time.Minute}}
	var joined []time.Duration
	for at := time.Duration(0); at <= ramp.Length(); at += 500 * time.Millisecond {
		for float64(len(joined)) < math.Floor(ramp.At(at)) {
			joined = append(joined, at)
		}
	}
	want := []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second, 10 * time.Second}
	if diff := cmp.Diff(want, joined); diff != "" {
		t.Error(diff)
	}
}

func TestCountAndWhen(t *testing.T) {
	pause := Shape{
		{From: 10, To: 10, Length: time.Second},
		{Length: time.Hour},
		{From: 10, To: 10, Length: time.Second},
	}
	tests := []struct {
		name  string
		shape Shape
		n     float64
		when  time.Duration
		never bool
	}{
		{"none is due at once", launch, 0, 0, false},
		{"in the base", launch, 100, 2 * time.Second, false},
		{"end of the base", launch, 500, 10 * time.Second, false},
		{"in the rise", launch, 500 + 50*5 + 45*5*5/2.0, 15 * time.Second, false},
		{"the end", launch, 500 + 2750 + 10000 + 1000, time.Minute, false},
		{"beyond the end", launch, 14251, 0, true},
		{"before a pause", pause, 10, time.Second, false},
		{"after a pause", pause, 11, time.Hour + 1100*time.Millisecond, false},
		{"a ramp from nothing", Shape{{To: 20, Length: 10 * time.Second}}, 25, 5 * time.Second, false},
		{"a ramp to nothing", Shape{{From: 20, Length: 10 * time.Second}}, 100, 10 * time.Second, false},
		{"nothing", nil, 1, 0, true},
		{"a third", Shape{{From: 1 / 3.0, To: 1 / 3.0, Length: 9 * time.Second}}, 3, 9 * time.Second, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			when, ok := tt.shape.When(tt.n)
			if when != tt.when || ok == tt.never {
				t.Errorf("When(%v) = %v, %v, want %v, %v", tt.n, when, ok, tt.when, !tt.never)
			}
			if got := tt.shape.Count(when); ok && math.Abs(got-tt.n) > grain {
				t.Errorf("Count(%v) = %v, want %v", when, got, tt.n)
			}
		})
	}
}

func TestCountGoesOnAfterTheEnd(t *testing.T) {
	if got, want := launch.Count(launch.Length()+time.Second), 14250.0+50; got != want {
		t.Errorf("Count = %v, want %v", got, want)
	}
}

// shapes draws shapes as plans have them, up to a day at up to 10,000/s: round figures and odd ones.
func shapes() *rapid.Generator[Shape] {
	level := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 50, 1000, 10_000}), rapid.Float64Range(0.01, 10_000))
	length := rapid.OneOf(
		rapid.SampledFrom([]time.Duration{0, time.Second, 10 * time.Minute, 6 * time.Hour}),
		rapid.Map(rapid.Int64Range(0, int64(6*time.Hour)), func(n int64) time.Duration { return 6*time.Hour - time.Duration(n) }),
	)
	segment := rapid.Custom(func(t *rapid.T) Segment {
		return Segment{From: level.Draw(t, "from"), To: level.Draw(t, "to"), Length: length.Draw(t, "length")}
	})
	return rapid.Map(rapid.SliceOfN(segment, 0, 4), func(s []Segment) Shape { return s })
}

func TestWhenInvertsCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := shapes().Draw(t, "shape")
		at := time.Duration(rapid.Int64Range(0, int64(shape.Length())).Draw(t, "at"))
		n := shape.Count(at)
		when, ok := shape.When(n)
		if !ok {
			t.Fatalf("When(Count(%v)) never happens", at)
		}
		if early := time.Duration(2 * grain / max(shape.At(at), grain) * 1e9); shape.At(at) > 1 && when > at+early+1 {
			t.Fatalf("When(Count(%v)) = %v", at, when)
		}
		level := max(shape.At(when), shape.At(when-1))
		if got := shape.Count(when); math.Abs(got-n) > 2*grain+level*2e-9 {
			t.Fatalf("Count(When(%v)) = %v", n, got)
		}
	})
}

func TestCountAndWhenAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := shapes().Draw(t, "shape")
		whole := shape.Count(shape.Length())
		a := rapid.Float64Range(0, whole).Draw(t, "a")
		b := rapid.Float64Range(a, whole).Draw(t, "b")
		first, _ := shape.When(a)
		second, _ := shape.When(b)
		if second < first-1 {
			t.Fatalf("When(%v) = %v, When(%v) = %v", a, first, b, second)
		}
		if shape.Count(second) < shape.Count(first)-grain {
			t.Fatalf("Count(%v) < Count(%v)", second, first)
		}
	})
}

func ExampleShape() {
	ramp := Shape{{From: 0, To: 100, Length: 10 * time.Second}, {From: 100, To: 100, Length: time.Minute}}
	half, _ := ramp.When(250)
	fmt.Println(ramp.Length(), ramp.At(5*time.Second), ramp.Count(10*time.Second), half.Round(time.Millisecond))
	// Output: 1m10s 50 500 7.071s
}
