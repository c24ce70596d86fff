package result

import (
	"math"
	"strings"

	"plimsoll/dsl/fact"
)

// distributions are the facts of a span that have percentiles.
var distributions = map[string]func(*Measures) Stats{
	"latency":        func(m *Measures) Stats { return m.Latency },
	"service_time":   func(m *Measures) Stats { return m.ServiceTime },
	"first_byte":     func(m *Measures) Stats { return m.FirstByte },
	"connect":        func(m *Measures) Stats { return m.Connect },
	"tls":            func(m *Measures) Stats { return m.TLS },
	"failed.latency": func(m *Measures) Stats { return m.FailedLatency },
	"first_message":  func(m *Measures) Stats { return m.FirstMessage },
	"gap":            func(m *Measures) Stats { return m.Gap },
	"pong":           func(m *Measures) Stats { return m.Pong },
	"session.total":  func(m *Measures) Stats { return m.Sessions.Total },
	"session.active": func(m *Measures) Stats { return m.Sessions.Active },
}

// scalars are the facts of a span that are one number. Those of the load are known once there was time to measure them,
// those of operations once there were operations.
var scalars = map[string]func(*Measures) fact.Interval{
	"error_rate":    func(m *Measures) fact.Interval { return given(m.Operations > 0, m.ErrorRate) },
	"throughput":    func(m *Measures) fact.Interval { return given(m.Seconds > 0, m.Throughput) },
	"operations":    func(m *Measures) fact.Interval { return count(m, m.Operations) },
	"failed.count":  func(m *Measures) fact.Interval { return given(m.Operations > 0, float64(m.Failed)) },
	"sent":          func(m *Measures) fact.Interval { return count(m, m.Sent) },
	"received":      func(m *Measures) fact.Interval { return count(m, m.Received) },
	"users.asked":   func(m *Measures) fact.Interval { return given(m.Seconds > 0, m.Users.Asked) },
	"users.present": func(m *Measures) fact.Interval { return given(m.Seconds > 0, m.Users.Present) },
	"users.max":     func(m *Measures) fact.Interval { return given(m.Seconds > 0, m.Users.Max) },
	"dropped.full":  func(m *Measures) fact.Interval { return count(m, m.Dropped.Full) },
	"dropped.late":  func(m *Measures) fact.Interval { return count(m, m.Dropped.Late) },
	"connections.attempted": func(m *Measures) fact.Interval {
		return count(m, m.Connections.Opened+m.Connections.Failed)
	},
	"connections.lost":     func(m *Measures) fact.Interval { return count(m, m.Connections.Lost) },
	"connections.opened":   func(m *Measures) fact.Interval { return count(m, m.Connections.Opened) },
	"connections.failed":   func(m *Measures) fact.Interval { return count(m, m.Connections.Failed) },
	"connections.held":     func(m *Measures) fact.Interval { return count(m, m.Connections.Held) },
	"connections.replaced": func(m *Measures) fact.Interval { return count(m, m.Connections.Replaced) },
	"connections.retried":  func(m *Measures) fact.Interval { return count(m, m.Connections.Retried) },
	"messages.sent":        func(m *Measures) fact.Interval { return count(m, m.Messages.Sent) },
	"messages.received":    func(m *Measures) fact.Interval { return count(m, m.Messages.Received) },
	"messages.dropped":     func(m *Measures) fact.Interval { return count(m, m.Messages.Dropped) },
	"sessions.completed":   func(m *Measures) fact.Interval { return count(m, m.Sessions.Completed) },
	"sessions.failed":      func(m *Measures) fact.Interval { return count(m, m.Sessions.Failed) },
	"sessions.interrupted": func(m *Measures) fact.Interval { return count(m, m.Sessions.Interrupted) },
}

// wholes are the facts that only a whole scenario has, by the first name of their path; the rest of it is what they take.
var wholes = map[string]func(s *Scenario, rest string) fact.Interval{
	"limit":     func(s *Scenario, rest string) fact.Interval { return s.Limit.value(rest) },
	"recovery":  func(s *Scenario, rest string) fact.Interval { return s.Recovery.value(rest) },
	"drift":     func(s *Scenario, rest string) fact.Interval { return s.Drift.value(rest) },
	"capacity":  func(s *Scenario, rest string) fact.Interval { return s.Capacity.value(rest) },
	"generator": func(s *Scenario, rest string) fact.Interval { return s.Generator.value(rest) },

	"requirement": func(s *Scenario, rest string) fact.Interval { return s.Required.value(rest) },
}

func given(known bool, v float64) fact.Interval {
	if !known {
		return fact.Unknown()
	}
	return fact.Exactly(v)
}

func count(m *Measures, n int64) fact.Interval { return given(m.Seconds > 0, float64(n)) }

// value of a limit is a bound where the search ended at one, and whether there is one is unknown where something other
// than the service stopped it.
func (l *Limit) value(name string) fact.Interval {
	if l == nil {
		return fact.Unknown()
	}
	switch name {
	case "found":
		if !l.Found && len(l.StoppedBy) > 0 {
			return fact.Unknown()
		}
		return fact.Exactly(map[bool]float64{true: 1}[l.Found])
	case "users":
		return l.bound(l.Users)
	case "rate":
		return l.bound(l.Rate)
	}
	return fact.Unknown()
}

func (l *Limit) bound(v float64) fact.Interval {
	switch l.Bound {
	case BoundAtLeast:
		return fact.AtLeast(v)
	case BoundBelow:
		return fact.AtMost(math.Nextafter(v, math.Inf(-1)))
	}
	return fact.Exactly(v)
}

// value of a recovery that was watched for and never came is infinite.
func (r *Recovery) value(name string) fact.Interval {
	if r == nil {
		return fact.Unknown()
	}
	at, ok := map[string]*float64{"loaded": r.Loaded, "drained": r.Drained}[name]
	switch {
	case !ok:
		return fact.Unknown()
	case at != nil:
		return fact.Exactly(*at)
	case r.Watched:
		return fact.Exactly(math.Inf(1))
	}
	return fact.Unknown()
}

func (d *Drift) value(name string) fact.Interval {
	if d == nil {
		return fact.Unknown()
	}
	measure, ok := strings.CutSuffix(name, "_per_hour")
	change, known := d.PerHour[measure]
	if !ok || !known {
		return fact.Unknown()
	}
	return fact.Interval{Low: change.Low, High: change.High}
}

func (w *Watch) value(name string) fact.Interval {
	v, ok := map[string]float64{
		"cpu": w.CPU, "lag.p50": w.LagP50, "lag.p99": w.LagP99, "lag.max": w.LagMax,
		"descriptors": float64(w.Descriptors), "memory": float64(w.Memory),
	}[name]
	return given(ok, v)
}
