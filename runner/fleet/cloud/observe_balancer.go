package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"plimsoll/runner/fleet"
)

// balancersAtOnce is the most load balancers, or target groups, that one call describes.
const balancersAtOnce = 20

// mooring is a target group that a service registers its tasks with.
type mooring struct {
	*subject
	group     string // ARN
	container string
	port      int
}

// readBalancers reads the load balancers in front of the services, with their timeouts and the health of targets.
func (s *survey) readBalancers(ctx context.Context) {
	of := s.findBalancers(ctx)
	together(func() { s.readAttributes(ctx) }, func() { s.readHealth(ctx, of) })
}

// findBalancers finds the load balancers by the target groups that ECS registers tasks with or, where the plan names one,
// by that. It returns the services by the ARNs of their target groups.
func (s *survey) findBalancers(ctx context.Context) map[string][]*subject {
	moorings := s.moorings(ctx)
	of := map[string][]*subject{}
	for _, m := range moorings {
		of[m.group] = append(of[m.group], m.subject)
	}
	groups := s.describeGroups(ctx, of)
	balancers := s.describeBalancers(ctx, groups, of)
	for _, m := range moorings {
		if group, ok := groups[m.group]; ok {
			m.Balancers = append(m.Balancers, m.balancer(group, balancers))
		}
	}
	return of
}

func (s *survey) moorings(ctx context.Context) []mooring {
	var found []mooring
	for _, subject := range s.there() {
		named := s.namedGroup(ctx, subject)
		for _, target := range subject.raw.LoadBalancers {
			arn := aws.ToString(target.TargetGroupArn)
			if arn == "" || named != "" && arn != named {
				continue // a Classic Load Balancer, or another than the plan means
			}
			found = append(found, mooring{subject, arn, aws.ToString(target.ContainerName), int(aws.ToInt32(target.ContainerPort))})
		}
		if named != "" && (len(found) == 0 || found[len(found)-1].subject != subject) {
			found = append(found, mooring{subject: subject, group: named})
		}
	}
	return found
}

// namedGroup is the ARN of the target group that the plan names, "" where it names none.
func (s *survey) namedGroup(ctx context.Context, b *subject) string {
	name := b.plan.ECS.TargetGroup
	if name == "" || strings.HasPrefix(name, "arn:") {
		return name
	}
	out, err := s.elb.DescribeTargetGroups(ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{Names: []string{name}})
	if err == nil && len(out.TargetGroups) == 0 {
		err = fmt.Errorf("there is no target group %s", name)
	}
	if err != nil {
		s.hide(fleet.HiddenBalancers, err, b)
		return ""
	}
	return aws.ToString(out.TargetGroups[0].TargetGroupArn)
}

func (s *survey) describeGroups(ctx context.Context, of map[string][]*subject) map[string]elbtypes.TargetGroup {
	call := func(arns []string) ([]elbtypes.TargetGroup, error) {
		out, err := s.elb.DescribeTargetGroups(ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{TargetGroupArns: arns})
		if err != nil {
			return nil, err
		}
		return out.TargetGroups, nil
	}
	arn := func(g elbtypes.TargetGroup) string { return aws.ToString(g.TargetGroupArn) }
	return inParts(s, of, call, arn)
}

// describeBalancers describes the load balancers of target groups, by their ARNs.
func (s *survey) describeBalancers(ctx context.Context, groups map[string]elbtypes.TargetGroup, of map[string][]*subject) map[string]elbtypes.LoadBalancer {
	behind := map[string][]*subject{}
	for arn, group := range groups {
		for _, balancer := range group.LoadBalancerArns {
			behind[balancer] = append(behind[balancer], of[arn]...)
		}
	}
	call := func(arns []string) ([]elbtypes.LoadBalancer, error) {
		out, err := s.elb.DescribeLoadBalancers(ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{LoadBalancerArns: arns})
		if err != nil {
			return nil, err
		}
		return out.LoadBalancers, nil
	}
	return inParts(s, behind, call, func(b elbtypes.LoadBalancer) string { return aws.ToString(b.LoadBalancerArn) })
}

