package runner

import (
	"fmt"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
)

// warn tells, before there is any load, that a rate rule in front of the service will take a part of it for an attack.
func (s *stage) warn() {
	f := s.own()
	if f == nil || f.Throttle == nil {
		return
	}
	rate := foreseen(s.sc)
	if most := rate * f.Throttle.Window; most > float64(f.Throttle.Rate) {
		s.tell(fmt.Sprintf("this load may come to %s requests in %s, and rule %s in front of %s allows %s of one address",
			fact.Count.Format(most, float64(f.Throttle.Rate)), fact.Time.Format(f.Throttle.Window), f.Throttle.Rule, f.Service, fact.Count.Format(float64(f.Throttle.Rate))))
	}
}

// foreseen is how many requests a second the load comes to at its peak, as far as its flows tell: of open load its rate, of
// closed load no more than the time that users think allows. 0 is not known.
func foreseen(sc *plan.Scenario) float64 {
	var requests, seconds, weights float64
	for _, share := range sc.Mix {
		r, t := course(share.Flow.Steps)
		requests, seconds, weights = requests+share.Weight*r, seconds+share.Weight*t, weights+share.Weight
	}
	switch {
	case weights <= 0:
		return 0
	case sc.Load.Open:
		return peak(sc.Load) * requests / weights
	case seconds <= 0:
		return 0
	}
	return peak(sc.Load) * requests / seconds
}

// peak is the highest level of a load.
func peak(l plan.Load) float64 {
	switch {
	case l.Stairs != nil:
		return l.Stairs.To
	case l.Surge != nil:
		return max(l.Surge.Peak, l.Surge.Base)
	}
	return l.Steady
}

// course is how many requests steps make, and for how many seconds they think. Repetitions that nothing counts are one.
func course(steps []plan.Step) (requests, seconds float64) {
	for _, step := range steps {
		times := 1.0
		switch step := step.(type) {
		case *plan.HTTP, *plan.WebSocket:
			requests++
		case *plan.Think:
			seconds += thought(step).Seconds()
		case *plan.Repeat:
			times = max(float64(step.Times), 1)
		case *plan.Choose:
			times = 1 / float64(max(len(step.Options), 1))
		}
		for _, inner := range plan.Inner(step) {
			r, t := course(inner)
			requests, seconds = requests+times*r, seconds+times*t
		}
	}
	return requests, seconds
}

// thought is how long a think takes in the mean, its bounds left out.
func thought(t *plan.Think) time.Duration {
	switch t.Distribution {
	case plan.Fixed:
		return t.Min
	case plan.Uniform:
		return (t.Min + t.Max) / 2
	}
	return t.Mean
}
