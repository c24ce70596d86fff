package change

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"plimsoll/runner/fleet"
)

// Verdict is how a change set ended.
type Verdict string

// A change set is in effect, or as if it had never been, or left as it is; else it did not end.
const (
	Applied    Verdict = "applied"
	Undone     Verdict = "undone"
	Left       Verdict = "left"
	Unfinished Verdict = "unfinished"
)

// Outcome is what became of a change set.
type Outcome struct {
	ID      string   // of the change set in this state: what Rollback calls it; "" where there was nothing to do
	Verdict Verdict  // Applied where there was nothing to do
	Backups []string // folders of the state
	Changes []Result // of every change, in order
}

// Result is what became of one change.
type Result struct {
	Service string
	Ref     fleet.Ref
	Fields  []fleet.Field
	Verdict Verdict // "" where it was not begun
	Made    string  // ARN of the task definition's revision that was registered; undoing leaves it, unused
}

// Apply carries out a change set: it is in effect when this returns without an error. Errors: LockedError, PendingError and
// DriftError say that nothing was written; FailedError says how far it came and what became of that.
func (c *Changer) Apply(ctx context.Context, set *fleet.ChangeSet, o Options) (out *Outcome, err error) {
	if err := check(set); err != nil {
		return nil, err
	}
	if len(set.Changes) == 0 {
		if cut, err := c.Pending(ctx); cut == nil || err != nil {
			return &Outcome{Verdict: Applied}, err
		}
	}
	hand, done := lasting(ctx, o.Grace)
	defer done()
	held, err := c.lock(hand, set.Plan, o.BreakLock)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.unlock(hand, held)) }()
	t, err := c.begin(ctx, hand, held, set)
	if err != nil {
		return nil, err
	}
	return t.run(ctx, hand, o)
}

// check refuses what cannot be carried out.
func check(set *fleet.ChangeSet) error {
	if set.Schema != fleet.ChangeSetSchema {
		return fmt.Errorf("the change set has schema %d, and this plimsoll knows %d: make it again", set.Schema, fleet.ChangeSetSchema)
	}
	seen := map[fleet.Ref]bool{}
	for i, change := range set.Changes {
		if seen[change.Ref] && change.Ref.Kind != fleet.KindTaskDefinition {
			return fmt.Errorf("%s is in the change set twice: name it once in the plan, and make the change set again", change.Ref)
		}
		seen[change.Ref] = true
		if change.Before == nil && change.After == nil {
			return fmt.Errorf("change %d of %s says nothing: make the change set again", i+1, change.Ref.ID)
		}
		if change.After[wordTaskDefinition] == fleet.Registered && registers(set, i) < 0 {
			return fmt.Errorf("change %d of %s follows a task definition that is not in the change set: make it again", i+1, change.Ref.ID)
		}
	}
	return nil
}

// registers is the change whose revision the service of change i follows; -1 if there is none.
func registers(set *fleet.ChangeSet, i int) int {
	for k := i - 1; k >= 0; k-- {
		if set.Changes[k].Ref.Kind == fleet.KindTaskDefinition && set.Changes[k].Service == set.Changes[i].Service {
			return k
		}
	}
	return -1
}

// begin does everything that comes before the first write: look, back up, journal.
func (c *Changer) begin(ctx, hand context.Context, held Holder, set *fleet.ChangeSet) (*transaction, error) {
	pending, err := c.Pending(hand)
	if err != nil {
		return nil, err
	}
	if pending != nil {
		return nil, &PendingError{pending}
	}
	t := c.transaction(held, &Journal{Schema: schema, Who: c.Who, Began: c.Now(), Set: set})
	if err := t.look(ctx, Finish); err != nil {
		return nil, err
	}
	if err := t.backUp(ctx); err != nil {
		return nil, fmt.Errorf("back up (nothing is changed yet): %w", err)
	}
	t.journal.Progress.ID = t.journal.ID
	if err := c.Store.Create(hand, journalName, encode(t.journal)); errors.Is(err, fs.ErrExist) {
		return nil, errors.New("somebody began a change set at the same time: try again")
	} else if err != nil {
		return nil, fmt.Errorf("write %s of the state (nothing is changed yet): %w", journalName, err)
	}
	return t, nil
}

// run goes forward, and back if that fails.
func (t *transaction) run(ctx, hand context.Context, o Options) (*Outcome, error) {
	cause := t.forward(ctx, hand)
	if cause == nil {
		return t.end(hand, Applied)
	}
	failed := &FailedError{Cause: cause}
	if o.Keep || errors.Is(cause, errLost) {
		return t.outcome(Unfinished), failed
	}
	if failed.Undo = t.back(hand); failed.Undo != nil {
		return t.outcome(Unfinished), failed
	}
	failed.Undone = true
	out, err := t.end(hand, Undone)
	return out, errors.Join(failed, err)
}
