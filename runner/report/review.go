package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
)

// Review writes a review of the fleet for people: what must change first, then each service, and what all of it costs.
func Review(w io.Writer, r *fleet.Report, o Layout) error {
	p := newPage(o)
	p.reviewed(r)
	common := shared(r)
	for i := range r.Services {
		p.reviewService(&r.Services[i], common)
	}
	p.noticedTogether(common)
	if len(r.Findings) > 0 {
		p.title("The account")
		p.drifted(r.Findings)
		p.noticed(r.Findings, nil)
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
	verdict := piece{good, "✓ nothing must change"}
	if !r.Clean() {
		verdict = piece{bad, "✗ " + plural(counts["must"], "thing") + " must change"}
	}
	about := fmt.Sprintf("%s, %d should change, %s", plural(len(r.Services), "service"), counts["should"]+r.Hushed, r.At.UTC().Format("2006-01-02 15:04 UTC"))
	p.head(verdict, r.Plan, about)
}

func (p *page) reviewService(s *fleet.ServiceReview, common []together) {
	p.gap()
	about := strings.Trim(s.Place+", "+s.Environment, ", ")
	if s.Has != nil && s.Has.Owner != "" {
		about += ", owned by " + s.Has.Owner
	}
	p.head(standing(s), s.Title, about)
	p.setups(s)
	p.demands(s.Required)
	p.differences(s.Differs)
	p.noticed(s.Findings, common)
	p.strays(s)
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

// costs are the scenarios of cost.
func (p *page) costs(r *fleet.Report) {
	for _, c := range r.Costs {
		where := strings.Trim(c.Account+" "+c.Region, " ")
		p.title("Cost a month" + strings.TrimRight(" in "+where, " "))
		t := table{header: []string{"", "tasks", "now", "tasks", "as desired"}, left: []bool{true}}
		for _, row := range c.Rows {
			if row.Tasks+row.DesiredTasks == 0 { // none has a price
				continue
			}
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
		if h.Permission != "" && !strings.Contains(h.Reason, h.Permission) {
			text += "; allow " + h.Permission
		}
		p.item(2, piece{unsure, "!"}, piece{plain, text})
	}
	p.unchecked(r.Unchecked)
}

// unchecked names the rules that could not be checked, those of one reason together.
func (p *page) unchecked(all []fleet.Unchecked) {
	for _, g := range skips(all) {
		who := ""
		if g.services[0] != "" {
			who = strings.Join(g.services, ", ") + ": "
		}
		p.item(2, piece{dim, "·"}, piece{dim, who + g.why + " (not checked: " + strings.ReplaceAll(g.rules, "_", " ") + ")"})
	}
}

// skipped is why the same rules could not be checked of some services.
type skipped struct {
	why, rules string
	services   []string
}

func skips(all []fleet.Unchecked) []skipped {
	var each []skipped // by service
	for _, u := range all {
		i := slices.IndexFunc(each, func(g skipped) bool { return g.why == u.Why && g.services[0] == u.Service })
		if i < 0 {
			each = append(each, skipped{u.Why, u.Rule, []string{u.Service}})
		} else {
			each[i].rules += ", " + u.Rule
		}
	}
	var groups []skipped
	for _, one := range each {
		i := slices.IndexFunc(groups, func(g skipped) bool { return g.why == one.why && g.rules == one.rules })
		if i < 0 {
			groups = append(groups, one)
		} else {
			groups[i].services = append(groups[i].services, one.services...)
		}
	}
	return groups
}
