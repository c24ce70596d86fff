package cloud

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"plimsoll/runner/fleet"
)

// desiredCount is the one dimension of an ECS service that scales.
const desiredCount = scalingtypes.ScalableDimensionECSServiceDesiredCount

// scaledParts are those of service/<cluster>/<service>/<name>.
const scaledParts = 4

// documentOfScalableTarget is a scalable target as RegisterScalableTarget takes it. The role that AWS itself made for
// scaling is left out: it is always taken.
func documentOfScalableTarget(t scalingtypes.ScalableTarget) fleet.Document {
	in := settingsOf[applicationautoscaling.RegisterScalableTargetInput](t)
	if strings.Contains(aws.ToString(in.RoleARN), ":role/aws-service-role/") {
		in.RoleARN = nil
	}
	return encode(in, asInGo)
}

func readScalableTarget(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	targets, err := c.targets(ctx, []string{id})
	if err != nil || targets[id] == nil {
		return nil, told(err)
	}
	return targets[id].Document, nil
}

func writeScalableTarget(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	in := &applicationautoscaling.RegisterScalableTargetInput{}
	if err := decode(d, asInGo, in); err != nil {
		return "", err
	}
	in.ServiceNamespace, in.ResourceId, in.ScalableDimension = scalingtypes.ServiceNamespaceEcs, &id, desiredCount
	_, err := c.scaling.RegisterScalableTarget(ctx, in)
	return "", told(err)
}

func removeScalableTarget(ctx context.Context, c *clients, id string) error {
	_, err := c.scaling.DeregisterScalableTarget(ctx, &applicationautoscaling.DeregisterScalableTargetInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &id, ScalableDimension: desiredCount,
	})
	return told(unlessGone(err))
}

// unlessGone takes what is not there for removed.
func unlessGone(err error) error {
	if hasCode(err, "ObjectNotFoundException", "ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError", "NotFoundException") {
		return nil
	}
	return err
}

// within splits the id of what belongs to a scalable target: its resource, and the name behind that, which may hold slashes.
func within(id string) (resource, name string, err error) {
	parts := strings.SplitN(id, "/", scaledParts)
	if len(parts) < scaledParts {
		return "", "", fmt.Errorf("%q must be service/<cluster>/<service>/<name>", id)
	}
	return strings.Join(parts[:scaledParts-1], "/"), parts[scaledParts-1], nil
}
