package engine

import (
	"context"
	"runtime"
	"time"
)

// Run keeps the number of users, or starts sessions at the rate, that the shape asks for, until the shape ends (returning
// its end instant), a count is reached, or ctx is done, which is no error. Users stay for the next phase. An error means that
// the sessions cannot go on, as when the rows of a data block that hands out each once are used up.
func (e *Engine) Run(ctx context.Context, p Phase) (end int64, err error) {
	r := newRation(p)
	e.ration.Store(r)
	e.crowd.release(p.Start)
	b := e.play(p)
	defer b.halt()
	var used <-chan struct{}
	if r != nil {
		used = r.done
	}
	select {
	case <-b.over:
		return b.end, nil
	case <-used:
	case <-ctx.Done():
	case <-e.broken:
		return e.now(), e.faultErr
	}
	return e.now(), nil
}

// crew is how many users are told to leave at a time.
const crew = 256

// Drain lets every user leave: each finishes its operation, think cut short; what is unfinished after grace, or when ctx
// is done, is interrupted.
func (e *Engine) Drain(ctx context.Context, grace time.Duration) {
	all, emptied := e.crowd.close()
	if e.arrivals != nil {
		e.arrivals.disband()
	}
	for i, u := range all {
		e.send(u)
		if i%crew == crew-1 {
			runtime.Gosched() // so that those who have left give their stacks to those who have not
		}
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-emptied:
		return
	case <-timer.C:
	case <-ctx.Done():
	}
	e.cancel()
	for _, u := range all {
		u.lines.interrupt()
	}
	<-emptied
}

// Close closes every connection and waits for every goroutine.
func (e *Engine) Close() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	e.Drain(now, 0)
	e.cancel()
	e.running.Wait()
	e.poller.Close()
	e.timers.close()
	e.home.close()
	for _, o := range e.away {
		o.close()
	}
}
