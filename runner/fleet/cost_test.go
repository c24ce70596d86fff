package fleet_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// six are services as a team sized them, before and after, with the fewest and most tasks after.
var six = []struct {
	name          string
	before, after plan.Size
	max           int
}{
	{"web", plan.Size{CPU: 2048, Memory: 4096}, plan.Size{CPU: 1024, Memory: 2048}, 50},
	{"queue", plan.Size{CPU: 512, Memory: 1024}, plan.Size{CPU: 256, Memory: 512}, 20},
	{"socket", plan.Size{CPU: 512, Memory: 1024}, plan.Size{CPU: 256, Memory: 512}, 20},
	{"gateway", plan.Size{CPU: 512, Memory: 1024}, plan.Size{CPU: 512, Memory: 1024}, 50},
	{"agent", plan.Size{CPU: 2048, Memory: 4096}, plan.Size{CPU: 256, Memory: 1024}, 30},
	{"voice", plan.Size{CPU: 4096, Memory: 8192}, plan.Size{CPU: 2048, Memory: 5120}, 50},
}

func monthly(s plan.Size) float64 {
	hourly, _ := fleet.EmbeddedPrices().Task("us-east-1", s.CPU, s.Memory, false)
	return hourly * fleet.HoursPerMonth
}

// The team wrote down what it would save and spend a month. Some of that holds to a dollar, the rest does not; its sums are right.
func TestSavingsAsATeamWroteThemDown(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after plan.Size
		claimed       float64
		holds         bool
	}{
		{"staging web", plan.Size{CPU: 1024, Memory: 2048}, plan.Size{CPU: 512, Memory: 1024}, 25, false},
		{"staging queue", plan.Size{CPU: 512, Memory: 1024}, plan.Size{CPU: 256, Memory: 512}, 9, true},
		{"staging socket", plan.Size{CPU: 512, Memory: 1024}, plan.Size{CPU: 256, Memory: 512}, 11, false},
		{"staging agent", plan.Size{CPU: 2048, Memory: 4096}, plan.Size{CPU: 512, Memory: 1024}, 50, false},
		{"staging voice", plan.Size{CPU: 4096, Memory: 8192}, plan.Size{CPU: 1024, Memory: 4096}, 102, true},
		{"web", six[0].before, six[0].after, 51, false},
		{"queue", six[1].before, six[1].after, 13, false},
		{"socket", six[2].before, six[2].after, 11, false},
		{"gateway", six[3].before, six[3].after, 0, true},
		{"agent", six[4].before, six[4].after, 61, true},
		{"voice", six[5].before, six[5].after, 102, false},
	} {
		saved := monthly(c.before) - monthly(c.after)
		if holds := math.Abs(saved-c.claimed) < 1; holds != c.holds {
			t.Errorf("%s saves $%.2f a month, $%.0f was claimed", c.name, saved, c.claimed)
		}
	}
	if got := monthly(plan.Size{CPU: 1024, Memory: 2048}); math.Abs(got-36.04) > 0.005 {
		t.Errorf("a task of 1024/2048 costs $%.4f a month, not $36.04", got)
	}
}

// sixFleet is those services before, desired as after.
func sixFleet() (*plan.Plan, *fleet.State) {
	p, state := &plan.Plan{Path: "plans/fleet"}, &fleet.State{At: reviewDay}
	for _, s := range six {
		p.Services = append(p.Services, &plan.Service{
			Name: s.name, ECS: &plan.ECS{Cluster: "beta", Service: s.name, Region: "us-east-1"},
			Desired: &plan.Desired{CPU: s.after.CPU, Memory: s.after.Memory, Tasks: &plan.TaskBounds{Min: 1, Max: s.max}},
		})
		state.Services = append(state.Services, fleet.Service{
			Title: s.name, Account: "123456789012", Region: "us-east-1", Desired: 1, Running: 1, LaunchType: "FARGATE",
			TaskDefinition: fleet.TaskDefinition{CPU: s.before.CPU, Memory: s.before.Memory, Fargate: true},
			Target:         &fleet.ScalableTarget{Min: 1, Max: 3},
		})
	}
	return p, state
}

