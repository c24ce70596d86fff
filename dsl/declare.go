package dsl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/language"
)

// maxEach bounds how many blocks a for_each makes.
const maxEach = 1_000

// declaration is a labelled block of the top level, which for_each may turn into several.
type declaration struct {
	l      *loader
	kind   string
	name   string
	schema *language.Block
	syntax *hclsyntax.Block
	file   *file
	each   *cell // for_each; nil without
	blocks []*block
	state  state
}

// title is the name under which a plan refers to it.
func (d *declaration) title() string { return d.kind + "." + d.name }

// resolve declares the blocks of every file, so that they can refer to each other, and resolves variables and locals.
func (l *loader) resolve() {
	for _, f := range l.files {
		l.noAttributes(f)
		for _, b := range f.body.Blocks {
			l.declare(f, b)
		}
	}
	l.resolveVariables()
	for _, c := range sortedCells(l.locals) {
		c.resolve()
	}
}

func sortedCells(cells map[string]*cell) []*cell {
	var all []*cell
	for _, c := range cells {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *cell) int { return comparePlace(&a.rng, &b.rng) })
	return all
}

func (l *loader) noAttributes(f *file) {
	for name, a := range f.body.Attributes {
		l.fail(a.NameRange, fmt.Sprintf("%s stands outside of any block", name),
			"The top level of a plan holds blocks only. Values with a name of their own belong into `locals { … }`, those of variables into a file of --var-file.")
	}
}

// declare takes note of one block of the top level.
func (l *loader) declare(f *file, b *hclsyntax.Block) {
	schema, ok := l.known(l.language.Root, b)
	if !ok || !l.labelled(schema, b) {
		return
	}
	switch b.Type {
	case "variable":
		l.declareVariable(f, b, schema)
	case "locals":
		l.declareLocals(f, b)
	case "plan", "fleet":
		if b.Type == "fleet" || !f.included {
			l.tops = append(l.tops, l.newBlock(schema, b, &scope{dir: f.dir()}, b.Type))
		}
	case "sla":
		l.tops = append(l.tops, l.newBlock(schema, b, &scope{dir: f.dir()}, "sla."+b.Labels[0]))
	default:
		l.declareNamed(f, b, schema)
	}
}

func (l *loader) declareNamed(f *file, b *hclsyntax.Block, schema *language.Block) {
	d := &declaration{l: l, kind: b.Type, name: b.Labels[0], schema: schema, syntax: b, file: f}
	if first := l.declared[d.kind][d.name]; first != nil {
		l.fail(b.DefRange(), fmt.Sprintf("%s is declared twice", d.title()), "The first stands at "+place(first.syntax.DefRange())+". Give one of them another name.")
		return
	}
	if each := b.Body.Attributes["for_each"]; each != nil {
		if _, can := schema.Attribute("for_each"); can {
			d.each = l.newCell(d.title()+".for_each", node{l: l, scope: &scope{dir: f.dir()}, name: "for_each", expr: each.Expr, rng: each.Expr.Range()})
		}
	}
	if l.declared[d.kind] == nil {
		l.declared[d.kind] = map[string]*declaration{}
	}
	l.declared[d.kind][d.name] = d
	l.ordered = append(l.ordered, d)
}

// known finds the description of a block that stands in outer, or reports that it may not.
func (l *loader) known(outer *language.Block, b *hclsyntax.Block) (*language.Block, bool) {
	if outer.Holds(b.Type) {
		return l.language.Block(b.Type), true
	}
	around := l.language.Around(b.Type)
	switch {
	case slices.Contains(outer.Later, b.Type):
		l.unsupported(b.TypeRange, b.Type)
	case slices.Contains(language.Connected(), b.Type):
		l.fail(b.TypeRange, fmt.Sprintf("%s stands outside of a websocket", b.Type), "Put it inside: websocket \"<step>\" { path = \"/ws\" … }.")
	case b.Type == "stream" && outer.Name != "":
		l.fail(b.TypeRange, "stream stands outside of an http step", "Put it inside: http \"<step>\" { get = \"/events\" stream { … } }.")
	case b.Type == outer.Name:
		l.fail(b.TypeRange, fmt.Sprintf("%s inside %s", language.Article(b.Type), language.Article(b.Type)), "Put them behind each other.")
	case len(around) == 1 && !l.language.Root.Holds(b.Type):
		l.fail(b.TypeRange, fmt.Sprintf("%s stands outside of %s", b.Type, language.Article(around[0])), fmt.Sprintf("Put it inside: %s { %s … }.", around[0], b.Type))
	case outer.Name == "":
		l.fail(b.TypeRange, "unknown block "+b.Type, suggestion(b.Type, outer.Blocks))
	default:
		if _, is := outer.Attribute(b.Type); is {
			l.fail(b.TypeRange, fmt.Sprintf("%s is no block, but an attribute", b.Type), fmt.Sprintf("Write it with an equals sign: %s = …", b.Type))
			break
		}
		l.fail(b.TypeRange, fmt.Sprintf("no block %s stands in %s", b.Type, language.Article(outer.Name)), suggestion(b.Type, outer.Blocks))
	}
	return nil, false
}

