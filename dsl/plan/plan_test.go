package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// chat is a flow with a step of every kind that holds others.
func chat() *plan.Flow {
	return &plan.Flow{Name: "chat", Steps: []plan.Step{
		&plan.HTTP{Head: plan.Head{Name: "login"}, Save: []plan.Save{{Name: "session"}}},
		&plan.WebSocket{Head: plan.Head{Name: "socket"}, Save: []plan.Save{{Name: "proto"}}, Steps: []plan.Step{
			&plan.Repeat{Steps: []plan.Step{&plan.Receive{Head: plan.Head{Name: "answer"}, Save: []plan.Save{{Name: "id"}, {Name: "session"}}}}},
		}},
		&plan.Choose{Options: []plan.Option{
			{Name: "a", Steps: []plan.Step{&plan.Group{Head: plan.Head{Name: "pay"}, Steps: []plan.Step{&plan.HTTP{Head: plan.Head{Name: "cart"}}}}}},
			{Name: "b", Steps: []plan.Step{&plan.Set{Values: []plan.Save{{Name: "page"}}}, &plan.Measure{Head: plan.Head{Name: "size"}, Unit: fact.Bytes}}},
		}},
	}}
}

func TestCapacity(t *testing.T) {
	s := &plan.Scenario{Kind: plan.Capacity, Load: plan.Load{Levels: &plan.Levels{Counts: []int{10, 500}}}}
	want := fact.Names{Kind: "capacity", Steps: map[string][]string{}, Phases: []string{"10", "500"}, Measures: map[string]fact.Dimension{}}
	if d := cmp.Diff(want, s.Facts(nil)); d != "" {
		t.Errorf("facts (-want +got):\n%s", d)
	}
}

func TestSavedByStreams(t *testing.T) {
	events := &plan.HTTP{Save: []plan.Save{{Name: "kind"}}, Stream: &plan.Stream{Save: []plan.Save{{Name: "last"}, {Name: "kind"}}}}
	if d := cmp.Diff([]string{"kind", "last"}, (&plan.Flow{Steps: []plan.Step{events}}).Saved()); d != "" {
		t.Errorf("saved (-want +got):\n%s", d)
	}
}

func TestFacts(t *testing.T) {
	f := chat()
	if d := cmp.Diff([]string{"session", "proto", "id", "page"}, f.Saved()); d != "" {
		t.Errorf("saved (-want +got):\n%s", d)
	}
	s := &plan.Scenario{Kind: plan.Stress, Mix: []plan.Share{{Flow: f, Weight: 1}}, Load: plan.Load{Stairs: &plan.Stairs{From: 1, To: 2, Step: 1}}}
	want := fact.Names{
		Kind:     "stress",
		Steps:    map[string][]string{"chat": {"login", "socket", "answer", "cart"}},
		Phases:   []string{"1", "1-again", "2", "2-again"},
		Groups:   []string{"pay"},
		Measures: map[string]fact.Dimension{"size": fact.Bytes},
		Services: []string{`web["eu"]`, "api"},
		Self:     "api",
		Metrics:  map[string]fact.Dimension{"db_cpu": fact.Ratio, "age": fact.Time, "network": fact.Bytes, "depth": fact.Count},
	}
	s.Service = &plan.Service{Name: "api", ECS: &plan.ECS{}, Metrics: []plan.Metric{
		{Label: "db_cpu", Unit: "percent"}, {Label: "age", Unit: "seconds"}, {Label: "network", Unit: "bytes"}, {Label: "depth", Unit: "count"},
	}}
	got := s.Facts([]*plan.Service{{Name: "web", Key: "eu", ECS: &plan.ECS{}}, s.Service, {Name: "bare"}})
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("facts (-want +got):\n%s", d)
	}
}

func TestPhases(t *testing.T) {
	for kind, want := range map[plan.Kind][]string{
		plan.Baseline: {"steady"}, plan.Endurance: {"steady"}, plan.Spike: {"base", "rise", "peak", "settle"},
	} {
		if d := cmp.Diff(want, (&plan.Scenario{Kind: kind}).Phases()); d != "" {
			t.Errorf("%s (-want +got):\n%s", kind, d)
		}
	}
}

// TestLevels: levels rise by the step, begin with the first and end with the last, however the step divides them.
func TestLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0.1, 1e4).Draw(t, "from")
		s := plan.Stairs{From: from, To: from + rapid.Float64Range(0, 1e4).Draw(t, "span"), Step: rapid.Float64Range(10, 1e4).Draw(t, "step")}
		levels := s.Levels()
		if levels[0] != min(s.From, s.To) || levels[len(levels)-1] != s.To {
			t.Fatalf("levels of %+v: %v", s, levels)
		}
		for i := 1; i < len(levels); i++ {
			if rise := levels[i] - levels[i-1]; rise <= 0 || rise > s.Step*(1+1e-9) {
				t.Fatalf("levels of %+v: %v", s, levels)
			}
		}
	})
}

func TestText(t *testing.T) {
	lone := plan.Expression{Source: "user"}
	for _, tt := range []struct {
		name            string
		text            plan.Text
		literal         string
		isLiteral, lone bool
	}{
		{"zero", plan.Text{}, "", true, false},
		{"static", plan.Static("abc"), "abc", true, false},
		{"lone", plan.Text{Parts: []plan.Part{{Expr: &lone}}}, "", false, true},
		{"mixed", plan.Text{Parts: []plan.Part{{Literal: "a"}, {Expr: &lone}}}, "", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			literal, isLiteral := tt.text.Literal()
			_, isLone := tt.text.Lone()
			if literal != tt.literal || isLiteral != tt.isLiteral || isLone != tt.lone {
				t.Errorf("got %q, %v, %v", literal, isLiteral, isLone)
			}
		})
	}
}
