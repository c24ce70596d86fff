package metrics

import "slices"

// phase is what a recorder keeps of a phase: its measured part as a whole, and every second or, later, stretch of seconds.
type phase struct {
	name              string
	width             int64 // of a second of plan time, wall nanoseconds
	at, measured, end int64 // instants
	before            int64 // users who joined, less those who left, between the phase before and this one

	// Of total and packed at most one is set: a phase that is over is packed, until something late is added.
	total  *View
	packed []byte

	records  []record // in order
	released int      // the seconds before need not be told apart any more
	folded   int      // of those, the seconds before are as few records as they shall be
}

// record is what was counted in the seconds [from, to) of a phase, encoded. Its data is never changed, only replaced.
type record struct {
	from, to int
	data     []byte
}

// second is the number of the second of an instant since the measured start, negative before that.
func (p *phase) second(at int64) int {
	n := (at - p.measured) / p.width
	if at < p.measured+n*p.width {
		n--
	}
	return int(n)
}

// instant is when a second begins.
func (p *phase) instant(second int) int64 { return p.measured + int64(second)*p.width }

// find is the index of the record that holds a second, or where it would be inserted.
func (p *phase) find(second int) (int, bool) {
	return slices.BinarySearchFunc(p.records, second, func(rec record, second int) int {
		switch {
		case rec.to <= second:
			return -1
		case rec.from > second:
			return 1
		}
		return 0
	})
}

// beginning is the index of the first record that does not begin before a second.
func (p *phase) beginning(second int) int {
	i, found := p.find(second)
	if found && p.records[i].from < second {
		i++
	}
	return i
}

// put adds what a shard measured of a second.
func (r *Recorder) put(p *phase, second int, v *View) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if second >= 0 {
		r.unpack(p).add(v, &r.pool, true)
	}
	i, found := p.find(second)
	if found {
		p.records[i].data = r.joined(p.records[i].data, v)
		return
	}
	p.folded = min(p.folded, second)
	p.records = slices.Insert(p.records, i, record{second, second + 1, r.joined(nil, v)})
	r.tidy()
}

// joined is encoded data, which may be nil, with that added which is kept of every second.
func (r *Recorder) joined(data []byte, v *View) []byte {
	if data != nil {
		r.scratch.absorb(data, &r.pool)
	}
	r.scratch.add(v, &r.pool, false)
	return r.encoded()
}

// encoded encodes the scratch view and empties it.
func (r *Recorder) encoded() []byte {
	data := r.scratch.Encode(nil)
	r.pool.reset(r.scratch)
	return data
}

// unpack is the total of a phase, ready to be added to.
func (r *Recorder) unpack(p *phase) *View {
	if p.total == nil {
		p.total = newView(&r.layout)
		if p.packed != nil {
			p.total.absorb(p.packed, &r.pool)
			p.packed = nil
		}
	}
	return p.total
}

// pack encodes the total of a phase that is over.
func (r *Recorder) pack(p *phase) {
	if p.total != nil {
		p.packed = p.total.Encode(nil)
		r.pool.reset(p.total)
		p.total = nil
	}
}
