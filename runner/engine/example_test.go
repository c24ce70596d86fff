package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// Five users make twenty requests between them.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok": true}`) }))
	defer server.Close()
	flow := &plan.Flow{Name: "visit", Steps: []plan.Step{&plan.HTTP{
		Head: plan.Head{Name: "home"}, Method: "GET", Path: plan.Static("/"), Checks: []plan.Expression{{Source: "json.ok"}},
	}}}
	program, err := engine.Compile(&plan.Scenario{
		Name:    "short",
		Service: &plan.Service{Name: "web", Endpoint: server.URL, Timeout: 5 * time.Second},
		Mix:     []plan.Share{{Flow: flow, Weight: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	recorder := metrics.NewRecorder(program.Layout(), 1, time.Now())
	e, err := engine.New(program, engine.Options{Recorder: recorder, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Close()
	start := recorder.Now()
	recorder.BeginPhase("steady", start, start)
	users := pace.Shape{{From: 5, To: 5, Length: time.Minute}}
	if _, err := e.Run(context.Background(), engine.Phase{Start: start, Shape: users, Requests: 20}); err != nil {
		fmt.Println(err)
		return
	}
	e.Drain(context.Background(), time.Second)
	view := recorder.Total()
	fmt.Println(view.Operations, "operations,", view.Failed, "failed")
	// Output: 20 operations, 0 failed
}
