package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/fact"
)

// Cost is what the tasks of a service cost on Fargate, in USD a month of 730 hours that each runs through.
type Cost struct {
	Region     string     `json:"region"`
	Account    string     `json:"account,omitempty"`
	Task       float64    `json:"task"` // one task as ECS has it
	Now        float64    `json:"now"`  // the tasks that run
	Min        float64    `json:"min"`  // as ECS has it
	Max        float64    `json:"max"`
	Desired    CostBounds `json:"desired"`            // once it is as desired
	Unpriced   string     `json:"unpriced,omitempty"` // why there are no prices, and what is known of them
	now, wants Setup
}

// CostBounds are the costs of one task, of the fewest and of the most tasks, in USD a month.
type CostBounds struct {
	Task float64 `json:"task"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
}

// spotDiscount is the most that Fargate Spot takes off. https://aws.amazon.com/fargate/pricing/
const spotDiscount = 0.7

// cost prices a service as it is and as it is wanted. A service that is not there yet has the cost it is wanted to have.
func (s *subject) cost() *Cost {
	if s.service.ECS == nil {
		return nil
	}
	c := &Cost{Region: s.region(), Account: s.service.ECS.Account, now: s.now, wants: s.wanted}
	c.Desired.Task, c.Unpriced = s.wanted.monthly(s.prices, c.Region)
	if s.there() {
		c.Account = cmp.Or(s.ecs.Account, c.Account)
		task, unpriced := s.now.monthly(s.prices, c.Region)
		c.Task, c.Unpriced = task, cmp.Or(unpriced, c.Unpriced)
	}
	if c.Unpriced != "" {
		c.Task, c.Desired.Task = 0, 0
	}
	c.Min, c.Max = c.Task*float64(s.now.Min), c.Task*float64(s.now.Max)
	c.Desired.Min, c.Desired.Max = c.Desired.Task*float64(s.wanted.Min), c.Desired.Task*float64(s.wanted.Max)
	if s.there() {
		c.Now = c.Task * float64(s.ecs.Running)
	}
	return c
}

// monthly is what one task of the setup costs a month, or why that is not known.
func (s Setup) monthly(prices Prices, region string) (usd float64, unpriced string) {
	hourly, ok := prices.Task(region, s.CPU, s.Memory, s.ARM)
	switch {
	case s.CPU == 0 || s.Memory == 0:
		return 0, "the size of a task is not known"
	case s.Capacity != "" && !strings.Contains(s.Capacity, "FARGATE"):
		return 0, "it runs on " + Line(s.Capacity) + ", whose instances are paid for whether tasks run or not"
	case !ok:
		return 0, fmt.Sprintf("there is no price here for region %q: refresh the prices, or give them in a file", region)
	case strings.Contains(s.Capacity, "SPOT"):
		most := hourly * HoursPerMonth
		return 0, fmt.Sprintf("Fargate Spot's price changes: %s to %s a task and month", fact.Money.Format(most*(1-spotDiscount)), fact.Money.Format(most))
	}
	return hourly * HoursPerMonth, ""
}

// CostTable is what all priced services of one account and region cost together in some scenarios.
type CostTable struct {
	Account  string    `json:"account,omitempty"`
	Region   string    `json:"region"`
	Priced   time.Time `json:"priced"` // when the prices were taken
	Rows     []CostRow `json:"rows"`
	Unpriced []string  `json:"unpriced,omitempty"` // services that are not in it, and why
}

// CostRow is one scenario: how many tasks run, and what they cost, in USD a month.
type CostRow struct {
	Name         string  `json:"name"`
	Tasks        int     `json:"tasks"` // as ECS is set up
	Cost         float64 `json:"cost"`
	DesiredTasks int     `json:"desired_tasks"` // once it is as desired
	DesiredCost  float64 `json:"desired_cost"`
}

// NotPriced says what the figures leave out.
const NotPriced = "tasks on Fargate, on demand, Linux; without storage over 20 GB, load balancers, traffic, logs, alarms and Container Insights"

// costScenarios are the rows of a table: how many tasks a service runs, between its bounds.
var costScenarios = []struct {
	name  string
	tasks func(Setup) int
}{
	{"at the minimum", func(s Setup) int { return s.Min }},
	{"2 tasks a service", func(s Setup) int { return s.within(2) }},
	{"5 tasks a service", func(s Setup) int { return s.within(5) }},
	{"all at the maximum", func(s Setup) int { return s.Max }},
}

// within is a number of tasks as the bounds allow it.
func (s Setup) within(tasks int) int { return min(max(tasks, s.Min), s.Max) }

// costTables add up what services cost, by account and region.
func costTables(services []ServiceReview, priced time.Time) []CostTable {
	var tables []CostTable
	for _, s := range services {
		if s.Cost == nil {
			continue
		}
		i := slices.IndexFunc(tables, func(t CostTable) bool { return t.Account == s.Cost.Account && t.Region == s.Cost.Region })
		if i < 0 {
			i = len(tables)
			tables = append(tables, CostTable{Account: s.Cost.Account, Region: s.Cost.Region, Priced: priced, Rows: make([]CostRow, len(costScenarios))})
		}
		tables[i].add(s.Title, s.Cost)
	}
	return tables
}

func (t *CostTable) add(title string, c *Cost) {
	if c.Unpriced != "" {
		t.Unpriced = append(t.Unpriced, title+": "+c.Unpriced)
	}
	for i, scenario := range costScenarios {
		row := &t.Rows[i]
		row.Name = scenario.name
		if c.Unpriced != "" {
			continue
		}
		now, wanted := scenario.tasks(c.now), scenario.tasks(c.wants)
		row.Tasks, row.DesiredTasks = row.Tasks+now, row.DesiredTasks+wanted
		row.Cost, row.DesiredCost = row.Cost+c.Task*float64(now), row.DesiredCost+c.Desired.Task*float64(wanted)
	}
}

// most is what all services of a table cost once they are as desired, with every one at its maximum.
func (t *CostTable) most() float64 { return t.Rows[len(t.Rows)-1].DesiredCost }
