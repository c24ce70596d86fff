package metrics

import (
	"iter"
	"math"
	"slices"
)

// How much of the past is kept. A point holds counters and a sketch of every step that was used in it.
const (
	keptSeconds = 600    // not yet released, over all phases; older ones go to the series by themselves
	maxPoints   = 1200   // of the series, fewer with many steps …
	minPoints   = 120    // … but so many at least,
	stepPoints  = 30_000 // so that points times steps stay below this
	maxLevel    = 32     // 2^32 seconds: one point for a phase
)

// Point is one stretch of the series: a second of plan time, or several together.
type Point struct {
	Phase   int   // index
	Seconds int   // of plan time, from the first to the last in which there was something
	Warm    bool  // it lies before the measured part of the phase
	Users   int64 // present at its end
	Dropped int64 // arrivals, for whatever reason
	View          // as of a Window; the name of the phase is View.Phase
}

// Series is what happened, in order, warm-up included, as counters and latency. The number of points does not grow with
// the length of the run. Points are decoded one by one: one that is not kept takes no memory.
func (r *Recorder) Series() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		r.settle(nil)
		users := int64(0)
		for i, p := range r.all() {
			users += p.before
			for _, rec := range p.records {
				point := r.point(i, p, rec)
				users += point.Events[UserJoined] - point.Events[UserLeft]
				point.Users = users
				if !yield(point) {
					return
				}
			}
		}
	}
}

func (r *Recorder) point(i int, p phase, rec record) Point {
	v := r.span(p, []record{rec}, rec.from, rec.to)
	return Point{
		Phase: i, Seconds: rec.to - rec.from, Warm: rec.to <= 0,
		Dropped: v.Events[DroppedFull] + v.Events[DroppedLate], View: v,
	}
}

// tidy releases what is older than keptSeconds and makes points longer until there are few enough.
func (r *Recorder) tidy() {
	kept := 0
	for i := len(r.phases) - 1; i >= 0; i-- {
		p := r.phases[i]
		first, _ := p.find(p.released)
		if over := kept + len(p.records) - first - keptSeconds; over > 0 {
			first = min(first+over, len(p.records))
			p.released = p.records[first-1].to
		}
		kept += len(p.records) - first
		if p.released > p.folded {
			r.fold(p, p.folded)
		}
	}
	for r.points() > r.layout.points()+len(r.cuts) && r.level < maxLevel {
		r.level++
		for _, p := range r.phases {
			r.fold(p, math.MinInt)
		}
	}
}

// Cut says that seconds before and after an instant must not become one point of the series any more, as where the number
// of tasks behind a service changed. Each call may add a point to the series for good.
func (r *Recorder) Cut(at int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cuts = append(r.cuts, at)
}

// cut reports whether there is a cut between the beginnings of two seconds of a phase.
func (r *Recorder) cut(p *phase, from, to int) bool {
	return slices.ContainsFunc(r.cuts, func(at int64) bool { return p.instant(from) < at && at <= p.instant(to) })
}

// points is how many records are released.
func (r *Recorder) points() int {
	n := 0
	for _, p := range r.phases {
		first, _ := p.find(p.released)
		n += first
	}
	return n
}

// points is how many a series may have.
func (l *Layout) points() int {
	return min(max(stepPoints/(len(l.Steps)+1), minPoints), maxPoints)
}

// fold merges the released seconds of a phase, beginning with a given one, that lie in the same block of 2^level. Blocks
// are aligned to the measured start, so that none crosses it.
func (r *Recorder) fold(p *phase, from int) {
	start, _ := p.find(from)
	out := p.records[:start]
	for _, rec := range p.records[start:] {
		last := len(out) - 1
		if last >= 0 && rec.to <= p.released && rec.from>>r.level == out[last].from>>r.level && !r.cut(p, out[last].from, rec.from) {
			r.scratch.absorb(out[last].data, &r.pool)
			r.scratch.absorb(rec.data, &r.pool)
			out[last].to, out[last].data = rec.to, r.encoded()
		} else {
			out = append(out, rec)
		}
	}
	clear(p.records[len(out):])
	p.records = out
	p.folded = p.released
}
