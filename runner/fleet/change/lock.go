package change

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

const lockName = "lock.json"

// unknownLock is the ID of a lock that cannot be read: one that is being written this moment, or was cut short.
const unknownLock = "unknown"

// Holder is who holds the lock.
type Holder struct {
	ID    string    `json:"id"`
	Who   Who       `json:"who"`
	Plan  string    `json:"plan"`
	Since time.Time `json:"since"`
}

// LockedError says that somebody else is changing the fleet.
type LockedError struct{ Holder Holder }

func (e *LockedError) Error() string {
	if e.Holder.ID == unknownLock {
		return "somebody else is taking the lock of the state: try again; if it stays, break the lock"
	}
	return fmt.Sprintf("%s on %s (process %d) has been changing the fleet since %s, with %s: wait until that is done; break the lock only if that process is gone",
		e.Holder.Who.User, e.Holder.Who.Host, e.Holder.Who.PID, e.Holder.Since.UTC().Format(time.RFC3339), e.Holder.Plan)
}

// errLost says that the lock was broken by somebody.
var errLost = errors.New("the lock was broken while this was working")

// lock lets one writer in. A lock whose process is gone is taken over, any other only if it is to be broken.
func (c *Changer) lock(ctx context.Context, plan string, force bool) (Holder, error) {
	mine := Holder{ID: rand.Text(), Who: c.Who, Plan: plan, Since: c.Now()}
	if err := c.acquire(ctx, lockName, mine, force); err != nil {
		return Holder{}, fmt.Errorf("take the lock of the state: %w", err)
	}
	return mine, c.holding(ctx, mine)
}

// acquire makes a lock ours. To take over that of a holder who is gone, one must first hold the lock of that very lock: of
// two who find it stale at the same time only one goes on.
func (c *Changer) acquire(ctx context.Context, name string, mine Holder, force bool) error {
	err := c.Store.Create(ctx, name, encode(mine))
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	old, err := c.holder(ctx, name)
	switch {
	case err != nil:
		return err
	case !force && !c.gone(old):
		return &LockedError{old}
	case old.ID == unknownLock:
		return c.Store.Write(ctx, name, encode(mine))
	}
	claim := "lock-" + fileName(old.ID) + ".json"
	if err := c.acquire(ctx, claim, mine, force); err != nil {
		return err
	}
	return errors.Join(c.replace(ctx, name, old, mine), c.Store.Remove(ctx, claim))
}

func (c *Changer) replace(ctx context.Context, name string, old, mine Holder) error {
	now, err := c.holder(ctx, name)
	if err != nil {
		return err
	}
	if now.ID != old.ID {
		return &LockedError{now}
	}
	return c.Store.Write(ctx, name, encode(mine))
}

// gone reports whether a holder is known to be dead: a process of this host that does not live.
func (c *Changer) gone(h Holder) bool {
	return c.Alive != nil && h.ID != unknownLock && h.Who.Host == c.Who.Host && !c.Alive(h.Who.PID)
}

// holder is who holds a lock.
func (c *Changer) holder(ctx context.Context, name string) (Holder, error) {
	content, err := c.Store.Read(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return Holder{ID: unknownLock}, nil // given back this moment
	}
	if err != nil {
		return Holder{}, err
	}
	var h Holder
	if decode(content, &h) != nil || h.ID == "" {
		return Holder{ID: unknownLock}, nil
	}
	return h, nil
}

// holding fails where the lock is no longer ours.
func (c *Changer) holding(ctx context.Context, mine Holder) error {
	now, err := c.holder(ctx, lockName)
	if err != nil {
		return fmt.Errorf("read the lock of the state: %w", err)
	}
	if now.ID != mine.ID {
		return fmt.Errorf("%w: %w", errLost, &LockedError{now})
	}
	return nil
}

// unlock gives the lock back, if it still is ours.
func (c *Changer) unlock(ctx context.Context, mine Holder) error {
	err := c.holding(ctx, mine)
	if errors.Is(err, errLost) {
		return nil
	}
	if err == nil {
		err = c.Store.Remove(ctx, lockName)
	}
	if err != nil {
		return fmt.Errorf("give the lock of the state back (the next one may take it once this process is gone, or break it): %w", err)
	}
	return nil
}
