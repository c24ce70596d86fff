package change

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

func TestKeptFailureIsFinishedLater(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	whole := c.Resources
	c.Resources = spoiled{Resources: whole, write: refusing(thePolicy)}
	out, err := c.Apply(t.Context(), set, Options{Keep: true})
	if err == nil || out.Verdict != Unfinished {
		t.Fatalf("outcome %+v, error %v", out, err)
	}
	want := []Verdict{Applied, Applied, Applied, Unfinished, "", ""}
	var got []Verdict
	for _, r := range out.Changes {
		got = append(got, r.Verdict)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	c.Resources = whole
	var pending *PendingError
	if _, err := c.Apply(t.Context(), set, Options{}); !errors.As(err, &pending) {
		t.Fatalf("a second change set is begun: %v", err)
	}
	if _, err := c.Recover(t.Context(), Finish, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := w.asAsked(set); err != nil {
		t.Error(err)
	}
	if _, err := c.Recover(t.Context(), Finish, Options{}); !errors.Is(err, ErrNothingPending) {
		t.Errorf("recovered twice: %v", err)
	}
}

// TestCutOffAtItsEnd is a process that dies when everything is written, but not that it is: nothing differs any more.
func TestCutOffAtItsEnd(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	c.Resources = spoiled{Resources: c.Resources, write: refusing(theBudget)}
	if _, err := c.Apply(t.Context(), set, Options{Keep: true}); err == nil {
		t.Fatal("it did not fail")
	}
	var pending *PendingError
	nothing := &fleet.ChangeSet{Schema: fleet.ChangeSetSchema, Plan: set.Plan}
	if _, err := c.Apply(t.Context(), nothing, Options{}); !errors.As(err, &pending) {
		t.Errorf("nothing to do, though a change set did not end: %v", err)
	}
	w.alive[9] = true
	if err := c.Store.Create(t.Context(), lockName, encode(Holder{ID: "x", Who: Who{Host: "here", PID: 9}})); err != nil {
		t.Fatal(err)
	}
	var locked *LockedError
	if _, err := c.Apply(t.Context(), nothing, Options{}); !errors.As(err, &locked) {
		t.Errorf("nothing to do, though a change set is under way: %v", err)
	}
}

// TestUndoOfWhatIsAsBefore is somebody else who put back what had been changed.
func TestUndoOfWhatIsAsBefore(t *testing.T) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, cut{})
	c.Resources = spoiled{Resources: c.Resources, write: refusing(thePolicy)}
	if _, err := c.Apply(t.Context(), set, Options{Keep: true}); err == nil {
		t.Fatal("it did not fail")
	}
	w.resources[theTarget] = before[theTarget].Clone()
	var drift *DriftError
	if _, err := c.Recover(t.Context(), Finish, Options{}); !errors.As(err, &drift) {
		t.Errorf("finished over what somebody else did: %v", err)
	}
	if out, err := c.Recover(t.Context(), Undo, Options{}); err != nil || out.Verdict != Undone {
		t.Fatalf("outcome %+v, error %v", out, err)
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
}

// TestDamagedState is a state that was edited, or cut short: told with what to do, and never a reason to write.
func TestDamagedState(t *testing.T) {
	const set = `{"schema":1,"id":"x","set":{"schema":1,"changes":[{"ref":{"kind":"alarm","id":"a"},"after":{"b":1}}]}}`
	tests := map[string]struct{ journal, progress, want string }{
		"cut short":      {`{"schema":`, "{}", "take that file out of the state"},
		"empty":          {"", "{}", "take that file out of the state"},
		"another's":      {`{"schema":2,"set":{}}`, "{}", "another version"},
		"follows nobody": {`{"schema":1,"set":{"schema":1,"changes":[{"after":{"taskDefinition":"` + fleet.Registered + `"}}]}}`, "{}", "follows a task definition"},
		"beyond its end": {set, `{"id":"x","done":2}`, "edited by hand"},
		"open at end":    {set, `{"id":"x","done":1,"open":true}`, "edited by hand"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.files[journalName], w.files[progressName] = []byte(test.journal), []byte(test.progress)
			_, err := w.process(1, cut{}).Recover(t.Context(), Undo, Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) || len(w.writes) > 0 {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLeaveForgetsOnly(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	c.Resources = spoiled{Resources: c.Resources, write: refusing(thePolicy)}
	if _, err := c.Apply(t.Context(), set, Options{Keep: true}); err == nil {
		t.Fatal("it did not fail")
	}
	writes := len(w.writes)
	out, err := c.Recover(t.Context(), Leave, Options{})
	if err != nil || out.Verdict != Left {
		t.Fatalf("outcome %+v, error %v", out, err)
	}
	if len(w.writes) != writes {
		t.Error("leaving wrote something")
	}
}

func TestRecoverRefusesWhatOthersChanged(t *testing.T) {
	for _, how := range []Recovery{Finish, Undo} {
		w, set := fleetOfOne(t)
		c := w.process(1, cut{})
		c.Resources = spoiled{Resources: c.Resources, write: refusing(thePolicy)}
		if _, err := c.Apply(t.Context(), set, Options{Keep: true}); err == nil {
			t.Fatal("it did not fail")
		}
		w.resources[theTarget]["MaxCapacity"] = 99
		writes := len(w.writes)
		_, err := c.Recover(t.Context(), how, Options{})
		var drift *DriftError
		if !errors.As(err, &drift) || len(drift.Drifts) != 1 || drift.Drifts[0].Ref != theTarget || len(w.writes) != writes {
			t.Errorf("%s: %v, %d writes", how, err, len(w.writes)-writes)
		}
	}
}
