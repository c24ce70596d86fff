package report

import (
	"fmt"
	"slices"
	"strings"

	"plimsoll/runner/result"
)

// traffic adds the lines about sessions, connections and the generator itself.
func (p *page) traffic(s *result.Scenario) {
	if len(s.Phases) == 0 {
		return
	}
	t := table{left: []bool{true, true}}
	t.add(piece{dim, "sessions"}, piece{plain, sessions(s.Total.Sessions)})
	t.add(piece{dim, "connections"}, piece{plain, connections(&s.Total)})
	t.add(piece{dim, "generator"}, piece{plain, generator(s.Generator)})
	p.gap()
	p.table(2, t)
	for _, reason := range s.Generator.Saturated {
		if !slices.Contains(s.Reasons, reason) { // else it stands at the head of the scenario
			p.item(2, piece{unsure, "!"}, piece{plain, reason})
		}
	}
}

func sessions(s result.Sessions) string {
	text := nonzero([]int64{s.Completed, s.Failed, s.Interrupted}, "completed", "failed", "cut short as users left")
	if s.Total.Count > 0 {
		text += fmt.Sprintf("; median %s, %s without think", Seconds(s.Total.Median), Seconds(s.Active.Median))
	}
	return text
}

func connections(m *result.Measures) string {
	c := m.Connections
	text := nonzero([]int64{c.Held, max(c.Ever, c.Opened), c.Failed, c.Replaced, c.Retried}, "at most at once", "opened", "failed", "replaced", "operations retried")
	if m.Sent+m.Received > 0 {
		text += fmt.Sprintf("; %s sent, %s received", size(float64(m.Sent)), size(float64(m.Received)))
	}
	if messages := nonzero([]int64{m.Messages.Sent, m.Messages.Received, m.Messages.Dropped}, "sent", "received", "dropped"); messages != "none" {
		text += "; messages: " + messages
	}
	return text
}

// generator is how the machine that made the load fared.
func generator(w result.Watch) string {
	text := fmt.Sprintf("CPU %s, wake lag p50 %s, p99 %s, max %s", Percent(w.CPU), Seconds(w.LagP50), Seconds(w.LagP99), Seconds(w.LagMax))
	if w.Descriptors > 0 {
		text += fmt.Sprintf(", %s", plural(int(w.Descriptors), "descriptor"))
	}
	if w.Memory > 0 {
		text += ", " + size(float64(w.Memory))
	}
	return text
}

// nonzero lists numbers with their names, leaving out those that are 0.
func nonzero(numbers []int64, names ...string) string {
	var all []string
	for i, n := range numbers {
		if n != 0 {
			all = append(all, Count(n)+" "+names[i])
		}
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
