package follow

import (
	"context"
	"errors"
	"sync"
	"time"

	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

const (
	longestBackoff = 30 * time.Second // wall time between two looks that fail
	rarestMetrics  = time.Second      // wall time between two reads of metrics, however fast the clock
)

// watch looks at one service.
type watch struct {
	follower *Follower

	mu     sync.Mutex
	record record
}

// seen reports whether there is something to look at.
func (w *watch) seen() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.unobserved == ""
}

func (w *watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record.start(w.follower.source.Now(w.record.place))
}

func (w *watch) end(at float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record.end(at)
}

func (w *watch) now() result.Fleet {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.result(w.follower.source.Now(w.record.place))
}

// run looks until ctx is done; after a failure at growing intervals.
func (w *watch) run(ctx context.Context, offset, every time.Duration, speed float64) {
	wait, read := offset, time.Now()
	between := max(time.Duration(float64(w.period())/speed), rarestMetrics)
	for sleep(ctx, wait) {
		wait = every
		if err := w.look(ctx); err != nil {
			wait = longestBackoff
			if n := w.failures(); n < 5 {
				wait = min(every<<n, longestBackoff)
			}
			continue
		}
		if time.Since(read) >= between {
			read = time.Now()
			w.failed(w.metrics(ctx))
		}
	}
}

// look takes one look.
func (w *watch) look(ctx context.Context) error {
	place, cluster, name := w.where()
	s, hidden, err := w.follower.source.Look(ctx, place, cluster, name)
	if err == nil && s.Missing != "" {
		err = errors.New(s.Missing)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			w.record.fail(err)
		}
		return err
	}
	w.record.look(s, hidden, w.follower.source.Now(place))
	return nil
}

// metrics reads the points that have come since the last time, and those shortly before, which may have changed.
func (w *watch) metrics(ctx context.Context) error {
	w.mu.Lock()
	place, wanted := w.record.place, w.record.wanted()
	to := w.follower.source.Now(place)
	from := w.record.unread(to)
	w.mu.Unlock()
	if len(wanted) == 0 {
		return nil
	}
	all, err := w.follower.source.Metrics(ctx, place, wanted, from, to)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record.points(all, to)
	return nil
}

// finish looks a last time and waits for the last points, unless someone waits for the end.
func (w *watch) finish(ctx context.Context, speed float64) {
	if ctx.Err() != nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, lastLook)
	defer cancel()
	for w.look(limited) != nil {
		if !sleep(limited, time.Second) {
			break
		}
	}
	if ctx.Err() != nil {
		return
	}
	late := w.follower.options.Late
	ctx, done := context.WithTimeout(ctx, late)
	defer done()
	pause := min(max(time.Duration(float64(w.period())/speed/4), shortestWait), 5*time.Second)
	for {
		w.failed(w.metrics(ctx))
		if w.filled(late) || !sleep(ctx, pause) {
			return
		}
	}
}

// filled reports whether nothing more is to be waited for.
func (w *watch) filled(late time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.filled() || w.follower.source.Now(w.record.place).Sub(w.record.until) >= late
}

func (w *watch) where() (fleet.Place, string, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.place, w.record.base.Cluster.Name, w.record.base.Name
}

// period is the shortest of the metrics, AWS time.
func (w *watch) period() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.period()
}

func (w *watch) failures() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record.failures
}

// failed notes that metrics could not be read, which hides nothing else.
func (w *watch) failed(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record.unmeasured = bounded(err.Error())
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
