package change

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

// spoiled is AWS with one kind of call that fails.
type spoiled struct {
	Resources
	write  func(ctx context.Context, ref fleet.Ref) error // before the write; nil: none
	settle func(ctx context.Context) error
}

func (s spoiled) Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (string, error) {
	if s.write != nil {
		if err := s.write(ctx, ref); err != nil {
			return "", err
		}
	}
	return s.Resources.Write(ctx, ref, d)
}

func (s spoiled) Settle(ctx context.Context, ref fleet.Ref) error {
	if s.settle != nil {
		return s.settle(ctx)
	}
	return s.Resources.Settle(ctx, ref)
}

var errRefused = errors.New("AccessDenied")

func refusing(refused fleet.Ref) func(context.Context, fleet.Ref) error {
	return func(_ context.Context, ref fleet.Ref) error {
		if ref == refused {
			return errRefused
		}
		return nil
	}
}

func TestFailureIsUndone(t *testing.T) {
	for _, at := range []fleet.Ref{theTarget, theTask, theService, thePolicy, theAlarm, theBudget} {
		t.Run(string(at.Kind), func(t *testing.T) {
			w, set := fleetOfOne(t)
			before := w.snapshot()
			c := w.process(1, cut{})
			c.Resources = spoiled{Resources: c.Resources, write: refusing(at)}
			out, err := c.Apply(t.Context(), set, Options{})
			var failed *FailedError
			if !errors.As(err, &failed) || !failed.Undone || !errors.Is(err, errRefused) || out.Verdict != Undone {
				t.Fatalf("outcome %+v, error %v", out, err)
			}
			if diff := cmp.Diff(before, w.snapshot()); diff != "" {
				t.Errorf("not as it was (-want +got):\n%s", diff)
			}
			if pending, err := c.Pending(t.Context()); pending != nil || err != nil {
				t.Errorf("pending %v, %v", pending, err)
			}
		})
	}
}

func TestFailedDeploymentIsUndone(t *testing.T) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, cut{})
	c.Resources = spoiled{Resources: c.Resources, settle: func(context.Context) error { return errRefused }}
	if _, err := c.Apply(t.Context(), set, Options{}); !errors.Is(err, errRefused) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
}

// TestServiceThatWentBack is the circuit breaker of ECS: the deployment settles, on the old revision.
func TestServiceThatWentBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, set := fleetOfOne(t)
		c := w.process(1, cut{})
		c.Resources = spoiled{Resources: c.Resources, settle: func(context.Context) error {
			w.resources[theService][wordTaskDefinition] = oldARN
			return nil
		}}
		_, err := c.Apply(t.Context(), set, Options{})
		var unverified *UnverifiedError
		if !errors.As(err, &unverified) {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"task definition"}, unverified.Drift.Fields); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	})
}

func TestDriftStopsBeforeAnyWrite(t *testing.T) {
	w, set := fleetOfOne(t)
	w.resources[thePolicy] = parse(t, `{"PolicyName":"cpu","TargetTrackingScalingPolicyConfiguration":{"TargetValue":75,"ScaleOutCooldown":300}}`)
	w.resources[theAlarm] = parse(t, `{"AlarmName":"beta-web-high_cpu"}`)
	_, err := w.process(1, cut{}).Apply(t.Context(), set, Options{})
	var drift *DriftError
	if !errors.As(err, &drift) {
		t.Fatal(err)
	}
	want := []Drift{
		{"web", thePolicy, []string{"target"}},
		{"web", theAlarm, []string{"it is there"}},
	}
	if diff := cmp.Diff(want, drift.Drifts); diff != "" {
		t.Errorf("drifts (-want +got):\n%s", diff)
	}
	if len(w.writes) != 0 || len(w.files) != 0 {
		t.Errorf("written: %v, %d files", w.writes, len(w.files))
	}
}

func TestDriftRightBeforeAWriteIsUndone(t *testing.T) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, cut{})
	foreign := parse(t, `{"PolicyName":"cpu","TargetTrackingScalingPolicyConfiguration":{"TargetValue":75}}`)
	c.Resources = spoiled{Resources: c.Resources, settle: func(context.Context) error {
		w.resources[thePolicy] = foreign
		return nil
	}}
	_, err := c.Apply(t.Context(), set, Options{})
	var drift *DriftError
	if !errors.As(err, &drift) {
		t.Fatal(err)
	}
	before[thePolicy] = foreign
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
}