// inParts describes what is named, many in a call; where one of them is gone, which fails the call, one by one.
func inParts[T any](s *survey, of map[string][]*subject, call func([]string) ([]T, error), arn func(T) string) map[string]T {
	found := map[string]T{}
	take := func(items []T) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, item := range items {
			found[arn(item)] = item
		}
	}
	one := func(name string) {
		items, err := call([]string{name})
		if err != nil {
			s.hide(fleet.HiddenBalancers, err, of[name]...)
		}
		take(items)
	}
	each(slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(of)), balancersAtOnce)), func(names []string) {
		items, err := call(names)
		switch {
		case err == nil:
			take(items)
		case errors.As(err, new(*elbtypes.TargetGroupNotFoundException)), errors.As(err, new(*elbtypes.LoadBalancerNotFoundException)):
			each(names, one)
		default:
			for _, name := range names {
				s.hide(fleet.HiddenBalancers, err, of[name]...)
			}
		}
	})
	return found
}

// unnamed is a target group, of which nobody has asked yet what stands in front.
func (m mooring) unnamed() fleet.Balancer {
	return fleet.Balancer{
		TargetGroup: m.group, Container: m.container, Port: m.port,
		TargetGroupDimension: m.group[strings.LastIndexByte(m.group, ':')+1:],
	}
}

// balancer joins a target group with the load balancer in front of it: the one that the plan names, else the first.
func (m mooring) balancer(group elbtypes.TargetGroup, known map[string]elbtypes.LoadBalancer) fleet.Balancer {
	made, wanted := m.unnamed(), m.plan.ECS.LoadBalancer
	for _, arn := range group.LoadBalancerArns {
		b, ok := known[arn]
		if !ok || wanted != "" && wanted != arn && wanted != aws.ToString(b.LoadBalancerName) {
			continue
		}
		made.Name, made.ARN, made.Type = aws.ToString(b.LoadBalancerName), arn, string(b.Type)
		_, made.LoadBalancerDimension, _ = strings.Cut(arn, ":loadbalancer/")
		break
	}
	return made
}

// readAttributes reads timeouts: of each load balancer and each target group once. Health is counted at the same time, so
// that a balancer is never copied whole.
func (s *survey) readAttributes(ctx context.Context) {
	of := map[string][]*subject{}
	for _, subject := range s.there() {
		for i := range subject.Balancers {
			b := &subject.Balancers[i]
			for _, arn := range []string{b.ARN, b.TargetGroup} {
				if arn != "" && !slices.Contains(of[arn], subject) {
					of[arn] = append(of[arn], subject)
				}
			}
		}
	}
	read := map[string]map[string]string{}
	each(slices.Sorted(maps.Keys(of)), func(arn string) {
		found, err := s.attributes(ctx, arn)
		if err != nil {
			s.hide(fleet.HiddenBalancers, err, of[arn]...)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		read[arn] = found
	})
	for _, subject := range s.there() {
		for i := range subject.Balancers {
			b := &subject.Balancers[i]
			b.IdleTimeout = secondsIn(read[b.ARN]["idle_timeout.timeout_seconds"])
			b.DeregistrationDelay = secondsIn(read[b.TargetGroup]["deregistration_delay.timeout_seconds"])
		}
	}
}

// attributes reads those of a load balancer or a target group.
func (s *survey) attributes(ctx context.Context, arn string) (map[string]string, error) {
	found := map[string]string{}
	if !strings.Contains(arn, ":targetgroup/") {
		out, err := s.elb.DescribeLoadBalancerAttributes(ctx, &elasticloadbalancingv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &arn})
		if err != nil {
			return nil, err
		}
		for _, a := range out.Attributes {
			found[aws.ToString(a.Key)] = aws.ToString(a.Value)
		}
		return found, nil
	}
	out, err := s.elb.DescribeTargetGroupAttributes(ctx, &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &arn})
	if err != nil {
		return nil, err
	}
	for _, a := range out.Attributes {
		found[aws.ToString(a.Key)] = aws.ToString(a.Value)
	}
	return found, nil
}

func secondsIn(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
