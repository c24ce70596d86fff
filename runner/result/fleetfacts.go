package result

import (
	"math"
	"strings"

	"plimsoll/dsl/fact"
)

// ecs answers for the service of a title, or for the scenario's own as self.
func (s *Scenario) ecs(names []string) fact.Interval {
	f := s.ObservedFleet(names[0])
	if f == nil {
		return fact.Unknown()
	}
	return f.value(s, strings.Join(names[1:], "."))
}

// ObservedFleet is what is known of the ECS service of a plan's service, by its title; nil where nothing is.
func (s *Scenario) ObservedFleet(title string) *Fleet {
	if title == "self" {
		title = s.Service
	}
	for i := range s.Fleet {
		if f := &s.Fleet[i]; f.Service == title && f.Unobserved == "" {
			return f
		}
	}
	return nil
}

// watched reports whether the service was seen to the end of a load.
func (f *Fleet) watched() bool { return f.Lost == "" && f.To > 0 }

// value answers one fact of a service; what was lost sight of is unknown, and so is what no load was made for.
func (f *Fleet) value(s *Scenario, path string) fact.Interval {
	if !f.watched() {
		return fact.Unknown()
	}
	if number, ok := fleetNumbers[path]; ok {
		return fact.Exactly(number(f))
	}
	head, rest, _ := strings.Cut(path, ".")
	switch head {
	case "min", "max":
		return f.End.Bounds.value(head)
	case "cpu":
		return f.CPU.value(rest)
	case "memory":
		return f.Memory.value(rest)
	case "network":
		return f.network(rest)
	case "scaling":
		return f.Scaling.value(rest)
	case "scale_out":
		return f.ScaleOut.value(rest)
	case "scale_in":
		return f.ScaleIn.value(rest)
	case "cost":
		return f.cost(rest, s.Total.Users.Max)
	}
	return fact.Unknown()
}

// fleetNumbers are the facts that are known of every service that was seen.
var fleetNumbers = map[string]func(*Fleet) float64{
	"desired":       func(f *Fleet) float64 { return float64(f.End.Desired) },
	"running":       func(f *Fleet) float64 { return float64(f.End.Running) },
	"pending":       func(f *Fleet) float64 { return float64(f.End.Pending) },
	"tasks.min":     func(f *Fleet) float64 { return float64(f.Tasks.Min) },
	"tasks.max":     func(f *Fleet) float64 { return float64(f.Tasks.Max) },
	"tasks.mean":    func(f *Fleet) float64 { return f.Tasks.Mean },
	"tasks.first":   func(f *Fleet) float64 { return float64(f.Tasks.First) },
	"tasks.last":    func(f *Fleet) float64 { return float64(f.Tasks.Last) },
	"healthy.min":   func(f *Fleet) float64 { return float64(f.Healthy.Min) },
	"healthy.last":  func(f *Fleet) float64 { return float64(f.Healthy.Last) },
	"stable":        func(f *Fleet) float64 { return truth(f.Stable) },
	"deployments":   func(f *Fleet) float64 { return float64(f.Rollouts) },
	"alarms.firing": func(f *Fleet) float64 { return float64(f.Firing) },
	"revision":      func(f *Fleet) float64 { return float64(f.End.Revision) },
	"stopped":       func(f *Fleet) float64 { return float64(f.Stopped) },
}

func truth(b bool) float64 { return map[bool]float64{true: 1}[b] }

func (f *Fleet) network(name string) fact.Interval {
	g, ok := map[string]*Gauge{"received": f.Received, "sent": f.Sent}[name]
	if !ok || g == nil {
		return fact.Unknown()
	}
	return fact.Exactly(g.Total)
}

func (b *Bounds) value(name string) fact.Interval {
	if b == nil {
		return fact.Unknown()
	}
	return fact.Exactly(float64(map[string]int{"min": b.Min, "max": b.Max}[name]))
}

func (g *Gauge) value(name string) fact.Interval {
	if g == nil {
		return fact.Unknown()
	}
	v, ok := map[string]float64{"min": g.Min, "mean": g.Mean, "max": g.Max, "last": g.Last}[name]
	return given(ok, v)
}

func (s *Scaling) value(name string) fact.Interval {
	if s == nil {
		return fact.Unknown()
	}
	v, ok := map[string]float64{
		"activities": float64(s.Activities), "flaps": float64(s.Flaps), "at_max": s.AtMax, "cooldowns_kept": truth(s.CooldownsKept),
	}[name]
	return given(ok, v)
}

func (o *ScaleOut) value(name string) fact.Interval {
	if o == nil {
		return fact.Unknown()
	}
	at, ok := map[string]*float64{
		"alarm": o.Alarm, "activity": o.Activity, "desired": o.Desired, "running": o.Running, "healthy": o.Healthy,
		"first_answer": o.FirstAnswer,
	}[name]
	return stage(at, ok, o.Watched)
}

func (i *ScaleIn) value(name string) fact.Interval {
	if i == nil {
		return fact.Unknown()
	}
	at, ok := map[string]*float64{"alarm": i.Alarm, "activity": i.Activity, "desired": i.Desired, "running": i.Running}[name]
	return stage(at, ok, i.Watched)
}

// stage is a time after which something was seen; infinite if it was watched for to the end.
func stage(after *float64, known, watched bool) fact.Interval {
	switch {
	case known && after != nil:
		return fact.Exactly(*after)
	case known && watched:
		return fact.Exactly(math.Inf(1))
	}
	return fact.Unknown()
}

// cost of a thousand users is that of the most tasks that there were, divided by the most users.
func (f *Fleet) cost(name string, users float64) fact.Interval {
	if f.Cost == nil {
		return fact.Unknown()
	}
	switch name {
	case "per_hour":
		return fact.Exactly(f.Cost.PerHour)
	case "run":
		return fact.Exactly(f.Cost.Run)
	case "per_1000_users":
		return given(users > 0, f.Cost.TaskHour*float64(f.Tasks.Max)/users*1000)
	}
	return fact.Unknown()
}

// metric answers for a metric of the scenario's service.
func (s *Scenario) metric(names []string) fact.Interval {
	f := s.ObservedFleet(s.Service)
	if f == nil || !f.watched() || len(names) != 2 {
		return fact.Unknown()
	}
	for i := range f.Metrics {
		if f.Metrics[i].Label == names[0] {
			return f.Metrics[i].value(names[1])
		}
	}
	return fact.Unknown()
}

// value of a requirement that asks for nothing is unknown.
func (r *Required) value(name string) fact.Interval {
	if r == nil {
		return fact.Unknown()
	}
	v := map[string]float64{
		"users": r.Users, "peak_users": r.PeakUsers, "rate": r.Rate, "peak_rate": r.PeakRate,
		"connections": r.Connections, "peak_connections": r.PeakConnections, "think": r.Think,
	}[name]
	return given(v > 0, v)
}
