package aws

import (
	"fmt"
	"slices"
)

// A ScalableTarget is an ECS service that Application Auto Scaling may scale.
type ScalableTarget struct {
	Scalable
	MinCapacity       int       `json:"MinCapacity"`
	MaxCapacity       int       `json:"MaxCapacity"`
	RoleARN           string    `json:"RoleARN,omitempty"`
	ScalableTargetARN string    `json:"ScalableTargetARN,omitempty"`
	SuspendedState    Suspended `json:"SuspendedState"`
	CreationTime      Time      `json:"CreationTime,omitzero"`

	out, in  *activity // the newest scale-out, and the newest scale-in unless a scale-out came after it
	unscaled string    // why it was not scaled when it was last to be
}

// Suspended says which scaling is switched off.
type Suspended struct {
	DynamicScalingInSuspended  bool `json:"DynamicScalingInSuspended"`
	DynamicScalingOutSuspended bool `json:"DynamicScalingOutSuspended"`
	ScheduledScalingSuspended  bool `json:"ScheduledScalingSuspended"`
}

func (m *model) settleTarget(t *ScalableTarget) error {
	t.Scalable.settle()
	if m.scaled(t.ResourceID) == nil {
		return fmt.Errorf("scalable target %s: the service is not in the fleet", t.ResourceID)
	}
	byDefault(&t.CreationTime, m.stamp())
	byDefault(&t.RoleARN, "arn:aws:iam::"+m.options.Account+":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService")
	byDefault(&t.ScalableTargetARN, m.arn("application-autoscaling", "scalable-target/"+m.id()))
	return nil
}

type targetRegistration struct {
	Scalable
	MinCapacity    *int       `json:"MinCapacity"`
	MaxCapacity    *int       `json:"MaxCapacity"`
	SuspendedState *Suspended `json:"SuspendedState"`
	Tags           Tags       `json:"Tags"`
}

type targetARN struct {
	ScalableTargetARN string `json:"ScalableTargetARN"`
}

// registerScalableTarget makes a target, or changes what the request names of one.
func (m *model) registerScalableTarget(in *targetRegistration) (out targetARN, err error) {
	if err := in.check(); err != nil {
		return out, err
	}
	if m.scaled(in.ResourceID) == nil {
		return out, invalid("ECS service doesn't exist: %s", in.ResourceID)
	}
	t, err := m.target(in.Scalable)
	if err != nil {
		if in.MinCapacity == nil || in.MaxCapacity == nil {
			return out, invalid("minCapacity and maxCapacity are required to register a new scalable target")
		}
		t = &ScalableTarget{Scalable: in.Scalable}
	}
	least, most := t.MinCapacity, t.MaxCapacity
	if in.MinCapacity != nil {
		least = *in.MinCapacity
	}
	if in.MaxCapacity != nil {
		most = *in.MaxCapacity
	}
	if least < 0 || most < least || most > maxDesired {
		return out, invalid("maximum capacity %d must be %d at most, and not below minimum capacity %d", most, maxDesired, least)
	}
	if err != nil {
		m.ScalableTargets = append(m.ScalableTargets, t)
		if err := m.settleTarget(t); err != nil {
			return out, err
		}
	}
	t.MinCapacity, t.MaxCapacity = least, most
	if in.SuspendedState != nil {
		t.SuspendedState = *in.SuspendedState
	}
	m.tag(t.ScalableTargetARN, in.Tags)
	m.confine(t)
	return targetARN{t.ScalableTargetARN}, nil
}

// confine brings a service's desired count between the bounds that were just set.
func (m *model) confine(t *ScalableTarget) {
	s := m.scaled(t.ResourceID)
	switch {
	case s.DesiredCount < t.MinCapacity:
		m.setCapacity(t, t.MinCapacity, fmt.Sprintf("minimum capacity was set to %d", t.MinCapacity))
	case s.DesiredCount > t.MaxCapacity:
		m.setCapacity(t, t.MaxCapacity, fmt.Sprintf("maximum capacity was set to %d", t.MaxCapacity))
	}
}

// deregisterScalableTarget forgets a target with its policies and actions.
func (m *model) deregisterScalableTarget(in *Scalable) (nothing, error) {
	t, err := m.target(*in)
	if err != nil {
		return nothing{}, err
	}
	m.ScalableTargets = slices.DeleteFunc(m.ScalableTargets, func(other *ScalableTarget) bool { return other == t })
	for _, p := range m.ScalingPolicies {
		if p.Scalable == *in {
			m.dropAlarms(p)
		}
	}
	m.ScalingPolicies = slices.DeleteFunc(m.ScalingPolicies, func(p *ScalingPolicy) bool { return p.Scalable == *in })
	m.ScheduledActions = slices.DeleteFunc(m.ScheduledActions, func(a *ScheduledAction) bool { return a.Scalable == *in })
	delete(m.Tags, t.ScalableTargetARN)
	return nothing{}, nil
}

type targetQuestion struct {
	scalingPaging
	ServiceNamespace string   `json:"ServiceNamespace"`
	ResourceIDs      []string `json:"ResourceIds"`
}

type targetDescriptions struct {
	ScalableTargets []*ScalableTarget `json:"ScalableTargets"`
	NextToken       string            `json:"NextToken,omitempty"`
}

func (m *model) describeScalableTargets(in *targetQuestion) (out targetDescriptions, err error) {
	found := []*ScalableTarget{}
	for _, t := range m.ScalableTargets {
		if t.ServiceNamespace == in.ServiceNamespace && (len(in.ResourceIDs) == 0 || slices.Contains(in.ResourceIDs, t.ResourceID)) {
			found = append(found, t)
		}
	}
	out.ScalableTargets, out.NextToken, err = pageScaling(found, in.scalingPaging)
	return out, err
}
