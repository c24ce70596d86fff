package language

import (
	"fmt"
	"strconv"
	"strings"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
)

// preface is what the reference says ahead of its tables.
const preface = `# The language of plans

This page is generated from the tables that the loader itself uses; ` + "`plimsoll explain <topic>`" + ` prints any entry of it.

A plan is a folder of ` + "`*.hcl`" + ` files, or a single one. Two languages meet in it, at two moments:

- **HCL, when the plan is loaded**: ` + "`${…}`, `var.name`, `local.name`, `each.key`, `service.chat.requirement.users`" + ` and the functions below.
  Everything is resolved once. Blocks refer to each other by name, as in ` + "`service.chat`, `service.web[\"eu\"]`, `flow.ask`" + `, in any order.
- **Expressions, while the plan runs**: conditions, checks and assertions, and ` + "`{{ … }}`" + ` inside texts. They are compiled and checked when the
  plan is loaded, and never parsed during a run. Durations (` + "`800ms`, `2m30s`" + `), percentages (` + "`1%`" + `) and US dollars (` + "`$5`" + `) are written as they are read;
  comparing a time with a bare number is an error.

Every attribute that is written as text is one of three: **text** may hold ` + "`{{ … }}`" + `, an **expression** is one, without braces, and
**constant** text is fixed when the plan is loaded. ` + "`{{`" + ` counts only where it stands in the file itself, never in what ` + "`${…}`" + `, a variable or a
file brought in; ` + "`\\\\{{`" + ` sends the braces as they are, and for HCL's own ` + "`%{` and `${` there are `%%{` and `$${`" + `.

Durations, percentages and rates are text with their unit: ` + "`\"10s\"`, `\"75%\"`, `\"200/s\"`" + `. Paths are relative to the file that names them, and stay
inside the repository. Variables come from ` + "`--var`, `--var-file`, `PLIMSOLL_VAR_<name>`" + ` and their default, in this order. A sensitive one
is hidden in every output, together with what is made from it, as it stands and as URLs, JSON and base64 write it.
`

// Markdown is the language reference, made from the tables of the language, the facts and the expressions.
func Markdown() []byte {
	var b strings.Builder
	b.WriteString(preface)
	l := New()
	fmt.Fprintf(&b, "\n## Blocks\n\nAt the top level stand %s.\n", Enumerate(code(l.Root.Blocks), "and"))
	fmt.Fprintf(&b, "Not supported by this version, and refused: %s.\n", Enumerate(code(l.Root.Later), "and"))
	for _, block := range l.Blocks {
		writeBlock(&b, block)
	}
	writeMetrics(&b)
	writeFunctions(&b)
	writeExpressions(&b)
	writeFacts(&b)
	b.WriteString("\n## Functions in assertions\n\n| function | meaning | example |\n|---|---|---|\n")
	for _, f := range expr.AssertionFunctions() {
		row(&b, "`"+f.Signature+"`", f.Doc, "`"+f.Example+"`")
	}
	return []byte(b.String())
}

func writeBlock(b *strings.Builder, block *Block) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n```hcl\n%s\n```\n", block.Name, block.Doc, block.Example)
	if len(block.Attributes) > 0 {
		b.WriteString("\n| attribute | type | default | meaning |\n|---|---|---|---|\n")
	}
	for _, a := range block.Attributes {
		writeAttribute(b, "", &a)
	}
	if len(block.Blocks) > 0 {
		fmt.Fprintf(b, "\nBlocks inside: %s.\n", Enumerate(code(block.Blocks), "and"))
	}
	if len(block.Later) > 0 {
		fmt.Fprintf(b, "\nNot supported by this version, and refused: %s.\n", Enumerate(code(block.Later), "and"))
	}
}

