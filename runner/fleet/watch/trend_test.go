package watch

import (
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// rising are days whose peaks grow by a step each.
func rising(n int, start, step float64) []fleet.Day {
	var all []fleet.Day
	for i := range n {
		all = append(all, fleet.Day{
			Date: noon.AddDate(0, 0, i), Requests: start + float64(i)*step, CPU: -1, Memory: -1, Tasks: -1, Connections: -1,
		})
	}
	return all
}

func TestTrends(t *testing.T) {
	p := &plan.Plan{Services: []*plan.Service{{Name: "web"}}}
	proven := map[string]Proven{"web": {Rate: 50, By: "run 1"}}
	for name, test := range map[string]struct {
		days    []fleet.Day
		most    int
		runsOut string
		free    float64
	}{
		"it grows":               {rising(14, 100, 5), 4, "2026-11-22", 1 - 165.0/200},
		"it stays":               {rising(14, 100, 0), 4, "", 0.5},
		"it shrinks":             {rising(14, 100, -5), 4, "", 0.5},
		"it is there":            {rising(14, 100, 5), 3, "2026-11-15", 1 - 165.0/150},
		"it grows for centuries": {rising(14, 100, 0.0001), 100, "", 1 - (100+13*0.0001)/5000},
		"too few days":           {rising(5, 100, 5), 4, "", 0.4},
	} {
		t.Run(name, func(t *testing.T) {
			all := Trends(p, fleet.History{"web": test.days}, map[string]int{"web": test.most}, proven)
			if len(all) != 1 || all[0].Measure != "requests" || all[0].Headroom == nil {
				t.Fatalf("got %+v", all)
			}
			got := all[0]
			at := ""
			if got.RunsOut != nil {
				at = got.RunsOut.Format(time.DateOnly)
			}
			if at != test.runsOut || *got.Headroom-test.free > 1e-9 || test.free-*got.Headroom > 1e-9 {
				t.Errorf("runs out %q with %g free, want %q and %g", at, *got.Headroom, test.runsOut, test.free)
			}
		})
	}
}

// TestUnproven: without a proof there is no capacity, and what no day knows is not shown.
func TestUnproven(t *testing.T) {
	all := Trends(&plan.Plan{Services: []*plan.Service{{Name: "web"}}}, fleet.History{"web": rising(14, 1, 1)}, nil, nil)
	if len(all) != 1 || all[0].Headroom != nil || all[0].RunsOut != nil || all[0].Growth == nil {
		t.Errorf("got %+v", all)
	}
}
