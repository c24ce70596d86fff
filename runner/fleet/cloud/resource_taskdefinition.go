package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// documentOfTaskDefinition is a revision with its tags, as RegisterTaskDefinition takes it.
func documentOfTaskDefinition(d ecstypes.TaskDefinition, tags []ecstypes.Tag) fleet.Document {
	in := settingsOf[ecs.RegisterTaskDefinitionInput](d)
	in.Tags = ownTags(tags, ecsTag)
	return encode(in, asInECS)
}

func ecsTag(t ecstypes.Tag) (key, value string) { return aws.ToString(t.Key), aws.ToString(t.Value) }

func readTaskDefinition(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	_, d, err := c.taskDefinition(ctx, id)
	return d, err
}

// taskDefinition finds a revision by family:revision, or the newest active one by family; nil if there is none.
func (c *clients) taskDefinition(ctx context.Context, id string) (arn string, d fleet.Document, err error) {
	out, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: &id, Include: []ecstypes.TaskDefinitionField{ecstypes.TaskDefinitionFieldTags},
	})
	if hasCode(err, "ClientException") && strings.Contains(err.Error(), "Unable to describe task definition") {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, told(err)
	}
	if out.TaskDefinition == nil {
		return "", nil, nil
	}
	return aws.ToString(out.TaskDefinition.TaskDefinitionArn), documentOfTaskDefinition(*out.TaskDefinition, out.Tags), nil
}

// writeTaskDefinition registers a revision, unless the newest one is already as asked for: so nothing is registered twice,
// whichever answer was lost.
func writeTaskDefinition(ctx context.Context, c *clients, id string, d fleet.Document) (arn string, err error) {
	in := &ecs.RegisterTaskDefinitionInput{}
	if err := decode(d, asInECS, in); err != nil {
		return "", err
	}
	if in.Family == nil {
		family, _, _ := strings.Cut(id, ":")
		in.Family = &family
	}
	wanted := encode(in, asInECS)
	registered := func() (bool, error) {
		newest, have, err := c.taskDefinition(ctx, *in.Family)
		arn = newest
		return err == nil && wanted.Equal(have), err
	}
	if done, err := registered(); done || err != nil {
		return arn, err
	}
	err = once(ctx, registered, func() error {
		out, err := c.ecs.RegisterTaskDefinition(ctx, in, func(o *ecs.Options) { o.Retryer = aws.NopRetryer{} })
		if err == nil {
			arn = aws.ToString(out.TaskDefinition.TaskDefinitionArn)
		}
		return err
	})
	return arn, told(err)
}
