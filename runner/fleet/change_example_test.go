package fleet_test

import (
	"fmt"
	"os"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// ofExample is a service that may run three tasks at most, and a plan that desires room for fifty.
func ofExample() (*plan.Plan, *fleet.State) {
	p := &plan.Plan{Path: "plans/fleet", Below: "plans/fleet", Services: []*plan.Service{{
		Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web"}, Desired: &plan.Desired{Tasks: &plan.TaskBounds{Min: 1, Max: 50}},
	}}}
	s := &fleet.State{Services: []fleet.Service{{
		Title: "web", Name: "web", Cluster: fleet.Cluster{Name: "beta"}, Status: "ACTIVE", Desired: 1, Running: 1,
		Target: &fleet.ScalableTarget{Min: 1, Max: 3, Document: fleet.Document{
			"ServiceNamespace": "ecs", "ResourceId": "service/beta/web", "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 3,
		}},
	}}}
	return p, s
}

func ExampleChanges() {
	p, s := ofExample()
	set := fleet.Changes(p, s, fleet.ChangeOptions{Prices: fleet.EmbeddedPrices()})
	for _, c := range set.Changes {
		for _, f := range c.Fields {
			fmt.Println(c.Service, c.Ref.Kind, f)
		}
	}
	// Output: web scalable_target maximum tasks 3 → 50
}

func ExampleChangeSet_Emit() {
	p, s := ofExample()
	if err := fleet.Changes(p, s, fleet.ChangeOptions{}).Emit(os.Stdout, fleet.FormatTerraform); err != nil {
		fmt.Println(err)
	}
	// Output:
	// # What plimsoll adjust would change for plans/fleet.
	//
	// # web: maximum tasks 3 → 50
	// # It is there already: change the resource that has it, or import it into this one.
	// resource "aws_appautoscaling_target" "service_beta_web" {
	//   max_capacity       = 50
	//   min_capacity       = 1
	//   resource_id        = "service/beta/web"
	//   scalable_dimension = "ecs:service:DesiredCount"
	//   service_namespace  = "ecs"
	// }
}
