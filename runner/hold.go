package runner

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/result"
)

// held is a phase that is or was held.
type held struct {
	stretch
	index                int   // in the recorder
	start, measured, end int64 // instants
	over                 bool  // end is known
	truths               map[*standard]expr.Truth
	broke                []breach // of the standards that failed in it
	users                gauge
	connections          int64  // most at once
	strain               strain // of the generator
	left                 bool   // given up before its end
}

// hold keeps the load of a stretch, and looks at it meanwhile.
func (s *stage) hold(ctx context.Context, st stretch) (*held, error) {
	h := s.begin(st)
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	phase := engine.Phase{Start: h.start, Shape: st.shape(s.speed), Requests: st.requests, Sessions: st.sessions}
	type over struct {
		end int64
		err error
	}
	done := make(chan over, 1)
	go func() {
		end, err := s.loaded.load.Run(ctx, phase)
		done <- over{end, err}
	}()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.look()
			if s.leaves(h) {
				h.left = true
				leave()
			}
		case o := <-done:
			h.left = h.left || ctx.Err() != nil
			s.end(h, o.end)
			return h, o.err
		}
	}
}

// begin opens the phase that follows the one before without a gap. Where the machine was busy the recorder begins it later;
// seconds are numbered as it does.
func (s *stage) begin(st stretch) *held {
	h := &held{stretch: st, index: len(s.held), start: s.next, truths: map[*standard]expr.Truth{}}
	h.measured = h.start + int64(wall(st.quiet, s.speed))
	s.loaded.recorder.BeginPhase(st.name, h.start, h.measured)
	h.measured = s.loaded.recorder.Phase(h.index).From
	s.held = append(s.held, h)
	s.track(h)
	return h
}

// end closes a phase; operations of it may still be pending.
func (s *stage) end(h *held, at int64) {
	s.look()
	h.end, h.over = max(at, h.start), true
	s.next = h.end
	s.advance()
	s.fair(h)
	s.run.journal.state(s, true)
	if s.capacity == nil {
		s.progress.event(s.summary(h))
	}
}

// look brings everything up to now.
func (s *stage) look() {
	h := s.held[len(s.held)-1]
	if !h.over {
		h.users.note(s.loaded.load.Users(), s.loaded.recorder.Now() >= h.measured)
		open, _ := s.loaded.recorder.Held()
		h.connections = max(h.connections, open)
	}
	s.watch.look()
	s.advance()
	s.heed()
	s.run.journal.state(s, false)
	s.progress.beat(s)
}

// advance judges what can be judged, and tells the recorder what will not be asked for again.
func (s *stage) advance() {
	now := s.loaded.recorder.Now()
	for _, t := range s.trackers {
		h := s.held[t.phase]
		t.advance(s.second(h, now), h.over, s.loaded.recorder)
	}
	for _, h := range s.held {
		needed := s.known(h, now)
		for _, t := range s.trackers {
			if t.phase == h.index && !t.done && t.window > 0 {
				needed = min(needed, t.needed())
			}
		}
		s.loaded.recorder.Release(h.index, needed)
	}
	s.trackers = slices.DeleteFunc(s.trackers, func(t *tracker) bool { return t.done })
}

// known is the plan second of the phase before which nothing is learned any more that tells seconds apart.
func (s *stage) known(h *held, now int64) int {
	over := s.second(h, now)
	if s.fleet.following == nil {
		return over
	}
	return max(min(over, int((now-int64(hindsight)-h.measured)/int64(wall(time.Second, s.speed)))), 0)
}

// second is the plan second of the phase, since its facts begin, that is over now; at its end the last, begun one.
func (s *stage) second(h *held, now int64) int {
	width := float64(wall(time.Second, s.speed))
	if h.over {
		return max(int(math.Ceil(float64(h.end-h.measured)/width)), 0)
	}
	return max(int(math.Floor(float64(now-h.measured)/width)), 0)
}

// leaves reports whether the phase must be given up: an SLA aborts, or the search for the limit has its answer.
func (s *stage) leaves(h *held) bool {
	if s.abort != plan.AbortNothing {
		return true
	}
	if s.sc.Kind != plan.Stress {
		return false
	}
	for st, truth := range h.truths {
		if truth == expr.False && st.plan.Abort != plan.AbortNothing {
			return true
		}
	}
	return s.late(h) != nil
}

// breach is a standard that failed in a phase, at its worst there.
type breach struct {
	st    *standard
	worst outcome
}

// judged notes how a standard fared in a span of the phase.
func (h *held) judged(st *standard, o outcome) {
	before, seen := h.truths[st]
	if !seen {
		before = o.truth
	}
	h.truths[st] = truths(before, o.truth)
	if o.truth != expr.False {
		return
	}
	i := slices.IndexFunc(h.broke, func(b breach) bool { return b.st == st })
	if i < 0 {
		h.broke = append(h.broke, breach{st, o})
	} else if o.weight > h.broke[i].worst.weight {
		h.broke[i].worst = o
	}
}

// breaches tells them, as "fast: latency.p95 = 912ms".
func (h *held) breaches() []string {
	var all []string
	for _, b := range h.broke {
		all = append(all, b.st.plan.Name+": "+b.worst.shown)
	}
	return all
}

// truth is whether the SLAs of a phase held, as far as they have been judged.
func (h *held) truth() expr.Truth { return truths(slices.Collect(maps.Values(h.truths))...) }

// reached reports whether as many users came as were asked for.
func (s *stage) reached(h *held) bool {
	return s.sc.Load.Open || h.passing || float64(h.users.most) >= math.Floor(h.to)
}

// gauge follows a number that is read now and then.
type gauge struct {
	sum   float64
	reads int
	most  int
}

func (g *gauge) note(n int, counts bool) {
	g.most = max(g.most, n)
	if counts {
		g.sum += float64(n)
		g.reads++
	}
}

func (g *gauge) mean() float64 {
	if g.reads == 0 {
		return float64(g.most)
	}
	return g.sum / float64(g.reads)
}

// summary is how a phase is told of at its end.
func (s *stage) summary(h *held) string {
	view := s.loaded.recorder.Phase(h.index)
	m := result.Measure(&view, s.loaded.layout)
	return fmt.Sprintf("%s: p95 %s, %s errors", h.name, shown(m.Latency), fact.Ratio.Format(m.ErrorRate))
}
