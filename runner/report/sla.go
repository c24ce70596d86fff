package report

import (
	"slices"
	"strings"

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
	if slices.ContainsFunc(s.SLAs, func(sla result.SLA) bool { return sla.Searched }) {
		p.item(2, piece{dim, "·"}, piece{dim, "ends the search, and fails nothing"})
	}
}

// tone makes the evidence of a failure readable and that of a pass quiet.
func tone(sla result.SLA) style {
	if sla.Verdict == result.Pass || sla.Searched {
		return dim
	}
	return plain
}

// evidence is what decided: worst 912ms at 2 min 10 s in peak, 3 of 12 windows of 10 s failed.
func evidence(s *result.Scenario, sla result.SLA) string {
	var all []string
	if sla.Worst != "" {
		all = append(all, worst(sla)+when(s, sla))
	}
	if !sla.Whole && sla.Judged > 0 && (sla.Failed > 0 || sla.Window > 0) {
		all = append(all, windows(sla))
	}
	if where := judgedIn(sla); where != "" {
		all = append(all, where)
	}
	if sla.Reason != "" {
		all = append(all, sla.Reason)
	}
	if sla.Implicit {
		all = append(all, "implicit: the plan has no SLA here")
	}
	return strings.Join(all, ", ")
}

// judgedIn says where an SLA was judged, unless it was everywhere.
func judgedIn(sla result.SLA) string {
	text := strings.Join(sla.Phases, ", ")
	if sla.Recovered {
		text = strings.TrimSpace(text + " once recovered")
	}
	switch {
	case text == "":
		return ""
	case len(sla.Phases) == 0:
		return "judged " + text
	}
	return "judged in " + text
}

// worst is the value that decided, of several unless the SLA was judged at the end.
func worst(sla result.SLA) string {
	if sla.Whole {
		return value(sla, sla.Worst)
	}
	return "worst " + value(sla, sla.Worst)
}

// value leaves the name of the fact out where the assertion, which stands nearby, begins with it and has no other.
func value(sla result.SLA, known string) string {
	fact, _, _ := strings.Cut(sla.Assert, " ")
	if bare, found := strings.CutPrefix(known, fact+" "); found && !strings.Contains(known, ", ") {
		return strings.TrimPrefix(bare, "= ")
	}
	return known
}

// windows counts what was judged: 3 of 12 windows of 10 s failed (4 too thin, joined).
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
		text += " failed"
	}
	if sla.Joined > 0 {
		text += " (" + Count(sla.Joined) + " too thin, joined)"
	}
	return text
}

// when tells the instant of a window, and the phase where there are several; nothing of what held, or was judged at the end.
func when(s *result.Scenario, sla result.SLA) string {
	if sla.Whole || sla.Failed == 0 {
		return ""
	}
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
