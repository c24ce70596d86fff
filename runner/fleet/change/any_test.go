package change

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/runner/fleet"
)

// plainKinds are those of which a write replaces all there is.
var plainKinds = []fleet.Kind{
	fleet.KindScalableTarget, fleet.KindScalingPolicy, fleet.KindScheduledAction, fleet.KindAlarm, fleet.KindDashboard, fleet.KindThrottle,
}

// document is any settings; never none at all.
func document() *rapid.Generator[fleet.Document] {
	return rapid.Custom(func(t *rapid.T) fleet.Document {
		d := fleet.Document{"ActionsEnabled": rapid.Bool().Draw(t, "enabled"), "Name": "x"}
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID[string]).Draw(t, "keys") {
			switch rapid.IntRange(0, 2).Draw(t, "shape") {
			case 0:
				d[key] = rapid.IntRange(0, 2).Draw(t, "number")
			case 1:
				d[key] = []any{map[string]any{"Name": "n", "v": rapid.IntRange(0, 2).Draw(t, "item")}}
			case 2:
				d[key] = map[string]any{"inner": rapid.StringN(1, 2, -1).Draw(t, "text")}
			}
		}
		return d.Clone()
	})
}

// anySet is any world and a change set of it: services with and without a new revision, and resources made and changed.
func anySet(t *rapid.T) (*world, *fleet.ChangeSet) {
	w := newWorld()
	set := &fleet.ChangeSet{Schema: fleet.ChangeSetSchema, Plan: "p"}
	add := func(service string, ref fleet.Ref, before, after fleet.Document) {
		if before != nil {
			w.resources[ref] = before
		}
		if !same(before, after) {
			set.Changes = append(set.Changes, fleet.Change{Service: service, Ref: ref, Before: before.Clone(), After: after})
		}
	}
	for s := range rapid.IntRange(0, 2).Draw(t, "services") {
		title := fmt.Sprintf("s%d", s)
		task := fleet.Ref{Kind: fleet.KindTaskDefinition, ID: fmt.Sprintf("f%d:5", s)}
		before, after := document().Draw(t, "service before"), document().Draw(t, "service after")
		before[wordTaskDefinition], after[wordTaskDefinition] = "arn:x/"+task.ID, "arn:x/"+task.ID
		before[wordDesired], after[wordDesired] = rapid.IntRange(1, 9).Draw(t, "count"), rapid.IntRange(1, 9).Draw(t, "other count")
		if rapid.Bool().Draw(t, "registers") {
			add(title, task, document().Draw(t, "task before"), fleet.Document{"cpu": "2048", "size": 7})
			after[wordTaskDefinition] = fleet.Registered
		}
		add(title, fleet.Ref{Kind: fleet.KindService, ID: "c/" + title}, before.Clone(), after)
	}
	for n := range rapid.IntRange(1, 4).Draw(t, "resources") {
		ref := fleet.Ref{Kind: rapid.SampledFrom(plainKinds).Draw(t, "kind"), ID: fmt.Sprint(n)}
		if scales(ref.Kind) {
			ref = w.scaled(ref)
		}
		var before fleet.Document
		if rapid.Bool().Draw(t, "there") {
			before = document().Draw(t, "before")
		}
		add("s0", ref, before, document().Draw(t, "after"))
	}
	return w, set
}

// scaled names what scales a service so that there is one, with a scalable target unless that is what is named.
func (w *world) scaled(ref fleet.Ref) fleet.Ref {
	service := fleet.Ref{Kind: fleet.KindService, ID: "c/x" + ref.ID}
	w.resources[service] = fleet.Document{"cluster": "c", wordDesired: 1}
	if ref.Kind == fleet.KindScalableTarget {
		return scaling(service)
	}
	w.resources[scaling(service)] = fleet.Document{"Name": "x"}
	ref.ID = scaling(service).ID + "/" + ref.ID
	return ref
}

// TestAnyChangeSetAnyCut kills the process anywhere in any change set, kills the recovery too, and recovers again.
func TestAnyChangeSetAnyCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, set := anySet(t)
		before := w.snapshot()
		anyCut := func(pid int) cut {
			return cut{rapid.IntRange(1, 60).Draw(t, fmt.Sprintf("cut of %d", pid)), rapid.SampledFrom(moments).Draw(t, "when")}
		}
		how := rapid.SampledFrom([]Recovery{Finish, Undo})
		_, err := w.process(1, anyCut(1)).Apply(t.Context(), set, Options{})
		w.dies(1)
		for pid := 2; pid < 5; pid++ {
			c := anyCut(pid)
			if pid == 4 {
				c = cut{}
			}
			_, err = w.process(pid, c).Recover(t.Context(), how.Draw(t, "how"), Options{})
			w.dies(pid)
		}
		if err != nil && !errors.Is(err, ErrNothingPending) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, w.snapshot()); diff != "" && w.asAsked(set) != nil {
			t.Errorf("neither as it was (-want +got):\n%s\nnor as asked: %v", diff, w.asAsked(set))
		}
	})
}

// TestAnyChangeSetRolledBack applies any change set, rolls it back, and rolls that back.
func TestAnyChangeSetRolledBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, set := anySet(t)
		before := w.snapshot()
		c := w.process(1, cut{})
		apply := func(set *fleet.ChangeSet, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Apply(t.Context(), set, Options{}); err != nil {
				t.Fatal(err)
			}
		}
		apply(set, nil)
		applied := w.snapshot()
		if len(set.Changes) == 0 {
			return
		}
		apply(c.Rollback(t.Context(), RollbackOptions{Shrink: true}))
		compareCounts(t, before, applied, w.snapshot())
		if len(w.files) == 0 {
			t.Fatal("no backups")
		}
		apply(c.Rollback(t.Context(), RollbackOptions{Shrink: true}))
		compareCounts(t, applied, before, w.snapshot())
	})
}

// compareCounts compares what is with what was; desired counts are never lowered by a rollback.
func compareCounts(t *rapid.T, want, from, got map[fleet.Ref]fleet.Document) {
	t.Helper()
	for ref, d := range want {
		if ref.Kind == fleet.KindService && max(desired(d), desired(from[ref])) >= desired(got[ref]) {
			got[ref][wordDesired] = d[wordDesired]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("not as it was (-want +got):\n%s", diff)
	}
}