func writeAttribute(b *strings.Builder, within string, a *Attribute) {
	t := typeOf(a)
	if a.Unit != "" {
		t += ", " + a.Unit
	}
	if r := rangeOf(a); r != "" {
		t += ", " + r
	}
	fallback := ""
	if a.Default != "" {
		fallback = "`" + a.Default + "`"
	}
	row(b, "`"+within+a.Name+"`", t, fallback, a.Doc)
	for _, f := range a.Fields {
		writeAttribute(b, within+a.Name+".", &f)
	}
}

// writeMetrics lists what an alarm or a metric block need not say.
func writeMetrics(b *strings.Builder) {
	b.WriteString("\n## Metrics known by name\n\nOf these an `alarm` and a `metric` need not say more than the name. `for` and `missing` are those of an alarm.\n")
	b.WriteString("\n| metric | namespace | statistic | unit | for | missing |\n|---|---|---|---|---|---|\n")
	for _, m := range Metrics() {
		row(b, "`"+m.Name+"`", "`"+m.Namespace+"`", m.Statistic, m.Unit, strconv.Itoa(m.For), m.Missing)
	}
}

func writeFunctions(b *strings.Builder) {
	b.WriteString("\n## Functions while the plan is loaded\n\n| function | meaning | example |\n|---|---|---|\n")
	for _, f := range Functions() {
		row(b, "`"+f.Signature+"`", f.Doc, "`"+f.Example+"`")
	}
}

func writeExpressions(b *strings.Builder) {
	b.WriteString("\n## Expressions in flows\n\nBesides these names, an expression reads what the flow saved or set, and `data.<name>.<column>`.\n")
	b.WriteString("What is absent is an error, unless it is asked for with `has(json.session)`, `??` or `?.`.\n")
	b.WriteString("\n| name | type | can be read | meaning | example |\n|---|---|---|---|---|\n")
	for _, n := range expr.FlowNames() {
		row(b, "`"+n.Name+"`", n.Type, n.When, n.Doc, "`"+n.Example+"`")
	}
	b.WriteString("\n| function | meaning | example |\n|---|---|---|\n")
	for _, f := range expr.Functions() {
		row(b, "`"+f.Signature+"`", f.Doc, "`"+f.Example+"`")
	}
}

// Prefixes of facts that are known of more than the whole scenario.
const (
	ofStep  = "step.<flow>.<step>."
	ofPhase = "phase.<phase>."
)

// writeFacts lists the facts, each once: those of steps and phases have the same names behind a prefix.
func writeFacts(b *strings.Builder) {
	b.WriteString("\n## Facts\n\nWhat an assertion may speak of. Bare, a fact is over the measured time of the whole scenario. Of a step it stands behind\n")
	fmt.Fprintf(b, "`%s`, of a phase behind `%s`, of a step in a phase behind both. Names in angle brackets are the plan's; those that\n", ofStep, ofPhase)
	b.WriteString("are no identifiers stand in brackets, as in `phase['100'].latency.p95`. A fact that is known in windows can be judged by an `sla` with a `window`.\n")
	b.WriteString("\n| fact | type | also of | in windows | meaning | example |\n|---|---|---|---|---|---|\n")
	facts := map[string]bool{}
	for _, f := range fact.All() {
		facts[f.Path] = true
	}
	for _, f := range fact.All() {
		if facts[strings.TrimPrefix(f.Path, ofPhase)] && strings.HasPrefix(f.Path, ofPhase) || facts[strings.TrimPrefix(f.Path, ofStep)] && strings.HasPrefix(f.Path, ofStep) {
			continue
		}
		var also []string
		for _, place := range [][2]string{{ofStep, "steps"}, {ofPhase, "phases"}} {
			if facts[place[0]+f.Path] {
				also = append(also, place[1])
			}
		}
		windowed := ""
		if f.Windowed {
			windowed = "yes"
		}
		row(b, "`"+f.Path+"`", f.Dimension.String(), strings.Join(also, ", "), windowed, Sentence(f.Doc), "`"+f.Example+"`")
	}
}

// row writes one row of a table; a bar inside a cell would end it.
func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}

func code(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = "`" + n + "`"
	}
	return all
}