// The table that the team wrote down had 6, 12, 30 and 220 tasks for about $291, $582, $1,455 and $10,000 a month. The numbers
// of tasks hold, and so do the proportions; the amounts are those of neither the sizes before nor those after.
func TestCostScenarios(t *testing.T) {
	p, state := sixFleet()
	got := fleet.Review(p, state, fleet.ReviewOptions{}).Costs
	want := []fleet.CostTable{{
		Account: "123456789012", Region: "us-east-1", Priced: fleet.EmbeddedPrices().Date,
		Rows: []fleet.CostRow{
			{Name: "at the minimum", Tasks: 6, Cost: 342.38, DesiredTasks: 6, DesiredCost: 158.04},
			{Name: "2 tasks a service", Tasks: 12, Cost: 684.76, DesiredTasks: 12, DesiredCost: 316.07},
			{Name: "5 tasks a service", Tasks: 18, Cost: 1027.14, DesiredTasks: 30, DesiredCost: 790.19},
			{Name: "all at the maximum", Tasks: 18, Cost: 1027.14, DesiredTasks: 220, DesiredCost: 7148.63},
		},
	}}
	if d := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.006)); d != "" {
		t.Error(d)
	}
}

func TestCostOfAService(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*review)
		want     fleet.Cost
		unpriced string
	}{
		{"on demand", func(*review) {}, fleet.Cost{Task: 36.04, Now: 144.16, Min: 144.16, Max: 360.4, Desired: fleet.CostBounds{Task: 36.04, Min: 144.16, Max: 360.4}}, ""},
		{"on ARM", func(r *review) { r.ecs.TaskDefinition.ARM = true }, fleet.Cost{Task: 28.83, Now: 115.34, Min: 115.34, Max: 288.35, Desired: fleet.CostBounds{Task: 28.83, Min: 115.34, Max: 288.35}}, ""},
		{"half as large", func(r *review) { r.desire().CPU, r.service.Desired.Memory = 512, 1024 }, fleet.Cost{Task: 36.04, Now: 144.16, Min: 144.16, Max: 360.4, Desired: fleet.CostBounds{Task: 18.02, Min: 72.08, Max: 180.2}}, ""},
		{"on Spot", func(r *review) { r.ecs.LaunchType, r.ecs.Providers = "", []string{"FARGATE_SPOT"} }, fleet.Cost{}, "Fargate Spot's price changes: $10.81 to $36.04 a task and month"},
		{"on EC2", func(r *review) { r.ecs.LaunchType = "EC2" }, fleet.Cost{}, "it runs on EC2, whose instances are paid for whether tasks run or not"},
		{"elsewhere", func(r *review) { r.ecs.Region = "eu-north-1" }, fleet.Cost{}, `there is no price here for region "eu-north-1": refresh the prices, or give them in a file`},
		{"of unknown size", func(r *review) { r.ecs.TaskDefinition = fleet.TaskDefinition{} }, fleet.Cost{}, "the size of a task is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := faultless()
			c.change(r)
			got := r.report()
			cost := *got.Services[0].Cost
			if d := cmp.Diff(c.unpriced, cost.Unpriced); d != "" {
				t.Error(d)
			}
			if c.unpriced != "" && (len(got.Costs[0].Unpriced) != 1 || got.Costs[0].Rows[0].Cost != 0) {
				t.Errorf("the table does not leave it out: %+v", got.Costs)
			}
			if d := cmp.Diff(c.want, cost, cmpopts.EquateApprox(0, 0.006), cmpopts.IgnoreUnexported(fleet.Cost{}), cmpopts.IgnoreFields(fleet.Cost{}, "Region", "Account", "Unpriced")); d != "" {
				t.Error(d)
			}
		})
	}
}
