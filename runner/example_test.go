package runner_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner"
)

// A plan is usually loaded from files; here it is written out.
func ExampleRun() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer server.Close()
	service := &plan.Service{Name: "web", Endpoint: server.URL, Timeout: time.Second, Connect: time.Second}
	flow := &plan.Flow{Name: "visit", Steps: []plan.Step{
		&plan.HTTP{Head: plan.Head{Name: "page"}, Method: "GET", Path: plan.Static("/")},
	}}
	p := &plan.Plan{Services: []*plan.Service{service}, Flows: []*plan.Flow{flow}, Scenarios: []*plan.Scenario{{
		Kind: plan.Baseline, Name: "normal", Service: service, Mix: []plan.Share{{Flow: flow, Weight: 1}},
		Load: plan.Load{Steady: 2}, Requests: 100, Grace: time.Second, Ramp: -1,
		SLAs: []plan.SLA{{Name: "honest", Assert: plan.Expression{Source: "error_rate < 1%"}, Own: true}},
	}}}
	d, err := runner.Run(context.Background(), p, runner.Options{})
	if err != nil {
		panic(err)
	}
	for _, sla := range d.Scenarios[0].SLAs {
		fmt.Println(sla.Name, sla.Verdict, sla.Worst)
	}
	// Output: honest pass error_rate = 0 %
}
