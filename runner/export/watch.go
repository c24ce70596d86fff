package export

import (
	"time"

	"plimsoll/runner/fleet/watch"
)

// Service writes how a service stands, as a watch sees it; its name takes the place of a scenario's.
func (e *EMF) Service(at time.Time, plan string, s watch.Status) error {
	all := []metric{
		{"TasksDesired", "Count", float64(s.Tasks.Desired)}, {"TasksRunning", "Count", float64(s.Tasks.Running)},
		{"TasksPending", "Count", float64(s.Tasks.Pending)}, {"AlarmsFiring", "Count", float64(len(s.Alarms))},
	}
	for _, m := range []struct {
		name, unit string
		value      *float64
		scale      float64
	}{
		{"CPU", "Percent", s.CPU, 100}, {"Memory", "Percent", s.Memory, 100}, {"Requests", "Count/Second", s.Requests, 1},
		{"Connections", "Count", s.Connections, 1}, {"CostPerHour", "None", s.CostPerHour, 1},
	} {
		if m.value != nil {
			all = append(all, metric{m.name, m.unit, *m.value * m.scale})
		}
	}
	if s.Headroom != nil {
		all = append(all, metric{"Headroom", "Percent", 100 * s.Headroom.Share})
	}
	if s.State == watch.Unread || s.State == watch.Missing {
		all = nil
	}
	return e.write(at, Subject{Plan: plan, Service: s.Service}, map[string]any{"State": s.State}, all)
}
