package change

import (
	"context"
	"fmt"
)

// end writes down how the change set ended, and removes the journal last: until then all of it may be done again.
func (t *transaction) end(hand context.Context, verdict Verdict) (*Outcome, error) {
	if err := t.conclude(hand, verdict); err != nil {
		return t.outcome(Unfinished), fmt.Errorf("every change is %s, but that could not be written down (recover again): %w", verdict, err)
	}
	return t.outcome(verdict), nil
}

func (t *transaction) conclude(hand context.Context, verdict Verdict) error {
	if err := t.holding(hand, t.held); err != nil {
		return err
	}
	if verdict == Applied {
		if err := t.readBack(hand); err != nil {
			return err
		}
	}
	for _, b := range t.backups {
		b.Verdict = verdict
	}
	if err := t.saveManifests(hand); err != nil {
		return err
	}
	if err := t.log(hand, verdict); err != nil {
		return err
	}
	if err := t.Store.Remove(hand, journalName); err != nil {
		return fmt.Errorf("remove %s of the state: %w", journalName, err)
	}
	return t.Store.Remove(hand, progressName)
}

// readBack completes the manifests with what the changes made: what was not read back before a crash is read now.
func (t *transaction) readBack(hand context.Context) error {
	for _, b := range t.backups {
		for i := range b.Resources {
			saved := &b.Resources[i]
			e := t.edit(saved.Index)
			now, known := t.applied[saved.Index]
			if !known {
				var err error
				if now, err = t.Resources.Read(hand, e.result()); err != nil {
					return err
				}
			}
			saved.After, saved.Applied = e.After, now
		}
	}
	return nil
}

// outcome tells what became of each change.
func (t *transaction) outcome(verdict Verdict) *Outcome {
	j := t.journal
	out := &Outcome{ID: j.ID, Verdict: verdict, Backups: j.Backups}
	for i, change := range j.Set.Changes {
		r := Result{Service: change.Service, Ref: change.Ref, Fields: change.Fields, Made: j.Progress.Made[i]}
		switch {
		case i >= j.Progress.Reached:
		case verdict != Unfinished:
			r.Verdict = verdict
		case i < j.Progress.Done:
			r.Verdict = Applied
		case i == j.Progress.Done && j.Progress.Open:
			r.Verdict = Unfinished
		default:
			r.Verdict = Undone
		}
		out.Changes = append(out.Changes, r)
	}
	return out
}
