package follow

import (
	"cmp"
	"slices"
	"time"
)

// stamp is something that AWS dated: scaling set the desired count, or tasks started.
type stamp struct {
	at      time.Time
	desired int // −1: it is about tasks
}

// between are the states that a service went through from a look to the next, now, by what AWS dated: scaling sets the
// desired count, and takes tasks away at once; tasks start. What nobody dates, as that a load balancer finds them healthy,
// is of the time at which it was seen.
func (r *record) between(before, now state) []state {
	var all []state
	step, most := before, max(before.running, now.running)
	for _, s := range r.stamps(now.at) {
		was := step
		step.at = s.at
		switch {
		case s.desired >= 0:
			step.desired, step.running = s.desired, min(step.running, max(s.desired, now.running))
		case step.running < most: // else it takes the place of one that stopped
			step.running++
		}
		step.pending = max(step.desired-step.running, 0)
		if step.health = min(step.health, step.running); !r.balanced && now.health == now.running {
			step.health = step.running
		}
		if last := len(all) - 1; last >= 0 && all[last].at.Equal(step.at) {
			all[last] = step
		} else if !step.same(was) {
			all = append(all, step)
		}
	}
	if step.same(now) {
		return all
	}
	return append(all, now)
}

// stamps are in order of time, all since the look before.
func (r *record) stamps(until time.Time) []stamp {
	var all []stamp
	add := func(at time.Time, desired int) {
		if at.After(r.seen) && !at.After(until) {
			all = append(all, stamp{at, desired})
		}
	}
	for _, a := range r.activities.by {
		if scaled(a) {
			add(a.StartedAt, a.To)
		}
	}
	for _, t := range r.tasks.by {
		add(t.StartedAt, -1)
	}
	slices.SortFunc(all, func(a, b stamp) int { return cmp.Or(a.at.Compare(b.at), b.desired-a.desired) })
	return all
}
