package engine

import (
	"context"
	"slices"
	"time"

	"plimsoll/runner/metrics"
)

// Opening is one level of connections to be opened, each by a user of its own.
type Opening struct {
	Count   int
	Rate    float64       // opened a second at most; 0: as fast as possible
	Timeout time.Duration // what is not open then has failed
}

// sweepAfter is how long after the timeout an attempt may take to notice it by itself.
const sweepAfter = 500 * time.Millisecond

// Open opens connections of a capacity's scenario beside those that are held, and returns when each attempt has succeeded
// or failed, which the timeout bounds; no attempt is repeated. From then on no other connection opens. A ctx that is done
// ends it at once, which is no error. An error means that sessions cannot go on. Like Run it is called by one goroutine.
func (e *Engine) Open(ctx context.Context, o Opening) error {
	h := e.holding
	h.begin(e.now() + int64(o.Timeout))
	timed, cancel := context.WithDeadline(ctx, e.at(h.latest.Load()))
	defer cancel()
	e.launch(timed, o)
	late := time.NewTimer(time.Duration(h.latest.Load()-e.now()) + sweepAfter)
	defer late.Stop()
	select {
	case <-h.until(func() bool { return h.pending == 0 }):
	case <-late.C:
	case <-ctx.Done():
	case <-e.broken:
	}
	e.sweep()
	select {
	case <-e.broken:
		return e.faultErr
	default:
		return nil
	}
}

// launch lets users in, each when its turn and a slot have come; instants are computed from the start.
func (e *Engine) launch(ctx context.Context, o Opening) {
	start := e.now()
	for i := range o.Count {
		if o.Rate > 0 && !e.sleep(ctx, start+int64(float64(i)/o.Rate*float64(time.Second))) {
			return
		}
		select {
		case e.holding.slots <- struct{}{}:
			e.holding.enter()
		case <-ctx.Done():
			return
		case <-e.broken:
			return
		}
	}
}

// sleep waits for an instant; false if ctx is done before.
func (e *Engine) sleep(ctx context.Context, until int64) bool {
	d := time.Duration(until - e.now())
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sweep gives up the attempts that are still under way.
func (e *Engine) sweep() {
	for _, u := range e.crowd.everybody() {
		if e.holding.attempts(u.berth) && e.holding.end(u.berth, metrics.Timeout) {
			e.send(u)
			u.lines.interrupt()
		}
	}
}

// attempts reports whether the user has yet to open its connection.
func (h *holding) attempts(b *berth) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return b.stage == attempting
}

// Release closes every held connection: each user finishes the operation in hand; what is not closed after grace, or when
// ctx is done, is cut. It returns when all are closed.
func (e *Engine) Release(ctx context.Context, grace time.Duration) {
	h := e.holding
	timed, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	all := e.crowd.everybody()
	e.dispatch(timed, all)
	emptied := h.until(func() bool { return h.there == 0 })
	select {
	case <-emptied:
		return
	case <-timed.Done():
	}
	for _, u := range all {
		h.end(u.berth, metrics.OK)
		e.send(u)
		u.lines.interrupt()
	}
	<-emptied
}

// dispatch sends users away, not too many at once, until ctx is done.
func (e *Engine) dispatch(ctx context.Context, all []*user) {
	h := e.holding
	for _, u := range all {
		select {
		case h.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if h.send(u.berth) {
			e.send(u)
		} else {
			<-h.slots
		}
	}
}

// Census is how the connections of the level that was opened last stand. It may be called at any time.
func (e *Engine) Census() Census { return e.holding.count() }

// everybody is who is there.
func (c *crowd) everybody() []*user {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}
