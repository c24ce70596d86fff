package fleet

import (
	"fmt"
	"slices"
	"strconv"
)

// scaled are the settings that say which service Application Auto Scaling is asked about.
func (d *desire) scaled() Document {
	return Document{"ServiceNamespace": "ecs", "ResourceId": d.seen.Resource(), "ScalableDimension": "ecs:service:DesiredCount"}
}

// target sets the bounds of the service. A maximum below what runs would end tasks at once, and is refused.
func (d *desire) target() {
	bounds := d.desired.Tasks
	if bounds == nil || d.unseen(HiddenTarget) {
		return
	}
	var before Document
	if d.seen.Target != nil {
		before = d.seen.Target.Document
	}
	e := edited("", before, d.scaled())
	if running := d.seen.Running; bounds.Max < running && !same(e.after["MaxCapacity"], bounds.Max) {
		d.refuse("maximum tasks", fmt.Sprintf("%d tasks run, and %d would be the most", running, bounds.Max),
			"wait until fewer run, or raise tasks.max to "+strconv.Itoa(running))
		return
	}
	e.size("minimum tasks", "", bounds.Min, "MinCapacity")
	e.size("maximum tasks", "", bounds.Max, "MaxCapacity")
	d.add(KindScalableTarget, d.seen.Resource(), e)
}

// scales reports whether the service has bounds, or gets them, without which nothing about scaling can be set.
func (d *desire) scales(what string) bool {
	if d.unseen(HiddenTarget) {
		return false
	}
	made := slices.ContainsFunc(d.changes, func(c Change) bool { return c.Ref.Kind == KindScalableTarget })
	if d.seen.Target != nil || made {
		return true
	}
	d.refuse(what, "the service does not scale", "give it bounds: tasks = { min = 1, max = 10 }")
	return false
}

// scheduled sets the bounds at set times. An action has no tags: its name says whose it is.
func (d *desire) scheduled() {
	if len(d.desired.Scheduled) == 0 || d.unseen(HiddenScheduled) || !d.scales("scheduled actions") {
		return
	}
	for _, want := range d.desired.Scheduled {
		name := ActionName(d.want, want)
		var before Document
		for _, seen := range d.seen.Scheduled {
			if seen.Name == name {
				before = seen.Document
			}
		}
		e := edited("schedule "+want.Label, before, d.scaled())
		e.after.put(name, "ScheduledActionName")
		e.set("time", "", want.Schedule, "Schedule")
		zone := want.Timezone
		if zone == "" {
			zone = "UTC"
		}
		e.orDefault("time zone", "", zone, "UTC", "Timezone")
		if want.Min != nil {
			e.set("minimum tasks", "", *want.Min, "ScalableTargetAction", "MinCapacity")
		}
		if want.Max != nil {
			e.set("maximum tasks", "", *want.Max, "ScalableTargetAction", "MaxCapacity")
		}
		e.made(e.label, name)
		d.add(KindScheduledAction, d.seen.Resource()+"/"+name, e)
	}
}
