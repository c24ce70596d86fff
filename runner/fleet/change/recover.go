package change

import (
	"context"
	"errors"
	"fmt"
)

// Recovery is how a change set ends that was begun and cut off.
type Recovery string

// Finish goes on, Undo takes back, and Leave only forgets that it was begun: for a fleet that somebody put right by hand.
const (
	Finish Recovery = "finish"
	Undo   Recovery = "undo"
	Leave  Recovery = "leave"
)

// ErrNothingPending says that no change set waits to be recovered.
var ErrNothingPending = errors.New("no change set was cut off: there is nothing to finish or to undo")

// Recover ends the change set that Pending tells of. A resource that somebody else changed since is a DriftError, and
// nothing is written. Failing in the middle keeps the journal: it may be tried again, either way.
func (c *Changer) Recover(ctx context.Context, how Recovery, o Options) (out *Outcome, err error) {
	hand, done := lasting(ctx, o.Grace)
	defer done()
	held, err := c.lock(hand, "the recovery of a change set", o.BreakLock)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.unlock(hand, held)) }()
	j, err := c.Pending(hand)
	if err != nil {
		return nil, err
	}
	if j == nil {
		return nil, ErrNothingPending
	}
	t := c.transaction(held, j)
	if t.backups, err = c.reopen(hand, j.Backups); err != nil {
		return nil, err
	}
	return t.recover(ctx, hand, how)
}

func (t *transaction) recover(ctx, hand context.Context, how Recovery) (*Outcome, error) {
	if how == Leave {
		return t.end(hand, Left)
	}
	if err := t.look(ctx, how); err != nil {
		return nil, err
	}
	verdict, err := t.resume(ctx, hand, how)
	if err != nil {
		return t.outcome(Unfinished), &FailedError{Cause: err}
	}
	return t.end(hand, verdict)
}

func (t *transaction) resume(ctx, hand context.Context, how Recovery) (Verdict, error) {
	switch how {
	case Finish:
		return Applied, t.forward(ctx, hand)
	case Undo:
		return Undone, t.back(hand)
	}
	return "", fmt.Errorf("a change set can be finished, undone or left, but not %q", string(how))
}
