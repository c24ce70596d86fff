package aws

import (
	"fmt"
	"math"
	"time"
)

const defaultCooldown = 300 // seconds, of target tracking

// A proposal is what one policy wants of a service.
type proposal struct {
	policy   *ScalingPolicy
	alarm    string
	capacity int
	cooldown time.Duration
}

// track scales every service whose alarms were just looked at: any policy may scale out, all must agree
// to scale in, and the largest capacity wins.
func (m *model) track(end time.Time, seen map[string]bool) {
	for _, t := range m.ScalableTargets {
		s := m.scaled(t.ResourceID)
		if s == nil {
			continue
		}
		due, out := m.wantOut(t, s, end, seen)
		switch {
		case out != nil:
			m.scaleOut(t, s, *out)
		case due:
			if in := m.wantIn(t, s, end); in != nil {
				m.scaleIn(t, s, *in)
			}
		}
	}
}

// wantOut finds the largest scale-out that a policy wants, and tells whether any policy's alarms are
// due at all.
func (m *model) wantOut(t *ScalableTarget, s *Service, end time.Time, seen map[string]bool) (due bool, out *proposal) {
	for _, p := range m.ScalingPolicies {
		if p.Scalable != t.Scalable || p.PolicyType != trackingType || !seen[p.Alarms[0].AlarmName] {
			continue
		}
		due = true
		high := m.alarm(p.Alarms[0].AlarmName)
		if high == nil || high.StateValue != alarmFiring {
			continue
		}
		metric, ok := m.latest(high, end)
		if n := asked(m.base(t, s), metric, p.TargetTracking.TargetValue); ok && (out == nil || n > out.capacity) {
			out = &proposal{p, high.AlarmName, n, cooldown(p.TargetTracking.ScaleOutCooldown)}
		}
	}
	return due, out
}

// wantIn is the scale-in that all policies agree to, nil if one does not: its low alarm is not firing
// (also for want of data), or it wants no fewer tasks. Policies with scale-in disabled have no say.
func (m *model) wantIn(t *ScalableTarget, s *Service, end time.Time) (in *proposal) {
	for _, p := range m.ScalingPolicies {
		if p.Scalable != t.Scalable || p.PolicyType != trackingType || p.TargetTracking.DisableScaleIn {
			continue
		}
		low := m.alarm(p.Alarms[1].AlarmName)
		if low == nil || low.StateValue != alarmFiring {
			return nil
		}
		metric, ok := m.latest(low, end)
		if !ok {
			return nil
		}
		if n := asked(s.DesiredCount, metric, p.TargetTracking.TargetValue); in == nil || n > in.capacity {
			in = &proposal{p, low.AlarmName, n, cooldown(p.TargetTracking.ScaleInCooldown)}
		}
	}
	return in
}

// asked is the capacity at which a metric would be at its target: ceil(current × metric / target).
// AWS publishes no formula; its examples fit this one.
func asked(current int, metric, target float64) int {
	return int(min(math.Ceil(float64(current)*metric/target-rounding), maxDesired))
}

// rounding keeps what is whole but for the arithmetic from being rounded up.
const rounding = 1e-9

// base is the capacity that a metric is measured at. While a scale-out is in progress or in its
// cooldown that is the capacity before it: what has been added already counts, so that only a larger
// scale-out is carried out.
func (m *model) base(t *ScalableTarget, s *Service) int {
	if a := t.out; a != nil && (a.StatusCode == activityInProgress || m.now.Before(a.EndTime.Add(a.cooldown))) {
		return a.base
	}
	return s.DesiredCount
}

func (m *model) scaleOut(t *ScalableTarget, s *Service, p proposal) {
	n := min(p.capacity, t.MaxCapacity)
	switch {
	case t.SuspendedState.DynamicScalingOutSuspended:
	case p.capacity > s.DesiredCount && n <= s.DesiredCount:
		m.leave(t, s, "AlreadyAtMaxCapacity", p.cause())
	case n > s.DesiredCount:
		base := m.base(t, s)
		a := m.setCapacity(t, n, p.cause())
		a.base, a.cooldown = base, p.cooldown
		t.out, t.in = a, nil
	}
}

func (m *model) scaleIn(t *ScalableTarget, s *Service, p proposal) {
	n := max(p.capacity, t.MinCapacity)
	if m.options.ScaleInStep > 0 {
		n = max(n, s.DesiredCount-m.options.ScaleInStep)
	}
	switch a := t.in; {
	case t.SuspendedState.DynamicScalingInSuspended, s.deploying():
	case a != nil && (a.StatusCode == activityInProgress || m.now.Before(a.EndTime.Add(a.cooldown))):
	case p.capacity < s.DesiredCount && n >= s.DesiredCount:
		m.leave(t, s, "AlreadyAtMinCapacity", p.cause())
	case n < s.DesiredCount:
		t.in = m.setCapacity(t, n, p.cause())
		t.in.cooldown = p.cooldown
	}
}

func (p proposal) cause() string {
	return fmt.Sprintf("monitor alarm %s in state ALARM triggered policy %s", p.alarm, p.policy.PolicyName)
}

func cooldown(seconds *int) time.Duration {
	n := defaultCooldown
	if seconds != nil {
		n = max(0, *seconds)
	}
	return time.Duration(n) * time.Second
}

// latest is the newest value that an alarm has seen.
func (m *model) latest(a *MetricAlarm, end time.Time) (float64, bool) {
	values, err := m.watched(a, end)
	if err != nil {
		return 0, false
	}
	for i := len(values) - 1; i >= 0; i-- {
		if !math.IsNaN(values[i]) && !math.IsInf(values[i], 0) {
			return values[i], true
		}
	}
	return 0, false
}
