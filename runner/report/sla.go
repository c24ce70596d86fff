package report

import (
	"fmt"

	"plimsoll/runner/result"
)

// slas is the table of what had to hold, each with its worst value.
func (p *page) slas(s *result.Scenario) {
	if len(s.SLAs) == 0 {
		return
	}
	t := table{left: []bool{true, true, true, true}}
	for _, sla := range s.SLAs {
		m := mark(sla.Verdict)
		if sla.Searched {
			m = piece{dim, "·"}
		}
		t.add(m, piece{bold, sla.Name}, piece{plain, sla.Assert}, piece{tone(sla), evidence(s, sla)})
	}
	p.gap()
	p.table(2, t)
}

// tone makes the evidence of a failure readable and that of a pass quiet.
func tone(sla result.SLA) style {
	if sla.Verdict == result.Pass || sla.Searched {
		return dim
	}
	return plain
}

// evidence is what decided: worst latency.p95 = 912ms at 2 min 10 s (peak), 3 of 12 windows of 10 s failed.
func evidence(s *result.Scenario, sla result.SLA) string {
	text := ""
	add := func(format string, args ...any) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf(format, args...)
	}
	if sla.Worst != "" {
		add("worst %s%s", sla.Worst, when(s, sla))
	}
	if sla.Judged > 0 && (sla.Failed > 0 || sla.Window > 0) {
		add("%s", windows(sla))
	}
	if sla.Joined > 0 {
		add("%s joined to the next for lack of samples", Count(sla.Joined))
	}
	if sla.Reason != "" {
		add("%s", sla.Reason)
	}
	if sla.Implicit {
		add("implicit: the plan has no SLA here")
	}
	if sla.Searched {
		add("it ends the search, and fails nothing")
	}
	return text
}

// windows counts what was judged: 3 of 12 windows of 10 s failed.
func windows(sla result.SLA) string {
	what := "phase"
	if sla.Window > 0 {
		what = "window"
	}
	text := plural(sla.Judged, what)
	if sla.Failed > 0 {
		text = Count(sla.Failed) + " of " + text
	}
	if sla.Window > 0 {
		text += " of " + Seconds(sla.Window)
	}
	if sla.Failed > 0 {
		return text + " failed"
	}
	return text
}

// when tells the instant of a window, and the phase where there are several.
func when(s *result.Scenario, sla result.SLA) string {
	text := ""
	if sla.Window > 0 {
		text = " at " + Seconds(sla.WorstAt)
	}
	if len(s.Phases) < 2 {
		return text
	}
	for _, phase := range s.Phases {
		if sla.WorstAt >= phase.Start && sla.WorstAt < phase.End {
			return text + " in " + phase.Name
		}
	}
	return text
}
