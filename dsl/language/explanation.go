package language

import (
	"fmt"
	"strconv"
	"strings"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/fact"
)

// section lays one explanation out: its title, what it is in a few words each, what it means, an example.
func section(title string, facts [][2]string, doc, example string) string {
	var b strings.Builder
	b.WriteString(title + "\n\n")
	for _, f := range facts {
		if f[1] != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", f[0], f[1])
		}
	}
	if len(facts) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(hung("", 2, doc))
	if example != "" {
		b.WriteString("\n")
		for line := range strings.SplitSeq(example, "\n") {
			b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
	}
	return b.String()
}

// columns is how wide explanations are.
const columns = 80

// hung lays a text out in lines that begin at a column, the first of them behind a head.
func hung(head string, column int, doc string) string {
	var b strings.Builder
	for _, line := range diag.Wrap(plain(doc), columns-column) {
		fmt.Fprintf(&b, "%-*s%s\n", column, head, line)
		head = ""
	}
	return b.String()
}

// plain takes the marks of Markdown away.
func plain(doc string) string { return strings.ReplaceAll(doc, "`", "") }

func explainBlock(b *Block) string {
	title := b.Name
	switch {
	case b.Unlabelled:
		title += fmt.Sprintf(" [\"<%s>\"]", b.Label)
	case b.Label != "":
		title += fmt.Sprintf(" \"<%s>\"", b.Label)
	}
	var out strings.Builder
	out.WriteString(section(title+" { … }   a block", nil, b.Doc, b.Example))
	if len(b.Attributes) > 0 {
		out.WriteString("\n  Attributes:\n")
		width := 0
		for _, a := range b.Attributes {
			width = max(width, len(a.Name))
		}
		for _, a := range b.Attributes {
			out.WriteString(hung("    "+a.Name, width+6, measured(&a)+defaultOf(&a)+": "+a.Doc))
		}
	}
	if len(b.Blocks) > 0 {
		out.WriteString("\n" + hung("  Blocks inside:", 17, Enumerate(b.Blocks, "and")))
	}
	return out.String()
}

func explainAttribute(title string, a *Attribute) string {
	text := section(title, [][2]string{{"type", typeOf(a)}, {"kind", kindOf(a.Type)}, {"unit", a.Unit}, {"default", a.Default}, {"range", rangeOf(a)}}, a.Doc, a.Example)
	if len(a.Fields) == 0 {
		return text
	}
	var out strings.Builder
	out.WriteString(text + "\n  Fields:\n")
	for _, f := range a.Fields {
		out.WriteString(hung("    "+f.Name, 15, measured(&f)+defaultOf(&f)+": "+f.Doc))
	}
	return out.String()
}

// measured is the type of an attribute with its unit.
func measured(a *Attribute) string {
	if a.Unit == "" {
		return typeOf(a)
	}
	return typeOf(a) + ", " + a.Unit
}

// typeOf is the type of an attribute, and whether it must be given.
func typeOf(a *Attribute) string {
	t := a.Type.String()
	switch {
	case a.Type == Choice:
		t = Enumerate(quoted(a.Values), "or")
	case a.Type == Counts:
		t += ", or " + Enumerate(quoted(a.Values), "or")
	case a.Type == Reference || a.Type == References:
		t += " to " + Article(Enumerate(a.Values, "or"))
	}
	if a.Required {
		t += ", required"
	}
	return t
}

// kindOf says of an attribute that is written as text when what stands in it is evaluated.
func kindOf(t Type) string {
	switch t {
	case Text, Texts, JSON:
		return "text: may hold {{ … }}, evaluated while the plan runs"
	case Expression, Expressions, Named:
		return "expression: evaluated while the plan runs, names stand in it without {{ }}"
	case Constant, Constants, Pairs, Choice, File, Duration, Percent, Percents, Rate, Date, Size, Durations:
		return "constant: fixed when the plan is loaded"
	}
	return ""
}

func defaultOf(a *Attribute) string {
	if a.Default == "" {
		return ""
	}
	return ", default " + a.Default
}

// rangeOf is the range of a number, as far as it is bounded by more than zero.
func rangeOf(a *Attribute) string {
	low, high := a.Amount(a.Min), a.Amount(a.Max)
	switch {
	case a.Max > 0:
		return low + " to " + high
	case a.Min > 0:
		return "at least " + low
	}
	return ""
}

// Amount writes a value of the attribute, in its base unit, as a plan would write it.
func (a *Attribute) Amount(v float64) string {
	switch a.Type {
	case Duration, Durations, Object: // of an object, its duration alone
		return fact.Time.Literal(v)
	case Percent, Percents:
		return fact.Ratio.Literal(v)
	case Rate:
		return fact.Rate.Literal(v)
	}
	return fact.Count.Literal(v)
}

func quoted(values []string) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = strconv.Quote(v)
	}
	return all
}
