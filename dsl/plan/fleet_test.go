package plan_test

import (
	"fmt"
	"testing"

	"plimsoll/dsl/plan"
)

func ExampleECS_Named() {
	e := plan.ECS{Cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/beta", Service: "web"}
	fmt.Println(e.Named("", "high-cpu"))
	fmt.Println(e.Named("web-cpu", "high-cpu"))
	// Output:
	// beta-web-high-cpu
	// web-cpu
}

func ExampleFleet_ClusterNames() {
	f := plan.Fleet{Clusters: []string{"staging", "arn:aws:ecs:us-east-1:123456789012:cluster/prod"}}
	fmt.Println(f.ClusterNames())
	// Output: [staging prod]
}

func TestBase(t *testing.T) {
	for unit, want := range map[string]float64{"percent": 0.85, "seconds": 85, "count": 85, "bytes": 85} {
		if got := (plan.Metric{Unit: unit}).Base(85); got != want {
			t.Errorf("85 %s: %v, not %v", unit, got, want)
		}
	}
}

func TestAWSSimulated(t *testing.T) {
	web, real := &plan.Service{Simulate: &plan.Simulate{}}, &plan.Service{}
	for _, c := range []struct {
		fleet     *plan.Fleet
		service   *plan.Service
		simulated bool
	}{{nil, web, true}, {nil, real, false}, {&plan.Fleet{}, real, false}, {&plan.Fleet{Simulate: "{}"}, real, true}} {
		if got := (&plan.Plan{Fleet: c.fleet}).AWSSimulated(c.service); got != c.simulated {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
