package dsl

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"plimsoll/dsl/plan"
)

// spelled is the node's text with its places; a value without a source of its own counts as brought in.
func (n node) spelled() (spelling, bool) {
	n = n.open()
	if e, is := n.expr.(*hclsyntax.TemplateExpr); is {
		return n.l.spell(e, n.scope)
	}
	if n.expr != nil {
		n.l.warnOfBraces(n.expr)
	}
	v, ok := n.constant()
	if !ok {
		return spelling{}, false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() {
		n.fail(fmt.Sprintf("%s takes text, not %s", n.name, friendly(v)), "Write it in quotes.")
		return spelling{}, false
	}
	s := spelling{name: n.rng.Filename, end: n.rng.End.Byte}
	positions := make([]int, len(text.AsString()))
	for i := range positions {
		positions[i] = n.rng.Start.Byte
	}
	s.write(text.AsString(), positions, false)
	return s, true
}

// template reads text that may hold {{ … }}.
func (n node) template() (plan.Text, bool) {
	s, ok := n.spelled()
	if !ok {
		return plan.Text{}, false
	}
	text := plan.Text{Range: n.l.between(s, 0, len(s.text))}
	literal := []byte{}
	flush := func() {
		if len(literal) > 0 {
			text.Parts = append(text.Parts, plan.Part{Literal: string(literal)})
			literal = nil
		}
	}
	for i := 0; i < len(s.text); {
		switch {
		case s.escaped(i):
			literal = append(literal, "{{"...)
			i += 3
		case s.opens(i):
			end, closed := s.closing(i + 2)
			if !closed {
				n.l.fail(n.l.between(s, i, i+2), "{{ without }}", "Close it, or write \\\\{{ to send it as it stands.")
				return text, false
			}
			e, ok := n.embedded(s, i, end)
			if !ok {
				return text, false
			}
			flush()
			text.Parts = append(text.Parts, plan.Part{Expr: &e})
			i = end + 2
		default:
			literal = append(literal, s.text[i])
			i++
		}
	}
	flush()
	return text, true
}

// embedded is the expression between the braces that open at start and close at end.
func (n node) embedded(s spelling, start, end int) (plan.Expression, bool) {
	inner := s.text[start+2 : end]
	left := len(inner) - len(bytes.TrimLeft(inner, " \t\r\n"))
	source := bytes.TrimSpace(inner)
	if len(source) == 0 {
		n.l.fail(n.l.between(s, start, end+2), "nothing stands between {{ and }}", "Name a variable, or write \\\\{{ to send it as it stands.")
		return plan.Expression{}, false
	}
	from := start + 2 + left
	return n.l.expressionOf(s, from, from+len(source)), true
}

// text reads constant text.
func (n node) text() (string, bool) {
	t, ok := n.template()
	if !ok {
		return "", false
	}
	text, constant := t.Literal()
	if !constant {
		for _, p := range t.Parts {
			if p.Expr != nil {
				n.l.fail(p.Expr.Range, fmt.Sprintf("%s is fixed when the plan is loaded: it holds no {{ … }}", n.name), "Use ${…} for a value that is known when the plan is loaded, or write \\\\{{ for the braces themselves.")
			}
		}
	}
	return text, constant
}

// expression reads an expression for the run.
func (n node) expression() (plan.Expression, bool) {
	s, ok := n.spelled()
	if !ok {
		return plan.Expression{}, false
	}
	for i := range s.text {
		if s.opens(i) {
			n.l.fail(n.l.between(s, i, i+2), n.name+" is an expression: names stand in it without {{ }}", "Write the name as it is, as in check = \"json.id == id\".")
			return plan.Expression{}, false
		}
	}
	if strings.TrimSpace(string(s.text)) == "" {
		n.fail(n.name+" is empty", "Write an expression, or leave it out.")
		return plan.Expression{}, false
	}
	return n.l.expressionOf(s, 0, len(s.text)), true
}

// expressionOf cuts an expression out of a text.
func (l *loader) expressionOf(s spelling, start, end int) plan.Expression {
	e := plan.Expression{Source: string(s.text[start:end]), Range: l.between(s, start, end)}
	for i := start; i < end; i++ {
		if s.at[i] != s.at[start]+i-start {
			e.Offsets = s.at[start:end]
			break
		}
	}
	return e
}

// opens reports whether {{ stands at i in the source itself.
func (s spelling) opens(i int) bool { return s.pair(i, '{') }

// escaped reports whether \{{ stands there.
func (s spelling) escaped(i int) bool {
	return s.text[i] == '\\' && s.literal[i] && s.pair(i+1, '{')
}

func (s spelling) pair(i int, c byte) bool {
	return i+1 < len(s.text) && s.text[i] == c && s.text[i+1] == c && s.literal[i] && s.literal[i+1]
}

// closing finds the }} that ends the expression that begins at i; braces and quotes inside of it are passed over.
func (s spelling) closing(i int) (int, bool) {
	depth, quote := 0, byte(0)
	for ; i < len(s.text); i++ {
		c := s.text[i]
		switch {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case s.pair(i, '}'):
			return i, true
		}
	}
	return 0, false
}

// between is the place of a part of a text.
func (l *loader) between(s spelling, start, end int) hcl.Range {
	from, to := s.end, s.end
	if start < len(s.at) {
		from = s.at[start]
	}
	if end < len(s.at) {
		to = max(s.at[end], from)
	}
	return l.place(s.name, from, to)
}

// place makes bytes of a file into a range.
func (l *loader) place(name string, from, to int) hcl.Range {
	return hcl.Range{Filename: name, Start: l.position(name, from), End: l.position(name, to)}
}
