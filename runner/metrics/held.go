package metrics

import "sync/atomic"

// held follows how many connections there are.
type held struct{ now, most, opened atomic.Int64 }

func (h *held) note(e Event) {
	switch e {
	case ConnectionOpened:
		h.opened.Add(1)
		n := h.now.Add(1)
		for most := h.most.Load(); n > most && !h.most.CompareAndSwap(most, n); {
			most = h.most.Load()
		}
	case ConnectionClosed:
		h.now.Add(-1)
	}
}

// Held is how many connections are open, in every phase and outside of phases, and the most that ever were.
func (r *Recorder) Held() (now, most int64) { return r.held.now.Load(), r.held.most.Load() }

// Opened is how many connections were ever opened, in every phase and outside of phases.
func (r *Recorder) Opened() int64 { return r.held.opened.Load() }
