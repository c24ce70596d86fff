package change

import (
	"context"
	"fmt"

	"plimsoll/runner/fleet"
)

// service restores the settings that the change set changed, and leaves the others as they are now.
func (r *restoration) service(ctx context.Context, i item, now fleet.Document) error {
	if now == nil {
		r.refuse(i, "the service is no longer there", "make it again first")
		return nil
	}
	after := restored(now, i.Applied, i.Before)
	after[wordDesired] = raised(i, now)
	revision, err := r.revision(ctx, i, now)
	if err != nil {
		return err
	}
	after[wordTaskDefinition] = revision
	r.change(i.backup.Service, i.Ref, now, after)
	return nil
}

// raised is the desired count to be restored where the change set had set it: never less than now.
func raised(i item, now fleet.Document) any {
	e := edit{Change: fleet.Change{Ref: i.Ref, Before: i.Before, After: i.After}}
	if e.recounts() && desired(i.Before) > desired(now) {
		return i.Before[wordDesired]
	}
	return now[wordDesired]
}

// revision is what the service is to run: what it ran before, or, where it runs neither that nor what the change set had
// registered, a new revision of what it runs now.
func (r *restoration) revision(ctx context.Context, i item, now fleet.Document) (any, error) {
	was, did, runs := runsRevision(i.Before), runsRevision(i.Applied), runsRevision(now)
	switch {
	case was == did || runs == was:
		return now[wordTaskDefinition], nil
	case runs == did:
		return i.Before[wordTaskDefinition], nil
	}
	var docs [3]fleet.Document
	for k, id := range []string{was, did, runs} {
		ref := fleet.Ref{Place: i.Ref.Place, Kind: fleet.KindTaskDefinition, ID: id}
		d, err := r.Resources.Read(ctx, ref)
		if err != nil {
			return nil, err
		}
		if docs[k] = d; d == nil {
			return nil, fmt.Errorf("roll back service %s: task definition %s is gone: restore its sizes by hand", i.Ref.ID, id)
		}
	}
	before, applied, current := docs[0], docs[1], docs[2]
	after := restored(current, applied, before)
	if same(current, after) {
		return now[wordTaskDefinition], nil
	}
	r.change(i.backup.Service, fleet.Ref{Place: i.Ref.Place, Kind: fleet.KindTaskDefinition, ID: runs}, current, after)
	return fleet.Registered, nil
}

func runsRevision(service fleet.Document) string {
	arn, _ := service[wordTaskDefinition].(string)
	return revision(arn)
}
