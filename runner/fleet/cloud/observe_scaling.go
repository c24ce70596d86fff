package cloud

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"plimsoll/runner/fleet"
)

const (
	targetsAtOnce  = 50 // the most that Application Auto Scaling lists in one call
	fewServices    = 8  // are asked about one by one; for more, a region's whole list is read
	activitiesRead = 50 // of each service, the newest
)

func (b *subject) id() string { return b.names.resource }

// readTargets reads the bounds that the services scale within.
func (s *survey) readTargets(ctx context.Context) {
	each(slices.Collect(slices.Chunk(s.subjects, targetsAtOnce)), func(part []*subject) {
		var ids []string
		for _, subject := range part {
			ids = append(ids, subject.id())
		}
		targets, err := s.targets(ctx, ids)
		if err != nil {
			s.hide(fleet.HiddenTarget, err, part...)
			return
		}
		for _, subject := range part {
			subject.Target = targets[subject.id()]
		}
	})
}

// targets describes the bounds of services, by their ids.
func (c *clients) targets(ctx context.Context, ids []string) (map[string]*fleet.ScalableTarget, error) {
	found := map[string]*fleet.ScalableTarget{}
	list := applicationautoscaling.NewDescribeScalableTargetsPaginator(c.scaling, &applicationautoscaling.DescribeScalableTargetsInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceIds: ids, ScalableDimension: desiredCount,
	})
	err := pages(ctx, list, func(page *applicationautoscaling.DescribeScalableTargetsOutput) {
		for _, t := range page.ScalableTargets {
			found[aws.ToString(t.ResourceId)] = targetFrom(t)
		}
	})
	return found, err
}

func targetFrom(t scalingtypes.ScalableTarget) *fleet.ScalableTarget {
	made := &fleet.ScalableTarget{
		Min: int(aws.ToInt32(t.MinCapacity)), Max: int(aws.ToInt32(t.MaxCapacity)), Document: documentOfScalableTarget(t),
	}
	if p := t.SuspendedState; p != nil {
		made.Suspended = aws.ToBool(p.DynamicScalingInSuspended) || aws.ToBool(p.DynamicScalingOutSuspended)
	}
	return made
}

// resources are what is asked for when policies or actions are listed: a few services by their ids, else everything of the
// region, which takes fewer calls.
func (s *survey) resources() [][]*subject {
	if len(s.subjects) > fewServices {
		return [][]*subject{s.subjects}
	}
	return slices.Collect(slices.Chunk(s.subjects, 1))
}

// idOf narrows a list to one service, if there is but one.
func idOf(part []*subject) *string {
	if len(part) > 1 {
		return nil
	}
	return aws.String(part[0].id())
}

// listed lists something that belongs to services, and gives each its own.
func listed[T any](s *survey, what string, list func(id *string, take func(id *string, item T)) error, give func(*subject, []T)) {
	each(s.resources(), func(part []*subject) {
		found := map[string][]T{}
		err := list(idOf(part), func(id *string, item T) { found[aws.ToString(id)] = append(found[aws.ToString(id)], item) })
		if err != nil {
			s.hide(what, err, part...)
			return
		}
		for _, subject := range part {
			give(subject, found[subject.id()])
		}
	})
}

// readPolicies reads the scaling policies.
func (s *survey) readPolicies(ctx context.Context) {
	listed(s, fleet.HiddenPolicies, func(id *string, take func(*string, fleet.Policy)) error {
		in := &applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: id}
		list := applicationautoscaling.NewDescribeScalingPoliciesPaginator(s.scaling, in)
		return pages(ctx, list, func(page *applicationautoscaling.DescribeScalingPoliciesOutput) {
			for _, p := range page.ScalingPolicies {
				take(p.ResourceId, policyFrom(p))
			}
		})
	}, func(b *subject, all []fleet.Policy) { b.Policies = all })
}

// readScheduled reads the scheduled actions.
func (s *survey) readScheduled(ctx context.Context) {
	listed(s, fleet.HiddenScheduled, func(id *string, take func(*string, fleet.Scheduled)) error {
		in := &applicationautoscaling.DescribeScheduledActionsInput{ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: id}
		list := applicationautoscaling.NewDescribeScheduledActionsPaginator(s.scaling, in)
		return pages(ctx, list, func(page *applicationautoscaling.DescribeScheduledActionsOutput) {
			for _, a := range page.ScheduledActions {
				take(a.ResourceId, scheduledFrom(a))
			}
		})
	}, func(b *subject, all []fleet.Scheduled) { b.Scheduled = all })
}

func scheduledFrom(a scalingtypes.ScheduledAction) fleet.Scheduled {
	made := fleet.Scheduled{
		Name: aws.ToString(a.ScheduledActionName), Schedule: aws.ToString(a.Schedule), Timezone: aws.ToString(a.Timezone),
		Document: documentOfScheduledAction(a),
	}
	if bounds := a.ScalableTargetAction; bounds != nil {
		made.Min, made.Max = intOf(bounds.MinCapacity), intOf(bounds.MaxCapacity)
	}
	return made
}

func intOf(n *int32) *int {
	if n == nil {
		return nil
	}
	return aws.Int(int(*n))
}

// readActivities reads what scaling did lately, and why it did not.
func (s *survey) readActivities(ctx context.Context) {
	each(s.subjects, func(b *subject) {
		activities, err := s.activities(ctx, b.id())
		if err != nil {
			s.hide(fleet.HiddenActivities, err, b)
			return
		}
		b.Activities = activities
	})
}

// activities describes the newest activities of one service.
func (c *clients) activities(ctx context.Context, id string) ([]fleet.Activity, error) {
	out, err := c.scaling.DescribeScalingActivities(ctx, &applicationautoscaling.DescribeScalingActivitiesInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: &id, MaxResults: aws.Int32(activitiesRead),
		IncludeNotScaledActivities: aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	var found []fleet.Activity
	for _, a := range out.ScalingActivities {
		found = append(found, activityFrom(a))
	}
	slices.SortStableFunc(found, func(a, b fleet.Activity) int { return b.StartedAt.Compare(a.StartedAt) })
	return found, nil
}
