package runner

import (
	"cmp"
	"context"
	"slices"

	"plimsoll/dsl/expr"
)

// search raises the load level by level until one breaks, and breaks again where the plan wants that confirmed. What is
// pending at the end of a level may break it later, while the next is held: that is given up then, and held again if the
// broken one recovers.
func (s *stage) search(ctx context.Context) error {
	levels := s.sc.Load.Stairs.Levels()
	from := 0.0
	for i := 0; i < len(levels); {
		h, err := s.hold(ctx, stair(s.sc, levelName(levels[i]), from, levels[i]))
		if err != nil || s.stopped(ctx) {
			return err
		}
		bad := s.bad()
		if bad == nil {
			from = h.to
			i++
			continue
		}
		if !s.sc.Confirm || bad.name == againName(bad.to) {
			break
		}
		again, err := s.hold(ctx, stair(s.sc, againName(bad.to), h.to, bad.to))
		if err != nil || s.stopped(ctx) {
			return err
		}
		if again.truth() == expr.False {
			break
		}
		from = again.to
		if bad == h {
			i++
		}
	}
	s.complete = true
	return nil
}

// late is a level before h that is bad after all; h need not be held to its end then.
func (s *stage) late(h *held) *held {
	if bad := s.bad(); bad != h {
		return bad
	}
	return nil
}

// bad is the lowest level that broke and has not been held since.
func (s *stage) bad() *held {
	for _, h := range s.attempts() {
		if h.truth() == expr.False {
			return h
		}
	}
	return nil
}

// attempts is the last one at each level, from the lowest. One that was given up counts only if it had broken.
func (s *stage) attempts() []*held {
	var all []*held
	for _, h := range s.held {
		if h.left && h.truth() != expr.False {
			continue
		}
		i, again := slices.BinarySearchFunc(all, h.to, func(a *held, level float64) int { return cmp.Compare(a.to, level) })
		if again {
			all[i] = h
		} else {
			all = slices.Insert(all, i, h)
		}
	}
	return all
}

// steps are the attempts as they were judged in the end.
func (s *stage) steps() []step {
	var all []step
	for _, h := range s.attempts() {
		all = append(all, step{
			name: h.name, level: h.to, rate: s.measures(h).Throughput, held: h.truth(), broke: h.breaches(), unfair: s.unfair(h),
		})
	}
	return all
}

// unfair is why a phase says nothing about the service, "" if it does.
func (s *stage) unfair(h *held) string {
	switch {
	case h.strain.weight > 0:
		return "generator late"
	case !s.reached(h):
		return missing(h)
	}
	return ""
}
