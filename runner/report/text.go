package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"plimsoll/dsl/diag"
	"plimsoll/runner/result"
)

// Layout is how text is laid out. The zero Layout has no colours and is 100 columns wide.
type Layout struct {
	Ink   diag.Ink
	Width int // columns; 0 is 100, and less than 60 is 60
}

// Text writes the document for people: the verdict first, then each scenario, the requirements and the findings.
// Whatever the document holds, no control character reaches w but line feeds and, with Ink, colours.
func Text(w io.Writer, doc *result.Document, o Layout) error {
	p := newPage(o)
	p.verdict(doc)
	p.services(doc)
	for i := range doc.Scenarios {
		p.scenario(doc, &doc.Scenarios[i])
	}
	p.requirements(doc)
	p.findings(doc.Findings)
	p.gap()
	p.clocks(doc)
	p.line(0, piece{dim, origin(doc)})
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// verdict says how the run was judged, and why.
func (p *page) verdict(doc *result.Document) {
	took := doc.Ended.Sub(doc.Started).Seconds()
	what := fmt.Sprintf("%s in %s", plural(len(doc.Scenarios), "scenario"), Seconds(took))
	p.head(judged(doc.Verdict), doc.Plan.Path, what)
	p.reasons(doc.Cut, doc.Reasons)
}

// reasons says why something was judged as it was, and why it ended early, unless that is among them.
func (p *page) reasons(cut string, reasons []string) {
	if cut != "" && !slices.ContainsFunc(reasons, func(r string) bool { return strings.HasPrefix(r, "cut short") }) {
		p.item(2, piece{unsure, "!"}, piece{plain, "cut short: " + cut})
	}
	for _, reason := range reasons {
		p.item(2, piece{dim, "·"}, piece{plain, reason})
	}
}

// services says what was under load.
func (p *page) services(doc *result.Document) {
	p.gap()
	if doc.Plan.Description != "" {
		for _, line := range diag.Wrap(doc.Plan.Description, p.width-2) {
			p.line(2, piece{plain, line})
		}
	}
	t := table{left: []bool{true, true, true}}
	for _, s := range doc.Services {
		t.add(piece{bold, s.Name}, piece{plain, s.Endpoint}, piece{dim, simulated(s)})
	}
	p.table(2, t)
	for _, s := range doc.Services {
		for _, warning := range s.Warnings {
			p.item(2, piece{unsure, "!"}, piece{plain, s.Name + ": " + warning})
		}
	}
}

// judged is a verdict as it stands at the head of what it judges.
func judged(v result.Verdict) piece {
	switch v {
	case result.Pass:
		return piece{good, "✓ PASS"}
	case result.Fail:
		return piece{bad, "✗ FAIL"}
	}
	return piece{unsure, "? INCONCLUSIVE"}
}

// mark is a verdict as it stands in a table.
func mark(v result.Verdict) piece {
	switch v {
	case result.Pass:
		return piece{good, "✓"}
	case result.Fail:
		return piece{bad, "✗"}
	}
	return piece{unsure, "?"}
}

// simulated labels a service that is not real.
func simulated(s result.Service) string {
	switch {
	case !s.Simulated:
		return ""
	case s.Speed > 1:
		return "simulated, " + Count(s.Speed) + "×"
	}
	return "simulated"
}

// clocks says once which figures go by which time, where a scenario ran faster than it is told.
func (p *page) clocks(doc *result.Document) {
	if !slices.ContainsFunc(doc.Scenarios, func(s result.Scenario) bool { return s.Speed > 1 && len(s.Phases) > 0 }) {
		return
	}
	p.item(0, piece{dim, "×"}, piece{dim, "Faster than 1×: phases, windows, recovery, the timeline of ECS, its cost and its network are plan time; " +
		"latency, sessions, throughput and bytes sent and received are wall time."})
}

// origin is what is needed to repeat the run, or to ask about it.
func origin(doc *result.Document) string {
	return fmt.Sprintf("run %s, seed %d, plimsoll %s on %s/%s, %s", doc.Run, doc.Seed, doc.Version,
		doc.Generator.OS, doc.Generator.Arch, plural(int(doc.Generator.CPUs), "CPU"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}
