package plan

import (
	"slices"
	"strconv"

	"plimsoll/dsl/fact"
)

// Walk calls visit for every step, in source order, the steps inside steps included.
func Walk(steps []Step, visit func(Step)) {
	for _, s := range steps {
		visit(s)
		for _, inner := range Inner(s) {
			Walk(inner, visit)
		}
	}
}

// Inner returns the lists of steps that a step holds.
func Inner(s Step) [][]Step {
	switch s := s.(type) {
	case *WebSocket:
		return [][]Step{s.Steps}
	case *Repeat:
		return [][]Step{s.Steps}
	case *Group:
		return [][]Step{s.Steps}
	case *Choose:
		var all [][]Step
		for _, o := range s.Options {
			all = append(all, o.Steps)
		}
		return all
	}
	return nil
}

// Saved lists the variables that the flow saves or sets, each once, in source order.
func (f *Flow) Saved() []string {
	var names []string
	add := func(saves []Save) {
		for _, s := range saves {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	Walk(f.Steps, func(s Step) {
		switch s := s.(type) {
		case *HTTP:
			add(s.Save)
			if s.Stream != nil {
				add(s.Stream.Save)
			}
		case *WebSocket:
			add(s.Save)
		case *Receive:
			add(s.Save)
		case *Set:
			add(s.Values)
		}
	})
	return names
}

// Operations lists the names of the steps that are operations: exchanges, openings and receives.
func (f *Flow) Operations() []string {
	var names []string
	Walk(f.Steps, func(s Step) {
		switch s.(type) {
		case *HTTP, *WebSocket, *Receive:
			names = append(names, s.Common().Name)
		}
	})
	return names
}

// Facts are the names that an assertion of this scenario may use.
func (s *Scenario) Facts(services []*Service) fact.Names {
	n := fact.Names{Kind: s.Kind.String(), Steps: map[string][]string{}, Phases: s.Phases(), Measures: map[string]fact.Dimension{}}
	for _, share := range s.Mix {
		n.Steps[share.Flow.Name] = share.Flow.Operations()
		Walk(share.Flow.Steps, func(step Step) {
			switch step := step.(type) {
			case *Measure:
				n.Measures[step.Name] = step.Unit
			case *Group:
				n.Groups = append(n.Groups, step.Name)
			}
		})
	}
	for _, service := range services {
		if service.ECS != nil {
			n.Services = append(n.Services, service.Title())
		}
	}
	if s.Service != nil {
		s.Service.facts(&n)
	}
	return n
}

// facts adds the names of what only the scenarios of this service have.
func (s *Service) facts(n *fact.Names) {
	if s.ECS != nil {
		n.Self = s.Title()
	}
	n.Metrics = map[string]fact.Dimension{}
	for _, m := range s.Metrics {
		n.Metrics[m.Label] = m.Dimension()
	}
}

// Phases lists the phases that the scenario may run through. Those that confirm a bad step of a stress are
// named "<level>-again"; the levels by which a capacity refines its result are not known before, and not listed.
func (s *Scenario) Phases() []string {
	switch s.Kind {
	case Stress:
		var names []string
		for _, level := range s.Load.Stairs.Levels() {
			name := strconv.FormatFloat(level, 'f', -1, 64)
			names = append(names, name, name+"-again")
		}
		return names
	case Capacity:
		names := make([]string, len(s.Load.Levels.Counts))
		for i, count := range s.Load.Levels.Counts {
			names[i] = strconv.Itoa(count)
		}
		return names
	case Spike:
		return []string{"base", "rise", "peak", "settle"}
	}
	return []string{"steady"}
}

// Levels lists the levels from From to To; the last is To even where Step does not reach it evenly.
func (s Stairs) Levels() []float64 {
	var levels []float64
	for i := 0; ; i++ {
		level := s.From + float64(i)*s.Step
		if level >= s.To {
			return append(levels, s.To)
		}
		levels = append(levels, level)
	}
}
