package change

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"plimsoll/runner/fleet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestApplyBringsAboutWhatIsAsked(t *testing.T) {
	w, set := fleetOfOne(t)
	var steps []Doing
	c := w.process(1, cut{})
	c.Progress = func(s Step) {
		if s.Ref == theService {
			steps = append(steps, s.Doing)
		}
	}
	out, err := c.Apply(t.Context(), set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.asAsked(set); err != nil {
		t.Error(err)
	}
	want := []fleet.Ref{theTarget, theTask, theService, thePolicy, theAlarm, theBudget}
	if diff := cmp.Diff(want, w.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Doing{Checking, BackingUp, Writing, Settling, Verified}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if out.Verdict != Applied || len(out.Backups) != 2 || !strings.HasSuffix(out.Changes[1].Made, "web:6") {
		t.Errorf("outcome: %+v", out)
	}
	for _, gone := range []string{lockName, journalName, progressName} {
		if _, there := w.files[gone]; there {
			t.Errorf("%s is left behind", gone)
		}
	}
}

func TestApplyTellsServicesOnlyWhatDiffers(t *testing.T) {
	w, set := fleetOfOne(t)
	w.resources[theService][wordDesired] = 7 // scaling moved it since it was shown
	if _, err := w.process(1, cut{}).Apply(t.Context(), set, Options{}); err != nil {
		t.Fatal(err)
	}
	if got := desired(w.resources[theService]); got != 7 {
		t.Errorf("desired count is %d, though the change set does not set it", got)
	}
}

// TestDeadAnywhere kills the process in each of its calls to AWS and to the state, and recovers both ways.
func TestDeadAnywhere(t *testing.T) {
	calls := func() int {
		w, set := fleetOfOne(t)
		c := w.process(1, cut{})
		if _, err := c.Apply(t.Context(), set, Options{}); err != nil {
			t.Fatal(err)
		}
		return c.Store.(memory).life.calls
	}()
	for n := 1; n <= calls; n++ {
		for _, when := range moments {
			for _, how := range []Recovery{Finish, Undo} {
				t.Run(fmt.Sprintf("call %d %s, %s", n, when, how), func(t *testing.T) { killed(t, cut{n, when}, how) })
			}
		}
	}
}

func killed(t *testing.T, at cut, how Recovery) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, at)
	if _, err := c.Apply(t.Context(), set, Options{}); err == nil {
		t.Fatal("a dead process reports success")
	}
	w.dies(1)
	next := w.process(2, cut{})
	if _, err := next.Apply(t.Context(), set, Options{}); err != nil {
		var pending *PendingError
		var drift *DriftError
		switch {
		case errors.As(err, &pending):
			if _, err := next.Recover(t.Context(), how, Options{}); err != nil {
				t.Fatalf("recover: %v", err)
			}
		case errors.As(err, &drift): // all was made, and only the lock not given back
			how = Finish
		default:
			t.Fatal(err)
		}
	} else {
		how = Finish // nothing was begun: applied now
	}
	if how == Finish {
		if err := w.asAsked(set); err != nil {
			t.Error(err)
		}
	} else if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
	if _, locked := w.files[lockName]; locked {
		t.Error("the lock stays")
	}
}
