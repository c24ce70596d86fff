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
	watchedSeconds = 10 // wall time of the windows in which the generator must keep up
	fewestWakes    = 20 // of which a p99 tells anything
	leastLag       = time.Millisecond
	lagShare       = 0.1 // of the median latency
)

// track begins to judge a phase.
func (s *stage) track(h *held) {
	s.follow(h, &tracker{
		window: int(math.Ceil(watchedSeconds * s.speed)),
		judge:  func(fact.Source) expr.Truth { return expr.True },
		emit:   func(sp span) { h.suspect(&sp.view, s.seconds(h.measured)+float64(sp.from)) },
	})
	for _, st := range s.live(h.name) {
		s.follow(h, &tracker{
			window: st.window(), thin: needs(st.assert), judge: st.truth, counts: &st.out,
			emit: func(sp span) {
				o := st.outcome(s.seconds(h.measured)+float64(sp.from), sp.source, sp.truth)
				h.judged(st, o.truth)
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

// suspect notes the first window in which the generator was so late that it disturbed what it measured.
func (h *held) suspect(v *metrics.View, at float64) {
	if v.Lag.Count() < fewestWakes {
		return
	}
	late := v.Lag.Quantile(0.99)
	allowed := leastLag.Seconds()
	if v.Latency.Count() > 0 {
		allowed = max(allowed, lagShare*v.Latency.Quantile(0.5))
	}
	if late > allowed && h.saturated == "" {
		h.saturated = fmt.Sprintf("the generator woke %s late (p99) at %s, phase %s; allowed is %s",
			fact.Time.Format(late), fact.Time.Format(at), h.name, fact.Time.Format(allowed))
	}
}

// fair finds at the end of a phase what the windows do not show.
func (s *stage) fair(h *held) {
	v := s.loaded.recorder.Phase(h.index)
	if late := v.Events[metrics.DroppedLate]; late > 0 && h.saturated == "" {
		h.saturated = fmt.Sprintf("the generator could not start %d arrivals in time, phase %s", late, h.name)
	}
	if n := s.watch.throttled(); n > 0 && h.saturated == "" {
		h.saturated = fmt.Sprintf("the cgroup throttled the generator %d times, phase %s", n, h.name)
	}
}

// shown is a p95 as people read it.
func shown(s result.Stats) string {
	if s.Count == 0 {
		return "–"
	}
	return fact.Time.Format(s.P95)
}
