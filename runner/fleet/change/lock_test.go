package change

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"plimsoll/runner/fleet"
)

func TestSecondWriterIsRefused(t *testing.T) {
	w, set := fleetOfOne(t)
	first, second := w.process(1, cut{}), w.process(2, cut{})
	second.Who.User = "bob"
	inside, leave := make(chan struct{}), make(chan struct{})
	first.Resources = spoiled{Resources: first.Resources, settle: func(context.Context) error {
		close(inside)
		<-leave
		return nil
	}}
	var done sync.WaitGroup
	done.Go(func() {
		if _, err := first.Apply(t.Context(), set, Options{}); err != nil {
			t.Error(err)
		}
	})
	<-inside
	_, err := second.Apply(t.Context(), set, Options{})
	close(leave)
	done.Wait()
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Holder.Who != first.Who || locked.Holder.Plan != set.Plan {
		t.Fatalf("second writer: %v", err)
	}
	for _, part := range []string{"ada", "here", "process 1", "2026-11-23T12:00:01Z", "plans/fleet"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestOneOfManyTakesAStaleLock(t *testing.T) {
	w, _ := fleetOfOne(t)
	if _, err := w.process(1, cut{}).lock(t.Context(), "plans/fleet", false); err != nil {
		t.Fatal(err)
	}
	w.dies(1)
	var all sync.WaitGroup
	got := make(chan Holder, 20)
	for pid := 2; pid < 2+cap(got); pid++ {
		c := w.process(pid, cut{})
		all.Go(func() {
			if h, err := c.lock(context.Background(), "plans/fleet", false); err == nil {
				got <- h
			}
		})
	}
	all.Wait()
	if len(got) != 1 {
		t.Errorf("%d took the lock", len(got))
	}
}

func TestLockIsBrokenOnPurposeOnly(t *testing.T) {
	w, set := fleetOfOne(t)
	if _, err := w.process(1, cut{}).lock(t.Context(), "plans/fleet", false); err != nil {
		t.Fatal(err)
	}
	elsewhere := w.process(2, cut{})
	elsewhere.Who.Host = "there"
	w.dies(1)
	var locked *LockedError
	if _, err := elsewhere.Apply(t.Context(), set, Options{}); !errors.As(err, &locked) {
		t.Fatalf("a lock of another host is taken: %v", err)
	}
	if _, err := elsewhere.Apply(t.Context(), set, Options{BreakLock: true}); err != nil {
		t.Fatal(err)
	}
	w.files[lockName] = nil // cut short while it was taken
	if _, err := elsewhere.Apply(t.Context(), set, Options{}); !errors.As(err, &locked) {
		t.Errorf("an unreadable lock is taken: %v", err)
	}
}

// TestBrokenLockStopsTheWriter has somebody break the lock of a writer that lives: it writes nothing more, nor undoes.
func TestBrokenLockStopsTheWriter(t *testing.T) {
	w, set := fleetOfOne(t)
	c, thief := w.process(1, cut{}), w.process(2, cut{})
	var writes int
	c.Resources = spoiled{Resources: c.Resources, settle: func(ctx context.Context) error {
		_, err := thief.lock(ctx, "plans/fleet", true)
		writes = len(w.writes)
		return err
	}}
	out, err := c.Apply(t.Context(), set, Options{})
	if !errors.Is(err, errLost) || out.Verdict != Unfinished || len(w.writes) != writes {
		t.Fatalf("outcome %+v, error %v, %d writes more", out, err, len(w.writes)-writes)
	}
	if held, err := thief.holder(t.Context(), lockName); err != nil || held.Who != thief.Who {
		t.Errorf("the lock is %v's, %v", held.Who, err)
	}
	if pending, err := thief.Pending(t.Context()); pending == nil || err != nil {
		t.Errorf("pending %v, %v", pending, err)
	}
}

// careless is a store that has forgotten what Create is for.
type careless struct{ Store }

func (c careless) Create(ctx context.Context, name string, content []byte) error {
	return c.Write(ctx, name, content)
}

// TestCarelessStore has two writers take the same lock: neither writes beside the other.
func TestCarelessStore(t *testing.T) {
	w, set := fleetOfOne(t)
	first, second := w.process(1, cut{}), w.process(2, cut{})
	first.Store, second.Store = careless{first.Store}, careless{second.Store}
	var refused error
	writes := 0
	first.Resources = spoiled{Resources: first.Resources, settle: func(ctx context.Context) error {
		_, refused = second.Apply(ctx, set, Options{})
		writes = len(w.writes)
		return nil
	}}
	_, err := first.Apply(t.Context(), set, Options{})
	var pending *PendingError
	if !errors.As(refused, &pending) || !errors.Is(err, errLost) || len(w.writes) != writes {
		t.Errorf("first: %v; second: %v; %d writes more", err, refused, len(w.writes)-writes)
	}
	if _, err := second.Recover(t.Context(), Finish, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := w.asAsked(set); err != nil {
		t.Error(err)
	}
}

// TestMessages shows what people read when a change set cannot be carried out.
func TestMessages(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	who := Who{Host: "laptop", PID: 7, User: "ada"}
	drift := Drift{"web", thePolicy, []string{"target", "cooldown out"}}
	j := &Journal{ID: "20261123T120000.000Z", Who: who, Began: at, Set: &fleet.ChangeSet{Changes: make([]fleet.Change, 3)}, Progress: Progress{Done: 1}}
	for want, err := range map[string]error{
		"ada on laptop (process 7) has been changing the fleet since 2026-11-23T12:00:00Z, with plans/fleet: wait until that is done; break the lock only if that process is gone": &LockedError{Holder{"x", who, "plans/fleet", at}},
		"change set 20261123T120000.000Z, begun by ada on laptop at 2026-11-23T12:00:00Z, did not end (1 of 3 changes are made): finish it or undo it first":                       &PendingError{j},
		"changed by somebody else meanwhile, and so not written: scaling policy service/beta/web/cpu: target, cooldown out: look again, and decide anew":                           &DriftError{[]Drift{drift}},
		"written, and yet not so when read back: scaling policy service/beta/web/cpu: target, cooldown out":                                                                        &UnverifiedError{drift},
		"AccessDenied; what was changed before that is undone: all is as it was":                                                                                                   &FailedError{Cause: errRefused, Undone: true},
		"AccessDenied; undoing failed too: this process is dead; the journal is kept: finish the change set, or undo it":                                                           &FailedError{Cause: errRefused, Undo: errDead},
		"AccessDenied; the journal is kept: finish the change set, or undo it":                                                                                                     &FailedError{Cause: errRefused},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
