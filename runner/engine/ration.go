package engine

import "sync/atomic"

// ration is how many operations or sessions a phase may still start. It ends when all that it allowed have ended.
type ration struct {
	operations allowance
	sessions   allowance
	over       atomic.Bool
	done       chan struct{} // closed when over
}

// allowance counts down what may start, and what has yet to end.
type allowance struct {
	bounded bool
	unused  atomic.Int64
	unended atomic.Int64
}

// newRation is what the phase allows; nil if that is not bounded.
func newRation(p Phase) *ration {
	if p.Requests <= 0 && p.Sessions <= 0 {
		return nil
	}
	r := &ration{done: make(chan struct{})}
	r.operations.grant(p.Requests)
	r.sessions.grant(p.Sessions)
	return r
}

func (a *allowance) grant(n int64) {
	a.bounded = n > 0
	a.unused.Store(n)
	a.unended.Store(n)
}

// take reports whether one more may start.
func (a *allowance) take() bool { return !a.bounded || a.unused.Add(-1) >= 0 }

// end says that one has ended; it reports whether that was the last.
func (a *allowance) end() bool { return a.bounded && a.unended.Add(-1) == 0 }

// end says that something which a allowed has ended, and ends the ration if a is the first of its allowances to be used up.
func (r *ration) end(a *allowance) {
	if a.end() && r.over.CompareAndSwap(false, true) {
		close(r.done)
	}
}
