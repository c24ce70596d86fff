package engine

// schedule lets sessions arrive at the instants that the phase's shape asks for, each computed from the start.
func (a *arrivals) schedule(p Phase) func(now int64) (next int64) {
	instants := p.Shape.Even()
	if a.engine.program.scenario.Poisson {
		first := a.engine.numbers.Load() + 1
		instants = p.Shape.Poisson(func(n int64) float64 {
			gap := newStream(a.engine.seed, forArrival, first+n)
			return 1 - gap.unit()
		})
	}
	next := func() int64 {
		at, ok := instants.Next()
		if !ok {
			at = p.Shape.Length()
		}
		return p.Start + int64(at)
	}
	due := next()
	return func(now int64) int64 {
		// The first call is for the start of the phase, when nobody need be due yet.
		if now >= due {
			a.arrive(due)
			due = next()
		}
		return due
	}
}
