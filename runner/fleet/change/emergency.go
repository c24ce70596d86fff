package change

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"plimsoll/runner/fleet"
)

// EmergencyOptions say which service is set to its minimum.
type EmergencyOptions struct {
	Plan    string
	Service string    // title
	Ref     fleet.Ref // of the service
	Least   int       // its minimum where it has no scalable target: what the plan desires
}

// Emergency makes the change set that sets a service to its minimum and suspends its scaling, for Apply; Resume undoes it.
// It writes nothing, and is empty where that is so already.
func (c *Changer) Emergency(ctx context.Context, o EmergencyOptions) (*fleet.ChangeSet, error) {
	service, err := c.Resources.Read(ctx, o.Ref)
	if err != nil {
		return nil, err
	}
	if service == nil {
		return nil, fmt.Errorf("service %s is not there", o.Ref.ID)
	}
	target, err := c.Resources.Read(ctx, scaling(o.Ref))
	if err != nil {
		return nil, err
	}
	r := &restoration{Changer: c, set: &fleet.ChangeSet{
		Schema: fleet.ChangeSetSchema, Plan: o.Plan, Made: c.Now(), Emergency: true,
	}}
	// Scaling first: else it would set the count again.
	least := int64(o.Least)
	if target != nil {
		least, _ = number(target, wordMinimum)
		r.change(o.Service, scaling(o.Ref), target, suspended(target))
	}
	if desired(service) > least {
		after := service.Clone()
		after[wordDesired] = least
		r.change(o.Service, o.Ref, service, after.Clone())
	}
	return r.set, nil
}

// suspended is a scalable target that scales no more, by nothing.
func suspended(target fleet.Document) fleet.Document {
	after := target.Clone()
	after[wordSuspended] = map[string]any{
		"DynamicScalingInSuspended": true, "DynamicScalingOutSuspended": true, "ScheduledScalingSuspended": true,
	}
	return after
}

// ErrNoEmergency says that a service was not set to its minimum by Emergency.
var ErrNoEmergency = errors.New("no emergency of this service is in the state")

// Resume makes the change set that takes the latest emergency of a service back: its scaling goes on, and it desires as many
// tasks as then, if it has not more by now.
func (c *Changer) Resume(ctx context.Context, service string) (*fleet.ChangeSet, error) {
	backups, err := c.choose(ctx, "", func(b *Backup) bool { return b.Emergency && b.Service == service })
	if err != nil {
		return nil, err
	}
	if len(backups) == 0 {
		return nil, ErrNoEmergency
	}
	return c.restoration(ctx, backups, false)
}

// scaling is the scalable target of a service.
func scaling(service fleet.Ref) fleet.Ref {
	return fleet.Ref{Place: service.Place, Kind: fleet.KindScalableTarget, ID: "service/" + service.ID}
}

// scaledBy is the service of a scalable target, or of a policy or scheduled action: service/<cluster>/<service>/<name>.
func scaledBy(ref fleet.Ref) fleet.Ref {
	parts := strings.SplitN(strings.TrimPrefix(ref.ID, "service/"), "/", 3)
	return fleet.Ref{Place: ref.Place, Kind: fleet.KindService, ID: strings.Join(parts[:min(len(parts), 2)], "/")}
}
