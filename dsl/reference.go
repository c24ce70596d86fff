package dsl

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/language"
)

// reference reads the block that an attribute names.
func (b *block) reference(name string) (*block, bool) {
	n, ok := b.at(name)
	if !ok {
		return nil, false
	}
	return n.reference(describe(b, name).Values)
}

// references reads a list of blocks, or one.
func (b *block) references(name string) []*block {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	var all []*block
	for _, item := range n.blocks() {
		if target, ok := item.reference(describe(b, name).Values); ok {
			all = append(all, target)
		}
	}
	return all
}

// blocks are the items of a list of references; every block of a for_each may be meant, too.
func (n node) blocks() []node {
	var all []node
	for _, item := range n.items() {
		if each, ok := eachOf(item.value()); ok {
			for _, v := range each {
				all = append(all, item.part(item.name, nil, v, item.rng))
			}
			continue
		}
		all = append(all, item)
	}
	return all
}

// eachOf returns the blocks of a declaration with for_each, where the value stands for all of them.
func eachOf(v cty.Value) ([]cty.Value, bool) {
	if v.IsMarked() || !v.IsKnown() || v.IsNull() || !v.Type().IsObjectType() || v.LengthInt() == 0 {
		return nil, false
	}
	var all []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if _, is := referenceOf(e); !is {
			return nil, false
		}
		all = append(all, e)
	}
	return all, true
}

// reference reads the block that a value stands for; its kind is one of these.
func (n node) reference(kinds []string) (*block, bool) {
	v := n.value()
	if !v.IsKnown() {
		return nil, false
	}
	remedy := fmt.Sprintf("Name one as in %s.%s.", kinds[0], n.l.someName(kinds[0]))
	if v.IsMarked() {
		n.fail(n.name+" is made from a sensitive value", remedy)
		return nil, false
	}
	if all, is := eachOf(v); is {
		first, _ := referenceOf(all[0])
		n.fail(fmt.Sprintf("%s names several blocks, made by for_each", n.name), fmt.Sprintf("Name one of them, as in %s.", first.title))
		return nil, false
	}
	b, is := referenceOf(v)
	if !is {
		n.fail(fmt.Sprintf("%s names %s, not %s", n.name, language.Article(language.Enumerate(kinds, "or")), friendly(v)), remedy)
		return nil, false
	}
	if !slices.Contains(kinds, b.schema.Name) {
		n.fail(fmt.Sprintf("%s names %s, not %s", n.name, language.Article(language.Enumerate(kinds, "or")), language.Article(b.schema.Name)), remedy)
		return nil, false
	}
	return b, true
}

// someName is a name that the plan gives to a block of this kind, for examples.
func (l *loader) someName(kind string) string {
	for _, d := range l.ordered {
		if d.kind == kind {
			return d.name
		}
	}
	return "name"
}
