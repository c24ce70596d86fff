package change

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

// TestRollbackOfScalingThatIsGone is somebody who deregistered a scalable target, with which its policies went.
func TestRollbackOfScalingThatIsGone(t *testing.T) {
	tests := map[string]struct {
		spoil   func(w *world)
		changed []fleet.Ref
		refused []string
	}{
		"target":      {func(*world) {}, []fleet.Ref{theTarget, theBudget, theAlarm, thePolicy, theService}, nil},
		"and busy":    {func(w *world) { w.resources[theService][wordDesired] = 9 }, []fleet.Ref{theBudget, theAlarm, theService}, []string{"scalable target service/beta/web", "scaling policy service/beta/web/cpu"}},
		"and service": {func(w *world) { delete(w.resources, theService) }, []fleet.Ref{theBudget, theAlarm}, []string{"scalable target service/beta/web", "scaling policy service/beta/web/cpu", "service beta/web"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w, c := applied(t)
			delete(w.resources, theTarget)
			delete(w.resources, thePolicy)
			test.spoil(w)
			set := mustRollBack(t, c, RollbackOptions{})
			var refused []string
			for _, r := range set.Refused {
				refused = append(refused, r.What)
			}
			if diff := cmp.Diff(test.changed, refs(set)); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.refused, refused); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			mustApply(t, c, set)
		})
	}
}
