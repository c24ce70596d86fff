package analysis

import (
	"maps"
	"slices"

	"plimsoll/runner/result"
)

// Scale fills in how the services of a scenario's fleet were scaled: the stages of the first scaling out after the load
// step and of the first scaling in after the load's peak, and whether scaling went back and forth.
func Scale(s *result.Scenario) {
	step, drop, settles := turns(s)
	for i := range s.Fleet {
		f := &s.Fleet[i]
		if f.Unobserved != "" {
			continue
		}
		watched := s.Cut == "" && f.Lost == "" && f.To > 0 && !f.Blind
		f.ScaleOut, f.ScaleIn = scaleOut(f, step), scaleIn(f, drop)
		f.ScaleOut.Watched, f.ScaleIn.Watched = watched, watched && settles
		if f.Service == s.Service {
			f.ScaleOut.FirstAnswer = firstAnswer(f.ScaleOut, s)
		}
		if f.Scaling != nil {
			behaviour(f)
		}
	}
}

// turns are the load step and the end of the peak, in plan seconds, and whether the load stays low after it.
func turns(s *result.Scenario) (step, drop float64, settles bool) {
	for _, p := range s.Phases {
		switch drop = p.End; p.Name {
		case "rise":
			step = p.Start
		case "settle":
			return step, p.Start, true
		}
	}
	return step, drop, false
}

func scaleOut(f *result.Fleet, step float64) *result.ScaleOut {
	o := &result.ScaleOut{Step: step}
	o.Alarm = alarmed(f, step)
	o.Activity = event(f, step, step, func(e result.FleetEvent) bool { return e.Kind == result.EventActivity && e.To > e.From })
	rises := func(before, now result.FleetPoint) bool { return now.Desired > before.Desired }
	if o.Desired = turn(f, step, step, rises); o.Desired == nil {
		return o
	}
	from := step + *o.Desired
	if o.Running = event(f, step, from, func(e result.FleetEvent) bool { return e.Kind == result.EventStarted }); o.Running == nil {
		o.Running = turn(f, step, from, func(before, now result.FleetPoint) bool { return now.Running > before.Running })
	}
	if o.Running != nil {
		o.Healthy = turn(f, step, from, func(before, now result.FleetPoint) bool { return now.Healthy > before.Healthy })
	}
	if o.Healthy != nil {
		*o.Healthy = max(*o.Healthy, *o.Running)
	}
	return o
}

func scaleIn(f *result.Fleet, drop float64) *result.ScaleIn {
	in := &result.ScaleIn{Drop: drop}
	in.Activity = event(f, drop, drop, func(e result.FleetEvent) bool { return e.Kind == result.EventActivity && e.To < e.From })
	in.Alarm = agreed(f, drop, in.Activity)
	falls := func(before, now result.FleetPoint) bool { return now.Desired < before.Desired }
	if in.Desired = turn(f, drop, drop, falls); in.Desired != nil {
		in.Running = turn(f, drop, drop+*in.Desired, func(before, now result.FleetPoint) bool { return now.Running < before.Running })
	}
	return in
}

// agreed is when the last of the alarms that scale in had fired, ahead of the activity if there was one: all policies must
// agree to scale in. 0 where all that fired had done so already at the turn of the load.
func agreed(f *result.Fleet, turn float64, activity *float64) *float64 {
	fired := map[string]float64{}
	for _, e := range f.Events {
		switch {
		case activity != nil && e.At > turn+*activity, e.Kind != result.EventAlarm || !e.Scales || !e.Below:
		case e.State == "ALARM":
			fired[e.Name] = max(e.At, turn)
		default:
			delete(fired, e.Name)
		}
	}
	if len(fired) == 0 {
		return nil
	}
	return since(slices.Max(slices.Collect(maps.Values(fired))), turn)
}

// alarmed is when an alarm that scales out fired; 0 where one did already at the turn of the load.
func alarmed(f *result.Fleet, turn float64) *float64 {
	firing := map[string]bool{}
	for _, e := range f.Events {
		if e.Kind != result.EventAlarm || !e.Scales || e.Below {
			continue
		}
		if e.At >= turn && slices.Contains(slices.Collect(maps.Values(firing)), true) {
			break
		}
		if e.At >= turn && e.State == "ALARM" {
			return since(e.At, turn)
		}
		firing[e.Name] = e.State == "ALARM"
	}
	if slices.Contains(slices.Collect(maps.Values(firing)), true) {
		return since(turn, turn)
	}
	return nil
}

// event is when the first one of those that are meant happened from a time on, counted from the turn of the load.
func event(f *result.Fleet, turn, from float64, meant func(result.FleetEvent) bool) *float64 {
	for _, e := range f.Events {
		if e.At >= from && meant(e) {
			return since(e.At, turn)
		}
	}
	return nil
}

// turn is when the service first changed as is meant, from a time on.
func turn(f *result.Fleet, turn, from float64, meant func(before, now result.FleetPoint) bool) *float64 {
	for i := 1; i < len(f.Series); i++ {
		if now := f.Series[i]; now.At >= from && meant(f.Series[i-1], now) {
			return since(now.At, turn)
		}
	}
	return nil
}

func since(at, origin float64) *float64 {
	after := at - origin
	return &after
}

// firstAnswer is the end of the first successful operation that began once the new task was healthy. Seconds are told
// apart, operations within one are not: it is taken to have lasted as long as the median of its second.
func firstAnswer(o *result.ScaleOut, s *result.Scenario) *float64 {
	if o.Healthy == nil {
		return nil
	}
	healthy := o.Step + *o.Healthy
	for _, p := range s.Series {
		if p.At+p.Seconds > healthy && p.Operations > p.Failed {
			return since(max(p.At, healthy)+p.P50*max(s.Speed, 1), o.Step)
		}
	}
	return nil
}

// clocks allows for the stamps of AWS's services to disagree, in seconds.
const clocks = 5

// behaviour counts what scaling did. A flap is a scaling that the opposite one undid within the longer of both cooldowns. A
// cooldown is broken where the service scaled in again before it had passed; scaling out again within its cooldown is
// AWS's to decide, by how much more is needed.
func behaviour(f *result.Fleet) {
	s, last := f.Scaling, (*result.FleetEvent)(nil)
	s.Activities, s.Flaps, s.CooldownsKept = 0, 0, true
	for i := range f.Events {
		e := &f.Events[i]
		if e.Kind != result.EventActivity || e.To == e.From {
			continue
		}
		s.Activities++
		if last != nil {
			gap := e.At - max(last.Ended, last.At)
			out, before := e.To > e.From, last.To > last.From
			if out != before && gap < max(s.CooldownOut, s.CooldownIn) {
				s.Flaps++
			}
			if !out && !before && gap < s.CooldownIn-clocks {
				s.CooldownsKept = false
			}
		}
		last = e
	}
	s.AtMax = atMax(f)
}

// atMax is for how long as many tasks were desired as may be.
func atMax(f *result.Fleet) (sum float64) {
	if f.End.Bounds == nil || f.End.Bounds.Max == f.End.Bounds.Min {
		return 0
	}
	for i, p := range f.Series {
		to := f.To
		if i+1 < len(f.Series) {
			to = f.Series[i+1].At
		}
		if p.Desired >= f.End.Bounds.Max {
			sum += max(to-p.At, 0)
		}
	}
	return sum
}
