package change

import (
	"context"
	"fmt"
	"time"

	"plimsoll/runner/fleet"
)

// transaction carries out the change set of a journal, or takes it back. What it does it decides from what it reads: the
// progress says only which change may be between before and after.
type transaction struct {
	*Changer
	held    Holder
	journal *Journal
	backups []*Backup
	applied map[int]fleet.Document // as read back
}

func (c *Changer) transaction(held Holder, j *Journal) *transaction {
	if j.Progress.Made == nil {
		j.Progress.Made = map[int]string{}
	}
	return &transaction{Changer: c, held: held, journal: j, applied: map[int]fleet.Document{}}
}

func (t *transaction) step(doing Doing, i int) {
	change := t.journal.Set.Changes[i]
	t.tell(Step{doing, i, len(t.journal.Set.Changes), change.Service, change.Ref})
}

// look reads every resource and compares before anything is written: what was done must be as it was left, and what is to
// be done as it was shown.
func (t *transaction) look(ctx context.Context, how Recovery) error {
	var drifts []Drift
	for i := range t.journal.Set.Changes {
		e, p := t.edit(i), t.journal.Progress
		done, open := i < p.Done, i == p.Done && p.Open
		if open || done && e.task() || !done && how == Undo {
			continue
		}
		t.step(Checking, i)
		now, err := t.Resources.Read(ctx, e.Ref)
		if err != nil {
			return err
		}
		switch {
		case done && how == Undo && e.restored(now): // by whoever it was
		case done && !e.isAfter(now):
			drifts = append(drifts, e.drift(now, e.After))
		case !done && !e.isBefore(now):
			drifts = append(drifts, e.drift(now, e.Before))
		}
	}
	if drifts != nil {
		return &DriftError{drifts}
	}
	return nil
}

// forward makes the changes that are not made yet. It stops where ctx is over; what is in hand is finished under hand.
func (t *transaction) forward(ctx, hand context.Context) error {
	for i := t.journal.Progress.Done; i < len(t.journal.Set.Changes); i++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped: %w", err)
		}
		if err := t.make(ctx, hand, t.edit(i)); err != nil {
			return err
		}
	}
	return nil
}

// make makes one change. One that is open may be made already, or half.
func (t *transaction) make(ctx, hand context.Context, e *edit) error {
	now, err := t.Resources.Read(hand, e.Ref)
	if err != nil {
		return err
	}
	open := t.journal.Progress.Open
	if !open && !e.isBefore(now) {
		return &DriftError{[]Drift{e.drift(now, e.Before)}}
	}
	if !open || !e.isAfter(now) || !e.countReached(now) {
		if err := t.write(hand, e, now); err != nil {
			return err
		}
	}
	if t.applied[e.index], err = t.until(hand, e, e.result(), e.took, e.After); err != nil {
		return err
	}
	if e.Ref.Kind == fleet.KindService {
		if err := t.settle(ctx, hand, e); err != nil {
			return err
		}
	}
	if err := t.record(hand, e.index+1, false); err != nil {
		return err
	}
	t.step(Verified, e.index)
	return nil
}

// settle waits until a service runs what was asked for. ECS may have gone back to what it ran before.
func (t *transaction) settle(ctx, hand context.Context, e *edit) error {
	t.step(Settling, e.index)
	if err := t.Resources.Settle(ctx, e.Ref); err != nil {
		return err
	}
	now, err := t.until(hand, e, e.Ref, e.keeps, e.After)
	t.applied[e.index] = now
	return err
}

// write makes the change, between its two records.
func (t *transaction) write(hand context.Context, e *edit, now fleet.Document) error {
	if err := t.record(hand, e.index, true); err != nil {
		return err
	}
	t.step(Writing, e.index)
	made, err := t.Resources.Write(hand, e.Ref, e.forward(now))
	if err != nil || !e.task() {
		return err
	}
	e.made = made
	t.journal.Progress.Made[e.index] = made
	return t.record(hand, e.index, true)
}

// back takes back what was done, last first.
func (t *transaction) back(hand context.Context) error {
	p := &t.journal.Progress
	for p.Done > 0 || p.Open {
		i := p.Done
		if !p.Open {
			i--
		}
		if err := t.unmake(hand, t.edit(i), p.Open); err != nil {
			return err
		}
		if err := t.record(hand, i, false); err != nil {
			return err
		}
	}
	return nil
}

// unmake takes back one change. A revision that was registered stays: nothing runs it any more.
func (t *transaction) unmake(hand context.Context, e *edit, open bool) error {
	if e.task() {
		return nil
	}
	now, err := t.Resources.Read(hand, e.Ref)
	if err != nil || e.restored(now) {
		return err
	}
	if !open && !e.isAfter(now) {
		return &DriftError{[]Drift{e.drift(now, e.After)}}
	}
	if err := t.record(hand, e.index, true); err != nil {
		return err
	}
	t.step(Undoing, e.index)
	if _, err := t.Resources.Write(hand, e.Ref, e.backward(now)); err != nil {
		return err
	}
	_, err = t.until(hand, e, e.Ref, e.restored, e.Before)
	return err
}

// verifyAgain and verifyTries bound how long a read may lag behind the write before it: AWS promises no consistency.
const (
	verifyAgain = time.Second
	verifyTries = 5
)

// until reads a resource until it is as it should be: a read may lag behind a write.
func (t *transaction) until(ctx context.Context, e *edit, ref fleet.Ref, reached func(fleet.Document) bool, want fleet.Document) (fleet.Document, error) {
	for try := 1; ; try++ {
		now, err := t.Resources.Read(ctx, ref)
		if err != nil {
			return nil, err
		}
		if reached(now) {
			return now, nil
		}
		if try == verifyTries || pause(ctx, verifyAgain) != nil {
			return nil, &UnverifiedError{e.drift(now, want)}
		}
	}
}

// record writes how far the change set has come, unless somebody else took over.
func (t *transaction) record(ctx context.Context, done int, open bool) error {
	if err := t.holding(ctx, t.held); err != nil {
		return err
	}
	p := &t.journal.Progress
	p.Done, p.Open = done, open
	p.Reached = max(p.Reached, done)
	if open {
		p.Reached = max(p.Reached, done+1)
	}
	return t.save(ctx, progressName, p)
}
