package wire

import (
	"sync"
	"time"
)

// Poller tells when there may be something to read on a connection that nobody works on. It may be used concurrently.
type Poller interface {
	// Watch calls ready once, on a goroutine of its own, when a read of the connection may find something, its end
	// included; at once if not all that came before has been read. Until ready is called or Forget has returned true,
	// nothing may be done with the connection but Interrupt.
	Watch(c *Conn, ready func())
	// Forget takes a Watch back. It reports whether ready has not been called and will not be. It must come before Close.
	Forget(c *Conn) bool
	// Close forgets every connection and waits for every goroutine. It must not be called by a ready function.
	Close()
}

// Watchers is a Poller that holds a goroutine per watched connection. The zero value is ready to use.
type Watchers struct {
	mu      sync.Mutex
	watched map[*Conn]*watch
	running sync.WaitGroup
}

var _ Poller = (*Watchers)(nil)

type watch struct{ done chan struct{} }

// Watch starts a goroutine that waits.
func (w *Watchers) Watch(c *Conn, ready func()) {
	present := &watch{done: make(chan struct{})}
	w.mu.Lock()
	if w.watched == nil {
		w.watched = make(map[*Conn]*watch)
	}
	w.watched[c] = present
	w.mu.Unlock()
	waits := !c.link.unread && c.link.disarm() == nil
	w.running.Go(func() {
		defer close(present.done)
		if waits {
			c.link.await()
		}
		if w.take(c) != nil {
			ready()
		}
	})
}

// Forget wakes the goroutine and waits for its end.
func (w *Watchers) Forget(c *Conn) bool {
	present := w.take(c)
	if present == nil {
		return false
	}
	// An error means that the connection is closed, which wakes the goroutine as well.
	_ = c.link.Conn.SetReadDeadline(time.Unix(1, 0))
	<-present.done
	return true
}

// Close forgets every connection and waits for every goroutine.
func (w *Watchers) Close() {
	w.mu.Lock()
	var left []*Conn
	for c := range w.watched {
		left = append(left, c)
	}
	w.mu.Unlock()
	for _, c := range left {
		w.Forget(c)
	}
	w.running.Wait()
}

func (w *Watchers) take(c *Conn) *watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	present := w.watched[c]
	delete(w.watched, c)
	return present
}
