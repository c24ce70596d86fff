package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

func TestLayout(t *testing.T) {
	sc := closed(get("a"), dialogue(say("x"), await("b", "true")), &plan.Group{Head: plan.Head{Name: "g"}, Steps: []plan.Step{
		&plan.Measure{Head: plan.Head{Name: "m"}, Value: expression("1")},
	}})
	sc.Before = &plan.Flow{Name: "before", Steps: []plan.Step{get("c")}}
	p, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	want := metrics.Layout{
		Steps: []metrics.Step{
			{Flow: "before", Name: "c", Silent: true},
			{Flow: "f", Name: "a"},
			{Flow: "f", Name: "chat", Kind: metrics.Opening},
			{Flow: "f", Name: "b", Kind: metrics.Receive},
		},
		Groups: []string{"g"}, Measures: []string{"m"},
	}
	if diff := cmp.Diff(want, p.Layout()); diff != "" {
		t.Error(diff)
	}
}

// A held connection that a stream would close is refused, unless HTTP/2 keeps it.
func TestCompileHeldStream(t *testing.T) {
	sc := capacity(plan.KeepAlive, news("event == 'done'"))
	if _, err := Compile(sc); err == nil || !strings.Contains(err.Error(), "would close the connection") {
		t.Errorf("error %v", err)
	}
	sc.Service.HTTP2 = true
	if _, err := Compile(sc); err != nil {
		t.Error(err)
	}
}

func TestCompileRefuses(t *testing.T) {
	tests := []struct {
		name string
		step plan.Step
		want string
	}{
		{"unknown name", get("a", "jsn.x"), `step "a"`},
		{"send without a socket", say("x"), "outside of a websocket"},
		{"a socket in a socket", dialogue(dialogue()), "inside a websocket"},
		{"a stream in a socket", dialogue(news("")), "inside a websocket"},
		{"a stream without a body", &plan.HTTP{Method: "HEAD", Stream: &plan.Stream{}}, "nothing to stream"},
		{"the body in a check of a stream's head", func() *plan.HTTP { h := news(""); h.Checks = []plan.Expression{expression("body == ''")}; return h }(), "body"},
		{"an event of chunks", func() *plan.HTTP { h := news("event == 'x'"); h.Stream.Raw = true; return h }(), "event"},
		{"a line break in a header", &plan.HTTP{Method: "GET", Headers: []plan.Field{{Name: "X", Value: text("a\nb")}}}, "line break"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Compile(closed(tt.step)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}
