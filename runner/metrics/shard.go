package metrics

import (
	"sync"
	"time"
)

// What a shard keeps at hand: the seconds that were used last, so many of them, or fewer when their histograms are many.
// The least recently used goes to the recorder, and is begun anew when an operation of it ends after that.
const (
	hotBuckets  = 64
	hotSketches = 1536
)

// Shard is where sessions write. Its methods may be called concurrently; each takes one lock.
type Shard struct {
	recorder *Recorder

	mu       sync.Mutex
	hot      []*bucket // the most recently used first
	free     []*bucket
	sketches int // in hot
	pool     pool
	_        [64]byte // another shard's lock is on another cache line
}

// bucket is what one shard measured of one second of plan time.
type bucket struct {
	phase    *phase
	second   int
	from, to int64 // instants; to is cut when the phase ends
	sketches int
	view     View
}

// bucket is the second of an instant, nil outside of phases.
func (s *Shard) bucket(at int64) *bucket {
	for i, b := range s.hot {
		if b.from <= at && at < b.to {
			copy(s.hot[1:i+1], s.hot[:i])
			s.hot[0] = b
			return b
		}
	}
	return s.open(at)
}

// open makes room and begins a bucket.
func (s *Shard) open(at int64) *bucket {
	p := s.recorder.phaseOf(at)
	if p == nil {
		return nil
	}
	for len(s.hot) > 0 && (len(s.hot) == hotBuckets || s.sketches >= hotSketches) {
		s.settle(len(s.hot) - 1)
	}
	b := s.spare()
	b.phase, b.second = p, p.second(at)
	b.from, b.to = max(p.instant(b.second), p.at), min(p.instant(b.second+1), p.end)
	s.hot = append(s.hot, nil)
	copy(s.hot[1:], s.hot)
	s.hot[0] = b
	return b
}

func (s *Shard) spare() *bucket {
	n := len(s.free)
	if n == 0 {
		return &bucket{view: *newView(&s.recorder.layout)}
	}
	b := s.free[n-1]
	s.free = s.free[:n-1]
	return b
}

// settle hands the bucket of that index to the recorder.
func (s *Shard) settle(i int) {
	b := s.hot[i]
	s.recorder.put(b.phase, b.second, &b.view)
	s.hot = append(s.hot[:i], s.hot[i+1:]...)
	s.sketches -= b.sketches
	b.sketches = 0
	s.pool.reset(&b.view)
	s.free = append(s.free, b)
}

// settleAll hands over what there is of a phase; of all phases if it is nil.
func (s *Shard) settleAll(p *phase) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.hot) - 1; i >= 0; i-- {
		if p == nil || s.hot[i].phase == p {
			s.settle(i)
		}
	}
}

// count adds a value to a histogram of the bucket, which is made if there is none.
func (s *Shard) count(b *bucket, at **Histogram, value float64) {
	if *at == nil {
		*at = s.pool.get()
		b.sketches++
		s.sketches++
	}
	(*at).Add(value)
}

// time adds a duration, unless it is negative: then there was none.
func (s *Shard) time(b *bucket, at **Histogram, d time.Duration) {
	if d >= 0 {
		s.count(b, at, seconds(d))
	}
}

// seconds is a duration in seconds, rounded once, so that what is written the same in a plan is the same number.
func seconds(d time.Duration) float64 { return float64(d) / float64(time.Second) }
