package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plimsoll/runner/result"
)

func after(seconds float64) *float64 { return &seconds }

// launched is a spike whose service scales out and in again; its load rises at 180 s, falls at 900 s and ends at 2700 s.
func launched(change ...func(*result.Scenario, *result.Fleet)) *result.Scenario {
	s := &result.Scenario{
		Name: "launch", Kind: "spike", Service: "chat", Speed: 1, Verdict: result.Pass,
		Phases: []result.Phase{
			{Name: "base", End: 180}, {Name: "rise", Start: 180, End: 190, Passing: true}, {Name: "peak", Start: 190, End: 900},
			{Name: "settle", Start: 900, End: 2700},
		},
		Series: []result.Point{
			{At: 420, Seconds: 1, Operations: 10, Failed: 10}, {At: 421, Seconds: 1, Operations: 10, Failed: 2, P50: 0.25}, {At: 422, Seconds: 1, Operations: 10},
		},
		Fleet: []result.Fleet{{
			Service: "chat", To: 2700, Stable: true, Scaling: &result.Scaling{CooldownOut: 60, CooldownIn: 300},
			Tasks: result.Extent{First: 1, Last: 1, Min: 1, Max: 3},
			Start: result.FleetState{Desired: 1, Running: 1, Healthy: 1}, End: result.FleetState{Desired: 1, Running: 1, Bounds: &result.Bounds{Min: 1, Max: 4}},
			Series: []result.FleetPoint{
				{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 375, Desired: 3, Running: 1, Healthy: 1}, {At: 400, Desired: 3, Running: 3, Healthy: 1},
				{At: 420, Desired: 3, Running: 3, Healthy: 3}, {At: 1870, Desired: 1, Running: 3, Healthy: 3}, {At: 1900, Desired: 1, Running: 1, Healthy: 1},
			},
			Events: []result.FleetEvent{
				{At: -500, Kind: result.EventAlarm, Name: "low", State: "ALARM", Below: true, Scales: true},
				{At: 100, Kind: result.EventAlarm, Name: "pager", State: "ALARM"},
				{At: 200, Kind: result.EventAlarm, Name: "low", State: "OK", Below: true, Scales: true},
				{At: 370, Kind: result.EventAlarm, Name: "high", State: "ALARM", Scales: true},
				{At: 374, Kind: result.EventActivity, From: 1, To: 3, Ended: 425},
				{At: 399, Kind: result.EventStarted}, {At: 400, Kind: result.EventStarted},
				{At: 1860, Kind: result.EventAlarm, Name: "low", State: "ALARM", Below: true, Scales: true},
				{At: 1865, Kind: result.EventActivity, From: 3, To: 1, Ended: 1900},
			},
		}},
	}
	for _, c := range change {
		c(s, &s.Fleet[0])
	}
	Scale(s)
	return s
}

func TestScale(t *testing.T) {
	s := launched()
	wantOut := &result.ScaleOut{
		Step: 180, Alarm: after(190), Activity: after(194), Desired: after(195), Running: after(219), Healthy: after(240),
		FirstAnswer: after(241.25), Watched: true,
	}
	wantIn := &result.ScaleIn{Drop: 900, Alarm: after(960), Activity: after(965), Desired: after(970), Running: after(1000), Watched: true}
	if diff := cmp.Diff(wantOut, s.Fleet[0].ScaleOut, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantIn, s.Fleet[0].ScaleIn); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&result.Scaling{CooldownOut: 60, CooldownIn: 300, Activities: 2, CooldownsKept: true}, s.Fleet[0].Scaling); diff != "" {
		t.Error(diff)
	}
}

// TestScaleInAgreed: all policies must agree to scale in, so that the last alarm decides; one that fired before the peak
// ended tells nothing.
func TestScaleInAgreed(t *testing.T) {
	low := func(at float64, name, state string) result.FleetEvent {
		return result.FleetEvent{At: at, Kind: result.EventAlarm, Name: name, State: state, Below: true, Scales: true}
	}
	s := launched(func(_ *result.Scenario, f *result.Fleet) {
		f.Events = []result.FleetEvent{
			low(-500, "memory", "ALARM"), low(-400, "cpu", "ALARM"), low(200, "cpu", "OK"), low(1860, "cpu", "ALARM"),
			{At: 1865, Kind: result.EventActivity, From: 3, To: 1}, low(1870, "other", "ALARM"),
		}
	})
	if diff := cmp.Diff(after(960), s.Fleet[0].ScaleIn.Alarm); diff != "" {
		t.Error(diff)
	}
	s = launched(func(_ *result.Scenario, f *result.Fleet) {
		f.Events = []result.FleetEvent{low(-400, "cpu", "ALARM"), low(200, "cpu", "OK")}
	})
	if alarm := s.Fleet[0].ScaleIn.Alarm; alarm != nil {
		t.Errorf("an alarm that was over counts, at %v", *alarm)
	}
}

