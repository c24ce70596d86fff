package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"plimsoll/dsl/diag"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// Review writes a review of the fleet for people: what must change first, then each service, and what all of it costs.
func Review(w io.Writer, r *fleet.Report, o Layout) error {
	p := newPage(o)
	p.reviewed(r)
	for i := range r.Services {
		p.reviewService(&r.Services[i])
	}
	if len(r.Findings) > 0 {
		p.title("The account")
		p.noticed(r.Findings)
	}
	p.costs(r)
	p.aside(r)
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the review: %w", err)
	}
	return nil
}

// reviewed is the verdict.
func (p *page) reviewed(r *fleet.Report) {
	counts := map[string]int{}
	for _, f := range r.All() {
		counts[f.Severity]++
	}
	verdict := piece{good, "✓ CLEAN"}
	if !r.Clean() {
		verdict = piece{bad, "✗ " + plural(counts["must"], "thing") + " must change"}
	}
	about := fmt.Sprintf("%s, %d should change, %s", plural(len(r.Services), "service"), counts["should"], r.At.UTC().Format("2006-01-02 15:04 UTC"))
	p.head(verdict, r.Plan, about)
}

func (p *page) reviewService(s *fleet.ServiceReview) {
	p.gap()
	p.head(standing(s), s.Title, strings.Trim(s.Place+", "+s.Environment, ", "))
	if s.Missing != "" {
		p.item(2, piece{bad, "✗"}, piece{plain, s.Missing})
	}
	p.setups(s)
	p.demands(s.Required)
	p.differences(s.Differs)
	p.noticed(s.Findings)
	p.sized(s)
}

// standing is the gravest of a service's findings.
func standing(s *fleet.ServiceReview) piece {
	gravest := piece{good, "✓"}
	for _, f := range s.Findings {
		switch {
		case f.Severity == "must":
			return piece{bad, "✗"}
		case f.Severity == "should":
			gravest = piece{unsure, "!"}
		}
	}
	return gravest
}

// setups are what ECS has, and what the plan desires where that is something else, each with what it costs.
func (p *page) setups(s *fleet.ServiceReview) {
	t := table{left: []bool{true, true, true, true, true, true, true}}
	if s.Has != nil {
		counts := fmt.Sprintf("%d running, ", s.Has.Running)
		t.add(append([]piece{{dim, "has"}}, setup(s.Has.Setup, counts, monthly(s.Cost, false))...)...)
	}
	if s.Desired != nil {
		t.add(append([]piece{{dim, "wants"}}, setup(*s.Desired, "", monthly(s.Cost, true))...)...)
	}
	p.table(2, t)
}

// setup is one as cells.
func setup(s fleet.Setup, counts, cost string) []piece {
	size := none
	if s.CPU > 0 || s.Memory > 0 {
		size = fmt.Sprintf("%d/%d", s.CPU, s.Memory)
	}
	bounds := fmt.Sprintf("%s%d–%d tasks", counts, s.Min, s.Max)
	if !s.Scales {
		bounds = fmt.Sprintf("%s%s, no scaling", counts, plural(s.Max, "task"))
	}
	var tracks []string
	cooldown := ""
	for _, track := range s.Tracks {
		target := Percent(track.Target)
		if track.Track != "cpu" && track.Track != "memory" {
			target = number(track.Target)
		}
		tracks = append(tracks, track.Track+" "+target)
		cooldown = "cooldown " + Seconds(track.Out) + " out, " + Seconds(track.In) + " in"
	}
	return []piece{
		{plain, size}, {plain, bounds}, {plain, strings.Join(tracks, ", ")}, {plain, cooldown},
		{plain, plural(len(s.Alarms), "alarm")}, {plain, cost},
	}
}

// monthly is what a service costs between its bounds.
func monthly(c *fleet.Cost, desired bool) string {
	switch {
	case c == nil, c.Unpriced != "":
		return ""
	case desired:
		return Money(c.Desired.Min) + "–" + Money(c.Desired.Max) + " a month"
	}
	return Money(c.Min) + "–" + Money(c.Max) + " a month"
}

