package report

import (
	"slices"
	"strings"

	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// drift is the rule whose findings stand among the differences, field by field.
const drift = "drift"

// noticed lists findings but for those that are shown elsewhere.
func (p *page) noticed(all []result.Finding, common []together) {
	for _, f := range all {
		if f.ID != drift && !slices.ContainsFunc(common, func(t together) bool { return t.same(f) }) {
			p.notice(f, "")
		}
	}
}

// notice is one finding: what was seen, and what to do.
func (p *page) notice(f result.Finding, of string) {
	mark := map[string]piece{"must": {bad, "✗"}, "should": {unsure, "!"}}[f.Severity]
	if mark.text == "" {
		mark = piece{dim, "·"}
	}
	text := of + f.Evidence
	if f.Comparison != "" {
		text += " (" + f.Comparison + ")"
	}
	p.item(2, mark, piece{plain, text + " [" + f.ID + "]"})
	if f.Recommendation != "" {
		p.item(4, piece{dim, "→"}, piece{dim, f.Recommendation})
	}
}

// drifted are the differences of what belongs to no service.
func (p *page) drifted(all []result.Finding) {
	for _, f := range all {
		if f.ID == drift {
			p.item(2, piece{bad, "✗"}, piece{plain, f.Evidence})
		}
	}
}

// together is a finding that several services share, and is said once.
type together struct {
	result.Finding
	services []string
}

func (t together) same(f result.Finding) bool {
	return t.ID == f.ID && t.Severity == f.Severity && t.Evidence == f.Evidence && t.Recommendation == f.Recommendation
}

// shared are the findings that more than one service has. What must change is said of each.
func shared(r *fleet.Report) []together {
	var all []together
	for _, s := range r.Services {
		for _, f := range s.Findings {
			if f.Severity == "must" {
				continue
			}
			i := slices.IndexFunc(all, func(t together) bool { return t.same(f) })
			if i < 0 {
				i, all = len(all), append(all, together{Finding: f})
			}
			all[i].services = append(all[i].services, s.Title)
		}
	}
	return slices.DeleteFunc(all, func(t together) bool { return len(t.services) < 2 })
}

// noticedTogether lists the findings of several services.
func (p *page) noticedTogether(all []together) {
	if len(all) == 0 {
		return
	}
	p.title("Several services")
	for _, t := range all {
		p.notice(t.Finding, strings.Join(t.services, ", ")+": ")
	}
}
