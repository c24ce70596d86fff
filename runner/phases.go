package runner

import (
	"strconv"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/pace"
)

const (
	longestRamp = 10 * time.Second
	rampShare   = 10                        // a default ramp is at most one tenth of its phase
	unbounded   = 10 * 365 * 24 * time.Hour // of a phase that a count ends
)

// stretch is a phase as the plan means it, in plan time. Its facts begin after quiet.
type stretch struct {
	name     string
	from, to float64 // the load goes from one to the other within climb, and stays
	climb    time.Duration
	quiet    time.Duration
	length   time.Duration
	requests int64
	sessions int64
	passing  bool // the level is reached only at its end, as in the rise of a spike
}

// steady is the only phase of a baseline or an endurance.
func steady(sc *plan.Scenario) stretch {
	length := sc.Duration
	if length == 0 {
		length = unbounded
	}
	s := stretch{
		name: "steady", to: sc.Load.Steady, climb: ramp(sc, sc.Duration), length: length,
		requests: sc.Requests, sessions: sc.Sessions,
	}
	s.quiet = min(s.climb+sc.WarmUp, s.length)
	return s
}

// stair is one step of a stress; from is the level before it.
func stair(sc *plan.Scenario, name string, from, level float64) stretch {
	s := stretch{name: name, from: from, to: level, length: sc.Load.Stairs.Every}
	if from != level {
		s.climb = ramp(sc, s.length)
	}
	s.quiet = min(s.climb+sc.WarmUp, s.length)
	return s
}

// surge is the phases of a spike. Only the first has a ramp and a warm-up: what happens in the others is what it is about.
func surge(sc *plan.Scenario) []stretch {
	load := sc.Load.Surge
	base := stretch{name: "base", to: load.Base, climb: ramp(sc, load.Before), length: load.Before}
	base.quiet = min(base.climb+sc.WarmUp, base.length)
	return []stretch{
		base,
		{name: "rise", from: load.Base, to: load.Peak, climb: load.Rise, length: load.Rise, passing: true},
		{name: "peak", from: load.Peak, to: load.Peak, length: load.Hold},
		{name: "settle", from: load.Base, to: load.Base, length: load.Settle},
	}
}

// ramp is how long users join: as the plan says, else the smaller of 10 s and a tenth of the phase; a phase that a count
// ends has no length to take a tenth of.
func ramp(sc *plan.Scenario, length time.Duration) time.Duration {
	if sc.Ramp >= 0 {
		if length > 0 {
			return min(sc.Ramp, length)
		}
		return sc.Ramp
	}
	return min(longestRamp, length/rampShare)
}

// shape is the load in wall time.
func (s stretch) shape(speed float64) pace.Shape {
	climb := wall(s.climb, speed)
	return pace.Shape{
		{From: s.from, To: s.to, Length: climb},
		{From: s.to, To: s.to, Length: wall(s.length, speed) - climb},
	}
}

// wall is how long a span of plan time takes.
func wall(d time.Duration, speed float64) time.Duration {
	return time.Duration(float64(d) / speed)
}

// levelName is how a stress calls the phase that holds a level.
func levelName(level float64) string { return strconv.FormatFloat(level, 'f', -1, 64) }

// againName is how it calls the phase that holds a bad level once more.
func againName(level float64) string { return levelName(level) + "-again" }
