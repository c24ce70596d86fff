package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
)

// RollbackOptions say what is rolled back.
type RollbackOptions struct {
	Backup   string   // ID or folder; "" the latest change set that is in effect, a rollback too
	Services []string // titles; empty: all of it
	Shrink   bool     // a maximum may become less than the tasks that are desired now
}

// ErrNoBackup says that the state holds nothing to roll back to.
var ErrNoBackup = errors.New("there is no such backup in the state: list the backups")

// Rollback makes the change set that restores a backup, for Apply; it writes nothing. It is empty where all is as it was.
// What may not be restored is among its refusals. A service that meanwhile runs another revision than the one the change set
// registered keeps it, but for the settings that the change set changed: a new revision is made of it.
func (c *Changer) Rollback(ctx context.Context, o RollbackOptions) (*fleet.ChangeSet, error) {
	backups, err := c.choose(ctx, o.Backup, func(b *Backup) bool {
		return len(o.Services) == 0 || slices.Contains(o.Services, b.Service)
	})
	if err != nil {
		return nil, err
	}
	return c.restoration(ctx, backups, o.Shrink)
}

// restoration restores backups of one change set.
func (c *Changer) restoration(ctx context.Context, backups []*Backup, shrink bool) (*fleet.ChangeSet, error) {
	if len(backups) == 0 {
		return nil, ErrNoBackup
	}
	first := backups[0]
	r := &restoration{Changer: c, shrink: shrink, set: &fleet.ChangeSet{
		Schema: fleet.ChangeSetSchema, Plan: first.Plan, Digest: first.Digest, Made: c.Now(), Rollback: first.ID, Redoes: first.Rollback,
	}}
	var items []item
	for _, b := range backups {
		for _, s := range b.Resources {
			items = append(items, item{b, s})
		}
	}
	// Last first: what gave room to something is taken back after it.
	slices.SortFunc(items, func(a, b item) int { return b.Index - a.Index })
	// But without its target nothing scales a service: one that is gone is made again before all else.
	for _, restore := range []func(context.Context, item) error{r.again, r.restore} {
		for _, i := range items {
			if err := restore(ctx, i); err != nil {
				return nil, err
			}
		}
	}
	return r.set, nil
}

// restoration makes a change set out of backups.
type restoration struct {
	*Changer
	shrink bool
	set    *fleet.ChangeSet
}

// item is one resource to be restored.
type item struct {
	backup *Backup
	Saved
}

func (r *restoration) restore(ctx context.Context, i item) error {
	if i.Ref.Kind == fleet.KindTaskDefinition {
		return nil // restored with the service that runs it
	}
	now, err := r.Resources.Read(ctx, i.Ref)
	if err != nil {
		return err
	}
	switch {
	case i.Ref.Kind == fleet.KindService:
		return r.service(ctx, i, now)
	case i.Before == nil:
		r.unmake(i, now)
		return nil
	case now == nil && scales(i.Ref.Kind):
		return r.scaling(ctx, i)
	case i.backup.Emergency:
		r.change(i.backup.Service, i.Ref, now, restored(now, i.Applied, i.Before))
		return nil
	case i.Ref.Kind == fleet.KindScalableTarget:
		return r.target(ctx, i, now)
	}
	r.change(i.backup.Service, i.Ref, now, i.Before)
	return nil
}

// unmake removes what the change set made, if nobody touched it since.
func (r *restoration) unmake(i item, now fleet.Document) {
	switch {
	case now == nil:
	case same(now, i.Applied):
		r.change(i.backup.Service, i.Ref, now, nil)
	default:
		r.refuse(i, "it was made by that change set, and changed since", "remove it yourself, if it is to go")
	}
}

// target restores the bounds of a service.
func (r *restoration) target(ctx context.Context, i item, now fleet.Document) error {
	service, err := r.Resources.Read(ctx, scaledBy(i.Ref))
	if err != nil {
		return err
	}
	if service == nil {
		r.refuse(i, "its service is no longer there", "make it again first")
		return nil
	}
	most, _ := number(i.Before, wordMaximum)
	if running := desired(service); most < running && !r.shrink {
		r.refuse(i, fmt.Sprintf("its maximum would become %d, and %d tasks are desired now", most, running),
			"let the service scale in first, or allow it to shrink")
		return nil
	}
	r.change(i.backup.Service, i.Ref, now, i.Before)
	return nil
}

// change adds a change, unless nothing differs.
func (r *restoration) change(service string, ref fleet.Ref, now, after fleet.Document) {
	if same(now, after) {
		return
	}
	r.set.Changes = append(r.set.Changes, fleet.Change{
		Service: service, Ref: ref, Before: now, After: after, Fields: told(ref, now, after), Shrinks: shrinks(now, after),
	})
}

// told are the differences as people read them: one of what is to go, or to be made again.
func told(ref fleet.Ref, now, after fleet.Document) []fleet.Field {
	paths := differences(unversioned(now), unversioned(after))
	switch {
	case now == nil:
		return []fleet.Field{fleet.Remade(ref, after, paths)}
	case after == nil:
		return []fleet.Field{{Name: strings.ReplaceAll(string(ref.Kind), "_", " "), Before: ref.ID}}
	}
	return fleet.Words(ref.Kind, unversioned(now), unversioned(after), paths)
}

func (r *restoration) refuse(i item, why, remedy string) {
	r.set.Refused = append(r.set.Refused, fleet.Refusal{
		Service: i.backup.Service, What: i.Ref.String(), Why: why, Remedy: remedy,
	})
}

// shrinks reports whether a change makes a service smaller: what it may use, or how many tasks it may have.
func shrinks(now, after fleet.Document) bool {
	for _, word := range []string{wordDesired, wordMinimum, wordMaximum, "cpu", "memory"} {
		a, had := number(now, word)
		b, has := number(after, word)
		if had && has && b < a {
			return true
		}
	}
	return false
}
