package aws

import (
	"errors"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/google/go-cmp/cmp"
)

const webResource = "service/beta/web"

func TestScalingTargets(t *testing.T) {
	_, config := serve(t, Options{})
	client := scaling.NewFromConfig(config)
	describe := func() types.ScalableTarget {
		t.Helper()
		out, err := client.DescribeScalableTargets(ctx, &scaling.DescribeScalableTargetsInput{ServiceNamespace: types.ServiceNamespaceEcs, ResourceIds: []string{webResource}})
		if err != nil {
			t.Fatal(err)
		}
		return out.ScalableTargets[0]
	}
	register := func(in scaling.RegisterScalableTargetInput) error {
		in.ServiceNamespace, in.ScalableDimension, in.ResourceId = types.ServiceNamespaceEcs, types.ScalableDimensionECSServiceDesiredCount, awssdk.String(webResource)
		_, err := client.RegisterScalableTarget(ctx, &in)
		return err
	}
	if err := register(scaling.RegisterScalableTargetInput{SuspendedState: &types.SuspendedState{DynamicScalingInSuspended: awssdk.Bool(true)}}); err != nil {
		t.Fatal(err)
	}
	target := describe()
	got := []any{*target.MinCapacity, *target.MaxCapacity, *target.SuspendedState.DynamicScalingInSuspended, target.CreationTime.UTC()}
	if d := cmp.Diff([]any{int32(1), int32(10), true, noon}, got); d != "" {
		t.Error(d)
	}
	if err := register(scaling.RegisterScalableTargetInput{MinCapacity: awssdk.Int32(2), MaxCapacity: awssdk.Int32(50), Tags: map[string]string{"plan": "fleet"}}); err != nil {
		t.Fatal(err)
	}
	tags, err := client.ListTagsForResource(ctx, &scaling.ListTagsForResourceInput{ResourceARN: target.ScalableTargetARN})
	if err != nil {
		t.Fatal(err)
	}
	activities, err := client.DescribeScalingActivities(ctx, &scaling.DescribeScalingActivitiesInput{ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: awssdk.String(webResource)})
	if err != nil {
		t.Fatal(err)
	}
	got = []any{*describe().MaxCapacity, tags.Tags["plan"], *activities.ScalingActivities[0].Cause, activities.ScalingActivities[0].StatusCode}
	if d := cmp.Diff([]any{int32(50), "fleet", "minimum capacity was set to 2", types.ScalingActivityStatusCodeInProgress}, got); d != "" {
		t.Error(d)
	}
	if err := register(scaling.RegisterScalableTargetInput{MinCapacity: awssdk.Int32(60)}); !errors.As(err, new(*types.ValidationException)) {
		t.Errorf("minimum over maximum: %v", err)
	}
}

// putPolicy puts a target tracking policy of the service web.
func putPolicy(client *scaling.Client, name string, tracking types.TargetTrackingScalingPolicyConfiguration) (*scaling.PutScalingPolicyOutput, error) {
	return client.PutScalingPolicy(ctx, &scaling.PutScalingPolicyInput{
		PolicyName: awssdk.String(name), ResourceId: awssdk.String(webResource), ServiceNamespace: types.ServiceNamespaceEcs,
		ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, PolicyType: types.PolicyTypeTargetTrackingScaling,
		TargetTrackingScalingPolicyConfiguration: &tracking,
	})
}

func describePolicy(t *testing.T, client *scaling.Client, name string) types.ScalingPolicy {
	t.Helper()
	out, err := client.DescribeScalingPolicies(ctx, &scaling.DescribeScalingPoliciesInput{ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: awssdk.String(webResource), PolicyNames: []string{name}})
	if err != nil || len(out.ScalingPolicies) != 1 {
		t.Fatalf("%d policies %s, %v", len(out.ScalingPolicies), name, err)
	}
	return out.ScalingPolicies[0]
}

// A policy that is put again keeps its ARN and the names of its alarms.
func TestPolicyIsReplaced(t *testing.T) {
	_, config := serve(t, Options{})
	client := scaling.NewFromConfig(config)
	before := describePolicy(t, client, "cpu")
	tracking := *before.TargetTrackingScalingPolicyConfiguration
	tracking.TargetValue = awssdk.Float64(65.5)
	put, err := putPolicy(client, "cpu", tracking)
	if err != nil {
		t.Fatal(err)
	}
	after := describePolicy(t, client, "cpu")
	got := []any{*after.PolicyARN, *after.TargetTrackingScalingPolicyConfiguration.TargetValue, *put.Alarms[0].AlarmName}
	if d := cmp.Diff([]any{*before.PolicyARN, 65.5, *before.Alarms[0].AlarmName}, got); d != "" {
		t.Error(d)
	}
}

