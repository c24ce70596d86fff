package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"plimsoll/runner/fleet"
)

// defaultTimezone is that of a schedule that names none. Documents always name it, because PutScheduledAction leaves what
// is not named as it was.
const defaultTimezone = "UTC"

// documentOfScheduledAction is a scheduled action as PutScheduledAction takes it.
func documentOfScheduledAction(a scalingtypes.ScheduledAction) fleet.Document {
	in := settingsOf[applicationautoscaling.PutScheduledActionInput](a)
	if aws.ToString(in.Timezone) == "" {
		in.Timezone = aws.String(defaultTimezone)
	}
	return encode(in, asInGo)
}

func readScheduledAction(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	resource, name, err := within(id)
	if err != nil {
		return nil, err
	}
	out, err := c.scaling.DescribeScheduledActions(ctx, &applicationautoscaling.DescribeScheduledActionsInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &resource, ScalableDimension: desiredCount, ScheduledActionNames: []string{name},
	})
	if err != nil {
		return nil, told(err)
	}
	if len(out.ScheduledActions) == 0 {
		return nil, nil
	}
	return documentOfScheduledAction(out.ScheduledActions[0]), nil
}

func writeScheduledAction(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	resource, name, err := within(id)
	if err != nil {
		return "", err
	}
	in := &applicationautoscaling.PutScheduledActionInput{Timezone: aws.String(defaultTimezone)}
	if err := decode(d, asInGo, in); err != nil {
		return "", err
	}
	in.ServiceNamespace, in.ResourceId, in.ScalableDimension, in.ScheduledActionName = scalingtypes.ServiceNamespaceEcs, &resource, desiredCount, &name
	_, err = c.scaling.PutScheduledAction(ctx, in)
	return "", told(err)
}

func removeScheduledAction(ctx context.Context, c *clients, id string) error {
	resource, name, err := within(id)
	if err != nil {
		return err
	}
	_, err = c.scaling.DeleteScheduledAction(ctx, &applicationautoscaling.DeleteScheduledActionInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &resource, ScalableDimension: desiredCount, ScheduledActionName: &name,
	})
	return told(unlessGone(err))
}
