package change

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

// applied is a world after its change set, and who applied it.
func applied(t *testing.T) (*world, *Changer) {
	t.Helper()
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	mustApply(t, c, set)
	return w, c
}

func mustApply(t *testing.T, c *Changer, set *fleet.ChangeSet) *Outcome {
	t.Helper()
	out, err := c.Apply(t.Context(), set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mustRollBack(t *testing.T, c *Changer, o RollbackOptions) *fleet.ChangeSet {
	t.Helper()
	set, err := c.Rollback(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func refs(set *fleet.ChangeSet) []fleet.Ref {
	var all []fleet.Ref
	for _, change := range set.Changes {
		all = append(all, change.Ref)
	}
	return all
}

func TestRollbackRestoresEverySetting(t *testing.T) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, cut{})
	mustApply(t, c, set)
	back := mustRollBack(t, c, RollbackOptions{})
	want := []fleet.Ref{theBudget, theAlarm, thePolicy, theService, theTarget}
	if diff := cmp.Diff(want, refs(back)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	mustApply(t, c, back)
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
	again := mustRollBack(t, c, RollbackOptions{})
	if back.Redoes != "" || again.Redoes != back.Rollback {
		t.Errorf("the first redoes %q, the second %q, and %q was taken back", back.Redoes, again.Redoes, back.Rollback)
	}
	mustApply(t, c, again)
	if err := w.asAsked(set); err != nil {
		t.Errorf("rolling back the rollback: %v", err)
	}
}

func TestRollbackByService(t *testing.T) {
	_, c := applied(t)
	if got := refs(mustRollBack(t, c, RollbackOptions{Services: []string{""}})); !cmp.Equal(got, []fleet.Ref{theBudget}) {
		t.Errorf("of the account: %v", got)
	}
	if got := refs(mustRollBack(t, c, RollbackOptions{Services: []string{"web"}})); len(got) != 4 {
		t.Errorf("of web: %v", got)
	}
	if _, err := c.Rollback(t.Context(), RollbackOptions{Services: []string{"api"}}); !errors.Is(err, ErrNoBackup) {
		t.Errorf("of api: %v", err)
	}
}

func TestRollbackByID(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	first := mustApply(t, c, set)
	mustApply(t, c, mustRollBack(t, c, RollbackOptions{}))
	w.resources[thePolicy]["TargetTrackingScalingPolicyConfiguration"] = map[string]any{"TargetValue": 50}
	for _, id := range []string{first.ID, first.Backups[0]} {
		got := mustRollBack(t, c, RollbackOptions{Backup: id})
		if !cmp.Equal(refs(got), []fleet.Ref{thePolicy}) || got.Rollback != first.ID {
			t.Errorf("%s: %v, of %s", id, refs(got), got.Rollback)
		}
	}
	if _, err := c.Rollback(t.Context(), RollbackOptions{Backup: "2020"}); !errors.Is(err, ErrNoBackup) {
		t.Errorf("an unknown one: %v", err)
	}
}

// TestRollbackOfWhatWasDeployedSince keeps the new image and environment, and restores the sizes only.
func TestRollbackOfWhatWasDeployedSince(t *testing.T) {
	w, c := applied(t)
	deployed := parse(t, `{"family":"web","cpu":"1024","memory":"4096","containerDefinitions":[
		{"name":"app","image":"web:2","environment":[{"name":"NEW","value":"1"}],"ulimits":[
			{"name":"nofile","softLimit":65536,"hardLimit":65536},{"name":"core","softLimit":0,"hardLimit":0}]},
		{"name":"side","image":"side:1"}]}`)
	ref := theTask
	ref.ID = "web:9"
	w.resources[ref] = deployed
	w.resources[theService][wordTaskDefinition] = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:9"
	w.revisions = 9
	back := mustRollBack(t, c, RollbackOptions{Services: []string{"web"}})
	mustApply(t, c, back)
	ref.ID = runsRevision(w.resources[theService])
	want := parse(t, `{"family":"web","cpu":"512","memory":"1024","containerDefinitions":[
		{"name":"app","image":"web:2","environment":[{"name":"NEW","value":"1"}],"ulimits":[
			{"name":"core","softLimit":0,"hardLimit":0}]},
		{"name":"side","image":"side:1"}]}`)
	if diff := cmp.Diff(want, w.resources[ref]); diff != "" {
		t.Errorf("%s (-want +got):\n%s", ref.ID, diff)
	}
}

func TestRollbackNeverLowersTheDesiredCount(t *testing.T) {
	for name, test := range map[string]struct{ before, asked, now, want int64 }{
		"raised, and scaled out since": {2, 4, 7, 7},
		"raised":                       {2, 4, 4, 4},
		"lowered":                      {6, 3, 3, 6},
		"lowered, and scaled out":      {6, 3, 9, 9},
	} {
		t.Run(name, func(t *testing.T) {
			w, set := fleetOfOne(t)
			for i := range set.Changes {
				if set.Changes[i].Ref == theService {
					set.Changes[i].Before[wordDesired], set.Changes[i].After[wordDesired] = test.before, test.asked
				}
			}
			w.resources[theService][wordDesired] = test.before
			c := w.process(1, cut{})
			mustApply(t, c, set)
			w.resources[theService][wordDesired] = test.now
			mustApply(t, c, mustRollBack(t, c, RollbackOptions{Shrink: true}))
			if got := desired(w.resources[theService]); got != test.want {
				t.Errorf("%d tasks are desired, not %d", got, test.want)
			}
		})
	}
}

func TestRollbackRefusesAMaximumBelowWhatRuns(t *testing.T) {
	w, c := applied(t)
	w.resources[theService][wordDesired] = 20
	back := mustRollBack(t, c, RollbackOptions{})
	if len(back.Refused) != 1 || back.Refused[0].What != "scalable target service/beta/web" {
		t.Errorf("refused: %+v", back.Refused)
	}
	back = mustRollBack(t, c, RollbackOptions{Shrink: true})
	mustApply(t, c, back)
	if got, _ := number(w.resources[theTarget], wordMaximum); got != 4 || len(back.Refused) > 0 {
		t.Errorf("maximum %d, refused %+v", got, back.Refused)
	}
}

func TestRollbackKeepsWhatOthersMadeTheirOwn(t *testing.T) {
	w, c := applied(t)
	w.resources[theAlarm]["Threshold"] = 70
	back := mustRollBack(t, c, RollbackOptions{})
	if len(back.Refused) != 1 || back.Refused[0].What != "alarm beta-web-high_cpu" {
		t.Errorf("refused: %+v", back.Refused)
	}
	delete(w.resources, theAlarm)
	if back = mustRollBack(t, c, RollbackOptions{}); len(back.Refused) > 0 {
		t.Errorf("refused what is gone: %+v", back.Refused)
	}
}

func TestRollbackSkipsWhatWasUndone(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	whole := c.Resources
	c.Resources = spoiled{Resources: whole, write: refusing(theAlarm)}
	if _, err := c.Apply(t.Context(), set, Options{}); err == nil {
		t.Fatal("it did not fail")
	}
	if _, err := c.Rollback(t.Context(), RollbackOptions{}); !errors.Is(err, ErrNoBackup) {
		t.Errorf("rollback of nothing: %v", err)
	}
}

func TestRollbackShowsNoSecret(t *testing.T) {
	w, c := applied(t)
	w.resources[theService][wordTaskDefinition] = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:9"
	ref := theTask
	ref.ID, w.revisions = "web:9", 9
	w.resources[ref] = w.resources[fleet.Ref{Place: place, Kind: fleet.KindTaskDefinition, ID: "web:6"}].Clone()
	back := mustRollBack(t, c, RollbackOptions{Services: []string{"web"}})
	for _, change := range back.Changes {
		if change.Ref == ref {
			want := []fleet.Field{
				{Name: "cpu", Before: "1024", After: "512"},
				{Name: "memory", Before: "2048 MiB", After: "1024 MiB"},
				{Name: "open files of app", Before: "65536"},
				{Name: "hard limit of open files of app", Before: "65536"},
			}
			if diff := cmp.Diff(want, change.Fields); diff != "" || !change.Shrinks {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			return
		}
	}
	t.Errorf("no new revision: %v", refs(back))
}

func TestEmergencyAndResume(t *testing.T) {
	w, c := applied(t)
	w.resources[theService][wordDesired] = 30
	before := w.snapshot()
	set, err := c.Emergency(t.Context(), EmergencyOptions{Plan: "plans/fleet", Service: "web", Ref: theService})
	if err != nil {
		t.Fatal(err)
	}
	w.resources[theService][wordDesired] = 35 // it still scales
	mustApply(t, c, set)
	if got := desired(w.resources[theService]); got != 1 {
		t.Errorf("%d tasks are desired", got)
	}
	if want := suspended(before[theTarget]); !same(want, w.resources[theTarget]) {
		t.Errorf("target: %v", w.resources[theTarget])
	}
	w.resources[theTarget]["MaxCapacity"] = 60 // adjusted meanwhile
	set, err = c.Resume(t.Context(), "web")
	if err != nil {
		t.Fatal(err)
	}
	mustApply(t, c, set)
	before[theTarget]["MaxCapacity"] = 60
	if diff := cmp.Diff(before[theTarget], w.resources[theTarget].Clone()); diff != "" {
		t.Errorf("target (-want +got):\n%s", diff)
	}
	if got := desired(w.resources[theService]); got != 30 {
		t.Errorf("%d tasks are desired", got)
	}
	if set, err = c.Resume(t.Context(), "web"); err != nil || len(set.Changes) > 0 {
		t.Errorf("resumed twice: %v, %v", refs(set), err)
	}
	if _, err = c.Resume(t.Context(), "api"); !errors.Is(err, ErrNoEmergency) {
		t.Errorf("of another service: %v", err)
	}
}

func TestEmergencyWithoutScaling(t *testing.T) {
	w, _ := fleetOfOne(t)
	delete(w.resources, theTarget)
	c := w.process(1, cut{})
	o := EmergencyOptions{Plan: "plans/fleet", Service: "web", Ref: theService, Least: 1}
	set, err := c.Emergency(t.Context(), o)
	if err != nil || !cmp.Equal(refs(set), []fleet.Ref{theService}) {
		t.Fatalf("%v, %v", refs(set), err)
	}
	mustApply(t, c, set)
	if set, err = c.Emergency(t.Context(), o); err != nil || len(set.Changes) > 0 {
		t.Errorf("again: %v, %v", refs(set), err)
	}
	delete(w.resources, theService)
	if _, err = c.Emergency(t.Context(), o); err == nil {
		t.Error("an emergency of a service that is not there")
	}
}
