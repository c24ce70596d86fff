package fleet

import "cmp"

// cost is what the change set does to the monthly cost of the chosen services: their tasks, on demand, at the minimum and
// at the maximum that their bounds allow.
func (m *maker) cost() CostDelta {
	var sum CostDelta
	for _, want := range m.plan.Services {
		seen := m.seen(want)
		if want.ECS == nil || want.Desired == nil || !m.chosen(want) || seen == nil || seen.Missing != "" {
			continue
		}
		before := seen.setup()
		after := before.changed(m.set.Changes, want.Title())
		price, why := before.monthly(m.options.Prices, seen.Region)
		next, whyNext := after.monthly(m.options.Prices, seen.Region)
		if why = cmp.Or(why, whyNext); why != "" {
			sum.Unpriced = append(sum.Unpriced, want.Title()+": "+why)
			continue
		}
		sum.MinBefore += price * float64(before.Min)
		sum.MaxBefore += price * float64(before.Max)
		sum.MinAfter += next * float64(after.Min)
		sum.MaxAfter += next * float64(after.Max)
	}
	return sum
}

// changed is the setup, as far as it costs, once the changes of its service are made.
func (s Setup) changed(changes []Change, service string) Setup {
	for _, c := range changes {
		if c.Service != service {
			continue
		}
		switch c.Ref.Kind {
		case KindTaskDefinition:
			s.CPU, s.Memory = whole(c.After["cpu"], s.CPU), whole(c.After["memory"], s.Memory)
		case KindScalableTarget:
			s.Min, s.Max = whole(c.After["MinCapacity"], s.Min), whole(c.After["MaxCapacity"], s.Max)
		case KindService:
			s.Capacity = cmp.Or(joined(c.After.providers()), s.Capacity)
		}
	}
	return s
}

// whole is a number without what is behind its point; otherwise where it is none.
func whole(value any, otherwise int) int {
	if f, ok := number(value); ok {
		return int(f)
	}
	return otherwise
}
