package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

func (c *Command) showChanges(p *plan.Plan, set *fleet.ChangeSet, output format) error {
	return c.publish(p, output, set.Shared(), func(w *strings.Builder, l report.Layout) error { return report.Changes(w, set, l) })
}

// carryOut shows a change set, asks, and applies it.
func (c *Command) carryOut(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, set *fleet.ChangeSet, f *fleetCall, w *writing) error {
	if err := delivered(c.showChanges(p, set, f.output)); err != nil {
		return err
	}
	if err := w.permitted(p, set); err != nil {
		return err
	}
	if len(set.Changes) > 0 {
		if err := c.confirm(w, plural(len(set.Changes), "change")+" to "+whose(set)); err != nil {
			return err
		}
	}
	changer, err := c.changer(ctx, p, aws)
	if err != nil {
		return err
	}
	if err := c.nothingPending(ctx, p, changer, set); err != nil {
		return err
	}
	set.Plan = changer.Plan
	conceal(p, set)
	limited, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	out, err := changer.Apply(limited, set, w.options())
	if err != nil {
		return c.failed(ctx, p, err)
	}
	c.applied(p, set, out)
	if len(set.Refused) > 0 {
		return ended(exitBad)
	}
	return nil
}

// whose is what a change set is about to write: the simulation, or accounts by their numbers.
func whose(set *fleet.ChangeSet) string {
	var all []string
	for _, c := range set.Changes {
		name := strings.TrimSpace("account " + c.Ref.Place.Account + " " + c.Ref.Place.Region)
		if c.Ref.Place.Simulated {
			name = "the simulated AWS"
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

// nothingPending tells of a change that was cut off, though this one changes nothing.
func (c *Command) nothingPending(ctx context.Context, p *plan.Plan, changer *change.Changer, set *fleet.ChangeSet) error {
	if len(set.Changes) > 0 {
		return nil
	}
	journal, err := changer.Pending(ctx)
	if err != nil || journal == nil {
		return stuck(err)
	}
	return c.failed(ctx, p, &change.PendingError{Journal: journal})
}

// conceal takes secrets out of what the log of changes says.
func conceal(p *plan.Plan, set *fleet.ChangeSet) {
	for i := range set.Changes {
		set.Changes[i].Fields = result.Redacted(set.Changes[i].Fields, p.Secrets.Redact)
	}
}

// applied tells how to go back.
func (c *Command) applied(p *plan.Plan, set *fleet.ChangeSet, out *change.Outcome) {
	if out.ID == "" {
		return
	}
	back := "plimsoll rollback " + p.Path
	if set.Emergency {
		back += " --resume " + p.Secrets.Redact(set.Changes[0].Service)
	}
	fmt.Fprintf(c.Stderr, "Applied and verified: %s. Backup %s; to undo it: %s\n", plural(len(out.Changes), "change"), out.ID, back)
}

// failed is trouble while writing, with what to do next.
func (c *Command) failed(ctx context.Context, p *plan.Plan, err error) error {
	var pending *change.PendingError
	var failed *change.FailedError
	if errors.As(err, new(*change.LockedError)) {
		err = fmt.Errorf("%w (--break-lock)", err)
	}
	if errors.As(err, &pending) || errors.As(err, &failed) && !failed.Undone {
		err = fmt.Errorf("%w\nTo go on: plimsoll rollback %s --finish; to take back what was done: plimsoll rollback %s --undo", err, p.Path, p.Path)
	}
	if ctx.Err() != nil {
		return err
	}
	return stuck(errors.New(p.Secrets.Redact(err.Error())))
}
