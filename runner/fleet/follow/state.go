package follow

import (
	"slices"
	"strconv"
	"strings"

	"plimsoll/runner/fleet"
)

// Words of AWS.
const (
	alarming  = "ALARM"
	underWay  = "IN_PROGRESS"
	failed    = "FAILED"
	running   = "RUNNING"
	unhealthy = "UNHEALTHY"
)

// stand is how a service stands; revision is the one known before, which is kept where nothing tells it.
func stand(s *fleet.Service, revision int) state {
	now := state{
		desired: s.Desired, running: s.Running, pending: s.Pending, health: healthy(s), rollouts: len(s.Deployments),
		unstable: len(s.Deployments) > 1, revision: revisionOf(s, revision),
	}
	if s.Target != nil {
		now.bounds = fleet.ScalableTarget{Min: s.Target.Min, Max: s.Target.Max}
	}
	for _, d := range s.Deployments {
		now.unstable = now.unstable || d.State == underWay || d.State == failed
	}
	for _, a := range s.Alarms {
		if a.State != alarming || a.Tracking && below(a) {
			continue
		}
		now.firing = append(now.firing, a.Name)
		if !a.Tracking {
			now.others++
		}
	}
	slices.Sort(now.firing)
	return now
}

func (s state) same(other state) bool {
	return s.desired == other.desired && s.running == other.running && s.pending == other.pending && s.health == other.health &&
		s.bounds.Min == other.bounds.Min && s.bounds.Max == other.bounds.Max && slices.Equal(s.firing, other.firing) &&
		s.unstable == other.unstable && s.rollouts == other.rollouts && s.revision == other.revision
}

// healthy is how many tasks can answer: targets that every load balancer in front of them finds healthy; without any, the
// tasks that run and are not known to be unhealthy.
func healthy(s *fleet.Service) int {
	n := -1
	for _, b := range s.Balancers {
		if n < 0 || b.Healthy < n {
			n = b.Healthy
		}
	}
	if n >= 0 {
		return n
	}
	n = s.Running
	for _, t := range s.Tasks {
		if t.Status == running && t.Health == unhealthy {
			n--
		}
	}
	return max(n, 0)
}

// revisionOf is the revision that the primary deployment runs.
func revisionOf(s *fleet.Service, known int) int {
	for _, d := range s.Deployments {
		if d.Status != "PRIMARY" {
			continue
		}
		if n, err := strconv.Atoi(d.TaskDefinition[strings.LastIndexByte(d.TaskDefinition, ':')+1:]); err == nil {
			return n
		}
	}
	return max(s.TaskDefinition.Revision, known)
}

// below reports whether an alarm fires on too little.
func below(a fleet.Alarm) bool { return strings.HasPrefix(a.Comparison, "LessThan") }