func TestPolicyWithMetricMath(t *testing.T) {
	_, config := serve(t, Options{})
	client := scaling.NewFromConfig(config)
	custom := types.TargetTrackingScalingPolicyConfiguration{
		TargetValue: awssdk.Float64(500), ScaleOutCooldown: awssdk.Int32(30), DisableScaleIn: awssdk.Bool(true),
		CustomizedMetricSpecification: &types.CustomizedMetricSpecification{Metrics: []types.TargetTrackingMetricDataQuery{
			{Id: awssdk.String("m1"), ReturnData: awssdk.Bool(false), MetricStat: &types.TargetTrackingMetricStat{
				Stat: awssdk.String("Sum"), Metric: &types.TargetTrackingMetric{Namespace: awssdk.String("AWS/ApplicationELB"), MetricName: awssdk.String("ActiveConnectionCount")},
			}},
			{Id: awssdk.String("e1"), Expression: awssdk.String("m1 / 2")},
		}},
	}
	if _, err := putPolicy(client, "connections", custom); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&custom, describePolicy(t, client, "connections").TargetTrackingScalingPolicyConfiguration, ignoreSDK...); d != "" {
		t.Error(d)
	}
	remove := &scaling.DeleteScalingPolicyInput{
		PolicyName: awssdk.String("connections"), ResourceId: awssdk.String(webResource), ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
	}
	if _, err := client.DeleteScalingPolicy(ctx, remove); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteScalingPolicy(ctx, remove); !errors.As(err, new(*types.ObjectNotFoundException)) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestPolicyIsRefused(t *testing.T) {
	_, config := serve(t, Options{})
	client := scaling.NewFromConfig(config)
	predefined := func(kind types.MetricType, label *string) types.TargetTrackingScalingPolicyConfiguration {
		return types.TargetTrackingScalingPolicyConfiguration{TargetValue: awssdk.Float64(50), PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: kind, ResourceLabel: label}}
	}
	cases := map[string]types.TargetTrackingScalingPolicyConfiguration{
		"no metric":         {TargetValue: awssdk.Float64(1)},
		"no target":         {TargetValue: awssdk.Float64(0), PredefinedMetricSpecification: predefined("ECSServiceAverageCPUUtilization", nil).PredefinedMetricSpecification},
		"another service's": predefined("EC2SpotFleetRequestAverageCPUUtilization", nil),
		"no resource label": predefined("ALBRequestCountPerTarget", nil),
		"a bad statistic":   {TargetValue: awssdk.Float64(1), CustomizedMetricSpecification: &types.CustomizedMetricSpecification{MetricName: awssdk.String("m"), Namespace: awssdk.String("n"), Statistic: "Mode"}},
	}
	for name, tracking := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := putPolicy(client, "bad", tracking); !errors.As(err, new(*types.ValidationException)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestScheduledActionsAndDeregistration(t *testing.T) {
	_, config := serve(t, Options{})
	client := scaling.NewFromConfig(config)
	_, err := client.PutScheduledAction(ctx, &scaling.PutScheduledActionInput{
		ScheduledActionName: awssdk.String("morning"), ResourceId: awssdk.String(webResource), ServiceNamespace: types.ServiceNamespaceEcs,
		ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, Schedule: awssdk.String("cron(0 8 * * ? *)"), Timezone: awssdk.String("Europe/Berlin"),
		StartTime: awssdk.Time(noon), ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: awssdk.Int32(4)},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := func() []types.ScheduledAction {
		t.Helper()
		out, err := client.DescribeScheduledActions(ctx, &scaling.DescribeScheduledActionsInput{ServiceNamespace: types.ServiceNamespaceEcs})
		if err != nil {
			t.Fatal(err)
		}
		return out.ScheduledActions
	}
	got := []any{len(list()), *list()[1].Timezone, list()[1].StartTime.UTC(), *list()[1].ScalableTargetAction.MinCapacity}
	if d := cmp.Diff([]any{2, "Europe/Berlin", noon, int32(4)}, got); d != "" {
		t.Error(d)
	}
	_, err = client.DeleteScheduledAction(ctx, &scaling.DeleteScheduledActionInput{
		ScheduledActionName: awssdk.String("morning"), ResourceId: awssdk.String(webResource), ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
	})
	if err != nil || len(list()) != 1 {
		t.Errorf("after deleting: %d actions, %v", len(list()), err)
	}
	deregister := func() error {
		_, err := client.DeregisterScalableTarget(ctx, &scaling.DeregisterScalableTargetInput{
			ResourceId: awssdk.String(webResource), ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		})
		return err
	}
	if err := deregister(); err != nil {
		t.Fatal(err)
	}
	policies, err := client.DescribeScalingPolicies(ctx, &scaling.DescribeScalingPoliciesInput{ServiceNamespace: types.ServiceNamespaceEcs})
	if err != nil || len(policies.ScalingPolicies) != 0 || len(list()) != 0 {
		t.Errorf("policies and actions outlive their target: %v %v", policies.ScalingPolicies, err)
	}
	if err := deregister(); !errors.As(err, new(*types.ObjectNotFoundException)) {
		t.Errorf("deregistered twice: %v", err)
	}
}
