package follow

import (
	"strings"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// How much of each is kept; what comes later is left out, and said to be.
const (
	mostStates = 5_000
	mostKept   = 2_000 // alarm changes, activities, tasks, changes of deployments
)

// record is what has been seen of one service. It does no I/O and knows no clock.
type record struct {
	service    *plan.Service
	price      func(region string, cpu, memory int, arm bool) (float64, bool)
	unobserved string
	place      fleet.Place
	base       fleet.Service // as it was observed whole, before the scenario
	origin     time.Time     // of the scenario; zero: it has not started
	until      time.Time     // end of its load; zero: it goes on

	states      []state
	last        fleet.Service // as it was seen last
	seen        time.Time     // then
	alarms      map[string]fleet.Alarm
	changes     []change
	activities  kept[fleet.Activity]
	tasks       kept[fleet.Task]
	deployments map[string]string // id → state
	balanced    bool              // a load balancer says which tasks are healthy
	hidden      []fleet.Hidden
	failures    int    // looks in a row
	failure     string // of the last
	full        bool   // something was left out

	gauges     []gauge
	read       time.Time // metrics were read up to then
	unmeasured string
}

// state is how a service stood from then on.
type state struct {
	at                                time.Time
	desired, running, pending, health int
	bounds                            fleet.ScalableTarget
	firing                            []string // alarms, but for those by which target tracking scales in
	others                            int      // of them, those that are not target tracking's
	unstable                          bool
	rollouts                          int
	revision                          int
}

// change is what happened to an alarm or a deployment.
type change struct {
	at    time.Time
	alarm *fleet.Alarm
	id    string // of a deployment
	state string
	text  string
}

// kept holds the newest version of things by their ids, in the order in which they were first seen.
type kept[T any] struct {
	ids []string
	by  map[string]T
}

// put reports whether there was room.
func (k *kept[T]) put(id string, v T) bool {
	if k.by == nil {
		k.by = map[string]T{}
	}
	if _, known := k.by[id]; !known {
		if len(k.ids) >= mostKept {
			return false
		}
		k.ids = append(k.ids, id)
	}
	k.by[id] = v
	return true
}

// begin takes a whole observation.
func (r *record) begin(s fleet.Service, hidden []fleet.Hidden, at time.Time) {
	if r.unobserved = bounded(s.Missing); s.Missing != "" {
		return
	}
	r.place, r.base = s.Place, s
	r.alarms, r.deployments = map[string]fleet.Alarm{}, map[string]string{}
	r.gauges = gauges(r.service, &s)
	r.look(s, hidden, at)
}

// start says when the scenario began. How the service stood before is how it stands then.
func (r *record) start(at time.Time) {
	r.origin = at
	if n := len(r.states); n > 0 {
		r.states = r.states[n-1:]
	}
}

// end says at which plan second its load ended.
func (r *record) end(at float64) {
	r.until = r.origin.Add(time.Duration(at * float64(time.Second)))
}

// fail notes that a look failed.
func (r *record) fail(err error) {
	r.failures++
	r.failure = bounded(err.Error())
}

// look takes what was seen at that time.
func (r *record) look(s fleet.Service, hidden []fleet.Hidden, at time.Time) {
	r.failures = 0
	if len(hidden) > 0 {
		r.hide(hidden)
	}
	r.noteAlarms(s.Alarms)
	r.noteDeployments(s.Deployments, at)
	for _, a := range s.Activities {
		r.full = !r.activities.put(a.ID, a) || r.full
	}
	for _, t := range s.Tasks {
		r.full = !r.tasks.put(t.ARN, t) || r.full
	}
	r.balanced = len(s.Balancers) > 0
	now := stand(&s, r.last.TaskDefinition.Revision)
	now.at = at
	if n := len(r.states); n == 0 {
		r.states = append(r.states, now)
	} else if !r.states[n-1].same(now) {
		r.states = append(thinned(r.states), r.between(r.states[n-1], now)...)
	}
	s.TaskDefinition.Revision = now.revision
	r.last, r.seen = s, at
}

// hide adds what could not be read, each once.
func (r *record) hide(hidden []fleet.Hidden) {
	for _, h := range hidden {
		known := false
		for _, k := range r.hidden {
			known = known || k.What == h.What && k.Permission == h.Permission
		}
		if !known && len(r.hidden) < 20 {
			r.hidden = append(r.hidden, h)
		}
	}
}

// thinned makes room in a history that has become too long, by leaving out every second state.
func thinned(states []state) []state {
	if len(states) < mostStates {
		return states
	}
	half := states[:0]
	for i, s := range states {
		if i%2 == 0 {
			half = append(half, s)
		}
	}
	return half
}

func (r *record) noteAlarms(alarms []fleet.Alarm) {
	for _, a := range alarms {
		before, known := r.alarms[a.Name]
		r.alarms[a.Name] = a
		if known && before.State == a.State && before.ChangedAt.Equal(a.ChangedAt) || !known && a.State != alarming {
			continue
		}
		r.change(change{at: a.ChangedAt, alarm: &a, state: a.State, text: a.Reason})
	}
}

// noteDeployments notes those that begin and change; one that had ended before it was first seen is none of ours.
func (r *record) noteDeployments(all []fleet.Deployment, at time.Time) {
	first := len(r.deployments) == 0
	for _, d := range all {
		before, known := r.deployments[d.ID]
		r.deployments[d.ID] = d.State
		if known && before == d.State || first && d.State != underWay {
			continue
		}
		stamp := d.UpdatedAt
		if stamp.IsZero() || stamp.Before(r.seen) {
			stamp = at
		}
		r.change(change{at: stamp, id: d.ID, state: d.State, text: d.Reason})
	}
}

func (r *record) change(c change) {
	if r.full = r.full || len(r.changes) >= mostKept; len(r.changes) < mostKept {
		r.changes = append(r.changes, c)
	}
}

// asked reports whether scaling or a deployment stopped a task, as ECS says it.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
func asked(t fleet.Task) bool {
	return t.StopCode == "ServiceSchedulerInitiated" && strings.HasPrefix(t.Reason, "Scaling activity initiated by")
}
