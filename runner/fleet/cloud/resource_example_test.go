package cloud_test

import (
	"context"
	"fmt"

	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/sim/aws"
)

// A resource is read as the document that writes it.
func ExampleCloud_Write() {
	ctx := context.Background()
	server, err := aws.Start(ctx, aws.Options{}, aws.Fleet{MetricAlarms: []*aws.MetricAlarm{{
		AlarmName: "beta-web-high", Namespace: "AWS/ECS", MetricName: "CPUUtilization", Statistic: "Average", Period: 60,
		EvaluationPeriods: 3, Threshold: 85, ComparisonOperator: "GreaterThanThreshold",
	}}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	c := cloud.New(cloud.Options{Simulation: &cloud.Simulation{URL: server.URL(), Region: "us-east-1"}})
	alarm := fleet.Ref{Place: fleet.Place{Simulated: true}, Kind: fleet.KindAlarm, ID: "beta-web-high"}
	before, err := c.Read(ctx, alarm)
	if err != nil {
		fmt.Println(err)
		return
	}
	after := before.Clone()
	after["Threshold"] = 90
	if _, err := c.Write(ctx, alarm, after); err != nil {
		fmt.Println(err)
		return
	}
	now, err := c.Read(ctx, alarm)
	fmt.Println(before["Threshold"], now["Threshold"], now["MetricName"], err)
	// Output: 85 90 CPUUtilization <nil>
}
