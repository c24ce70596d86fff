// Package metrics records what a run measures: sharded, bounded, and without an allocation per operation.
package metrics

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Recorder gathers one scenario. Its shards are written by sessions. What they measured goes second by second to the
// recorder, which keeps it encoded; so a day takes no more memory than minutes. All methods may be called concurrently,
// but BeginPhase and EndPhase only by the scenario's owner.
type Recorder struct {
	layout Layout
	start  time.Time
	shards []*Shard
	held   held
	users  atomic.Int64 // joined less left while there was no phase

	// phases is changed under the locks of all shards and mu, in this order, and read under any of them.
	mu      sync.Mutex
	phases  []*phase
	level   uint    // a point of the series is up to 2^level seconds
	cuts    []int64 // instants that no point crosses
	pool    pool
	scratch *View
}

// NewRecorder makes a recorder with one shard per writer that should not disturb another; instants count from start.
func NewRecorder(layout Layout, shards int, start time.Time) *Recorder {
	if layout.Second <= 0 {
		layout.Second = time.Second
	}
	r := &Recorder{layout: layout, start: start}
	r.scratch = newView(&r.layout)
	for range max(shards, 1) {
		r.shards = append(r.shards, &Shard{recorder: r})
	}
	return r
}

// Start is the time that instants count from.
func (r *Recorder) Start() time.Time { return r.start }

// Now is the present instant, in nanoseconds since the start.
func (r *Recorder) Now() int64 { return int64(time.Since(r.start)) }

// Shard returns shard i modulo their number. A shard may be used concurrently; it is fastest when it is not.
func (r *Recorder) Shard(i int) *Shard { return r.shards[uint(i)%uint(len(r.shards))] }

// BeginPhase opens a phase at the instant; its facts begin at measured. The phase before ends there. When that phase is
// still open and the instant has passed, the phase begins now, so that what was already begun keeps its phase.
func (r *Recorder) BeginPhase(name string, at, measured int64) {
	defer r.packEnded()
	r.lock()
	defer r.unlock()
	at = r.end(at)
	r.phases = append(r.phases, &phase{
		name: name, width: int64(r.layout.Second),
		at: at, measured: max(at, measured), end: math.MaxInt64,
		before: r.users.Swap(0),
	})
}

// packEnded encodes the totals of phases that are over. It does not stop the shards meanwhile.
func (r *Recorder) packEnded() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.phases[:len(r.phases)-1] {
		r.pack(p)
	}
}

// EndPhase ends the last phase, but not before now; operations intended before still belong to it when they end.
func (r *Recorder) EndPhase(at int64) {
	r.lock()
	defer r.unlock()
	r.end(at)
}

// end closes the open phase, if there is one, and returns the instant from which another may begin.
func (r *Recorder) end(at int64) int64 {
	if len(r.phases) == 0 {
		return at
	}
	p := r.phases[len(r.phases)-1]
	if p.end != math.MaxInt64 {
		return max(at, p.end)
	}
	p.end = max(at, r.Now(), p.at)
	for _, s := range r.shards {
		for _, b := range s.hot {
			b.to = min(b.to, b.phase.end)
		}
	}
	return p.end
}

func (r *Recorder) lock() {
	for _, s := range r.shards {
		s.mu.Lock()
	}
	r.mu.Lock()
}

func (r *Recorder) unlock() {
	r.mu.Unlock()
	for _, s := range r.shards {
		s.mu.Unlock()
	}
}

// phaseOf is the phase of an instant, nil for none.
func (r *Recorder) phaseOf(at int64) *phase {
	for i := len(r.phases) - 1; i >= 0; i-- {
		if p := r.phases[i]; at >= p.at {
			if at < p.end {
				return p
			}
			return nil
		}
	}
	return nil
}

// stray remembers users who come and go while there is no phase.
func (r *Recorder) stray(e Event) {
	switch e {
	case UserJoined:
		r.users.Add(1)
	case UserLeft:
		r.users.Add(-1)
	}
}
