package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/smithy-go"

	"plimsoll/runner/fleet"
)

// A resource is how one kind is read and written. Each function gets the ID of a Ref. read gives nil where there is nothing;
// remove is nil where Plimsoll never removes.
type resource struct {
	read   func(ctx context.Context, c *clients, id string) (fleet.Document, error)
	write  func(ctx context.Context, c *clients, id string, d fleet.Document) (made string, err error)
	remove func(ctx context.Context, c *clients, id string) error
}

func resourceOf(kind fleet.Kind) (resource, error) {
	switch kind {
	case fleet.KindCluster:
		return resource{readCluster, writeCluster, nil}, nil
	case fleet.KindTaskDefinition:
		return resource{readTaskDefinition, writeTaskDefinition, nil}, nil
	case fleet.KindService:
		return resource{readService, writeService, nil}, nil
	case fleet.KindScalableTarget:
		return resource{readScalableTarget, writeScalableTarget, removeScalableTarget}, nil
	case fleet.KindScalingPolicy:
		return resource{readScalingPolicy, writeScalingPolicy, removeScalingPolicy}, nil
	case fleet.KindScheduledAction:
		return resource{readScheduledAction, writeScheduledAction, removeScheduledAction}, nil
	case fleet.KindAlarm:
		return resource{readAlarm, writeAlarm, removeAlarm}, nil
	case fleet.KindDashboard:
		return resource{readDashboard, writeDashboard, removeDashboard}, nil
	case fleet.KindBudget:
		return resource{readBudget, writeBudget, removeBudget}, nil
	case fleet.KindThrottle:
		return resource{readThrottle, writeThrottle, removeThrottle}, nil
	}
	return resource{}, fmt.Errorf("there is no kind of resource called %q", kind)
}

// Read returns a resource as it is now, nil where it is not there.
func (c *Cloud) Read(ctx context.Context, ref fleet.Ref) (fleet.Document, error) {
	r, err := resourceOf(ref.Kind)
	if err != nil {
		return nil, err
	}
	at, err := c.reach(ctx, ref.Place)
	if err != nil {
		return nil, err
	}
	d, err := r.read(ctx, at, ref.ID)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", ref, err)
	}
	return d, nil
}

// Write makes a resource, changes it, or removes it where d is nil. Writing the same again changes nothing more: a call
// whose answer was lost may be repeated. made is the ARN of a task definition's revision, else "".
func (c *Cloud) Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (made string, err error) {
	r, err := resourceOf(ref.Kind)
	if err != nil {
		return "", err
	}
	at, err := c.writable(ctx, ref.Place)
	if err != nil {
		return "", err
	}
	switch {
	case d != nil:
		made, err = r.write(ctx, at, ref.ID, d)
	case r.remove == nil:
		err = errors.New("it is never removed by Plimsoll: remove it yourself if it is to go")
	default:
		err = r.remove(ctx, at, ref.ID)
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", verb(d), ref, err)
	}
	return made, nil
}

func verb(d fleet.Document) string {
	if d == nil {
		return "remove"
	}
	return "write"
}

// writable is the clients of a place that may be written to: its account must be known, so that a wrong set of credentials
// cannot change somebody else's fleet.
func (c *Cloud) writable(ctx context.Context, place fleet.Place) (*clients, error) {
	if place.Account == "" && !place.Simulated {
		return nil, errors.New(`the plan does not say which account may be written to: set ecs { account = "…" } (for a budget, its own account)`)
	}
	return c.reach(ctx, place)
}

// hasCode reports whether AWS answered with one of these error codes.
func hasCode(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// told is a call's error as people read it.
func told(err error) error {
	if err == nil {
		return nil
	}
	return explain(err)
}
