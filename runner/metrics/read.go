package metrics

import (
	"math"
	"slices"
	"time"
)

// Window is what was counted in the plan seconds [from, to) since the measured start of a phase: counters, latency of the
// scenario and of its steps, lag, and what is pending. Seconds are told apart until Release, or until
// there are 600 later ones; of those before, a point of the series counts in the window in which it begins. A phase or
// seconds that have not begun make an empty view.
func (r *Recorder) Window(phase, from, to int) View {
	p, ok := r.settled(phase)
	if !ok {
		return r.span(p, nil, 0, 0)
	}
	first := p.beginning(from)
	last := max(first, p.beginning(to))
	return r.span(p, p.records[first:last], from, to)
}

// LagWindow is the wake lag in a window, in seconds.
func (r *Recorder) LagWindow(phase, from, to int) *Histogram { return r.Window(phase, from, to).Lag }

// Release says that the seconds before upto of a phase will not be asked for again: they go to the series.
func (r *Recorder) Release(phase, upto int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if phase < 0 || phase >= len(r.phases) {
		return
	}
	p := r.phases[phase]
	p.released = max(p.released, upto)
	r.tidy()
}

// Phase is the measured part of a phase, up to now if it has not ended. A phase that has not begun makes an empty view.
func (r *Recorder) Phase(i int) View {
	p, _ := r.settled(i)
	v := r.whole(p)
	v.sum()
	return v
}

// Total is the measured parts of all phases together.
func (r *Recorder) Total() View {
	r.settle(nil)
	total := newView(&r.layout)
	for _, p := range r.all() {
		v := r.whole(p)
		total.Merge(&v)
	}
	total.sum()
	return *total
}

// whole decodes the measured part of a phase.
func (r *Recorder) whole(p phase) View {
	v := newView(&r.layout)
	if p.packed != nil {
		v.absorb(p.packed, new(pool))
	}
	r.place(v, p, p.measured, p.end)
	return *v
}

// span decodes records of a phase, which lie in the seconds [from, to).
func (r *Recorder) span(p phase, records []record, from, to int) View {
	v := newView(&r.layout)
	youngest := int64(math.MaxInt64)
	for _, rec := range records {
		before := v.waiting()
		v.absorb(rec.data, new(pool))
		if v.waiting() != before {
			youngest = min(p.instant(rec.to), p.end)
		}
	}
	r.place(v, p, max(p.instant(from), p.at), p.instant(to))
	v.Oldest = time.Duration(max(0, r.Now()-youngest))
	v.sum()
	return *v
}

// place says where a view lies: from there to the instant, or to the end of the phase, or to now.
func (r *Recorder) place(v *View, p phase, from, to int64) {
	to = min(to, p.end)
	if to == math.MaxInt64 {
		to = r.Now()
	}
	v.Phase, v.From, v.To = p.name, from, max(from, to)
	v.Measured = time.Duration(v.To - max(p.measured, v.From))
}

// waiting is how many operations of all steps are pending.
func (v *View) waiting() int64 {
	n := int64(0)
	for i := range v.Steps {
		n += v.Steps[i].Pending
	}
	return n
}

// settle has the shards hand over what they hold of a phase, of all phases if it is nil.
func (r *Recorder) settle(p *phase) {
	for _, s := range r.shards {
		s.settleAll(p)
	}
}

// settled is a copy of a phase with all that was measured of it until now.
func (r *Recorder) settled(i int) (phase, bool) {
	r.mu.Lock()
	if i < 0 || i >= len(r.phases) {
		r.mu.Unlock()
		return phase{width: int64(r.layout.Second)}, false
	}
	p := r.phases[i]
	r.mu.Unlock()
	r.settle(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	return p.copy(), true
}

// all copies every phase.
func (r *Recorder) all() []phase {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []phase
	for _, p := range r.phases {
		all = append(all, p.copy())
	}
	return all
}

// copy is a phase as it is now, its total packed.
func (p *phase) copy() phase {
	c := *p
	c.records = slices.Clone(p.records)
	if p.total != nil {
		c.packed, c.total = p.total.Encode(nil), nil
	}
	return c
}