func (l *loader) unsupported(at hcl.Range, name string) {
	l.fail(at, name+" is not supported by this version", "A later version of Plimsoll brings it. Leave it out until then.")
}

// labelled checks the labels of a block.
func (l *loader) labelled(schema *language.Block, b *hclsyntax.Block) bool {
	switch n := len(b.Labels); {
	case schema.Label == "" && n > 0:
		l.fail(b.LabelRanges[0], fmt.Sprintf("%s takes no label", language.Article(schema.Name)), fmt.Sprintf("Write %s { … }.", schema.Name))
	case schema.Label != "" && n == 0 && !schema.Unlabelled:
		l.fail(b.DefRange(), fmt.Sprintf("%s needs a label", language.Article(schema.Name)), fmt.Sprintf("Write %s \"<%s>\" { … }.", schema.Name, schema.Label))
	case n > 1:
		l.fail(b.LabelRanges[1], fmt.Sprintf("%s takes one label, not %d", language.Article(schema.Name), n), fmt.Sprintf("Write %s \"<%s>\" { … }.", schema.Name, schema.Label))
	case n == 1 && strings.TrimSpace(b.Labels[0]) == "":
		l.fail(b.LabelRanges[0], fmt.Sprintf("the label of %s is empty", language.Article(schema.Name)), "Give it a name.")
	default:
		return true
	}
	return false
}

// instances are the blocks that a declaration stands for: one, or one for each element of its for_each, by key.
func (d *declaration) instances() []*block {
	if d.state == unresolved {
		d.state = resolved
		if d.each == nil {
			d.blocks = []*block{d.l.newBlock(d.schema, d.syntax, &scope{dir: d.file.dir()}, d.title())}
		} else {
			d.blocks = d.expand(d.each.resolve())
		}
	}
	return d.blocks
}

// instance finds the block of a key.
func (d *declaration) instance(key string) (*block, bool) {
	i := slices.IndexFunc(d.instances(), func(b *block) bool { return b.key == key })
	if i < 0 {
		return nil, false
	}
	return d.blocks[i], true
}

// keys lists the keys of its for_each.
func (d *declaration) keys() []string {
	var keys []string
	for _, b := range d.instances() {
		keys = append(keys, b.key)
	}
	return keys
}

// expand makes a block for each element.
func (d *declaration) expand(elements cty.Value) []*block {
	if !d.l.iterable(elements, d.each.rng) {
		return nil
	}
	var blocks []*block
	for it := elements.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if elements.Type().IsSetType() {
			key = value
		}
		e := &each{key: key.AsString(), value: value}
		b := d.l.newBlock(d.schema, d.syntax, &scope{dir: d.file.dir(), each: e}, fmt.Sprintf("%s[%q]", d.title(), e.key))
		b.key = e.key
		blocks = append(blocks, b)
	}
	return blocks
}

// iterable checks the value of a for_each.
func (l *loader) iterable(v cty.Value, at hcl.Range) bool {
	const remedy = "for_each takes a map, an object, or a set of texts: { eu = 1, us = 2 } or toset([\"eu\", \"us\"])."
	switch {
	case v.IsMarked(), v.Type().IsSetType() && v.ContainsMarked():
		l.fail(at, "for_each is made from a sensitive value", "Its keys are shown in every output: take them from somewhere else.")
	case !v.IsKnown():
	case v.IsNull():
		l.fail(at, "for_each is null", remedy)
	case !v.Type().IsMapType() && !v.Type().IsObjectType() && !(v.Type().IsSetType() && v.Type().ElementType() == cty.String):
		l.fail(at, "for_each does not take "+v.Type().FriendlyName(), remedy)
	case !v.IsWhollyKnown() && v.Type().IsSetType():
	case v.LengthInt() > maxEach:
		l.fail(at, fmt.Sprintf("for_each has %d elements, more than %d", v.LengthInt(), maxEach), "Split it.")
	case v.LengthInt() == 0:
		l.warn(at, "for_each is empty, so the block stands for nothing", remedy)
	default:
		return true
	}
	return false
}
