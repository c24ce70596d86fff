package metrics

import (
	"time"

	"github.com/DataDog/sketches-go/ddsketch/store"
)

// view adds what was encoded to v.
func (d *decoder) view(v *View, p *pool) {
	d.version()
	v.Phase = d.string()
	v.From, v.To = d.int(), d.int()
	v.Measured, v.Oldest = time.Duration(d.int()), time.Duration(d.int())
	for _, n := range v.counters() {
		*n += d.int()
	}
	d.ints(v.Classes[:])
	d.ints(v.Events[:])
	for _, h := range v.sketches() {
		d.histogram(h, p)
	}
	n := d.take(d.length(), stepBytes)
	v.Steps = grown(v.Steps, n)
	for i := range n {
		d.step(&v.Steps[i], p)
	}
	v.Groups = d.histograms(v.Groups, p)
	v.Measures = d.histograms(v.Measures, p)
}

func (d *decoder) step(s *StepView, p *pool) {
	if d.byte() == 0 {
		return
	}
	for _, n := range s.counters() {
		*n += d.int()
	}
	d.ints(s.Classes[:])
	for _, h := range s.sketches() {
		d.histogram(h, p)
	}
}

func (d *decoder) ints(sums []int64) {
	for i := range sums {
		sums[i] += d.int()
	}
}

func (d *decoder) histograms(all []*Histogram, p *pool) []*Histogram {
	n := d.take(d.length(), histogramBytes)
	all = grown(all, n)
	for i := range n {
		d.histogram(&all[i], p)
	}
	return all
}

// histogram adds one to that behind the pointer, which is made if there is none and something to add.
func (d *decoder) histogram(at **Histogram, p *pool) {
	count := d.uint()
	if count == 0 {
		return
	}
	if *at == nil {
		d.take(1, histogramBytes)
		*at = p.get()
	}
	h := *at
	if count == 1 {
		d.single(h)
		return
	}
	s := summary{count: int64(count), sum: d.float(), squares: d.float(), min: d.float(), max: d.float()}
	zeros := d.uint()
	if !s.valid() || zeros > count {
		d.fail(errCorrupt)
		return
	}
	h.add(s)
	h.zeros += int64(zeros)
	left := d.bins(&h.positive, count-zeros)
	if d.bins(&h.negative, left) != 0 {
		d.fail(errCorrupt)
	}
}

func (d *decoder) single(h *Histogram) {
	value := d.float()
	if !(summary{count: 1, sum: value, min: value, max: value}).valid() {
		d.fail(errCorrupt)
		return
	}
	h.Add(value)
}

// bins adds bins of at most so many values altogether, and returns how many of those are left.
func (d *decoder) bins(at **store.CollapsingLowestDenseStore, left uint64) uint64 {
	bin := minBin
	for range d.length() {
		ahead, count := d.uint(), d.uint()
		if ahead > uint64(maxBin-bin) || count == 0 || count > left {
			d.fail(errCorrupt)
			return 0
		}
		d.take(min(ahead, maxBins), 8)
		bin += int(ahead)
		left -= count
		bins(at).AddWithCount(bin, float64(count))
	}
	return left
}
