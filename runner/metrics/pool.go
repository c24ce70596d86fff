package metrics

// pool keeps emptied histograms, so that seconds which come and go allocate nothing. The zero pool is empty; its owner's
// mutex guards it.
type pool struct{ spare []*Histogram }

func (p *pool) get() *Histogram {
	n := len(p.spare)
	if n == 0 {
		return new(Histogram)
	}
	h := p.spare[n-1]
	p.spare = p.spare[:n-1]
	return h
}

// reset empties a view and takes its histograms back.
func (p *pool) reset(v *View) {
	v.each(func(h **Histogram) {
		if *h != nil {
			(*h).clear()
			p.spare = append(p.spare, *h)
		}
	})
	clear(v.Steps)
	clear(v.Groups)
	clear(v.Measures)
	*v = View{Steps: v.Steps, Groups: v.Groups, Measures: v.Measures}
}
