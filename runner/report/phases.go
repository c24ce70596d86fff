package report

import (
	"maps"
	"slices"
	"strings"

	"plimsoll/runner/result"
)

// phases is the table of what was measured in each part of a scenario.
func (p *page) phases(s *result.Scenario) {
	if len(s.Phases) == 0 || s.Capacity != nil {
		return // the levels of a capacity have a table of their own
	}
	level := "users"
	if s.Open {
		level = "sessions/s"
	}
	t := table{
		header: []string{"phase", level, "throughput", "p50", "p95", "p99", "errors", "dropped", "tasks", "", ""},
		left:   []bool{0: true, 9: true, 10: true},
	}
	for i, phase := range s.Phases {
		m := phase.Measures
		verdict := held(phase)
		t.add(piece{plain, phase.Name}, piece{plain, present(s, i)}, piece{plain, PerSecond(m.Throughput)},
			quantile(m.Latency, m.Latency.Median), quantile(m.Latency, m.Latency.P95), quantile(m.Latency, m.Latency.P99),
			errorShare(m.ErrorRate, m.Operations), dropped(m.Dropped), running(phase.Tasks), verdict, piece{dim, strings.Join(brief(s, phase.Reasons), "; ")})
	}
	p.gap()
	p.table(2, t)
}

// present is the load asked for, and what came of it where that was clearly less.
func present(s *result.Scenario, i int) string {
	phase := s.Phases[i]
	if phase.Passing && i > 0 {
		return Count(s.Phases[i-1].Asked) + " → " + Count(phase.Asked)
	}
	asked, came := Count(phase.Asked), Count(phase.Measures.Users.Present)
	if !s.Open && phase.Measures.Seconds > 0 && phase.Measures.Users.Present < 0.99*phase.Asked && came != asked {
		return came + " of " + asked
	}
	return asked
}

// brief shortens what broke to the SLA and the value: fast 912ms.
func brief(s *result.Scenario, reasons []string) []string {
	var all []string
	for _, reason := range reasons {
		for _, sla := range s.SLAs {
			if known, ok := strings.CutPrefix(reason, sla.Name+": "); ok {
				reason = sla.Name + " " + value(sla, known)
				break
			}
		}
		all = append(all, reason)
	}
	return all
}

func running(n *result.TaskCount) piece {
	if n == nil {
		return piece{}
	}
	return piece{plain, n.String()}
}

func held(phase result.Phase) piece {
	switch {
	case phase.Good == nil:
		return piece{}
	case *phase.Good:
		return piece{good, "✓"}
	}
	return piece{bad, "✗"}
}

// quantile shows a value of a distribution, or that there is none.
func quantile(s result.Stats, value float64) piece {
	if s.Count == 0 {
		return piece{dim, none}
	}
	return piece{plain, Seconds(value)}
}

func errorShare(ratio float64, operations int64) piece {
	switch {
	case operations == 0:
		return piece{dim, none}
	case ratio > 0:
		return piece{bad, Percent(ratio)}
	}
	return piece{plain, Percent(ratio)}
}

func dropped(d result.Dropped) piece {
	if d.Full+d.Late == 0 {
		return piece{}
	}
	return piece{bad, Count(d.Full + d.Late)}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
