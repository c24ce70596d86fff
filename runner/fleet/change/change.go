// Package change carries out change sets as transactions: locked, backed up, journaled, verified by reading back, finished
// or undone after a crash, and rolled back from their backups. It touches AWS and the state only through the interfaces it
// declares.
package change

import (
	"context"

	"plimsoll/runner/fleet"
)

// Resources are read and written one by one, as cloud does it. Errors are wrapped, and say what to do.
type Resources interface {
	// Read returns the resource as it is now; nil where it is not there.
	Read(ctx context.Context, ref fleet.Ref) (fleet.Document, error)
	// Write makes or changes the resource; nil deletes it. made names what AWS made: the ARN of a task definition's new
	// revision, else "".
	Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (made string, err error)
	// Settle waits until the deployments of a service are over, and fails where one did.
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
