package dsl

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// describe is the description of an attribute that the language is known to have.
func describe(b *block, name string) *language.Attribute {
	a, ok := b.schema.Attribute(name)
	if !ok {
		panic(fmt.Sprintf("the language describes no attribute %s of %s", name, b.schema.Name))
	}
	return a
}

// template reads text that may hold {{ … }}, the zero Text where there is none.
func (b *block) template(name string) plan.Text {
	n, _, ok := b.attribute(name)
	if !ok {
		return plan.Text{}
	}
	text, _ := n.template()
	return text
}

// templates reads an object of texts.
func (b *block) templates(name string) []plan.Field {
	return b.fields(name, func(member, plan.Text) {})
}

// headers reads an object of texts as headers; a name or a value that could break out of its line is a mistake.
func (b *block) headers(name string) []plan.Field {
	return b.fields(name, func(m member, text plan.Text) {
		if !httpguts.ValidHeaderFieldName(m.name) {
			b.l.fail(m.key, fmt.Sprintf("%q is no name of a header", m.name), "It has letters, digits and - only, as in \"Content-Type\".")
		}
		if slices.ContainsFunc(text.Parts, func(p plan.Part) bool { return strings.ContainsAny(p.Literal, "\r\n\x00") }) {
			m.fail(fmt.Sprintf("the header %s holds a line break", m.name), "A header is one line; `trimspace(…)` takes away the end of a file's last line.")
		}
	})
}

// fields reads an object of texts, and checks each.
func (b *block) fields(name string, check func(member, plan.Text)) []plan.Field {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	members, _ := n.members()
	var fields []plan.Field
	for _, m := range members {
		if text, ok := m.template(); ok {
			check(m, text)
			fields = append(fields, plan.Field{Name: m.name, Value: text})
		}
	}
	return fields
}

// expression reads an expression, the zero Expression where there is none.
func (b *block) expression(name string) plan.Expression {
	n, _, ok := b.attribute(name)
	if !ok {
		return plan.Expression{}
	}
	e, _ := n.expression()
	return e
}

// expressions reads a list of expressions, or one.
func (b *block) expressions(name string) []plan.Expression {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	var all []plan.Expression
	for _, item := range n.items() {
		if e, ok := item.expression(); ok {
			all = append(all, e)
		}
	}
	return all
}

// saves reads an object of expressions as variables; the attribute sensitive names those to hide.
func (b *block) saves(name string) []plan.Save {
	sensitive := b.constants("sensitive")
	n, ok := b.at(name)
	if !ok {
		if len(sensitive) > 0 {
			b.l.fail(b.cells["sensitive"].rng, "sensitive names nothing that is saved", "Name variables of "+name+".")
		}
		return nil
	}
	members, _ := n.members()
	var all []plan.Save
	for _, m := range members {
		e, ok := m.expression()
		if !ok {
			continue
		}
		b.l.variableName(m)
		save := plan.Save{Name: m.name, Expr: e}
		for i, s := range sensitive {
			if s == m.name {
				save.Sensitive = true
				sensitive[i] = ""
			}
		}
		all = append(all, save)
	}
	for _, s := range sensitive {
		if s != "" {
			b.l.fail(b.cells["sensitive"].rng, fmt.Sprintf("%s is not saved here", s), suggestion(s, savedNames(all)))
		}
	}
	return all
}

func savedNames(saves []plan.Save) []string {
	names := make([]string, len(saves))
	for i, s := range saves {
		names[i] = s.Name
	}
	return names
}

// json reads a JSON value; nil where there is none.
func (b *block) json(name string) *plan.Value {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	v, _ := n.json()
	return &v
}
