package engine

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

func visit(path string) *plan.HTTP {
	return &plan.HTTP{Head: plan.Head{Name: path}, Method: "GET", Path: text("/" + path)}
}

func given(s plan.Step, condition string) plan.Step {
	s.Common().When = expression(condition)
	return s
}

func TestControl(t *testing.T) {
	people := &plan.Data{Name: "people", Columns: []string{"name"}, Rows: [][]string{{"ada"}, {"bob"}}}
	setting := func(name, source string) *plan.Set {
		return &plan.Set{Values: []plan.Save{{Name: name, Expr: expression(source)}}}
	}
	tests := []struct {
		name  string
		steps []plan.Step
		want  string
	}{
		{"repeat so many times", []plan.Step{&plan.Repeat{Times: 3, Steps: []plan.Step{visit("a")}}, visit("b")}, "a a a b"},
		{"repeat while", []plan.Step{
			setting("n", "0"),
			&plan.Repeat{While: expression("n < 2"), Steps: []plan.Step{visit("{{ n }}"), setting("n", "n + 1")}}, visit("end"),
		}, "0 1 end"},
		{"repeat for a time", []plan.Step{&plan.Repeat{For: 2500 * time.Millisecond, Steps: []plan.Step{visit("a"), pause(time.Second)}}, visit("b")}, "a a a b"},
		{"repeat inside a repeat", []plan.Step{&plan.Repeat{Times: 2, Steps: []plan.Step{visit("a"), &plan.Repeat{Times: 2, Steps: []plan.Step{visit("b")}}}}}, "a b b a b b"},
		{"a row a round", []plan.Step{&plan.Repeat{Times: 3, Each: people, Steps: []plan.Step{visit("{{ data.people.name }}")}}}, "ada bob ada"},
		{"when", []plan.Step{setting("n", "1"), given(visit("a"), "n == 1"), given(visit("b"), "n == 2"), given(&plan.Repeat{Times: 9, Steps: []plan.Step{visit("c")}}, "false"), visit("d")}, "a d"},
		{"choose", []plan.Step{&plan.Choose{Options: []plan.Option{{Name: "never", Weight: 0, Steps: []plan.Step{visit("a")}}, {Name: "always", Weight: 1, Steps: []plan.Step{visit("b"), visit("c")}}}}, visit("d")}, "b c d"},
		{"check ends the session", []plan.Step{visit("a"), &plan.Check{Conditions: []plan.Expression{expression("1 == 2")}}, visit("b")}, "a"},
		{"group and measure", []plan.Step{&plan.Group{Head: plan.Head{Name: "g"}, Steps: []plan.Step{visit("a"), pause(time.Second)}}, &plan.Measure{Head: plan.Head{Name: "m"}, Value: expression("2 * 21"), Unit: fact.Count}}, "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := closed(tt.steps...)
				sc.Data = []*plan.Data{people}
				var h heard
				v, samples := session1(t, sc, func(_ http.ResponseWriter, q *http.Request) { h.add(q) })
				got := strings.ReplaceAll(strings.Join(h.all, " "), "GET /base/", "")
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s\n%+v", diff, samples)
				}
				if strings.HasPrefix(tt.name, "group") && (v.Groups[0].Max() != 1 || v.Measures[0].Max() != 42) {
					t.Errorf("group %v s, measure %v", v.Groups[0].Max(), v.Measures[0].Max())
				}
			})
		})
	}
}

func TestUniqueRowsRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		people := &plan.Data{Name: "people", Columns: []string{"name"}, Rows: [][]string{{"ada"}, {"bob"}}, Order: plan.Unique}
		sc := closed(visit("{{ data.people.name }}"))
		sc.Data = []*plan.Data{people}
		var h heard
		r := try(t, sc, func(_ http.ResponseWriter, q *http.Request) { h.add(q) })
		r.recorder.BeginPhase("steady", 0, 0)
		_, err := r.engine.Run(context.Background(), Phase{Shape: steadily(1, time.Minute)})
		if err == nil || !strings.Contains(err.Error(), `data "people"`) {
			t.Errorf("error %v", err)
		}
		v := r.stop()
		if diff := cmp.Diff([]string{"GET /base/ada", "GET /base/bob"}, h.all); diff != "" || v.Failed != 0 {
			t.Errorf("%s; failed %d", diff, v.Failed)
		}
	})
}
