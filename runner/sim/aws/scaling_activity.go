package aws

import (
	"fmt"
	"time"
)

// mostActivities bounds the history; AWS keeps six weeks.
const mostActivities = 10_000

// An activity is one change of capacity, or one that did not come about.
type activity struct {
	Scalable
	ActivityID       string            `json:"ActivityId"`
	Description      string            `json:"Description"`
	Cause            string            `json:"Cause"`
	StartTime        Time              `json:"StartTime"`
	EndTime          Time              `json:"EndTime,omitzero"`
	StatusCode       string            `json:"StatusCode"`
	StatusMessage    string            `json:"StatusMessage,omitempty"`
	NotScaledReasons []notScaledReason `json:"NotScaledReasons,omitempty"`

	from, to int
	base     int           // capacity that the metric was measured at, for a scale-out
	cooldown time.Duration // from EndTime on
}

type notScaledReason struct {
	Code            string `json:"Code"`
	CurrentCapacity int    `json:"CurrentCapacity"`
	MinCapacity     int    `json:"MinCapacity,omitempty"`
	MaxCapacity     int    `json:"MaxCapacity,omitempty"`
}

// Statuses of activities.
const (
	activityInProgress = "InProgress"
	activitySuccessful = "Successful"
	activityOverridden = "Overridden"
	activityNotScaled  = "Failed" // with reasons
)

// setCapacity sets a service's desired count as Application Auto Scaling does it.
func (m *model) setCapacity(t *ScalableTarget, n int, cause string) *activity {
	s := m.scaled(t.ResourceID)
	for _, a := range m.activities {
		if a.Scalable == t.Scalable && a.StatusCode == activityInProgress {
			a.StatusCode, a.EndTime = activityOverridden, m.stamp()
			a.StatusMessage = fmt.Sprintf("The desired count of %d was overridden by a more recent scaling activity.", a.to)
		}
	}
	a := &activity{
		Scalable: t.Scalable, ActivityID: m.id(), Cause: cause, StartTime: m.stamp(),
		Description: fmt.Sprintf("Setting desired count to %d.", n), StatusCode: activityInProgress,
		StatusMessage: fmt.Sprintf("Successfully set desired count to %d. Waiting for change to be fulfilled by ecs.", n),
		from:          s.DesiredCount, to: n, base: s.DesiredCount,
	}
	m.activities = append(keep(m.activities, mostActivities), a)
	t.unscaled = ""
	s.DesiredCount = n
	m.reconcile(s)
	return a
}

// fulfil ends the activity of a service that has become as it should be.
func (m *model) fulfil(s *Service) {
	for _, a := range m.activities {
		if a.StatusCode == activityInProgress && m.scaled(a.ResourceID) == s {
			a.StatusCode, a.EndTime = activitySuccessful, m.stamp()
			a.StatusMessage = fmt.Sprintf("Successfully set desired count to %d. Change successfully fulfilled by ecs.", a.to)
		}
	}
}

// leave notes that a target was not scaled, once as long as the reason stays.
func (m *model) leave(t *ScalableTarget, s *Service, reason, cause string) {
	if t.unscaled == reason {
		return
	}
	t.unscaled = reason
	m.activities = append(keep(m.activities, mostActivities), &activity{
		Scalable: t.Scalable, ActivityID: m.id(), Cause: cause, StartTime: m.stamp(), EndTime: m.stamp(),
		Description: "Attempting to scale due to alarm triggered", StatusCode: activityNotScaled,
		StatusMessage: "Unable to scale: " + reason,
		NotScaledReasons: []notScaledReason{{
			Code: reason, CurrentCapacity: s.DesiredCount, MinCapacity: t.MinCapacity, MaxCapacity: t.MaxCapacity,
		}},
	})
}

type activityQuestion struct {
	scalableFilter
	IncludeNotScaledActivities bool `json:"IncludeNotScaledActivities"`
}

type activityDescriptions struct {
	ScalingActivities []*activity `json:"ScalingActivities"`
	NextToken         string      `json:"NextToken,omitempty"`
}

func (m *model) describeScalingActivities(in *activityQuestion) (out activityDescriptions, err error) {
	found := []*activity{}
	for _, a := range newest(m.activities) {
		if in.matches(a.Scalable) && (in.IncludeNotScaledActivities || len(a.NotScaledReasons) == 0) {
			found = append(found, a)
		}
	}
	out.ScalingActivities, out.NextToken, err = pageScaling(found, in.scalingPaging)
	return out, err
}
