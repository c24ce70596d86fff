package runner

import (
	"slices"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

func TestForeseenRequests(t *testing.T) {
	get, socket := &plan.HTTP{}, &plan.WebSocket{}
	pause := &plan.Think{Distribution: plan.Uniform, Min: time.Second, Max: 3 * time.Second}
	tests := []struct {
		name  string
		load  plan.Load
		steps []plan.Step
		want  float64
	}{
		{"open", plan.Load{Open: true, Steady: 20}, []plan.Step{get, get, pause}, 40},
		{"closed, with think", plan.Load{Steady: 100}, []plan.Step{get, pause}, 50},
		{"closed, without", plan.Load{Steady: 100}, []plan.Step{get}, 0},
		{"stairs", plan.Load{Open: true, Stairs: &plan.Stairs{From: 1, To: 50}}, []plan.Step{socket}, 50},
		{"a surge", plan.Load{Open: true, Surge: &plan.Surge{Base: 5, Peak: 70}}, []plan.Step{get}, 70},
		{"repeated", plan.Load{Open: true, Steady: 1}, []plan.Step{&plan.Repeat{Times: 3, Steps: []plan.Step{get}}}, 3},
		{"one of two ways", plan.Load{Open: true, Steady: 10}, []plan.Step{&plan.Choose{Options: []plan.Option{
			{Steps: []plan.Step{get}}, {Steps: []plan.Step{get, get, get}},
		}}}, 20},
		{"a pause without bounds", plan.Load{Steady: 10}, []plan.Step{get, &plan.Think{Distribution: plan.Exponential, Mean: 2 * time.Second}}, 5},
		{"no load", plan.Load{}, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sc := &plan.Scenario{Load: tt.load, Mix: []plan.Share{{Flow: &plan.Flow{Steps: tt.steps}, Weight: 2}}}
			if got := foreseen(sc); got != tt.want {
				t.Errorf("%v requests a second, want %v", got, tt.want)
			}
		})
	}
	if got := foreseen(&plan.Scenario{}); got != 0 {
		t.Errorf("%v without any flow", got)
	}
}

func TestARateRuleIsToldOfBeforeTheLoad(t *testing.T) {
	for _, rate := range []int{500, 1000} {
		sc := baseline()
		sc.Load.Open = true
		p := onECS(planOf(sc, fast))
		h := out()
		h.change = func(f *result.Fleet) { f.Throttle = &result.Throttle{Rule: "edge", Rate: rate, Window: 60} }
		var told []string
		played(t, p, Options{Fleet: h.follow, Progress: func(now Progress) { told = append(told, now.Event) }}, opens(steadily(90*time.Millisecond)))
		want := "this load may come to 600 requests in 1 min, and rule edge in front of chat allows 500 of one address"
		if got := slices.Index(told, want) == 0; got != (rate == 500) {
			t.Errorf("rate %d: told first: %v, of %q", rate, got, told[:min(3, len(told))])
		}
	}
}
