// Package change carries out change sets as transactions: locked, backed up, journaled, verified by reading back, finished
// or undone after a crash, and rolled back from their backups. It touches AWS and the state only through the interfaces it
// declares; Dir, the state in a folder, is all it does to a file system.
package change

import (
	"context"
	"time"

	"plimsoll/runner/fleet"
)

// Resources are read and written one by one, as cloud does it. Errors are wrapped, and say what to do.
type Resources interface {
	// Read returns the resource as it is now; nil where it is not there.
	Read(ctx context.Context, ref fleet.Ref) (fleet.Document, error)
	// Write makes or changes the resource; nil deletes it. Writing the same twice is as good as once. made names what AWS
	// made: the ARN of a task definition's new revision, else "". A service's document holds only what is to change besides
	// cluster and service, and null where a setting is to be taken away.
	Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (made string, err error)
	// Settle waits until the deployments of a service are over, and fails where one did. Only its context bounds it.
	Settle(ctx context.Context, service fleet.Ref) error
}

// Store keeps backups, journals, the lock and the log of changes: a folder, or a prefix of a bucket. Names are
// slash-separated paths below it.
type Store interface {
	Read(ctx context.Context, name string) ([]byte, error) // fs.ErrNotExist where there is none
	Write(ctx context.Context, name string, content []byte) error
	// Create writes what must not be there yet, atomically: fs.ErrExist where it is.
	Create(ctx context.Context, name string, content []byte) error
	Remove(ctx context.Context, name string) error             // nothing to remove is no error
	List(ctx context.Context, prefix string) ([]string, error) // sorted
}

// Changer carries out change sets. Its methods may be called concurrently, and by several processes on one Store: the lock
// lets one of them write, and refuses the others.
type Changer struct {
	Resources Resources
	Store     Store
	Plan      string // whose backups are rolled back, as change sets name it; "": of any
	Who       Who
	Now       func() time.Time
	Alive     func(pid int) bool // whether a process of this host lives; nil: nobody can tell, and no lock is ever stale
	Progress  func(Step)         // called while it works, from one goroutine; nil: nobody looks
}

// Who changes the fleet.
type Who struct {
	Host string `json:"host"`
	PID  int    `json:"pid"`
	User string `json:"user"`
}

// Options are how a change set is applied or recovered. Zero: undone at once if it fails.
type Options struct {
	BreakLock bool          // take the lock from whoever holds it: for a holder that is known to be gone
	Keep      bool          // leave what was done when it fails, and its journal, in place of undoing it
	Grace     time.Duration // how long the work in hand and undoing may go on once the context is over; 0: DefaultGrace
}

// DefaultGrace is Options.Grace where nothing else is said.
const DefaultGrace = time.Minute

// Step is one thing that is being done.
type Step struct {
	Doing   Doing
	Change  int // 0-based; of the change set
	Of      int // changes
	Service string
	Ref     fleet.Ref
}

// Doing is what a Step does.
type Doing string

// What is done to a change, in order; Undoing where a later one failed.
const (
	Checking  Doing = "check"
	BackingUp Doing = "back up"
	Writing   Doing = "write"
	Settling  Doing = "settle" // waits for the deployments of a service
	Verified  Doing = "verified"
	Undoing   Doing = "undo"
)

func (c *Changer) tell(s Step) {
	if c.Progress != nil {
		c.Progress(s)
	}
}

// lasting is a context that outlives ctx by grace, so that what is in hand can be finished and undone, but not for ever.
func lasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	if grace == 0 {
		grace = DefaultGrace
	}
	hand, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		_ = pause(hand, grace)
	})
	return hand, func() { stop(); cancel() }
}

// pause waits, and fails if the context ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
