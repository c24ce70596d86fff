package aws

import (
	"cmp"
	"fmt"
	"slices"
)

// A ScheduledAction changes a target's bounds at set times, unless its cron has L, W or #.
type ScheduledAction struct {
	Scalable
	ScheduledActionName string    `json:"ScheduledActionName"`
	ScheduledActionARN  string    `json:"ScheduledActionARN,omitempty"`
	Schedule            string    `json:"Schedule"` // at(…), rate(…) or cron(…)
	Timezone            string    `json:"Timezone,omitempty"`
	Bounds              *Capacity `json:"ScalableTargetAction,omitempty"`
	StartTime           Time      `json:"StartTime,omitzero"`
	EndTime             Time      `json:"EndTime,omitzero"`
	CreationTime        Time      `json:"CreationTime,omitzero"`
}

// Capacity is a target's bounds; nil leaves one as it is.
type Capacity struct {
	MinCapacity *int `json:"MinCapacity,omitempty"`
	MaxCapacity *int `json:"MaxCapacity,omitempty"`
}

func (m *model) settleAction(a *ScheduledAction) error {
	a.Scalable.settle()
	byDefault(&a.CreationTime, m.stamp())
	byDefault(&a.ScheduledActionARN, m.scalingARN("scheduledAction", a.Scalable, a.ScheduledActionName))
	if err := m.await(a); err != nil {
		return fmt.Errorf("scheduled action %s: %w", a.ScheduledActionName, err)
	}
	return nil
}

// await plans when an action is due next.
func (m *model) await(a *ScheduledAction) error {
	next, err := a.schedule()
	if err != nil {
		return invalid("%v", err)
	}
	after := m.now
	if a.StartTime.After(after) {
		after = a.StartTime.Time
	}
	due, ok := next(after)
	if !ok || !a.EndTime.IsZero() && due.After(a.EndTime.Time) {
		return nil
	}
	m.at(due, func() {
		if slices.Contains(m.ScheduledActions, a) { // neither deleted nor replaced
			m.carryOut(a)
			_ = m.await(a) // it was valid before
		}
	})
	return nil
}

func (a *ScheduledAction) schedule() (schedule, error) {
	return newSchedule(a.Schedule, a.Timezone, cmp.Or(a.StartTime, a.CreationTime).Time)
}

// carryOut sets a target's bounds. Bounds that exclude each other leave it as it is.
func (m *model) carryOut(a *ScheduledAction) {
	t, err := m.target(a.Scalable)
	if err != nil || a.Bounds == nil || t.SuspendedState.ScheduledScalingSuspended {
		return
	}
	least, most := t.MinCapacity, t.MaxCapacity
	if a.Bounds.MinCapacity != nil {
		least = *a.Bounds.MinCapacity
	}
	if a.Bounds.MaxCapacity != nil {
		most = *a.Bounds.MaxCapacity
	}
	if least <= most {
		t.MinCapacity, t.MaxCapacity = least, most
		m.confine(t)
	}
}

// putScheduledAction makes an action, or changes what the request names of one.
func (m *model) putScheduledAction(in *ScheduledAction) (nothing, error) {
	if _, err := m.target(in.Scalable); err != nil {
		return nothing{}, err
	}
	i := m.actionIndex(in.Scalable, in.ScheduledActionName)
	if i < 0 {
		if in.Schedule == "" || in.Bounds == nil {
			return nothing{}, invalid("a new scheduled action needs a schedule and a scalable target action")
		}
		a := *in
		a.ScheduledActionARN, a.CreationTime = "", Time{}
		if err := m.settleAction(&a); err != nil {
			return nothing{}, err
		}
		m.ScheduledActions = append(m.ScheduledActions, &a)
		return nothing{}, nil
	}
	a := *m.ScheduledActions[i]
	if in.Schedule != "" {
		a.Schedule = in.Schedule
	}
	if in.Bounds != nil {
		a.Bounds = in.Bounds
	}
	a.Timezone, a.StartTime, a.EndTime = in.Timezone, in.StartTime, in.EndTime
	if err := m.await(&a); err != nil {
		return nothing{}, err
	}
	m.ScheduledActions[i] = &a
	return nothing{}, nil
}

func (m *model) actionIndex(s Scalable, name string) int {
	return slices.IndexFunc(m.ScheduledActions, func(a *ScheduledAction) bool {
		return a.Scalable == s && a.ScheduledActionName == name
	})
}

type actionName struct {
	Scalable
	ScheduledActionName string `json:"ScheduledActionName"`
}

func (m *model) deleteScheduledAction(in *actionName) (nothing, error) {
	i := m.actionIndex(in.Scalable, in.ScheduledActionName)
	if i < 0 {
		return nothing{}, refuse("ObjectNotFoundException", "No scheduled action found: %s", in.ScheduledActionName)
	}
	m.ScheduledActions = slices.Delete(m.ScheduledActions, i, i+1)
	return nothing{}, nil
}

type actionQuestion struct {
	scalableFilter
	ScheduledActionNames []string `json:"ScheduledActionNames"`
}

type actionDescriptions struct {
	ScheduledActions []*ScheduledAction `json:"ScheduledActions"`
	NextToken        string             `json:"NextToken,omitempty"`
}

func (m *model) describeScheduledActions(in *actionQuestion) (out actionDescriptions, err error) {
	found := []*ScheduledAction{}
	for _, a := range m.ScheduledActions {
		if in.matches(a.Scalable) && (len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, a.ScheduledActionName)) {
			found = append(found, a)
		}
	}
	out.ScheduledActions, out.NextToken, err = pageScaling(found, in.scalingPaging)
	return out, err
}
