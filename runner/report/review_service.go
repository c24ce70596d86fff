package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/diag"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// setups are what ECS has, and what the plan desires where that is something else, each with what it costs.
func (p *page) setups(s *fleet.ServiceReview) {
	t := table{
		header: []string{"", "CPU/MiB", "tasks", "alarms", "a month", "cooldown", "tracks"},
		left:   []bool{0: true, 1: true, 5: true, 6: true},
	}
	if s.Has != nil {
		t.add(append([]piece{{dim, "has"}}, setup(s.Has.Setup, Count(s.Has.Running)+" of ", monthly(s.Cost, false))...)...)
	}
	if s.Desired != nil {
		t.add(append([]piece{{dim, "wants"}}, setup(*s.Desired, "", monthly(s.Cost, true))...)...)
	}
	p.table(2, t)
}

// setup is one as cells.
func setup(s fleet.Setup, running, cost string) []piece {
	size := none
	if s.CPU > 0 || s.Memory > 0 {
		size = fmt.Sprintf("%d/%d", s.CPU, s.Memory)
	}
	tasks, tracks, cooldown := fmt.Sprintf("%s%d–%d", running, s.Min, s.Max), []string{}, ""
	if s.Min == s.Max {
		tasks = fmt.Sprintf("%s%d", running, s.Max)
	}
	switch {
	case s.Suspended:
		tracks = append(tracks, "suspended")
	case !s.Scales:
		tracks = append(tracks, "nothing")
	}
	for _, track := range s.Tracks {
		target := Percent(track.Target)
		if track.Track != "cpu" && track.Track != "memory" {
			target = Count(track.Target)
		}
		tracks = append(tracks, track.Track+" "+target)
		cooldown = rest(track.Out) + " out, " + rest(track.In) + " in"
	}
	return []piece{
		{plain, size}, {plain, tasks}, {plain, Count(len(s.Alarms))}, {plain, cost},
		{plain, cooldown}, {plain, strings.Join(tracks, ", ")},
	}
}

// rest is a cooldown in seconds.
func rest(seconds float64) string {
	if seconds == 0 {
		return "0 s"
	}
	return Seconds(seconds)
}

// monthly is what a service costs between its bounds.
func monthly(c *fleet.Cost, desired bool) string {
	switch {
	case c == nil, c.Unpriced != "":
		return ""
	case desired:
		return Money(c.Desired.Min) + "–" + Money(c.Desired.Max)
	}
	return Money(c.Min) + "–" + Money(c.Max)
}

// demands are what a service must carry, with what was proven and seen.
func (p *page) demands(all []fleet.Demand) {
	t := table{left: []bool{true, true, false, true, true}}
	for _, d := range all {
		row := d.Requirement
		text, why := row.Status, row.Reason
		if row.Proven == 0 { // a finding says so
			why = ""
		}
		if row.Proven > 0 {
			text += ", proven " + Count(row.Proven)
			if row.Tasks != nil {
				text += " by " + taskCount(*row.Tasks)
			}
		}
		seen := ""
		if d.Seen != nil {
			seen = "seen " + Count(*d.Seen)
			if d.SeenOn != nil {
				seen += " on " + d.SeenOn.Format("2006-01-02")
			}
		}
		t.add(met(row), piece{plain, strings.ReplaceAll(row.Measure, "_", " ")}, piece{plain, strings.TrimSpace(Count(row.Required) + " " + d.Unit)},
			piece{plain, text}, piece{dim, strings.Trim(seen+"; "+why, "; ")})
	}
	p.table(2, t)
}

func taskCount(t result.TaskCount) string {
	if t.Least == t.Most {
		return plural(t.Most, "task")
	}
	return fmt.Sprintf("%d to %d tasks", t.Least, t.Most)
}

// differences are what adjust would change.
func (p *page) differences(all []fleet.Difference) {
	t := table{left: []bool{true, true, true, true, true}}
	for _, d := range all {
		for _, f := range d.Fields {
			t.add(fieldRow(f)...)
		}
	}
	p.table(2, t)
}

// strays are where a service is not set up like the one that it mirrors.
func (p *page) strays(s *fleet.ServiceReview) {
	t := table{header: []string{"", s.Title, s.Mirrors}, left: []bool{true, true, true}}
	for _, f := range s.Strays {
		t.add(piece{dim, f.Name}, piece{plain, cmp.Or(f.Before, "not set")}, piece{plain, cmp.Or(f.After, "not set")})
	}
	if len(s.Strays) > 0 {
		p.table(4, t)
	}
}

// fieldRow is one difference: ✗ cpu  2048 → 1024.
func fieldRow(f fleet.Field) []piece {
	return []piece{{bad, "✗"}, {plain, f.Name}, {plain, cmp.Or(f.Before, "not set")}, {dim, "→"}, {bold, cmp.Or(f.After, "not set")}}
}

// sized is what sizing reckons, and what it suggests.
func (p *page) sized(s *fleet.ServiceReview) {
	if s.Sizing != nil {
		p.item(2, piece{dim, "·"}, piece{plain, fmt.Sprintf("sized by what was proven: %d–%d tasks, cpu %s", s.Sizing.Min, s.Sizing.Max, Percent(s.Sizing.Target))})
		for _, line := range s.Sizing.Arithmetic {
			p.item(4, piece{dim, "·"}, piece{dim, line})
		}
	}
	if r := s.RightSize; r != nil && !resized(s.Findings) {
		text := fmt.Sprintf("right size: %d CPU units and %d MiB in place of %d and %d", r.To.CPU, r.To.Memory, r.From.CPU, r.From.Memory)
		if r.Saving != nil {
			text += fmt.Sprintf(", %s a month at the minimum", saving(*r.Saving))
		}
		p.item(2, piece{dim, "·"}, piece{plain, text})
		p.item(4, piece{dim, "·"}, piece{dim, r.Reason})
	}
	if s.Suggested != "" {
		p.gap()
		for line := range strings.Lines(s.Suggested) {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			p.line(4+indent, piece{plain, diag.Line(strings.TrimSpace(line))})
		}
	}
}

// resized reports whether a finding says already that another size would be right.
func resized(all []result.Finding) bool {
	return slices.ContainsFunc(all, func(f result.Finding) bool { return strings.HasPrefix(f.ID, "size_") })
}

func saving(usd float64) string {
	if usd < 0 {
		return Money(-usd) + " more"
	}
	return Money(usd) + " less"
}
