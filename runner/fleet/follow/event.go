package follow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

const shownEvents = 1000

// within reports whether something happened during the scenario.
func (r *record) within(t, until time.Time) bool { return !t.Before(r.origin) && !t.After(until) }

func (r *record) stopped(until time.Time) int {
	n := 0
	for _, t := range r.tasks.by {
		if !t.StoppedAt.IsZero() && r.within(t.StoppedAt, until) && !asked(t) {
			n++
		}
	}
	return n
}

// events are what happened, in order. Alarms that fired already at the start are among them.
func (r *record) events(until time.Time, desired int) []result.FleetEvent {
	all := r.happenings(until)
	for _, id := range r.tasks.ids {
		t := r.tasks.by[id]
		name := id[strings.LastIndexByte(id, '/')+1:]
		if !t.StartedAt.IsZero() && r.within(t.StartedAt, until) {
			all = append(all, result.FleetEvent{At: r.seconds(t.StartedAt), Kind: result.EventStarted, Name: name})
		}
		if !t.StoppedAt.IsZero() && r.within(t.StoppedAt, until) {
			all = append(all, result.FleetEvent{
				At: r.seconds(t.StoppedAt), Kind: result.EventStopped, Name: name, State: t.StopCode, Asked: asked(t), Text: stopReason(t),
			})
		}
	}
	slices.SortStableFunc(all, func(a, b result.FleetEvent) int { return cmp.Compare(a.At, b.At) })
	return linked(few(all), desired)
}

// happenings are the events of alarms, deployments and scaling.
func (r *record) happenings(until time.Time) []result.FleetEvent {
	var all []result.FleetEvent
	for _, c := range r.changes {
		if c.at.After(until) {
			continue
		}
		e := result.FleetEvent{At: r.seconds(c.at), Kind: result.EventDeployment, Name: c.id, State: c.state, Text: bounded(c.text)}
		if c.alarm != nil {
			e.Kind, e.Name, e.Below, e.Scales = result.EventAlarm, c.alarm.Name, below(*c.alarm), r.scales(*c.alarm)
		}
		all = append(all, e)
	}
	for _, id := range r.activities.ids {
		a := r.activities.by[id]
		if !r.within(a.StartedAt, until) {
			continue
		}
		e := result.FleetEvent{At: r.seconds(a.StartedAt), Kind: result.EventActivity, Name: a.ID, State: a.Status, To: a.To, Text: bounded(a.Cause)}
		if !scaled(a) {
			e.Kind, e.To, e.Text = result.EventNotScaled, 0, bounded(strings.Join(append(a.NotScaled, a.Cause), "; "))
		}
		if !a.EndedAt.IsZero() {
			e.Ended = r.seconds(a.EndedAt)
		}
		all = append(all, e)
	}
	return all
}

// scaled reports whether an activity set the desired count.
func scaled(a fleet.Activity) bool { return len(a.NotScaled) == 0 && a.To >= 0 && a.Status != "Failed" }

// scales reports whether a policy scales by an alarm.
func (r *record) scales(a fleet.Alarm) bool {
	return a.Tracking || slices.ContainsFunc(r.base.Policies, func(p fleet.Policy) bool { return slices.Contains(p.Alarms, a.Name) })
}

// linked fills in from how many tasks each activity scaled, and adds alarms that nobody saw fire, of which activities say
// that they did.
func linked(all []result.FleetEvent, desired int) []result.FleetEvent {
	firing, out := map[string]bool{}, make([]result.FleetEvent, 0, len(all))
	for _, e := range all {
		switch e.Kind {
		case result.EventAlarm:
			firing[e.Name] = e.State == alarming
		case result.EventActivity:
			if name := trigger(e.Text); name != "" && !firing[name] {
				firing[name] = true
				out = append(out, result.FleetEvent{
					At: e.At, Kind: result.EventAlarm, Name: name, State: alarming, Below: e.To < desired, Scales: true, Text: e.Text,
				})
			}
			e.From, desired = desired, e.To
		}
		out = append(out, e)
	}
	return out
}

// trigger is the alarm that an activity's cause names, as Application Auto Scaling words it.
func trigger(cause string) string {
	_, rest, _ := strings.Cut(cause, "monitor alarm ")
	name, _, found := strings.Cut(rest, " in state "+alarming)
	if !found {
		return ""
	}
	return name
}

// few leaves out tasks where there are too many events.
func few(all []result.FleetEvent) []result.FleetEvent {
	over := len(all) - shownEvents
	all = slices.DeleteFunc(all, func(e result.FleetEvent) bool {
		drop := over > 0 && (e.Kind == result.EventStarted || e.Kind == result.EventStopped && e.Asked)
		if drop {
			over--
		}
		return drop
	})
	return all[:min(len(all), shownEvents)]
}

// stopReason is why a task stopped, with the exit codes of its containers.
func stopReason(t fleet.Task) string {
	text := t.Reason
	for _, name := range slices.Sorted(maps.Keys(t.ExitCodes)) {
		text += fmt.Sprintf("; %s exited with %d", name, t.ExitCodes[name])
	}
	return bounded(text)
}
