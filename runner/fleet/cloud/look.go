package cloud

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Look reads what moves while a service is under load: the service with its deployments, tasks, bounds, activities, alarms
// and target health. It is a part of what Observe reads, at a part of the cost: eight or nine calls.
// What cannot be read is told without a title; a service that is not there says so itself. The error is for a service that
// could not be asked about at all.
func (c *Cloud) Look(ctx context.Context, place fleet.Place, cluster, service string) (fleet.Service, []fleet.Hidden, error) {
	at, err := c.at(ctx, place)
	if err != nil {
		return fleet.Service{}, nil, fmt.Errorf("look at service %s: %w", service, err)
	}
	b := newSubject(&plan.Service{ECS: &plan.ECS{Cluster: cluster, Service: service}}, place)
	b.Title, b.Region = "", at.config.Region
	s := &survey{clients: at, place: place, now: c.Now(place), subjects: []*subject{b}}
	together(
		func() { s.lookAtService(ctx, b) },
		func() { s.readTargets(ctx) },
		func() { s.readActivities(ctx) },
		func() { s.tasksOf(ctx, b.names.cluster, b.names.service, s.subjects) },
	)
	s.lookAtAlarms(ctx, b)
	s.clear()
	if b.trouble != nil {
		return b.Service, nil, fmt.Errorf("look at service %s: %w", service, b.trouble)
	}
	if b.Missing != "" {
		return b.Service, nil, ctx.Err()
	}
	slices.SortFunc(s.hidden, compareHidden)
	return b.Service, s.hidden, ctx.Err()
}

// lookAtService describes the service, and asks about the health of its targets.
func (s *survey) lookAtService(ctx context.Context, b *subject) {
	out, err := s.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &b.names.cluster, Services: []string{b.names.service}})
	b.found(out, err)
	if b.Missing != "" {
		return
	}
	of := map[string][]*subject{}
	for _, target := range b.raw.described.LoadBalancers {
		if arn := aws.ToString(target.TargetGroupArn); arn != "" {
			b.Balancers = append(b.Balancers, mooring{b, arn, aws.ToString(target.ContainerName), int(aws.ToInt32(target.ContainerPort))}.unnamed())
			of[arn] = []*subject{b}
		}
	}
	s.readHealth(ctx, of)
}
