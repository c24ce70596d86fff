package metrics

// Merge adds what another view of the same layout measured, so that windows become a longer one.
func (v *View) Merge(o *View) {
	switch {
	case v.From == 0 && v.To == 0:
		v.Phase, v.From, v.To = o.Phase, o.From, o.To
	case v.Phase != o.Phase:
		v.Phase = ""
	}
	if v.Pending == 0 || o.Pending != 0 && o.Oldest < v.Oldest {
		v.Oldest = o.Oldest
	}
	v.From, v.To = min(v.From, o.From), max(v.To, o.To)
	v.Measured += o.Measured
	v.add(o, new(pool), true)
}

// add adds counters and histograms: every one, or those known of every second. It takes new histograms from the pool.
func (v *View) add(o *View, p *pool, whole bool) {
	addCounters(v, o)
	v.Steps = grown(v.Steps, len(o.Steps))
	theirs := o.sketches()
	for i, mine := range v.sketches() {
		if whole || i < viewSeconds {
			p.merge(mine, *theirs[i])
		}
	}
	for i := range o.Steps {
		v.Steps[i].add(&o.Steps[i], p, whole)
	}
	if whole {
		v.Groups = p.mergeAll(v.Groups, o.Groups)
		v.Measures = p.mergeAll(v.Measures, o.Measures)
	}
}

func addCounters(v, o *View) {
	theirs := o.counters()
	for i, mine := range v.counters() {
		*mine += *theirs[i]
	}
	for c, n := range o.Classes {
		v.Classes[c] += n
	}
	for e, n := range o.Events {
		v.Events[e] += n
	}
}

func (s *StepView) add(o *StepView, p *pool, whole bool) {
	counters := o.counters()
	for i, mine := range s.counters() {
		*mine += *counters[i]
	}
	for c, n := range o.Classes {
		s.Classes[c] += n
	}
	sketches := o.sketches()
	for i, mine := range s.sketches() {
		if whole || i < stepSeconds {
			p.merge(mine, *sketches[i])
		}
	}
}

// merge adds a histogram, which may be nil, to the one behind the pointer, which is made when it is nil.
func (p *pool) merge(mine **Histogram, theirs *Histogram) {
	if theirs.Count() == 0 {
		return
	}
	if *mine == nil {
		*mine = p.get()
	}
	(*mine).Merge(theirs)
}

func (p *pool) mergeAll(mine, theirs []*Histogram) []*Histogram {
	mine = grown(mine, len(theirs))
	for i, h := range theirs {
		p.merge(&mine[i], h)
	}
	return mine
}

// grown is the slice, lengthened to n if it is shorter.
func grown[T any](s []T, n int) []T {
	return append(s, make([]T, max(0, n-len(s)))...)
}
