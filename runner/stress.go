package runner

import (
	"plimsoll/dsl/expr"
	"plimsoll/runner/result"
)

// step is a level of a stress as it was judged.
type step struct {
	name   string
	level  float64
	rate   float64    // successful operations per second
	held   expr.Truth // whether its SLAs held
	broke  []string   // the SLAs that did not, each with its worst value
	unfair string     // why a bad level says nothing about the service: the generator was saturated, users were missing
}

// limit is what the levels of a search say, each as it was held last. complete is false where the search was cut short.
func limit(steps []step, complete bool) *result.Limit {
	var good *step
	for i := range steps {
		s := &steps[i]
		if s.held == expr.True {
			good = s
			continue
		}
		if s.held == expr.False {
			return broken(good, s)
		}
	}
	l := &result.Limit{Bound: result.BoundAtLeast}
	if !complete {
		l.StoppedBy = []string{"the search was cut short"}
	}
	return at(l, good)
}

// broken is the limit below a level whose SLAs did not hold.
func broken(good, bad *step) *result.Limit {
	switch {
	case bad.unfair != "":
		return at(&result.Limit{Bound: result.BoundAtLeast, StoppedBy: []string{bad.unfair + ", phase " + bad.name}}, good)
	case good == nil:
		return at(&result.Limit{Found: true, Bound: result.BoundBelow, Broke: bad.name, StoppedBy: bad.broke}, bad)
	}
	return at(&result.Limit{Found: true, Bound: result.BoundExact, Broke: bad.name, StoppedBy: bad.broke}, good)
}

// at makes a step, if there is one, the limit.
func at(l *result.Limit, s *step) *result.Limit {
	if s != nil {
		l.Users, l.Rate, l.Phase = s.level, s.rate, s.name
	}
	return l
}