func TestWhatIsNotSeen(t *testing.T) {
	still := func(_ *result.Scenario, f *result.Fleet) { f.Series, f.Events = f.Series[:1], nil }
	tests := []struct {
		name    string
		change  func(*result.Scenario, *result.Fleet)
		out, in bool // watched
	}{
		{"to the end", func(*result.Scenario, *result.Fleet) {}, true, true},
		{"the run was cut short", func(s *result.Scenario, _ *result.Fleet) { s.Cut = "interrupted" }, false, false},
		{"lost sight of", func(_ *result.Scenario, f *result.Fleet) { f.Lost = "expired" }, false, false},
		{"without permission", func(_ *result.Scenario, f *result.Fleet) { f.Blind = true }, false, false},
		{"no time after the peak", func(s *result.Scenario, _ *result.Fleet) { s.Phases = s.Phases[:3] }, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := launched(still, tt.change).Fleet[0]
			if f.ScaleOut.Desired != nil || f.ScaleOut.FirstAnswer != nil || f.ScaleIn.Running != nil {
				t.Errorf("%+v %+v", f.ScaleOut, f.ScaleIn)
			}
			if f.ScaleOut.Watched != tt.out || f.ScaleIn.Watched != tt.in {
				t.Errorf("watched: %v, %v", f.ScaleOut.Watched, f.ScaleIn.Watched)
			}
		})
	}
}

func TestAnAlarmThatFiresAlready(t *testing.T) {
	f := launched(func(_ *result.Scenario, f *result.Fleet) {
		f.Events = append([]result.FleetEvent{{At: -10, Kind: result.EventAlarm, Name: "high", State: "ALARM", Scales: true}}, f.Events...)
	}).Fleet[0]
	if diff := cmp.Diff(after(0), f.ScaleOut.Alarm); diff != "" {
		t.Error(diff)
	}
}

func TestBehaviour(t *testing.T) {
	act := func(at, ended float64, from, to int) result.FleetEvent {
		return result.FleetEvent{At: at, Kind: result.EventActivity, From: from, To: to, Ended: ended}
	}
	tests := []struct {
		name   string
		events []result.FleetEvent
		want   result.Scaling
	}{
		{"nothing", nil, result.Scaling{CooldownsKept: true}},
		{"out, and in much later", []result.FleetEvent{act(10, 20, 1, 3), act(400, 410, 3, 1)}, result.Scaling{Activities: 2, CooldownsKept: true}},
		{"out and in at once", []result.FleetEvent{act(10, 20, 1, 3), act(200, 210, 3, 1)}, result.Scaling{Activities: 2, Flaps: 1, CooldownsKept: true}},
		{"back and forth", []result.FleetEvent{act(10, 20, 1, 3), act(200, 210, 3, 1), act(300, 310, 1, 3)}, result.Scaling{Activities: 3, Flaps: 2, CooldownsKept: true}},
		{"in and in too soon", []result.FleetEvent{act(10, 20, 5, 3), act(200, 210, 3, 1)}, result.Scaling{Activities: 2}},
		{"in and in", []result.FleetEvent{act(10, 20, 5, 3), act(318, 330, 3, 1)}, result.Scaling{Activities: 2, CooldownsKept: true}},
		{"out and further out", []result.FleetEvent{act(10, 20, 1, 3), act(40, 50, 3, 4)}, result.Scaling{Activities: 2, CooldownsKept: true}},
		{"to where it was", []result.FleetEvent{act(10, 20, 3, 3)}, result.Scaling{CooldownsKept: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := launched(func(_ *result.Scenario, f *result.Fleet) { f.Events = tt.events }).Fleet[0]
			tt.want.CooldownOut, tt.want.CooldownIn = 60, 300
			if diff := cmp.Diff(&tt.want, f.Scaling); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTimeAtTheMaximum(t *testing.T) {
	f := launched(func(_ *result.Scenario, f *result.Fleet) { f.End.Bounds.Max = 3 }).Fleet[0]
	if got := f.Scaling.AtMax; got != 1870-375 {
		t.Errorf("%v s", got)
	}
}