func TestCancelledFinishesTheWriteInHandAndUndoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, set := fleetOfOne(t)
		before := w.snapshot()
		ctx, cancel := context.WithCancel(t.Context())
		c := w.process(1, cut{})
		c.Resources = spoiled{Resources: c.Resources, write: func(inner context.Context, ref fleet.Ref) error {
			if ref == thePolicy {
				cancel()
				time.Sleep(time.Second)
			}
			return inner.Err()
		}}
		_, err := c.Apply(ctx, set, Options{})
		var failed *FailedError
		if !errors.As(err, &failed) || !failed.Undone || !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, w.snapshot()); diff != "" {
			t.Errorf("not as it was (-want +got):\n%s", diff)
		}
	})
}

func TestCancelledIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, set := fleetOfOne(t)
		ctx, cancel := context.WithCancel(t.Context())
		c := w.process(1, cut{})
		whole := c.Resources
		c.Resources = spoiled{Resources: whole, write: func(inner context.Context, ref fleet.Ref) error {
			if ref != thePolicy {
				return nil
			}
			cancel()
			<-inner.Done() // a network that is gone
			return inner.Err()
		}}
		began := time.Now()
		out, err := c.Apply(ctx, set, Options{Grace: 6 * time.Second})
		if took := time.Since(began); took != 6*time.Second {
			t.Errorf("it took %v", took)
		}
		var failed *FailedError
		if !errors.As(err, &failed) || failed.Undo == nil || out.Verdict != Unfinished {
			t.Fatalf("outcome %+v, error %v", out, err)
		}
		w.dies(1)
		next := w.process(2, cut{})
		if _, err := next.Recover(t.Context(), Finish, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := w.asAsked(set); err != nil {
			t.Error(err)
		}
	})
}

func TestCancelledWhileItSettles(t *testing.T) {
	w, set := fleetOfOne(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := w.process(1, cut{})
	c.Resources = spoiled{Resources: c.Resources, settle: func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}}
	if _, err := c.Apply(ctx, set, Options{Keep: true}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if pending, err := c.Pending(t.Context()); err != nil || pending == nil || !pending.Progress.Open {
		t.Errorf("pending %+v, %v", pending, err)
	}
}

func TestLaggingReadsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, set := fleetOfOne(t)
		c := w.process(1, cut{})
		c.Resources = &lagging{Resources: c.Resources, w: w}
		if _, err := c.Apply(t.Context(), set, Options{}); err != nil {
			t.Fatal(err)
		}
	})
}

// lagging answers the first read after a write as before it.
type lagging struct {
	Resources
	w   *world
	old map[fleet.Ref]fleet.Document
}

func (l *lagging) Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (string, error) {
	l.old = l.w.snapshot()
	return l.Resources.Write(ctx, ref, d)
}

func (l *lagging) Read(ctx context.Context, ref fleet.Ref) (fleet.Document, error) {
	if d, lags := l.old[ref]; lags {
		l.old = nil
		return d, nil
	}
	return l.Resources.Read(ctx, ref)
}

func TestRefusedChangeSets(t *testing.T) {
	for name, spoil := range map[string]func(*fleet.ChangeSet){
		"of another version":        func(s *fleet.ChangeSet) { s.Schema++ },
		"that say nothing":          func(s *fleet.ChangeSet) { s.Changes[4].After = nil },
		"without what they follow":  func(s *fleet.ChangeSet) { s.Changes[1].Service = "api" },
		"of one resource two times": func(s *fleet.ChangeSet) { s.Changes = append(s.Changes, s.Changes[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			w, set := fleetOfOne(t)
			spoil(set)
			if _, err := w.process(1, cut{}).Apply(t.Context(), set, Options{}); err == nil || len(w.writes) > 0 {
				t.Errorf("error %v, %d writes", err, len(w.writes))
			}
		})
	}
}

func TestNothingToDo(t *testing.T) {
	w, set := fleetOfOne(t)
	set.Changes = nil
	out, err := w.process(1, cut{}).Apply(t.Context(), set, Options{})
	if err != nil || out.Verdict != Applied || len(w.files) != 0 {
		t.Errorf("outcome %+v, error %v, %d files", out, err, len(w.files))
	}
}
