package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// How often a service is looked at while it deploys. A deployment takes AWS minutes and a fast simulation an instant.
const (
	settlePause          = 5 * time.Second
	simulatedSettlePause = 100 * time.Millisecond
)

// Settle waits until a service's deployments are over: its primary one is completed, and no other is left. It fails where
// the deployment failed, where another took its place, and where ctx ends first.
func (c *Cloud) Settle(ctx context.Context, service fleet.Ref) error {
	at, err := c.reach(ctx, service.Place)
	if err != nil {
		return err
	}
	wait := settlePause
	if service.Place.Simulated {
		wait = simulatedSettlePause
	}
	if err := at.settle(ctx, service.ID, wait); err != nil {
		return fmt.Errorf("wait for the deployments of %s: %w", service, err)
	}
	return nil
}

func (c *clients) settle(ctx context.Context, id string, wait time.Duration) error {
	wanted := "" // task definition
	for {
		s, err := c.service(ctx, id)
		if err != nil {
			return err
		}
		if s == nil {
			return errors.New("it is not there any more")
		}
		if wanted == "" {
			wanted = aws.ToString(s.TaskDefinition)
		}
		if done, err := settled(*s, wanted); done || err != nil {
			return err
		}
		switch err := pause(ctx, wait); {
		case errors.Is(err, context.Canceled):
			return fmt.Errorf("%s: %w", progress(*s), told(err))
		case err != nil:
			return fmt.Errorf("%s: look at its events, or allow more time: %w", progress(*s), err)
		}
	}
}

// settled reports whether a service's deployments are over, and fails where they came to nothing.
func settled(s ecstypes.Service, wanted string) (bool, error) {
	i := slices.IndexFunc(s.Deployments, isPrimary)
	if i < 0 {
		return false, errors.New("its deployments are not made by ECS itself, so they cannot be followed: look at them where they are made")
	}
	primary := s.Deployments[i]
	if failed := failedOf(s.Deployments); failed != nil {
		return false, fmt.Errorf("the deployment of %s failed (%s): look at why its tasks stopped, mend that, and try again", lastPart(aws.ToString(failed.TaskDefinition)), fleet.Line(aws.ToString(failed.RolloutStateReason)))
	}
	if now := aws.ToString(s.TaskDefinition); now != wanted {
		return false, fmt.Errorf("%s was replaced by %s while it was deployed (%s): find out who did that, and try again", lastPart(wanted), lastPart(now), fleet.Line(aws.ToString(primary.RolloutStateReason)))
	}
	over := primary.RolloutState == ecstypes.DeploymentRolloutStateCompleted ||
		primary.RolloutState == "" && primary.RunningCount == primary.DesiredCount // behind a Classic Load Balancer there is no state
	return over && len(s.Deployments) == 1, nil
}

func failedOf(deployments []ecstypes.Deployment) *ecstypes.Deployment {
	for _, d := range deployments {
		if d.RolloutState == ecstypes.DeploymentRolloutStateFailed {
			return &d
		}
	}
	return nil
}

// progress is how far a deployment has come.
func progress(s ecstypes.Service) string {
	text := "not over yet"
	if i := slices.IndexFunc(s.Deployments, isPrimary); i >= 0 {
		text = fmt.Sprintf("%d of %d tasks run", s.Deployments[i].RunningCount, s.Deployments[i].DesiredCount)
	}
	if len(s.Events) > 0 {
		text += ", and ECS says: " + fleet.Line(aws.ToString(s.Events[0].Message))
	}
	return text
}
