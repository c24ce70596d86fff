package fleet

import (
	"fmt"
)

// cost is what the change set does to the monthly cost of the chosen services: their tasks, on demand, at the minimum and
// at the maximum that their bounds allow.
func (m *maker) cost() CostDelta {
	var sum CostDelta
	for _, want := range m.plan.Services {
		seen := m.seen(want)
		if want.ECS == nil || want.Desired == nil || !m.chosen(want) || seen == nil || seen.Missing != "" {
			continue
		}
		before := sizeOf(seen)
		after := before.changed(m.set.Changes, want.Title())
		price, why := m.price(seen, before)
		next, whyNext := m.price(seen, after)
		if why == "" {
			why = whyNext
		}
		if why != "" {
			sum.Unpriced = append(sum.Unpriced, want.Title()+": "+why)
			continue
		}
		sum.MinBefore += price * float64(before.least)
		sum.MaxBefore += price * float64(before.most)
		sum.MinAfter += next * float64(after.least)
		sum.MaxAfter += next * float64(after.most)
	}
	return sum
}

// size is what the cost of a service depends on.
type size struct {
	cpu, memory, least, most int
}

// sizeOf is how a service is: without bounds, it runs what it is told to.
func sizeOf(s *Service) size {
	z := size{s.TaskDefinition.CPU, s.TaskDefinition.Memory, s.Desired, s.Desired}
	if s.Target != nil {
		z.least, z.most = s.Target.Min, s.Target.Max
	}
	return z
}

// changed is how it is once the changes of its service are made.
func (z size) changed(changes []Change, service string) size {
	for _, c := range changes {
		if c.Service != service {
			continue
		}
		switch c.Ref.Kind {
		case KindTaskDefinition:
			z.cpu, z.memory = whole(c.After["cpu"], z.cpu), whole(c.After["memory"], z.memory)
		case KindScalableTarget:
			z.least, z.most = whole(c.After["MinCapacity"], z.least), whole(c.After["MaxCapacity"], z.most)
		}
	}
	return z
}

func whole(value any, otherwise int) int {
	if f, ok := number(value); ok {
		return int(f)
	}
	return otherwise
}

// price is what one task costs a month; or why nobody knows.
func (m *maker) price(s *Service, z size) (float64, string) {
	switch {
	case !s.TaskDefinition.Fargate || s.LaunchType == "EC2" || s.LaunchType == "EXTERNAL":
		return 0, "its tasks run on instances, which are paid for whether they run or not"
	case z.cpu == 0 || z.memory == 0:
		return 0, "the size of its tasks is not known"
	}
	hour, ok := m.options.Prices.Task(s.Region, z.cpu, z.memory, s.TaskDefinition.ARM)
	if !ok {
		return 0, fmt.Sprintf("no price is known for region %q", line(s.Region))
	}
	return hour * HoursPerMonth, ""
}
