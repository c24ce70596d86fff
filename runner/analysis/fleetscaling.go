package analysis

import (
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	patience = 1.5     // scaling that takes so many times as long as AWS's own is slow
	longDrop = 16 * 60 // seconds of low load in which target tracking scales in: 15 of its periods, and one
	lateSeen = 60      // seconds after an activity, at most, in which the count that it set is seen
	lateWall = 2       // or so many wall seconds, where time runs faster
	nearFull = 0.95
	stalled  = 0.2 // of the growth that was asked for, below which throughput has stopped growing
)

// reasons are what AWS said about not scaling, each once.
func reasons(f *result.Fleet) string {
	var all []string
	for _, e := range f.Events {
		text, _, _ := strings.Cut(e.Text, ";")
		if e.Kind == result.EventNotScaled && !slices.Contains(all, text) && len(all) < 3 {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

// unscaled is a service whose alarm fired, or which failed under load, and which did not scale out.
func unscaled(s *result.Scenario, f *result.Fleet) *result.Finding {
	o := f.ScaleOut
	if f.Scaling == nil || o == nil || !o.Watched || o.Desired != nil || f.Scaling.AtMax > 0 && f.Tasks.First == f.Tasks.Max {
		return nil
	}
	found := &result.Finding{ID: "not_scaled_out", Severity: should}
	why := reasons(f)
	switch {
	case why != "":
		found.Evidence = "it did not scale out: " + why
		found.Recommendation = "mend what AWS names"
	case o.Alarm != nil:
		found.Evidence = fmt.Sprintf("the alarm of its scaling fired %s after the load rose, and nothing came of it", fact.Time.Format(*o.Alarm))
		found.Recommendation = "see whether its scaling is suspended, or the load too short: a task takes time to start"
	case s.Verdict == result.Fail:
		found.Evidence = "it failed under load, and no alarm of its scaling fired"
		found.Recommendation = "track what was short: the metric that is tracked did not see this load, or the load was too short for it"
	default:
		return nil
	}
	return found
}

// slow is a scaling out that took far longer than AWS's own.
func slow(_ *result.Scenario, f *result.Fleet) *result.Finding {
	o, usual := f.ScaleOut, ScaleOut.Seconds()
	if f.CPU != nil && len(f.CPU.Points) > 0 && f.CPU.Points[0].Seconds <= 20 {
		usual = ScaleOutHighResolution.Seconds()
	}
	if o == nil || o.Healthy == nil || *o.Healthy <= patience*usual {
		return nil
	}
	return &result.Finding{
		ID: "slow_scale_out", Severity: note,
		Evidence: fmt.Sprintf("a new task was healthy %s after the load rose; where AWS measured it, it took %s (%s)",
			fact.Time.Format(*o.Healthy), fact.Time.Format(usual), way(o)),
		Recommendation: "lower the target, track high-resolution metrics, or make the image start faster, whichever takes longest",
	}
}

// way tells how long each stage took.
func way(o *result.ScaleOut) string {
	var all []string
	for _, stage := range []struct {
		name string
		at   *float64
	}{{"alarm", o.Alarm}, {"desired", o.Desired}, {"running", o.Running}, {"healthy", o.Healthy}} {
		if stage.at != nil {
			all = append(all, stage.name+" +"+fact.Time.Format(*stage.at))
		}
	}
	return strings.Join(all, ", ")
}

// full is a service that had as many tasks as may be.
func full(_ *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Scaling == nil || f.Scaling.AtMax <= 0 || f.End.Bounds == nil {
		return nil
	}
	found := &result.Finding{
		ID: "at_maximum", Severity: note,
		Evidence:       fmt.Sprintf("for %s as many tasks were desired as may be (%d)", fact.Time.Format(f.Scaling.AtMax), f.End.Bounds.Max),
		Recommendation: "raise the maximum if the service must carry more than this",
	}
	if why := reasons(f); why != "" {
		found.Severity = should
		found.Evidence += ", and more were wanted: " + why
	}
	return found
}

// stuckOut is a service that kept its tasks long after the load was gone.
func stuckOut(_ *result.Scenario, f *result.Fleet) *result.Finding {
	in := f.ScaleIn
	if f.Scaling == nil || in == nil || !in.Watched || in.Desired != nil || f.Tasks.Last <= f.Tasks.First || f.To-in.Drop < longDrop {
		return nil
	}
	found := &result.Finding{
		ID: "not_scaled_in", Severity: should,
		Evidence: fmt.Sprintf("%s after the peak %d tasks still ran, %d more than at the start",
			fact.Time.Format(f.To-in.Drop), f.Tasks.Last, f.Tasks.Last-f.Tasks.First),
		Recommendation: "see whether another policy still asks for them: all must agree to scale in",
	}
	if why := reasons(f); why != "" {
		found.Evidence += ": " + why
	}
	return found
}

// moving is a limit that was found while the number of tasks changed.
func moving(s *result.Scenario, _ *result.Fleet) *result.Finding {
	if s.Limit == nil {
		return nil
	}
	var steps []string
	still := true
	for _, p := range s.Phases {
		if p.Tasks == nil {
			continue
		}
		still = still && p.Tasks.Least == p.Tasks.Most && *p.Tasks == *s.Phases[0].Tasks
		steps = append(steps, p.Name+": "+p.Tasks.String())
	}
	if still {
		return nil
	}
	return &result.Finding{
		ID: "fleet_in_motion", Severity: note,
		Evidence:       "the limit belongs to a fleet in motion; tasks by step: " + strings.Join(steps, ", "),
		Recommendation: "to learn what one task carries, run it with as many tasks at least as at most; else hold each step longer than a scaling out takes",
	}
}

// meddled is a desired count that somebody else set: no activity of scaling is near the change.
func meddled(s *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Blind || f.Lost != "" {
		return nil // the activity may be what was not seen
	}
	var changes []string
	for i := 1; i < len(f.Series); i++ {
		before, now := f.Series[i-1], f.Series[i]
		if now.Desired != before.Desired && !byScaling(f, now, max(lateSeen, lateWall*s.Speed)) {
			changes = append(changes, fmt.Sprintf("%s (%d → %d)", fact.Time.Format(now.At), before.Desired, now.Desired))
		}
	}
	if len(changes) == 0 {
		return nil
	}
	if more := len(changes) - 3; more > 0 {
		changes = append(changes[:3], fmt.Sprintf("%d times more", more))
	}
	return &result.Finding{
		ID: "desired_changed", Severity: note,
		Evidence:       "the desired count was changed from outside at " + strings.Join(changes, ", "),
		Recommendation: "run again while nobody else changes the service; CloudTrail knows who did (UpdateService)",
	}
}

// byScaling reports whether an activity set the count that a service was seen with so much later at most.
func byScaling(f *result.Fleet, now result.FleetPoint, later float64) bool {
	return slices.ContainsFunc(f.Events, func(e result.FleetEvent) bool {
		return e.Kind == result.EventActivity && e.To == now.Desired && e.At <= now.At+clocks && e.At >= now.At-later
	})
}

// bound names metrics that were at their end when throughput stopped growing.
func bound(s *result.Scenario, f *result.Fleet) *result.Finding {
	p, before := stall(s)
	if p == nil {
		return nil
	}
	var full []string
	look := func(name string, g *result.Gauge) {
		if g == nil {
			return
		}
		most := 0.0
		for _, r := range g.Points {
			if r.At+r.Seconds > p.Start && r.At < p.End {
				most = max(most, r.Value)
			}
		}
		if most >= nearFull {
			full = append(full, fmt.Sprintf("%s at %s", name, fact.Ratio.Format(most)))
		}
	}
	look("CPU", f.CPU)
	look("memory", f.Memory)
	for i := range f.Metrics {
		if f.Metrics[i].Unit == "percent" {
			look(f.Metrics[i].Label, &f.Metrics[i])
		}
	}
	if len(full) == 0 {
		return nil
	}
	return &result.Finding{
		ID: "bottleneck", Severity: should,
		Evidence: fmt.Sprintf("%s when throughput stopped growing (%s in phase %s, %s in %s)", strings.Join(full, ", "),
			fact.Rate.Format(p.Measures.Throughput, before.Measures.Throughput), p.Name, fact.Rate.Format(before.Measures.Throughput, p.Measures.Throughput), before.Name),
		Recommendation: "more load finds nothing else before this has room",
	}
}

// stall is the first phase whose throughput grew by far less than its load, and the one before it.
func stall(s *result.Scenario) (at, before *result.Phase) {
	for i := range s.Phases {
		p := &s.Phases[i]
		if p.Passing || p.Measures.Seconds <= 0 {
			continue
		}
		if before != nil && p.Asked > before.Asked && before.Measures.Throughput > 0 {
			growth := p.Asked/before.Asked - 1
			if p.Measures.Throughput/before.Measures.Throughput-1 < stalled*growth {
				return p, before
			}
		}
		before = p
	}
	return nil, nil
}
