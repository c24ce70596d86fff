package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

func TestChangesMakeEverything(t *testing.T) {
	p, s := everything(), bare(t)
	set := fleet.Changes(p, s, fleet.ChangeOptions{})
	if len(set.Refused) > 0 {
		t.Fatalf("refused: %+v", set.Refused)
	}
	var kinds []fleet.Kind
	for _, c := range set.Changes {
		kinds = append(kinds, c.Ref.Kind)
		for _, f := range c.Fields {
			t.Log(c.Ref.ID, f.String())
		}
		write(s, c)
	}
	want := []fleet.Kind{
		fleet.KindCluster, fleet.KindTaskDefinition, fleet.KindService, fleet.KindScalableTarget,
		fleet.KindScalingPolicy, fleet.KindScalingPolicy, fleet.KindScalingPolicy, fleet.KindScalingPolicy, fleet.KindScalingPolicy,
		fleet.KindScheduledAction, fleet.KindAlarm, fleet.KindAlarm, fleet.KindThrottle, fleet.KindDashboard, fleet.KindBudget,
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("kinds in order (-want +got):\n%s", d)
	}
	again := fleet.Changes(p, s, fleet.ChangeOptions{})
	for _, c := range again.Changes {
		t.Errorf("changed again: %s %s: %v", c.Ref.Kind, c.Ref.ID, c.Fields)
	}
	for _, r := range again.Refused {
		t.Errorf("refused: %+v", r)
	}
}
