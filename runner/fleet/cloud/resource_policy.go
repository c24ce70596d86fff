package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"plimsoll/runner/fleet"
)

// documentOfScalingPolicy is a scaling policy of any type, as PutScalingPolicy takes it.
func documentOfScalingPolicy(p scalingtypes.ScalingPolicy) fleet.Document {
	return encode(settingsOf[applicationautoscaling.PutScalingPolicyInput](p), asInGo)
}

func readScalingPolicy(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	resource, name, err := within(id)
	if err != nil {
		return nil, err
	}
	out, err := c.scaling.DescribeScalingPolicies(ctx, &applicationautoscaling.DescribeScalingPoliciesInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &resource, ScalableDimension: desiredCount, PolicyNames: []string{name},
	})
	if err != nil {
		return nil, told(err)
	}
	if len(out.ScalingPolicies) == 0 {
		return nil, nil
	}
	return documentOfScalingPolicy(out.ScalingPolicies[0]), nil
}

func writeScalingPolicy(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	resource, name, err := within(id)
	if err != nil {
		return "", err
	}
	in := &applicationautoscaling.PutScalingPolicyInput{}
	if err := decode(d, asInGo, in); err != nil {
		return "", err
	}
	in.ServiceNamespace, in.ResourceId, in.ScalableDimension, in.PolicyName = scalingtypes.ServiceNamespaceEcs, &resource, desiredCount, &name
	_, err = c.scaling.PutScalingPolicy(ctx, in)
	return "", told(err)
}

func removeScalingPolicy(ctx context.Context, c *clients, id string) error {
	resource, name, err := within(id)
	if err != nil {
		return err
	}
	_, err = c.scaling.DeleteScalingPolicy(ctx, &applicationautoscaling.DeleteScalingPolicyInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &resource, ScalableDimension: desiredCount, PolicyName: &name,
	})
	return told(unlessGone(err))
}
