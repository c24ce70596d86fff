package report

import (
	"slices"
	"strings"

	"plimsoll/runner/result"
)

// requirements is the table of what services must carry, and what was proven; services that no scenario was about are named
// below it.
func (p *page) requirements(doc *result.Document) {
	if len(doc.Requirements) == 0 {
		return
	}
	p.title("Requirements")
	t := table{
		header: []string{"", "service", "measure", "required", "proven", "", ""},
		left:   []bool{0: true, 1: true, 2: true, 5: true, 6: true},
	}
	var idle []string
	for _, r := range doc.Requirements {
		switch about := slices.ContainsFunc(doc.Scenarios, func(s result.Scenario) bool { return s.Service == r.Service }); {
		case about || r.Proven > 0 || r.Status != "not tested":
			t.add(met(r), piece{plain, r.Service}, piece{plain, strings.ReplaceAll(r.Measure, "_", " ")},
				piece{plain, amount(r, r.Required)}, proven(r), piece{plain, r.Status}, piece{dim, because(r)})
		case !slices.Contains(idle, r.Service):
			idle = append(idle, r.Service)
		}
	}
	p.table(2, t)
	if len(idle) > 0 {
		about := map[bool]string{true: "it", false: "them"}[len(idle) == 1]
		p.item(2, piece{unsure, "?"}, piece{plain, strings.Join(idle, ", ") + ": not tested: no scenario of this run is about " + about})
	}
}

// amount is so much of what a requirement measures, with its unit: 50/s, 200 calls.
func amount(r result.Requirement, v float64) string {
	if strings.HasSuffix(r.Measure, "rate") {
		return PerSecond(v)
	}
	return strings.TrimSpace(Count(v) + " " + r.Unit)
}

func met(r result.Requirement) piece {
	switch r.Status {
	case "met":
		return piece{good, "✓"}
	case "not met":
		return piece{bad, "✗"}
	}
	return piece{unsure, "?"}
}

func proven(r result.Requirement) piece {
	if r.Proven == 0 {
		return piece{dim, none}
	}
	return piece{plain, amount(r, r.Proven)}
}

// because says by what a requirement was proven, or why it was not.
func because(r result.Requirement) string {
	switch {
	case r.By == "":
		return r.Reason
	case r.Reason == "":
		return "by " + r.By + carriers(r.Tasks)
	}
	return "by " + r.By + carriers(r.Tasks) + ": " + r.Reason
}

// carriers says how many tasks carried it.
func carriers(n *result.TaskCount) string {
	switch {
	case n == nil:
		return ""
	case n.Most == 1:
		return ", at 1 task"
	}
	return ", at " + n.String() + " tasks"
}

// findings lists what was noticed, each with what to do about it.
func (p *page) findings(all []result.Finding) {
	if len(all) == 0 {
		return
	}
	p.title("Findings")
	for _, f := range all {
		p.item(2, piece{weight(f.Severity), f.Severity}, piece{plain, f.Subject + ", " + strings.ReplaceAll(f.ID, "_", " ") + ": " + f.Evidence})
		if f.Recommendation != "" {
			p.item(4, piece{dim, "→"}, piece{plain, f.Recommendation})
		}
	}
}

func weight(severity string) style {
	switch severity {
	case "must":
		return bad
	case "should":
		return unsure
	}
	return dim
}
