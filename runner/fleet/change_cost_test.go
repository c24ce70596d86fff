package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// A vCPU-hour of 1 cent and a GB-hour of none make the arithmetic plain: half a vCPU for 730 hours is $3.65.
func TestCostDelta(t *testing.T) {
	prices := fleet.Prices{Regions: map[string]fleet.Rate{"us-east-1": {VCPU: 0.01}}}
	desired := plan.Desired{CPU: 1024, Memory: 2048, Tasks: &plan.TaskBounds{Min: 2, Max: 10}}
	for _, c := range []struct {
		name   string
		change func(*plan.Plan, *fleet.State)
		want   fleet.CostDelta
	}{
		{"twice the size, and more of it", func(*plan.Plan, *fleet.State) {}, fleet.CostDelta{MinBefore: 3.65, MaxBefore: 4 * 3.65, MinAfter: 2 * 7.30, MaxAfter: 10 * 7.30}},
		{"without bounds, what is desired now", func(_ *plan.Plan, s *fleet.State) { s.Services[0].Target = nil },
			fleet.CostDelta{MinBefore: 3.65, MaxBefore: 3.65, MinAfter: 2 * 7.30, MaxAfter: 10 * 7.30}},
		{"refused, so nothing changes", func(p *plan.Plan, _ *fleet.State) { p.Services[0].ECS.Owner = "terraform" },
			fleet.CostDelta{MinBefore: 3.65, MaxBefore: 4 * 3.65, MinAfter: 3.65, MaxAfter: 4 * 3.65}},
		{"a region without prices", func(_ *plan.Plan, s *fleet.State) { s.Services[0].Region = "mars-1" },
			fleet.CostDelta{Unpriced: []string{`web: there is no price here for region "mars-1": refresh the prices, or give them in a file`}}},
		{"instances", func(_ *plan.Plan, s *fleet.State) { s.Services[0].LaunchType = "EC2" },
			fleet.CostDelta{Unpriced: []string{"web: it runs on EC2, whose instances are paid for whether tasks run or not"}}},
		{"to Spot, whose price changes", func(p *plan.Plan, _ *fleet.State) { p.Services[0].Desired.CapacityProvider = "FARGATE_SPOT" },
			fleet.CostDelta{Unpriced: []string{"web: Fargate Spot's price changes: $2.19 to $7.30 a task and month"}}},
		{"a size that is not known", func(_ *plan.Plan, s *fleet.State) { s.Services[0].TaskDefinition = fleet.TaskDefinition{Fargate: true} },
			fleet.CostDelta{Unpriced: []string{"web: the size of a task is not known"}}},
		{"not there", func(_ *plan.Plan, s *fleet.State) { s.Services[0].Missing = "gone" }, fleet.CostDelta{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s := planned(desired), scaled(t, 1, 4)
			c.change(p, s)
			got := fleet.Changes(p, s, fleet.ChangeOptions{Prices: prices}).Cost
			if d := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, 1e-9)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