// demands are what a service must carry, with what was proven and seen.
func (p *page) demands(all []fleet.Demand) {
	t := table{left: []bool{true, true, false, true, true}}
	for _, d := range all {
		row := d.Requirement
		unit := cmp.Or(d.Unit, "")
		text := row.Status
		if row.Proven > 0 {
			text += ", proven " + Count(row.Proven)
			if row.Tasks != nil {
				text += " by " + taskCount(*row.Tasks)
			}
		}
		seen := ""
		if d.Seen != nil {
			seen = "seen " + number(*d.Seen)
			if d.SeenOn != nil {
				seen += " on " + d.SeenOn.Format("2006-01-02")
			}
		}
		t.add(met(row), piece{plain, strings.ReplaceAll(row.Measure, "_", " ")}, piece{plain, strings.TrimSpace(Count(row.Required) + " " + unit)},
			piece{plain, text}, piece{dim, strings.Trim(seen+"; "+row.Reason, "; ")})
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
	t := table{left: []bool{true, true, true, true, true, true}}
	for _, d := range all {
		if d.Refused != "" {
			t.add(piece{bad, "✗"}, piece{plain, d.ID}, piece{}, piece{}, piece{}, piece{plain, "not as desired, and not to be written: " + d.Refused})
		}
		for _, f := range d.Fields {
			t.add(fieldRow(f)...)
		}
	}
	p.table(2, t)
}

// fieldRow is one difference: ✗ cpu  2048 → 1024.
func fieldRow(f fleet.Field) []piece {
	return []piece{{bad, "✗"}, {plain, f.Name}, {plain, cmp.Or(f.Before, "not set")}, {dim, "→"}, {bold, cmp.Or(f.After, "not set")}, {}}
}

// noticed lists findings but for drift, which stands among the differences.
func (p *page) noticed(all []result.Finding) {
	for _, f := range all {
		if f.Comparison == fleet.DesiredECS {
			continue
		}
		mark := map[string]piece{"must": {bad, "✗"}, "should": {unsure, "!"}}[f.Severity]
		if mark.text == "" {
			mark = piece{dim, "·"}
		}
		text := f.Evidence
		if f.Comparison != "" {
			text += " (" + f.Comparison + ")"
		}
		p.item(2, mark, piece{plain, text})
		if f.Recommendation != "" {
			p.item(4, piece{dim, "→"}, piece{dim, f.Recommendation + " [" + f.ID + "]"})
		}
	}
}

// sized is what sizing reckons, and what it suggests.
func (p *page) sized(s *fleet.ServiceReview) {
	if s.Sizing != nil {
		p.item(2, piece{dim, "·"}, piece{plain, fmt.Sprintf("sized by what was proven: %d–%d tasks, cpu %s", s.Sizing.Min, s.Sizing.Max, Percent(s.Sizing.Target))})
		for _, line := range s.Sizing.Arithmetic {
			p.item(4, piece{dim, "·"}, piece{dim, line})
		}
	}
	if r := s.RightSize; r != nil {
		text := fmt.Sprintf("right size: %d/%d in place of %d/%d", r.To.CPU, r.To.Memory, r.From.CPU, r.From.Memory)
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

func saving(usd float64) string {
	if usd < 0 {
		return Money(-usd) + " more"
	}
	return Money(usd) + " less"
}

// costs are the scenarios of cost.
func (p *page) costs(r *fleet.Report) {
	for _, c := range r.Costs {
		where := strings.Trim(c.Account+" "+c.Region, " ")
		p.title("Cost a month" + strings.TrimRight(" in "+where, " "))
		t := table{header: []string{"", "tasks", "now", "tasks", "as desired"}, left: []bool{true}}
		for _, row := range c.Rows {
			t.add(piece{plain, row.Name}, piece{plain, Count(row.Tasks)}, piece{plain, Money(row.Cost)}, piece{plain, Count(row.DesiredTasks)}, piece{plain, Money(row.DesiredCost)})
		}
		p.table(2, t)
		for _, why := range c.Unpriced {
			p.item(2, piece{unsure, "!"}, piece{plain, "without " + why})
		}
		p.item(2, piece{dim, "·"}, piece{dim, fmt.Sprintf("%s; prices of %s", r.Leaves, c.Priced.Format("2006-01-02"))})
	}
}

// aside is what was left out, and why.
func (p *page) aside(r *fleet.Report) {
	if len(r.Exempt)+len(r.Unplanned)+len(r.Hidden)+len(r.Unchecked) == 0 {
		return
	}
	p.title("Not reviewed")
	for _, name := range sortedKeys(r.Exempt) {
		p.item(2, piece{dim, "·"}, piece{plain, name + " is exempt: " + r.Exempt[name]})
	}
	for _, name := range r.Unplanned {
		p.item(2, piece{unsure, "!"}, piece{plain, name + " is in the cluster, and neither in the plan nor exempt"})
	}
	for _, h := range r.Hidden {
		text := strings.TrimLeft(h.Service+": "+h.What+" could not be read: "+h.Reason, ": ")
		if h.Permission != "" {
			text += "; allow " + h.Permission
		}
		p.item(2, piece{unsure, "!"}, piece{plain, text})
	}
	p.unchecked(r.Unchecked)
}

// unchecked names the rules that could not be checked, those of one reason together.
func (p *page) unchecked(all []fleet.Unchecked) {
	rules := map[string][]string{}
	var order []string
	for _, u := range all {
		key := strings.TrimLeft(u.Service+": "+u.Why, ": ")
		if rules[key] == nil {
			order = append(order, key)
		}
		rules[key] = append(rules[key], strings.ReplaceAll(u.Rule, "_", " "))
	}
	for _, key := range order {
		p.item(2, piece{dim, "·"}, piece{dim, key + " (not checked: " + strings.Join(rules[key], ", ") + ")"})
	}
}
