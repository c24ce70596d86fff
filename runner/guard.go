package runner

import (
	"fmt"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// guardOf is the guard of a service by its title; nil without.
func (s *stage) guardOf(title string) *plan.Guard {
	for _, service := range s.run.plan.Services {
		if service.Title() == title {
			return service.Guard
		}
	}
	return nil
}

// guard ends the load where a service has more tasks than it may, or has cost more.
func (s *stage) guard() {
	for _, f := range s.fleet.now {
		g := s.guardOf(f.Service)
		if g == nil || f.Unobserved != "" || s.fleet.guarded != "" {
			continue
		}
		spent := s.run.spent[f.Service]
		if f.Cost != nil {
			spent += f.Cost.Run
		}
		switch {
		case g.MaxTasks > 0 && f.End.Running > g.MaxTasks:
			s.fleet.guarded = fmt.Sprintf("guard of %s: %d tasks run, and max_tasks is %d", f.Service, f.End.Running, g.MaxTasks)
		case g.MaxCost > 0 && spent > g.MaxCost:
			s.fleet.guarded = fmt.Sprintf("guard of %s: its tasks have cost %s in this run, and max_cost is %s",
				f.Service, fact.Money.Format(spent, g.MaxCost), fact.Money.Format(g.MaxCost))
		default:
			continue
		}
		s.progress.event("the load ends: " + s.fleet.guarded)
		s.fleet.halt()
	}
}

// unguarded notes guards that cannot see what they guard.
func (s *stage) unguarded() {
	for _, f := range s.fleet.now {
		switch g := s.guardOf(f.Service); {
		case g == nil:
		case f.Unobserved != "":
			s.broken = append(s.broken, fmt.Sprintf("the guard of %s saw nothing: %s", f.Service, f.Unobserved))
		case g.MaxCost > 0 && f.Cost == nil:
			s.broken = append(s.broken, fmt.Sprintf("the guard of %s saw no cost: the price of its tasks is not known", f.Service))
		}
	}
}
