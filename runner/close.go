package runner

import (
	"context"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// close judges what is left and fills in the scenario's part of the document.
func (s *stage) close(ctx context.Context) {
	for _, t := range s.trackers {
		t.force = true
	}
	s.advance()
	s.progress.flush(s)
	s.run.journal.state(s, true)
	s.out.Ended = s.run.options.Now()
	s.out.Cut = s.cut(ctx)
	s.out.Phases = s.phasesOut()
	s.out.Series, _ = s.points(0, true)
	s.out.Samples = s.samples()
	s.out.Total = s.total()
	s.out.Generator = s.watched()
	analysis.Scale(s.out)
	s.conclude()
	for _, st := range s.standards {
		if st.final {
			whole := result.Facts{Scenario: s.out}
			st.take(st.outcome(0, whole, st.truth(whole)))
		}
		st.close()
	}
	s.out.SLAs = s.slas()
	s.verdict()
}

// cut is why the load did not run to its end, "" if it did, or never began for a reason of its own.
func (s *stage) cut(ctx context.Context) string {
	switch {
	case s.complete:
		return ""
	case s.fleet.guarded != "":
		return "guard"
	case ctx.Err() != nil:
		return "interrupted"
	case s.abort != plan.AbortNothing:
		return "aborted"
	case len(s.held) == 0:
		return ""
	}
	return "stopped"
}

// conclude draws what only this kind of scenario has from all that was measured.
func (s *stage) conclude() {
	switch s.sc.Kind {
	case plan.Stress:
		s.out.Limit = limit(s.steps(), s.complete)
	case plan.Spike:
		s.out.Recovery = s.spike.close(s.complete)
	case plan.Capacity:
		s.out.Capacity = s.capacity.conclude()
	case plan.Endurance:
		if n := len(s.out.Phases); n > 0 {
			p := s.out.Phases[n-1]
			s.out.Drift = analysis.Drift(s.out.Series, s.memory(), p.Measured, p.End, s.run.doc.Seed, s.fleet.cuts...)
		}
	}
}

// measures is what was measured in a phase.
func (s *stage) measures(h *held) result.Measures {
	v := s.loaded.recorder.Phase(h.index)
	m := result.Measure(&v, s.loaded.layout)
	m.Users = result.Users{Asked: h.to, Present: h.users.mean(), Max: float64(h.users.most)}
	if s.sc.Load.Open {
		m.Users.Asked = 0
	}
	m.Connections.Held = h.connections
	if s.capacity != nil {
		s.capacity.amend(h, &m)
	}
	return m
}

// total is what was measured in all phases together.
func (s *stage) total() result.Measures {
	v := s.loaded.recorder.Total()
	m := result.Measure(&v, s.loaded.layout)
	sum := gauge{}
	for _, h := range s.held {
		sum.sum, sum.reads, sum.most = sum.sum+h.users.sum, sum.reads+h.users.reads, max(sum.most, h.users.most)
		m.Connections.Held = max(m.Connections.Held, h.connections)
		if !s.sc.Load.Open {
			m.Users.Asked = max(m.Users.Asked, h.to)
		}
	}
	m.Users.Present, m.Users.Max = sum.mean(), float64(sum.most)
	m.Connections.Ever = s.loaded.recorder.Opened()
	return m
}

func (s *stage) phasesOut() []result.Phase {
	var all []result.Phase
	for _, h := range s.held {
		all = append(all, s.phase(h))
	}
	return all
}

func (s *stage) phase(h *held) result.Phase {
	end := h.end
	if end == 0 {
		end = s.loaded.recorder.Now()
	}
	p := result.Phase{
		Name: h.name, Start: s.seconds(h.start), Measured: s.seconds(min(h.measured, end)), End: s.seconds(end),
		Asked: h.to, Passing: h.passing, Measures: s.measures(h), Tasks: s.tasks(h),
	}
	if s.sc.Kind == plan.Stress {
		if truth := h.truth(); truth == expr.False || truth == expr.True && h.over && !h.left {
			good := truth == expr.True
			p.Good = &good
		}
		p.Reasons = h.breaches()
		if h.left && p.Good == nil {
			p.Reasons = append(p.Reasons, "given up before its end")
		}
	}
	if why := s.unfair(h); why != "" && h.over && !h.left {
		p.Reasons = append(p.Reasons, why)
	}
	return p
}

// points is the series from an instant on, for the document, and the instant up to which it goes. Unless whole is set it
// ends before the first point of which operations are pending, but for what hangs.
func (s *stage) points(from int64, whole bool) (all []result.Point, upto int64) {
	upto = from
	now := s.loaded.recorder.Now()
	for p := range s.loaded.recorder.Series() {
		if p.From < from || p.Phase >= len(s.held) {
			continue
		}
		if age := time.Duration(now - p.To); !whole && (age < 0 || p.Pending > 0 && age < hangs) {
			break
		}
		upto = p.To
		h := s.held[p.Phase]
		latency := result.Sum(p.Latency)
		point := result.Point{
			Phase: h.name, At: s.seconds(p.From), Seconds: float64(p.Seconds), Users: float64(p.Users), Asked: h.asked(p.From, s.speed),
			Operations: p.Operations, Failed: p.Failed, P50: latency.Median, P95: latency.P95, P99: latency.P99,
			Dropped: p.Dropped, Lost: p.Events[metrics.ConnectionLost], Sent: p.Sent, Received: p.Received,
		}
		if p.Seconds > 0 {
			point.Throughput = float64(p.Operations-p.Failed) / float64(p.Seconds) * s.speed
		}
		all = append(all, point)
	}
	return all, upto
}

// asked is the level at an instant of the phase.
func (h *held) asked(at int64, speed float64) float64 {
	return h.shape(speed).At(max(0, time.Duration(at-h.start)))
}

// samples are the failures for the report.
func (s *stage) samples() []result.Sample {
	var all []result.Sample
	for _, f := range s.loaded.load.Samples() {
		sample := result.Sample{
			Class: result.ClassName(f.Class), At: max(0, s.seconds(f.At)), Message: f.Message, Request: f.Request, Answer: f.Answer,
		}
		if f.Step >= 0 && f.Step < len(s.loaded.layout.Steps) {
			step := s.loaded.layout.Steps[f.Step]
			sample.Step = fact.Path(step.Flow, step.Name)
		}
		all = append(all, sample)
	}
	return all
}

// watched is how the generator fared.
func (s *stage) watched() result.Watch {
	w := s.watch.result()
	lag := new(metrics.Histogram)
	for _, h := range s.held {
		v := s.loaded.recorder.Phase(h.index)
		lag.Merge(v.Lag)
	}
	if why := s.saturation(); why != "" {
		w.Saturated = []string{why}
	}
	if lag.Count() > 0 {
		w.LagP50, w.LagP99, w.LagMax = lag.Quantile(0.5), lag.Quantile(0.99), lag.Max()
	}
	return w
}

func (s *stage) slas() []result.SLA {
	var all []result.SLA
	for _, st := range s.standards {
		sla := st.out
		if s.spike != nil || len(st.plan.Phases) > 0 {
			sla.Phases = s.judged(st)
			sla.Recovered = outside(st) && recovered(s.out.Recovery)
		}
		all = append(all, sla)
	}
	return all
}

// recovered reports whether a service was disturbed by a spike, and came out of it.
func recovered(r *result.Recovery) bool {
	return r != nil && r.Suffered && (r.Loaded != nil || r.Drained != nil)
}

// judged names the phases in which a standard was judged, in their order; none where these are all and it names none.
func (s *stage) judged(st *standard) []string {
	var all []string
	for _, h := range s.held {
		if st.phases[h.name] {
			all = append(all, h.name)
		}
	}
	if len(all) == len(s.held) && len(st.plan.Phases) == 0 {
		return nil
	}
	return all
}
