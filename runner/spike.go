package runner

import (
	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

const (
	allowedLatency = 1.2  // times that of the base, for a service without SLAs to count as recovered
	allowedErrors  = 0.01 // points above those of the base
)

// recoveries looks for the service's recoveries from a spike: under the peak's load, and back at the base's. SLAs from
// outside the scenario are judged only after them.
type recoveries struct {
	stage           *stage
	loaded, drained recovery
	base            result.Measures
}

// late is an outcome that waits until it is known whether the service had recovered by then.
type late struct {
	st *standard
	outcome
}

func newRecoveries(s *stage) *recoveries { return &recoveries{stage: s} }

// of is the recovery that a phase belongs to; the base has none.
func (r *recoveries) of(h *held) *recovery {
	switch h.name {
	case "rise", "peak":
		return &r.loaded
	case "settle":
		return &r.drained
	}
	return nil
}

// track watches a phase in windows for the service to recover.
func (r *recoveries) track(h *held) {
	recovery := r.of(h)
	if recovery == nil {
		return
	}
	if h.name == "rise" {
		v := r.stage.loaded.recorder.Phase(h.index - 1)
		r.base = result.Measure(&v, r.stage.loaded.layout)
	}
	origin := r.stage.seconds(h.measured)
	r.stage.follow(h, &tracker{
		window: recoveryWindow, judge: r.holds,
		emit: func(sp span) {
			for _, l := range recovery.see(origin+float64(sp.from), origin+float64(sp.to), sp.truth, &sp.view) {
				r.stage.count(l.st, l.outcome)
			}
		},
	})
}

// holds reports whether the SLAs hold in a window, or without any whether it is much like the base.
func (r *recoveries) holds(source fact.Source) expr.Truth {
	var all []expr.Truth
	for _, st := range r.stage.standards {
		if !st.final && !st.out.Implicit && len(st.plan.Phases) == 0 && len(st.assert.PhaseOnly()) == 0 {
			all = append(all, st.truth(source))
		}
	}
	if len(all) > 0 {
		return truths(all...)
	}
	errors := atMost(source.Value("error_rate"), r.base.ErrorRate+allowedErrors)
	if r.base.Latency.Count == 0 {
		return errors
	}
	return truths(errors, atMost(source.Value("latency.p95"), r.base.Latency.P95*allowedLatency))
}

func atMost(i fact.Interval, limit float64) expr.Truth {
	switch {
	case !i.Known():
		return expr.Unknown
	case i.High <= limit:
		return expr.True
	case i.Low > limit:
		return expr.False
	}
	return expr.Unknown
}

// outside reports whether a standard judges base and recovered time only.
func outside(st *standard) bool { return !st.final && !st.plan.Own && len(st.plan.Phases) == 0 }

// keeps takes an outcome that must not count yet, or never.
func (r *recoveries) keeps(h *held, st *standard, o outcome) bool {
	recovery := r.of(h)
	if recovery == nil || !outside(st) {
		return false
	}
	if st.plan.Window == 0 {
		return true // the recovered time is judged as a whole, at the end
	}
	if recovery.found {
		return o.at < recovery.first
	}
	recovery.kept = append(recovery.kept, late{st, o})
	return true
}

// close judges the recovered time as a whole. A service that never recovered at the base's load is judged by all of that
// time; one that never did under the peak is not judged there.
func (r *recoveries) close(complete bool) *result.Recovery {
	s := r.stage
	for _, h := range s.held {
		if h.name == "settle" && h.over && !r.drained.found {
			for _, l := range r.drained.kept {
				s.count(l.st, l.outcome)
			}
			v := s.loaded.recorder.Phase(h.index)
			r.drained.first, r.drained.sum = s.seconds(h.measured), &v
		}
	}
	for _, recovery := range []*recovery{&r.loaded, &r.drained} {
		if recovery.sum == nil || recovery == &r.loaded && !recovery.found {
			continue
		}
		measures := result.Measure(recovery.sum, s.loaded.layout)
		for _, st := range s.standards {
			if whole := recovery.found && len(st.assert.PhaseOnly()) > 0; !outside(st) || st.plan.Window > 0 || whole {
				continue
			}
			source := result.Facts{Part: &measures}
			s.count(st, st.outcome(recovery.first, source, st.truth(source), r.since(recovery)...))
		}
	}
	return r.result(complete)
}

// since names the phases of a recovery that ended after it.
func (r *recoveries) since(recovery *recovery) []string {
	var all []string
	for _, h := range r.stage.held {
		if r.of(h) == recovery && r.stage.seconds(h.end) > recovery.first {
			all = append(all, h.name)
		}
	}
	return all
}

// result is the recoveries in plan time: from the start of the rise, and from the end of the peak, as they were recorded.
func (r *recoveries) result(complete bool) *result.Recovery {
	out := &result.Recovery{
		Watched: complete && r.loaded.watched() && r.drained.watched(), Suffered: r.loaded.suffered || r.drained.suffered,
	}
	for _, h := range r.stage.held {
		switch h.name {
		case "rise":
			out.Loaded = r.loaded.since(r.stage.seconds(h.measured))
		case "settle":
			out.Drained = r.drained.since(r.stage.seconds(h.measured))
		}
	}
	return out
}

// recovery looks for the first of three consecutive windows in which the SLAs hold. The zero recovery has seen none.
type recovery struct {
	windows, streak int
	end             float64 // of the window before
	first           float64 // where the streak, in the end the recovered time, began
	found           bool
	suffered        bool          // a window failed
	sum             *metrics.View // since then
	kept            []late
}

const (
	recoveryWindow = 10 // plan seconds
	recoveryStreak = 3
)

// see takes the next window, in plan seconds since the scenario's start, and returns the outcomes that now count. Windows
// between which nobody was due are not consecutive.
func (r *recovery) see(from, to float64, truth expr.Truth, v *metrics.View) []late {
	apart := from-r.end > 1
	r.windows++
	r.end = to
	r.suffered = r.suffered || truth == expr.False
	if !r.found && (truth != expr.True || apart) {
		r.streak, r.sum = 0, nil
	}
	if !r.found && truth != expr.True {
		return nil
	}
	if r.sum == nil {
		r.first, r.sum = from, v
	} else {
		r.sum.Merge(v)
	}
	r.streak++
	if r.found || r.streak < recoveryStreak {
		return nil
	}
	r.found = true
	var count []late
	for _, l := range r.kept {
		if l.at >= r.first {
			count = append(count, l)
		}
	}
	r.kept = nil
	return count
}

// watched reports whether there was time enough to see one.
func (r *recovery) watched() bool { return r.windows >= recoveryStreak }

// since is the time from the origin to the recovery; nil if there was none.
func (r *recovery) since(origin float64) *float64 {
	if !r.found {
		return nil
	}
	took := max(r.first-origin, 0)
	return &took
}
