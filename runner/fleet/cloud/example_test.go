package cloud_test

import (
	"context"
	"fmt"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/sim/aws"
)

// A snapshot of a plan's one service, on a simulated AWS that denies one permission.
func ExampleCloud_Observe() {
	ctx := context.Background()
	server, err := aws.Start(ctx, aws.Options{Deny: []string{"ecs:ListTasks"}}, aws.Fleet{
		Clusters:        []*aws.Cluster{{ClusterName: "beta"}},
		TaskDefinitions: []*aws.TaskDefinition{{Family: "web", CPU: "1024", Memory: "2048"}},
		Services: []*aws.Service{{
			ServiceName: "web", ClusterArn: "beta", DesiredCount: 2, ServiceSettings: aws.ServiceSettings{TaskDefinition: "web"},
		}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	reach := cloud.New(cloud.Options{Simulation: &cloud.Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}})
	state, err := reach.Observe(ctx, &plan.Plan{Services: []*plan.Service{{
		Name: "web", Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: "web"},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	web := state.Services[0]
	fmt.Println(web.Name, "runs", web.Running, "tasks of", web.TaskDefinition.CPU, "CPU units")
	for _, h := range state.Hidden {
		fmt.Println(h.What, "are hidden:", h.Reason)
	}
	// Output:
	// web runs 2 tasks of 1024 CPU units
	// tasks are hidden: allow ecs:ListTasks
}
