package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"plimsoll/dsl/diag"
	"plimsoll/runner/machine"
)

// chart is what doctor shows to people. Lines with settings are never broken, so that they can be copied.
type chart struct {
	ink diag.Ink
	answer
}

// The columns of the tables of estimates.
const (
	labels  = 26
	figures = 12
)

func (c chart) text() string {
	sections := []string{c.found(), c.carries(), c.rates(), c.unread(), c.advice(), c.verdict()}
	sections = slices.DeleteFunc(sections, func(s string) bool { return s == "" })
	return strings.Join(sections, "\n")
}

// found is what there is of each resource, marked by whether it is enough.
func (c chart) found() string {
	var b strings.Builder
	b.WriteString(c.ink.Bold(diag.Line(c.Title())) + "\n")
	if place := c.Place(); place != "" {
		b.WriteString(c.ink.Dim(diag.Line(place)) + "\n")
	}
	b.WriteByte('\n')
	lines := c.Lines()
	name, value := 0, len("unknown here")
	for _, l := range lines {
		name, value = max(name, width(string(l.Resource))), max(value, width(l.Value))
	}
	for _, l := range lines {
		mark, shown := c.mark(l.Resource), l.Value
		if shown == "" {
			mark, shown = c.ink.Dim("–"), "unknown here"
		}
		row := fmt.Sprintf("  %s  %s  %s  %s", mark, left(string(l.Resource), name), left(shown, value), c.ink.Dim(diag.Line(l.Detail)))
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	return b.String()
}

// mark shows whether something must, should or need not be changed.
func (c chart) mark(resource machine.Resource) string {
	for _, a := range c.Advice {
		if a.Resource == resource {
			return c.sign(a.Must)
		}
	}
	return c.ink.Green("✓")
}

func (c chart) sign(must bool) string {
	if must {
		return c.ink.Red("✗")
	}
	return c.ink.Yellow("!")
}

// carries is how many connections each limit allows; the smallest of a column stands out.
func (c chart) carries() string {
	if len(c.Limits) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(c.ink.Bold(left("Connections it should carry", labels+2)))
	for _, p := range machine.Protocols() {
		b.WriteString(c.ink.Dim(right(title(p), figures)))
	}
	b.WriteByte('\n')
	for _, l := range c.Limits {
		b.WriteString("  " + left(string(l.Resource), labels))
		var first []string
		for _, p := range machine.Protocols() {
			cell := right(most(l.Of(p)), figures)
			if _, by := c.Carries(p); by == l.Resource {
				cell = c.ink.Bold(cell)
				first = append(first, title(p))
			}
			b.WriteString(cell)
		}
		b.WriteString(c.note(l.Resource, first) + "\n")
	}
	return b.String()
}

// note says what is special about a limit: that it is the first to bind, and what it is about.
func (c chart) note(resource machine.Resource, first []string) string {
	text := ""
	switch {
	case len(first) == len(machine.Protocols()):
		text = "  ← first"
	case len(first) > 0:
		text = "  ← first for " + strings.Join(first, ", ")
	}
	if resource == machine.ResourcePorts {
		text += c.ink.Dim("  to one address and port of a service")
	}
	return text
}

func title(p machine.Protocol) string {
	switch p {
	case machine.TLS:
		return "TLS"
	case machine.HTTP2:
		return "HTTP/2"
	}
	return "plain"
}

// rates is how much the machine can send.
func (c chart) rates() string {
	if c.Rates.Requests == 0 {
		return ""
	}
	text := c.ink.Bold("Requests a second it should send") + "\n" +
		"  " + left("kept connections", labels) + right(machine.Thousands(c.Rates.Requests), figures) + c.ink.Dim("  plain HTTP/1.1, small answers: CPU") + "\n"
	if c.Rates.Fresh > 0 {
		text += "  " + left("fresh connections", labels) + right(machine.Thousands(c.Rates.Fresh), figures) + c.ink.Dim("  each closed after its request: "+string(c.Rates.FreshBy)) + "\n"
	}
	return text
}

func (c chart) unread() string {
	if len(c.Unread) == 0 {
		return ""
	}
	text := c.ink.Bold("Could not be read") + "\n"
	for _, u := range c.Unread {
		text += "  " + c.ink.Yellow("!") + "  " + diag.Line(u.What) + ": " + diag.Line(u.Why) + "\n"
	}
	return text
}

// advice is what to change, with the exact settings.
func (c chart) advice() string {
	if len(c.Advice) == 0 {
		return ""
	}
	text := c.ink.Bold("To change") + "\n"
	for _, a := range c.Advice {
		text += "  " + c.sign(a.Must) + "  " + diag.Line(a.Why) + "\n"
		column := 0
		for _, s := range a.Settings {
			column = max(column, width(s.Where))
		}
		for _, s := range a.Settings {
			text += "       " + c.ink.Dim(left(s.Where, column)) + "  " + diag.Line(s.Line) + "\n"
		}
	}
	return text
}

// verdict answers what was asked; it comes last, where the eye is.
func (c chart) verdict() string {
	if c.Asked == nil {
		return ""
	}
	what := fmt.Sprintf("%s %s connections", machine.Thousands(c.Asked.Connections), title(c.Asked.Protocol))
	limit, by := c.Carries(c.Asked.Protocol)
	switch {
	case c.Asked.Fits == nil:
		return c.ink.Yellow("?") + " Whether " + what + " fit is not known: " + unknown(c.Unknown()) + " cannot be read here.\n"
	case *c.Asked.Fits:
		return c.ink.Green("✓") + fmt.Sprintf(" %s fit: %s allow %s.\n", what, by, most(limit))
	}
	return c.ink.Red("✗") + fmt.Sprintf(" %s do not fit: %s allow %s.\n", what, by, most(limit))
}

func unknown(all []machine.Resource) string {
	var names []string
	for _, r := range all {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// most shows an estimate; beyond a thousand million it is no limit that anybody meets.
func most(n int64) string {
	if n >= 1e9 {
		return "no limit"
	}
	return machine.Thousands(n)
}

func width(s string) int { return utf8.RuneCountInString(s) }

func left(s string, columns int) string  { return s + strings.Repeat(" ", max(0, columns-width(s))) }
func right(s string, columns int) string { return strings.Repeat(" ", max(0, columns-width(s))) + s }
