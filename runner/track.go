package runner

import (
	"fmt"
	"math"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

const (
	watchedSeconds = 10   // wall time of the windows in which the generator must keep up
	enoughWakes    = 1000 // of which ten lie beyond the p99; a thinner window joins the next
	fewestWakes    = 20
	beyond         = 10 // wakes above the percentile that is judged, so that no accident decides
	leastLag       = time.Millisecond
	lagShare       = 0.1 // of the median latency
)

// track begins to judge a phase.
func (s *stage) track(h *held) {
	s.follow(h, &tracker{
		window: int(math.Ceil(watchedSeconds * s.speed)),
		thin:   func(p present) bool { return p.view.Lag.Count() < enoughWakes },
		judge:  func(fact.Source) expr.Truth { return expr.True },
		emit:   func(sp span) { h.suspect(&sp.view, s.seconds(h.measured)+float64(sp.from)) },
	})
	for _, st := range s.live(h.name) {
		s.follow(h, &tracker{
			window: st.window(), thin: st.thin, judge: st.truth, counts: &st.out,
			emit: func(sp span) {
				o := st.outcome(s.seconds(h.measured)+float64(sp.from), sp.source, sp.truth, h.name)
				h.judged(st, o)
				s.take(h, st, o)
			},
		})
	}
	if s.spike != nil {
		s.spike.track(h)
	}
}

func (s *stage) follow(h *held, t *tracker) {
	t.phase, t.layout = h.index, &s.loaded.layout
	s.trackers = append(s.trackers, t.ready())
}

// take counts an outcome; those of a spike's rise, peak and settle wait until it is known whether the service had recovered.
func (s *stage) take(h *held, st *standard, o outcome) {
	if s.spike != nil && s.spike.keeps(h, st, o) {
		return
	}
	s.count(st, o)
}

func (s *stage) count(st *standard, o outcome) {
	st.take(o)
	if o.truth == expr.False && !st.searched {
		s.abort = max(s.abort, st.plan.Abort)
	}
}

// strain is how the generator failed to keep up in a phase, at its worst; the zero strain is none.
type strain struct {
	text   string
	weight float64 // the higher the worse
}

// note keeps the worse of what is known and of what has been seen.
func (s *strain) note(weight float64, format string, args ...any) {
	if weight > s.weight {
		*s = strain{fmt.Sprintf(format, args...), weight}
	}
}

// suspect notes a window in which the generator was so late that it disturbed what it measured: by the p99 of its wakes, or
// by the highest percentile that ten wakes lie beyond where there are too few for that.
func (h *held) suspect(v *metrics.View, at float64) {
	wakes := float64(v.Lag.Count())
	if wakes < fewestWakes {
		return
	}
	q := min(0.99, 1-beyond/wakes)
	late := v.Lag.Quantile(q)
	allowed := leastLag.Seconds()
	if v.Latency.Count() > 0 {
		allowed = max(allowed, lagShare*v.Latency.Quantile(0.5))
	}
	if late > allowed {
		h.strain.note(late/allowed, "the slowest %s of its wakes were %s late or more at %s, phase %s; allowed is %s",
			fact.Ratio.Format(1-q), fact.Time.Format(late, allowed), fact.Time.Format(at), h.name, fact.Time.Format(allowed, late))
	}
}

// fair finds at the end of a phase what the windows do not show.
func (s *stage) fair(h *held) {
	v := s.loaded.recorder.Phase(h.index)
	if late := v.Events[metrics.DroppedLate]; late > 0 {
		h.strain.note(1, "could not start %d arrivals in time, phase %s", late, h.name)
	}
	if n := s.watch.throttled(); n > 0 {
		h.strain.note(1, "was throttled %d times by its cgroup, phase %s", n, h.name)
	}
}

// saturation tells the worst strain of all phases, and in how many there was any; "" without.
func (s *stage) saturation() string {
	phases, worst := 0, strain{}
	for _, h := range s.held {
		if h.strain.weight > 0 {
			phases++
		}
		if h.strain.weight > worst.weight {
			worst = h.strain
		}
	}
	switch {
	case phases == 0:
		return ""
	case len(s.held) == 1:
		return "generator saturated: " + worst.text
	}
	return fmt.Sprintf("generator saturated in %d of %d phases, worst: %s", phases, len(s.held), worst.text)
}

// shown is a p95 as people read it.
func shown(s result.Stats) string {
	if s.Count == 0 {
		return "–"
	}
	return fact.Time.Format(s.P95)
}
