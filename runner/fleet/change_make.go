package fleet

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/plan"
)

// ChangeOptions narrow a change set. The zero value takes every service, and refuses what others own.
type ChangeOptions struct {
	Services  []string // titles; empty: all, with the budgets and dashboards of the plan
	OutOfBand bool     // what Terraform, CloudFormation or a script owns is changed all the same
	Shown     bool     // made to be reviewed or emitted, never applied: what only others may write now is in it, too
	Prices    Prices
	Now       time.Time
}

// Changes compares what a plan desires with what is there. What is absent from the plan is not managed, and every other
// setting stays as it is. Of a state that is as desired, it is empty.
func Changes(p *plan.Plan, s *State, o ChangeOptions) *ChangeSet {
	m := &maker{plan: p, state: s, options: o, set: &ChangeSet{Schema: ChangeSetSchema, Plan: p.Path, Digest: Digest(p), Made: o.Now}}
	for _, want := range p.Services {
		if want.ECS != nil && want.Desired != nil && m.chosen(want) {
			m.service(want)
		}
	}
	if len(o.Services) == 0 {
		m.account()
	}
	m.order()
	m.set.Cost = m.cost()
	return m.set
}

// Empty reports whether nothing is to be written and nothing was refused.
func (c *ChangeSet) Empty() bool { return len(c.Changes) == 0 && len(c.Refused) == 0 }

// maker makes one change set.
type maker struct {
	plan    *plan.Plan
	state   *State
	options ChangeOptions
	set     *ChangeSet
}

func (m *maker) chosen(s *plan.Service) bool {
	return len(m.options.Services) == 0 || slices.Contains(m.options.Services, s.Title())
}

// seen is a service as the state has it; nil if it was not looked at.
func (m *maker) seen(s *plan.Service) *Service { return m.state.find(s.Title()) }

func (m *maker) service(want *plan.Service) {
	d := &desire{maker: m, want: want, desired: want.Desired, seen: m.seen(want)}
	if d.seen == nil || d.seen.Missing != "" {
		d.absent()
	} else {
		d.compare()
		d.admit()
	}
	m.take(d.changes, d.refused)
}

// take adds what was found of a service or of the account. A resource is written once.
func (m *maker) take(changes []Change, refused []Refusal) {
	for _, r := range refused {
		if !slices.Contains(m.set.Refused, r) {
			m.set.Refused = append(m.set.Refused, r)
		}
	}
	for _, c := range changes {
		i := slices.IndexFunc(m.set.Changes, func(other Change) bool { return other.Ref == c.Ref && c.Ref.Kind != KindTaskDefinition })
		switch {
		case i < 0:
			m.set.Changes = append(m.set.Changes, c)
		case !m.set.Changes[i].After.Equal(c.After):
			m.set.Refused = append(m.set.Refused, Refusal{
				c.Service, strings.Join(fieldNames(c.Fields), ", "),
				"the plan asks for it twice, and not alike: for " + cmp.Or(m.set.Changes[i].Service, "the account") + ", too",
				"give both the same settings, or names of their own",
			})
		}
	}
}

func fieldNames(fields []Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

// ranks is the order of kinds within a service: what is needed before what needs it.
var ranks = map[Kind]int{
	KindCluster: 0, KindTaskDefinition: 1, KindService: 2, KindScalableTarget: 3, KindScalingPolicy: 4,
	KindScheduledAction: 5, KindAlarm: 6, KindThrottle: 7, KindDashboard: 8, KindBudget: 9,
}

// order puts all that grows before all that shrinks; in each, clusters first, then service by service in the plan's order,
// then the account.
func (m *maker) order() {
	service := map[string]int{"": len(m.plan.Services)}
	for i, s := range m.plan.Services {
		service[s.Title()] = i
	}
	place := func(c Change) [4]int {
		shrinks, cluster := 0, 1
		if c.Shrinks {
			shrinks = 1
		}
		if c.Ref.Kind == KindCluster {
			cluster = 0
		}
		return [4]int{shrinks, cluster, service[c.Service], ranks[c.Ref.Kind]}
	}
	slices.SortStableFunc(m.set.Changes, func(a, b Change) int {
		x, y := place(a), place(b)
		return slices.Compare(x[:], y[:])
	})
}
