package follow

import (
	"fmt"
	"slices"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

const shownStates = 1000

// seconds is the plan second of a time, to the millisecond.
func (r *record) seconds(t time.Time) float64 {
	return t.Sub(r.origin).Round(time.Millisecond).Seconds()
}

// result is what is known by that time, or by the end of the load if it has ended.
func (r *record) result(now time.Time) result.Fleet {
	out := result.Fleet{Service: r.service.Title(), Unobserved: r.unobserved}
	if r.unobserved != "" {
		return out
	}
	if r.origin.IsZero() {
		r.origin = now
		defer func() { r.origin = time.Time{} }()
	}
	until := now
	if !r.until.IsZero() {
		until = r.until
	}
	out.Cluster, out.Name, out.Region = r.base.Cluster.Name, r.base.Name, r.base.Region
	out.To = max(r.seconds(until), 0)
	out.Lost = r.lost(until)
	out.Hidden = r.hiding()
	out.Blind = r.full || slices.ContainsFunc(r.hidden, func(h fleet.Hidden) bool { return slices.Contains(stages, h.What) })
	r.summarize(&out, until)
	out.Series = r.series(until)
	r.measure(&out, until)
	out.Events = r.events(until, out.Start.Desired)
	out.Stopped = r.stopped(until)
	out.Scaling = r.scaling()
	out.Cost = r.cost(&out)
	if t := r.base.Throttle; t != nil && t.Missing == "" && t.Rate > 0 {
		out.Throttle = &result.Throttle{Rule: t.Rule, Rate: t.Rate, Window: t.Window.Seconds(), Block: t.Block}
	}
	return out
}

// lost says since when the service could not be seen, if it was not seen at the end.
func (r *record) lost(until time.Time) string {
	if r.failures == 0 || !r.seen.Before(until) {
		return ""
	}
	return fmt.Sprintf("not seen any more from %s on: %s", fact.Time.Format(max(r.seconds(r.seen), 0)), r.failure)
}

func (r *record) hiding() []result.Hidden {
	var all []result.Hidden
	for _, h := range r.hidden {
		all = append(all, result.Hidden{What: bounded(h.What), Permission: bounded(h.Permission), Reason: bounded(h.Reason)})
	}
	if r.unmeasured != "" {
		all = append(all, result.Hidden{What: "metrics", Reason: r.unmeasured})
	}
	if r.full {
		all = append(all, result.Hidden{What: "later events", Reason: fmt.Sprintf("there were more than %d", mostKept)})
	}
	return all
}

// spans calls f for each state with how long it held within the scenario; the first is the one at its start.
func (r *record) spans(until time.Time, f func(state, time.Duration)) {
	for i, s := range r.states {
		to := until
		if i+1 < len(r.states) && r.states[i+1].at.Before(until) {
			to = r.states[i+1].at
		}
		behind := i+1 < len(r.states) && !r.states[i+1].at.After(r.origin)
		if behind || i > 0 && s.at.After(until) {
			continue
		}
		f(s, max(to.Sub(latest(s.at, r.origin)), 0))
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// summarize tells how it stood at the start, at the end, and between.
func (r *record) summarize(out *result.Fleet, until time.Time) {
	tasks, health := extent{}, extent{}
	out.Stable = true
	first := true
	r.spans(until, func(s state, d time.Duration) {
		tasks.note(s.running, d)
		health.note(s.health, d)
		out.Stable = out.Stable && !s.unstable
		out.Rollouts, out.Firing = max(out.Rollouts, s.rollouts), max(out.Firing, s.others)
		if out.End = r.state(s); first {
			out.Start, first = out.End, false
		}
	})
	out.Tasks, out.Healthy = tasks.result(), health.result()
}

func (r *record) state(s state) result.FleetState {
	d := r.base.TaskDefinition
	out := result.FleetState{
		Desired: s.desired, Running: s.running, Pending: s.pending, Healthy: s.health, Revision: s.revision, Firing: s.firing,
		CPU: d.CPU, Memory: d.Memory,
	}
	if s.bounds.Max > 0 {
		out.Bounds = &result.Bounds{Min: s.bounds.Min, Max: s.bounds.Max}
	}
	return out
}

// extent sums up a number over time.
type extent struct {
	out      result.Extent
	sum      float64
	duration time.Duration
	any      bool
}

func (e *extent) note(n int, d time.Duration) {
	if !e.any {
		e.out, e.any = result.Extent{First: n, Min: n, Max: n}, true
	}
	e.out.Min, e.out.Max, e.out.Last = min(e.out.Min, n), max(e.out.Max, n), n
	e.sum += float64(n) * d.Seconds()
	e.duration += d
}

func (e *extent) result() result.Extent {
	if e.out.Mean = float64(e.out.First); e.duration > 0 {
		e.out.Mean = e.sum / e.duration.Seconds()
	}
	return e.out
}

// series is the history in steps, of which each differs from the one before.
func (r *record) series(until time.Time) []result.FleetPoint {
	var all []result.FleetPoint
	r.spans(until, func(s state, _ time.Duration) {
		p := result.FleetPoint{At: max(r.seconds(s.at), 0), Desired: s.desired, Running: s.running, Pending: s.pending, Healthy: s.health}
		if n := len(all); n > 0 {
			if before := all[n-1]; before.Desired == p.Desired && before.Running == p.Running && before.Pending == p.Pending && before.Healthy == p.Healthy {
				return
			}
		}
		all = append(all, p)
	})
	for len(all) > shownStates {
		kept := all[:0]
		for i, p := range all {
			if i%2 == 0 {
				kept = append(kept, p)
			}
		}
		all = kept
	}
	return all
}

func (r *record) measure(out *result.Fleet, until time.Time) {
	for _, g := range r.gauges {
		known := r.gauge(g, until)
		switch g.name {
		case ofCPU:
			out.CPU = known
		case ofMemory:
			out.Memory = known
		case ofReceived:
			out.Received = known
		case ofSent:
			out.Sent = known
		default:
			if known != nil {
				out.Metrics = append(out.Metrics, *known)
			}
		}
	}
}

// scaling is what is known of how the service is scaled; nil where nothing scales it.
func (r *record) scaling() *result.Scaling {
	if r.last.Target == nil && r.base.Target == nil {
		return nil
	}
	s := &result.Scaling{}
	for i, p := range r.base.Policies {
		out, in := p.CooldownOut.Seconds(), p.CooldownIn.Seconds()
		if i == 0 {
			s.CooldownOut, s.CooldownIn = out, in
		}
		s.CooldownOut, s.CooldownIn = min(s.CooldownOut, out), min(s.CooldownIn, in)
	}
	return s
}

// cost is what the tasks of a service on Fargate cost: those that ran, on demand, as long as they ran.
func (r *record) cost(out *result.Fleet) *result.FleetCost {
	d := r.base.TaskDefinition
	if !r.base.OnDemand() {
		return nil
	}
	price, ok := r.price(r.base.Region, d.CPU, d.Memory, d.ARM)
	if !ok {
		return nil
	}
	return &result.FleetCost{TaskHour: price, PerHour: price * out.Tasks.Mean, Run: price * out.Tasks.Mean * out.To / 3600}
}
