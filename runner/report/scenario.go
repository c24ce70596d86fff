package report

import (
	"fmt"
	"strings"

	"plimsoll/runner/result"
)

// scenario adds one scenario: verdict, load and duration, then what was measured, found and judged.
func (p *page) scenario(doc *result.Document, s *result.Scenario) {
	p.gap()
	p.head(judged(s.Verdict), s.Kind+" "+s.Name, heading(doc, s))
	if s.Ready != "" {
		p.item(2, piece{unsure, "!"}, piece{plain, "not ready: " + s.Ready})
	}
	p.reasons(s.Cut, s.Reasons)
	p.limit(s)
	p.recovery(s)
	p.drift(s)
	p.capacity(doc, s)
	p.phases(s)
	p.slas(s)
	p.fleet(s)
	p.steps(s)
	p.failures(s)
	p.traffic(s)
}

// heading is the service, the load and the duration: chat, 100 to 500 users for 10 min, simulated, 20×.
func heading(doc *result.Document, s *result.Scenario) string {
	text := s.Service
	if n := len(s.Phases); n > 0 {
		text += ", " + load(s) + " for " + Seconds(s.Phases[n-1].End)
	}
	for _, service := range doc.Services {
		if label := simulated(service); service.Name == s.Service && label != "" {
			text += " (" + label + ")"
		}
	}
	return text
}

// load is the range of levels that was asked for.
func load(s *result.Scenario) string {
	low, high := s.Phases[0].Asked, s.Phases[0].Asked
	for _, phase := range s.Phases {
		low, high = min(low, phase.Asked), max(high, phase.Asked)
	}
	unit := " users"
	switch {
	case s.Kind == "capacity":
		unit = " connections"
	case s.Open:
		unit = " sessions/s"
	case high == 1:
		unit = " user"
	}
	if low == high {
		return Count(high) + unit
	}
	return Count(low) + " to " + Count(high) + unit
}

// limit is what a stress found.
func (p *page) limit(s *result.Scenario) {
	l := s.Limit
	if l == nil {
		return
	}
	if !l.Found && l.Users == 0 && l.Bound == "" {
		p.line(2, piece{bold, "Limit:"}, piece{plain, "not found"})
		return
	}
	text := bound(l.Bound) + load(&result.Scenario{Open: s.Open, Phases: []result.Phase{{Asked: l.Users}}})
	if l.Rate > 0 {
		text += ", " + PerSecond(l.Rate)
	}
	p.item(2, piece{bold, "Limit:"}, piece{plain, text + " — " + stopped(s)})
}

func bound(b string) string {
	switch b {
	case "at least":
		return "≥ "
	case "below":
		return "< "
	}
	return ""
}

// stopped tells what ended the search: the step that broke, and by what.
func stopped(s *result.Scenario) string {
	why := strings.Join(s.Limit.StoppedBy, "; ")
	if why == "" {
		why = "every step held"
	}
	for _, phase := range s.Phases {
		if phase.Name == s.Limit.Broke {
			return "the step of " + Count(phase.Asked) + " broke: " + why
		}
	}
	return why
}

// recovery is how long a spike's service took to hold its SLAs again.
func (p *page) recovery(s *result.Scenario) {
	r := s.Recovery
	if r == nil {
		return
	}
	text := "not needed: it held its SLAs under the peak and after it"
	if r.Suffered || r.Loaded == nil || r.Drained == nil {
		text = fmt.Sprintf("under the peak %s; after the peak %s", recovered(r.Loaded, r.Watched), recovered(r.Drained, r.Watched))
	}
	p.item(2, piece{bold, "Recovery:"}, piece{plain, text})
}

func recovered(after *float64, watched bool) string {
	switch {
	case after != nil && *after == 0:
		return "at once"
	case after != nil:
		return "within " + Seconds(*after)
	case watched:
		return "never"
	}
	return "not seen: the run ended before"
}

// drift is an endurance's change per hour.
func (p *page) drift(s *result.Scenario) {
	d := s.Drift
	if d == nil {
		return
	}
	if d.Reason != "" {
		p.item(2, piece{bold, "Drift:"}, piece{plain, "not known: " + d.Reason})
		return
	}
	t := table{header: []string{"drift", "per hour", "95 % interval"}, left: []bool{true, false, true}}
	for _, name := range sortedKeys(d.PerHour) {
		i := d.PerHour[name]
		t.add(piece{plain, strings.ReplaceAll(name, "_", " ")}, piece{plain, signed(i.Value)}, piece{dim, signed(i.Low) + " to " + signed(i.High)})
	}
	p.gap()
	p.table(2, t)
}

// signed shows a change as a percentage.
func signed(ratio float64) string {
	if ratio > 0 {
		return "+" + Percent(ratio)
	}
	return Percent(ratio)
}
