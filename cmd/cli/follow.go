package cli

import (
	"context"
	"slices"

	"plimsoll/dsl/plan"
	"plimsoll/runner"
	"plimsoll/runner/fleet/follow"
)

// following is how a run follows the ECS services of a plan; nil where it has none.
func (c *Command) following(ctx context.Context, p *plan.Plan, aside *simulation, costs *pricing) (func(context.Context, []*plan.Service, float64) runner.Following, error) {
	if !slices.ContainsFunc(p.Services, func(s *plan.Service) bool { return s.ECS != nil }) {
		return nil, nil
	}
	aws, err := c.cloudOf(aside)
	if err != nil {
		return nil, err
	}
	prices, err := costs.list(ctx, aws, priced(p, nil))
	if err != nil {
		return nil, err
	}
	follower := follow.New(p, aws, follow.Options{Price: prices.Task})
	return func(ctx context.Context, services []*plan.Service, speed float64) runner.Following {
		return follower.Follow(ctx, services, speed)
	}, nil
}
