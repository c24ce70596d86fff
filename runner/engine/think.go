package engine

import (
	"time"

	"plimsoll/dsl/plan"
)

// think waits on the alarm; the next operation is due when it ends as computed, however late the wake.
type think plan.Think

func (t *think) do(u *user, _ *carrier) outcome {
	s := &u.session
	d := t.draw(&s.random)
	if d <= 0 {
		return goOn
	}
	s.due += int64(d)
	s.thought += int64(d)
	s.wake = s.due
	return wait
}

// draw is how long to think, within the bounds. A Max of zero bounds nothing.
func (t *think) draw(r *stream) time.Duration {
	var d float64
	switch t.Distribution {
	case plan.Fixed:
		return t.Min
	case plan.Uniform:
		return t.Min + time.Duration(r.unit()*float64(t.Max-t.Min))
	case plan.Normal:
		d = float64(t.Mean) + r.normal()*float64(t.StdDev)
	case plan.Exponential:
		d = r.exponential() * float64(t.Mean)
	}
	if t.Max > 0 {
		d = min(d, float64(t.Max))
	}
	return time.Duration(max(d, float64(t.Min)))
}
