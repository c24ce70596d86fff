package change

import (
	"context"
	"slices"

	"plimsoll/runner/fleet"
)

// scales reports whether a resource belongs to the scaling of a service: all of it goes when the scalable target goes.
func scales(kind fleet.Kind) bool {
	return kind == fleet.KindScalableTarget || kind == fleet.KindScalingPolicy || kind == fleet.KindScheduledAction
}

// again restores a scalable target that is gone.
func (r *restoration) again(ctx context.Context, i item) error {
	if i.Ref.Kind != fleet.KindScalableTarget || i.Before == nil {
		return nil
	}
	now, err := r.Resources.Read(ctx, i.Ref)
	if now != nil || err != nil {
		return err
	}
	return r.target(ctx, i, nil)
}

// scaling restores a policy or a scheduled action that is gone, unless its target is gone as well and stays so. Targets
// themselves are restored before.
func (r *restoration) scaling(ctx context.Context, i item) error {
	if i.Ref.Kind == fleet.KindScalableTarget {
		return nil
	}
	ref := scaling(scaledBy(i.Ref))
	if !slices.ContainsFunc(r.set.Changes, func(c fleet.Change) bool { return c.Ref == ref }) {
		target, err := r.Resources.Read(ctx, ref)
		if err != nil {
			return err
		}
		if target == nil {
			r.refuse(i, "the scalable target of its service is no longer there", "register it again first")
			return nil
		}
	}
	r.change(i.backup.Service, i.Ref, nil, i.Before)
	return nil
}
