package engine

import (
	"slices"
	"sync"
)

// crowd is the users of an engine. Its methods may be called concurrently.
type crowd struct {
	mu      sync.Mutex
	all     []*user       // in no order
	stay    []*user       // of closed load, those that were not asked to leave, newest last
	gated   []*user       // waiting for another phase's ration
	closing bool          // nobody comes in any more
	emptied chan struct{} // closed when the last has left, once closing
}

// enter takes a user in. The lock must be held.
func (c *crowd) enter(u *user) {
	u.place = len(c.all)
	c.all = append(c.all, u)
}

// remove forgets a user that has left.
func (c *crowd) remove(u *user) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := len(c.all) - 1
	c.all[u.place] = c.all[last]
	c.all[u.place].place = u.place
	c.all[last] = nil
	c.all = c.all[:last]
	if last == 0 && c.closing {
		close(c.emptied)
	}
}

// staying is how many users have not been asked to leave.
func (c *crowd) staying() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.stay)
}

// gate holds a user that a ration has refused until another phase; false if that has come already.
func (c *crowd) gate(u *user) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if u.cut.Load() || c.closing || u.engine.ration.Load() != u.refused {
		return false
	}
	c.gated = append(c.gated, u)
	return true
}

// ungate takes a user that is held; false if it is not.
func (c *crowd) ungate(u *user) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.gated, u)
	if i < 0 {
		return false
	}
	c.gated = slices.Delete(c.gated, i, i+1)
	return true
}

// release lets those who were held go on; whatever they held back is due when the phase starts.
func (c *crowd) release(start int64) {
	c.mu.Lock()
	held := c.gated
	c.gated = nil
	c.mu.Unlock()
	for _, u := range held {
		u.due = max(u.due, start)
		u.intended = max(u.intended, start)
		go u.run()
	}
}

// close lets nobody in any more, and returns who is there and a channel that is closed when they have left.
func (c *crowd) close() (all []*user, emptied <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		c.closing = true
		c.emptied = make(chan struct{})
		if len(c.all) == 0 {
			close(c.emptied)
		}
	}
	c.stay = nil
	return slices.Clone(c.all), c.emptied
}
