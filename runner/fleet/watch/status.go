package watch

import (
	"context"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// Status is how one service stands. What is not known is nil.
type Status struct {
	Service     string         `json:"service"`
	At          time.Time      `json:"at"`                // by AWS's clock
	State       string         `json:"state"`             // one of the State constants
	Trouble     string         `json:"trouble,omitempty"` // why something of it is not known
	Tasks       Tasks          `json:"tasks"`
	CPU         *float64       `json:"cpu"`         // mean of the last period, a ratio
	Memory      *float64       `json:"memory"`      // as CPU
	Requests    *float64       `json:"requests"`    // a second, over all targets
	Connections *float64       `json:"connections"` // at once, over all targets
	Headroom    *Headroom      `json:"headroom"`
	UsersOnly   bool           `json:"users_only,omitempty"` // users were proven, whom no metric counts, and nothing that one does
	Alarms      []string       `json:"alarms"`               // names of those in ALARM, target tracking's own left out
	AlarmsSet   *int           `json:"alarms_set"`           // those that may be in Alarms
	Activity    *Activity      `json:"activity"`             // the last one that scaled, or tried to
	CostPerHour *float64       `json:"cost_per_hour"`        // USD, of the running tasks
	SLAs        []SLA          `json:"slas"`
	Verdict     result.Verdict `json:"verdict"` // of its SLAs; inconclusive where it could not be read
}

// The states of a service, the worst first.
const (
	Unread    = "unread"    // AWS could not be asked
	Missing   = "missing"   // there is no such service
	Failing   = "failing"   // a deployment failed, or fewer tasks run than the minimum
	Alarm     = "alarm"     // an alarm fires
	Full      = "full"      // it would scale out and cannot: desired is at the maximum, and a tracked metric above its target
	Deploying = "deploying" // more than one deployment, or one in progress
	Scaling   = "scaling"   // running and desired count differ
	Steady    = "steady"
)

// Tasks are counts of tasks, and the bounds of scaling; Max 0 is no scaling.
type Tasks struct {
	Desired int `json:"desired"`
	Running int `json:"running"`
	Pending int `json:"pending"`
	Min     int `json:"min"`
	Max     int `json:"max"`
}

// Headroom is how much of what the service was proven to carry at its maximum is still free.
type Headroom struct {
	Share   float64 `json:"share"`   // of Proven; negative: it carries more than was proven
	Measure string  `json:"measure"` // requests or connections
	Now     float64 `json:"now"`
	Proven  float64 `json:"proven"` // per task, times the maximum of tasks
	By      string  `json:"by"`
}

// Activity is a scaling activity.
type Activity struct {
	At     time.Time `json:"at"`
	Status string    `json:"status"`
	Text   string    `json:"text"`
}

// look asks about one service.
func (w *Watcher) look(ctx context.Context, s *watched) Status {
	place := w.options.Place(s.plan)
	now := w.source.Now(place)
	seen, hidden, err := w.source.Look(ctx, place, s.plan.ECS.Cluster, s.plan.ECS.Service)
	out := Status{Service: s.plan.Title(), At: now, State: Unread}
	switch {
	case err != nil:
		out.Trouble = err.Error()
		return out
	case seen.Missing != "":
		out.State, out.Trouble = Missing, seen.Missing
		return out
	case len(hidden) > 0:
		out.Trouble = hidden[0].What + ": " + hidden[0].Reason
	}
	if !slices.ContainsFunc(hidden, func(h fleet.Hidden) bool { return h.What == fleet.HiddenAlarms }) {
		out.AlarmsSet = alarmsSet(seen.Alarms)
	}
	w.complete(out.Service, &seen)
	l := w.read(ctx, s, place, &seen, now)
	if l.trouble != nil && out.Trouble == "" {
		out.Trouble = l.trouble.Error()
	}
	w.fill(&out, s, &seen, l)
	return out
}

// fill makes a status of what was read.
func (w *Watcher) fill(out *Status, s *watched, seen *fleet.Service, l *live) {
	out.Tasks = Tasks{Desired: seen.Desired, Running: seen.Running, Pending: seen.Pending}
	if seen.Target != nil {
		out.Tasks.Min, out.Tasks.Max = seen.Target.Min, seen.Target.Max
	}
	out.CPU, out.Memory = l.last(cpuMetric), l.last(memoryMetric)
	out.Requests, out.Connections = l.requests(), l.last(connectionsMetric)
	out.Alarms = firing(seen.Alarms)
	out.Activity = lastActivity(seen.Activities)
	proven := w.options.Proven[out.Service]
	out.Headroom, out.UsersOnly = headroom(proven, out), proven.Users > 0 && proven.Rate == 0 && proven.Connections == 0
	out.CostPerHour = w.cost(seen)
	out.State = state(s.plan, seen, out)
	out.SLAs, out.Verdict = s.judge(l)
}

// cost is what the running tasks cost an hour; nil where that is not known: only Fargate on demand has a list price.
func (w *Watcher) cost(seen *fleet.Service) *float64 {
	size := seen.TaskDefinition
	if w.options.Price == nil || size.CPU == 0 || !seen.OnDemand() {
		return nil
	}
	hourly, ok := w.options.Price(seen.Region, size.CPU, size.Memory, size.ARM)
	if !ok {
		return nil
	}
	sum := hourly * float64(seen.Running)
	return &sum
}

// headroom compares with what was proven, by the measure that is nearest to its end.
func headroom(p Proven, s *Status) *Headroom {
	most := float64(max(s.Tasks.Max, s.Tasks.Desired))
	var worst *Headroom
	for _, m := range []struct {
		name    string
		now     *float64
		perTask float64
	}{{"requests", s.Requests, p.Rate}, {"connections", s.Connections, p.Connections}} {
		if m.now == nil || m.perTask <= 0 || most == 0 {
			continue
		}
		h := &Headroom{Share: 1 - *m.now/(m.perTask*most), Measure: m.name, Now: *m.now, Proven: m.perTask * most, By: p.By}
		if worst == nil || h.Share < worst.Share {
			worst = h
		}
	}
	return worst
}

func alarmsSet(all []fleet.Alarm) *int {
	n := 0
	for _, a := range all {
		if !a.Tracking {
			n++
		}
	}
	return &n
}

func firing(all []fleet.Alarm) []string {
	names := []string{}
	for _, a := range all {
		if a.State == "ALARM" && !a.Tracking {
			names = append(names, a.Name)
		}
	}
	slices.Sort(names)
	return names
}

// lastActivity is the newest that set a count; decisions not to scale are none.
func lastActivity(all []fleet.Activity) *Activity {
	for _, a := range all {
		if len(a.NotScaled) == 0 {
			return &Activity{At: a.StartedAt, Status: a.Status, Text: a.Description}
		}
	}
	return nil
}

// state is the worst that is true of a service.
func state(s *plan.Service, seen *fleet.Service, out *Status) string {
	full := seen.Target != nil && seen.Desired >= seen.Target.Max && over(s, out)
	switch {
	case slices.ContainsFunc(seen.Deployments, func(d fleet.Deployment) bool { return d.State == "FAILED" }), seen.Running < out.Tasks.Min:
		return Failing
	case len(out.Alarms) > 0:
		return Alarm
	case full:
		return Full
	case seen.Deploying():
		return Deploying
	case seen.Running != seen.Desired || seen.Pending > 0:
		return Scaling
	}
	return Steady
}

// over reports whether a metric that the plan tracks is above its target.
func over(s *plan.Service, out *Status) bool {
	if s.Desired == nil {
		return false
	}
	return slices.ContainsFunc(s.Desired.Tracks, func(t plan.Track) bool {
		value := map[string]*float64{plan.TrackCPU: out.CPU, plan.TrackMemory: out.Memory}[t.Kind]
		return value != nil && *value > t.Target
	})
}
