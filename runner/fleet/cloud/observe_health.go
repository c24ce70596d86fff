package cloud

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"plimsoll/runner/fleet"
)

// readHealth counts the targets that take load, of every target group once.
func (s *survey) readHealth(ctx context.Context, of map[string][]*subject) {
	each(slices.Sorted(maps.Keys(of)), func(group string) {
		healthy, unhealthy, err := s.health(ctx, group)
		if err != nil {
			s.hide(fleet.HiddenHealth, err, of[group]...)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, subject := range of[group] {
			for i := range subject.Balancers {
				if b := &subject.Balancers[i]; b.TargetGroup == group {
					b.Healthy, b.Unhealthy = healthy, unhealthy
				}
			}
		}
	})
}

// health counts the targets of a group. Those that join or leave, or are not used, are neither.
func (c *clients) health(ctx context.Context, group string) (healthy, unhealthy int, err error) {
	out, err := c.elb.DescribeTargetHealth(ctx, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: &group})
	if err != nil {
		return 0, 0, err
	}
	for _, d := range out.TargetHealthDescriptions {
		switch {
		case d.TargetHealth == nil:
		case d.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy:
			healthy++
		case d.TargetHealth.State == elbtypes.TargetHealthStateEnumUnhealthy:
			unhealthy++
		}
	}
	return healthy, unhealthy, nil
}
