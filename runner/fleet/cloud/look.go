package cloud

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Look reads what moves while a service is under load: the service with its deployments, tasks, bounds, activities, alarms
// and target health. It is a part of what Observe reads, at a part of the cost: eight calls, and four while nothing moves.
// Neither the service nor what is hidden of it bears a title. A service that is not there says so itself; the error is for
// one that could not be asked about at all.
func (c *Cloud) Look(ctx context.Context, place fleet.Place, cluster, service string) (fleet.Service, []fleet.Hidden, error) {
	at, err := c.reach(ctx, place)
	if err != nil {
		return fleet.Service{}, nil, fmt.Errorf("look at service %s: %w", service, err)
	}
	b := newSubject(&plan.Service{ECS: &plan.ECS{Cluster: cluster, Service: service}}, place)
	b.Title, b.Region = "", at.config.Region
	s := &survey{clients: at, place: place, now: c.Now(place), subjects: []*subject{b}}
	together(func() { s.lookAtService(ctx, b) }, func() { s.readActivities(ctx) })
	switch {
	case b.trouble != nil:
		return b.Service, nil, fmt.Errorf("look at service %s: %w", service, b.trouble)
	case b.Missing != "":
		s.clear()
		return b.Service, nil, ctx.Err()
	}
	together(func() { s.lookAtTasks(ctx, b) }, func() { s.lookAtAlarms(ctx, b) })
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
	for _, target := range b.raw.LoadBalancers {
		if arn := aws.ToString(target.TargetGroupArn); arn != "" {
			m := mooring{b, arn, aws.ToString(target.ContainerName), int(aws.ToInt32(target.ContainerPort))}
			b.Balancers = append(b.Balancers, m.unnamed())
			of[arn] = []*subject{b}
		}
	}
	s.readHealth(ctx, of)
}

// lookAtTasks reads tasks and bounds where they may have changed.
func (s *survey) lookAtTasks(ctx context.Context, b *subject) {
	if known := s.lookouts.of(b.names.resource); known.still(&b.Service, s.now) {
		known.recall(&b.Service)
		return
	}
	together(
		func() { s.readTargets(ctx) },
		func() { s.tasksOf(ctx, b.names.cluster, b.names.service, s.subjects) },
	)
	if s.hides(fleet.HiddenTasks) || s.hides(fleet.HiddenTarget) {
		return
	}
	s.lookouts.keep(b.names.resource, func(l *lookout) {
		l.print, l.tasks, l.target, l.at = printOf(&b.Service), b.Tasks, b.Target, s.now
	})
}

// lookAtAlarms reads the alarms of the service: of all at first, later of those that were found to watch it.
func (s *survey) lookAtAlarms(ctx context.Context, b *subject) {
	names, known := s.lookouts.of(b.names.resource).watched()
	if known && len(names) == 0 {
		return
	}
	in := &cloudwatch.DescribeAlarmsInput{}
	if known {
		in.AlarmNames = names
	}
	alarms, err := s.alarms(ctx, in)
	if err != nil {
		s.hide(fleet.HiddenAlarms, err, b)
		return
	}
	watchers, found := s.watchers(), []string{}
	for _, alarm := range alarms {
		if known || len(watchers.of(alarm)) > 0 {
			b.Alarms, found = append(b.Alarms, alarmFrom(alarm, nil)), append(found, aws.ToString(alarm.AlarmName))
		}
	}
	sortAlarms(b.Alarms)
	if !known {
		s.lookouts.keep(b.names.resource, func(l *lookout) { l.alarms, l.alarmsAt = found, time.Now() })
	}
}
