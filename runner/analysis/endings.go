package analysis

import (
	"fmt"
	"math"
	"strconv"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	leastEnded   = 5   // connections, from which their ends tell something
	alikeShare   = 0.8 // of those whose end is known that must have been alike
	lostShare    = 0.5 // and of all that were lost
	leastTimeout = 2.0 // seconds; what is shorter, services do by themselves
	atOnce       = 2.0 // wall seconds that an end of all takes; a crash may fall on two seconds of the series
)

// timeouts names scenarios whose connections something in between ended: after equal silence, or at an equal age.
func timeouts(d *result.Document) []result.Finding {
	var all []result.Finding
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		switch c := &s.Total.Connections; {
		case equal(c, c.Endings.Silence):
			all = append(all, idled(s.Name, c, endedTogether(s, c.Endings.Silence)))
		case equal(c, c.Endings.Age) && !endedTogether(s, c.Endings.Age):
			all = append(all, aged(s.Name, c))
		}
	}
	return all
}

// equal reports whether nearly all of what is known of lost connections, and that of most of them, is nearly the same.
func equal(c *result.Connections, a result.Alike) bool {
	return a.Count >= leastEnded && a.Median >= leastTimeout &&
		float64(a.Count) >= alikeShare*float64(c.Endings.Count) && float64(a.Count) >= lostShare*float64(c.Lost)
}

// idled is what equal silence tells. Connections that were opened and ended together are as silent when their service ends,
// and those on which nothing was ever sent are as old as silent: then it says what else it may have been.
func idled(subject string, c *result.Connections, together bool) result.Finding {
	silence, age := c.Endings.Silence, c.Endings.Age
	f := result.Finding{
		ID: "idle_timeout", Severity: should, Subject: subject,
		Evidence: fmt.Sprintf("%d of %d lost connections had been silent for %s: idle timeout of a proxy (%s)", silence.Count, c.Lost, extent(silence), typical(silence)),
		Recommendation: "send something more often than that, as ping does on a WebSocket, or raise the idle timeout of the load balancer " +
			"(60 s by default of AWS's Application Load Balancers)",
	}
	switch {
	case together:
		f.Severity = note
		f.Evidence += "; nearly all ended at once, as they also do when a service ends"
		f.Recommendation += "; see whether a task stopped then"
	case equal(c, age) && math.Abs(centre(age)-centre(silence)) < 1:
		f.Evidence += ", or its maximum connection age: nothing was ever sent on them"
	}
	return f
}

// aged is what an equal age tells, where the silence was not equal.
func aged(subject string, c *result.Connections) result.Finding {
	age := c.Endings.Age
	return result.Finding{
		ID: "connection_age", Severity: should, Subject: subject,
		Evidence:       fmt.Sprintf("%d of %d lost connections were %s old: maximum connection age of a proxy (%s)", age.Count, c.Lost, extent(age), typical(age)),
		Recommendation: "let clients connect again when that happens, or raise that age in the proxy or the service; pings do not help",
	}
}

// endedTogether reports whether all that are alike may have ended at one time, as those do which a crash ends: a timeout that
// is theirs, not the time of day's, ends connections whenever they come to it.
func endedTogether(s *result.Scenario, a result.Alike) bool {
	span := max(atOnce, a.Max-a.Min) * max(s.Speed, 1)
	most := int64(0)
	for i, p := range s.Series {
		lost := int64(0)
		for _, next := range s.Series[i:] {
			if next.At-p.At >= span {
				break
			}
			lost += next.Lost
		}
		most = max(most, lost)
	}
	return a.Count <= most
}

// centre is half-way between the least and the greatest of the values that are alike, in seconds.
func centre(a result.Alike) float64 { return (a.Min + a.Max) / 2 }

// extent is the values that are alike: 60 s ± 0.2 s.
func extent(a result.Alike) string {
	return typical(a) + " ± " + fact.Time.Format((a.Max-a.Min)/2)
}

// typical is the value in seconds, as proxies are configured in: 60 s, not 1 min.
func typical(a result.Alike) string {
	fine := 10.0
	if centre(a) >= 10 {
		fine = 1
	}
	return strconv.FormatFloat(math.Round(centre(a)*fine)/fine, 'f', -1, 64) + " s"
}
