package dsl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
)

type hclBlock = hclsyntax.Block

// block is one block of the plan in one element of its for_each, checked against its description; or an object that is
// described like one.
type block struct {
	l      *loader
	schema *language.Block
	head   hcl.Range // its first line
	scope  *scope
	title  string // as a plan refers to it: service.chat, service.web["eu"].requirement
	called string // in messages
	label  string
	key    string // of for_each
	cells  map[string]*cell
	inner  []*block // in source order
	meant  []string // attributes that are there under a wrong name
}

// newBlock checks what stands in a block, and makes its values ready to be asked for.
func (l *loader) newBlock(schema *language.Block, syntax *hclBlock, s *scope, title string) *block {
	b := &block{l: l, schema: schema, head: syntax.DefRange(), scope: s, title: title, called: language.Article(schema.Name), cells: make(map[string]*cell, len(syntax.Body.Attributes))}
	if len(syntax.Labels) > 0 {
		b.label = syntax.Labels[0]
	}
	for name, a := range syntax.Body.Attributes {
		described, ok := schema.Attribute(name)
		if !ok {
			b.unknownAttribute(a)
			continue
		}
		refs := described.Type == language.Reference || described.Type == language.References
		b.cells[name] = l.newCell(title+"."+name, node{l: l, scope: s, name: name, expr: a.Expr, refs: refs, rng: a.Expr.Range()})
	}
	for _, inner := range syntax.Body.Blocks {
		b.nest(inner)
	}
	return b
}

// newObject makes an object whose names are described into a block.
func (l *loader) newObject(n node, a *language.Attribute, members []member) *block {
	b := &block{
		l: l, schema: &language.Block{Name: a.Name, Attributes: a.Fields}, head: n.rng, scope: n.scope,
		title: a.Name, called: a.Name, cells: make(map[string]*cell, len(members)),
	}
	for _, m := range members {
		if _, ok := a.Field(m.name); !ok {
			b.misspelt(m.key, m.name, fmt.Sprintf("%s has no %s", a.Name, m.name))
			continue
		}
		b.cells[m.name] = l.newCell(a.Name+"."+m.name, m.node)
	}
	return b
}

// nest adds a block that stands in this one.
func (b *block) nest(syntax *hclBlock) {
	schema, ok := b.l.known(b.schema, syntax)
	if !ok || !b.l.labelled(schema, syntax) {
		return
	}
	if first := b.only(schema.Name); schema.Single && first != nil {
		b.l.fail(syntax.DefRange(), fmt.Sprintf("a second %s in %s", schema.Name, language.Article(b.schema.Name)), "The first stands at "+place(first.head)+". Put both into one.")
		return
	}
	b.inner = append(b.inner, b.l.newBlock(schema, syntax, b.scope, b.title+"."+schema.Name))
}

func (b *block) unknownAttribute(a *hclsyntax.Attribute) {
	l, schema := b.l, b.schema
	switch {
	case slices.Contains(schema.Later, a.Name):
		l.unsupported(a.NameRange, a.Name)
	case schema.Holds(a.Name):
		l.fail(a.NameRange, fmt.Sprintf("%s is no attribute, but a block", a.Name), fmt.Sprintf("Write it without an equals sign: %s { … }.", a.Name))
	default:
		b.misspelt(a.NameRange, a.Name, fmt.Sprintf("%s has no attribute %s", b.called, a.Name))
	}
}

// misspelt reports a name that the block has not; the one that was meant is not reported as missing as well.
func (b *block) misspelt(at hcl.Range, name, summary string) {
	valid := b.schema.AttributeNames()
	if other, is := b.schema.Meant[name]; is {
		b.meant = append(b.meant, other)
		b.l.fail(at, summary, fmt.Sprintf("Did you mean %s?", other))
		return
	}
	if best, ok := fact.Closest(name, valid); ok {
		b.meant = append(b.meant, best)
	}
	b.l.fail(at, summary, suggestion(name, valid))
}

// fail reports a mistake of the block as a whole.
func (b *block) fail(summary, remedy string) { b.l.fail(b.head, summary, remedy) }

// only returns the inner block of that name, nil if there is none.
func (b *block) only(name string) *block {
	for _, inner := range b.inner {
		if inner.schema.Name == name {
			return inner
		}
	}
	return nil
}

// all returns the inner blocks of that name.
func (b *block) all(name string) []*block {
	var found []*block
	for _, inner := range b.inner {
		if inner.schema.Name == name {
			found = append(found, inner)
		}
	}
	return found
}

// at returns the value of an attribute; false where it is not given, which is reported where it must be.
func (b *block) at(name string) (node, bool) {
	described, ok := b.schema.Attribute(name)
	if !ok {
		panic(fmt.Sprintf("the language describes no attribute %s of %s", name, b.schema.Name))
	}
	c := b.cells[name]
	if c != nil {
		n := c.node
		n.cell = c
		if !n.null() {
			return n, true
		}
	}
	if described.Required && !slices.Contains(b.meant, name) {
		b.fail(fmt.Sprintf("%s needs %s", b.called, name), fmt.Sprintf("%s For example: %s.", described.Doc, described.Example))
	}
	return node{}, false
}

// has reports whether an attribute is given.
func (b *block) has(name string) bool {
	c := b.cells[name]
	return c != nil && !c.null()
}

// rangeOf is where the value of an attribute stands; of one that is not given, the block.
func (b *block) rangeOf(name string) hcl.Range {
	if c := b.cells[name]; c != nil {
		return c.rng
	}
	return b.head
}

// exactlyOne checks that one of the attributes is given, and returns which; "" where not, which is reported.
func (b *block) exactlyOne(names ...string) string {
	one := b.atMostOne(names...)
	there := func(name string) bool { return b.has(name) || slices.Contains(b.meant, name) }
	if one == "" && !slices.ContainsFunc(names, there) {
		b.fail(fmt.Sprintf("%s needs %s", b.called, language.Enumerate(names, "or")), "Give exactly one of them.")
	}
	return one
}

// atMostOne returns the one of the attributes that is given, "" for none; several are reported.
func (b *block) atMostOne(names ...string) string {
	one := ""
	for _, name := range names {
		if !b.has(name) {
			continue
		}
		if one != "" {
			b.l.fail(b.cells[name].rng, fmt.Sprintf("%s has both %s and %s", b.called, one, name), "Give one of them.")
			return ""
		}
		one = name
	}
	return one
}

// readable lists what a reference to the block can read of it: attributes that are given, and blocks without a label.
func (b *block) readable() []string {
	var names []string
	for name, c := range b.cells {
		if !c.refs && name != "for_each" {
			names = append(names, name)
		}
	}
	for _, inner := range b.inner {
		if inner.schema.Label == "" {
			names = append(names, inner.schema.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// value is what a reference to the block stands for: its identity, and the attributes that are wanted of it. Those that
// are references themselves are left out.
func (b *block) value(w want, refs bool) cty.Value {
	values := map[string]cty.Value{identity: cty.CapsuleVal(blockType, b)}
	if refs {
		return cty.ObjectVal(values)
	}
	for name, c := range b.cells {
		if (w.all || slices.Contains(w.names, name)) && !c.refs && name != "for_each" {
			values[name] = c.resolve()
		}
	}
	for _, inner := range b.inner {
		if name := inner.schema.Name; inner.schema.Label == "" && (w.all || slices.Contains(w.names, name)) {
			values[name] = inner.value(want{all: true}, false)
		}
	}
	return cty.ObjectVal(values)
}
