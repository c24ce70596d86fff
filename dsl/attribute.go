package dsl

import (
	"time"

	"plimsoll/dsl/language"
)

// attribute returns the value of an attribute with its description: its default where it is not given, false where it
// has none.
func (b *block) attribute(name string) (node, *language.Attribute, bool) {
	described, _ := b.schema.Attribute(name)
	n, ok := b.at(name)
	if !ok && described.Default != "" {
		return b.l.fallback(described), described, true
	}
	return n, described, ok
}

// read returns the value of an attribute as one of the readers of a node takes it, the zero value where there is none.
func read[T any](b *block, name string, reader func(node, *language.Attribute) (T, bool)) T {
	n, described, ok := b.attribute(name)
	if !ok {
		var zero T
		return zero
	}
	value, _ := reader(n, described)
	return value
}

func (b *block) duration(name string) time.Duration { return read(b, name, node.duration) }
func (b *block) percent(name string) float64        { return read(b, name, node.percent) }
func (b *block) rate(name string) float64           { return read(b, name, node.rate) }
func (b *block) size(name string) int64             { return int64(read(b, name, node.size)) }
func (b *block) number(name string) float64         { return read(b, name, node.number) }
func (b *block) count(name string) int64            { return int64(read(b, name, node.number)) }
func (b *block) date(name string) time.Time         { return read(b, name, node.date) }
func (b *block) bool(name string) bool              { return read(b, name, node.bool) }
func (b *block) choice(name string) int             { return read(b, name, node.choice) }

// text reads constant text.
func (b *block) text(name string) (string, bool) {
	n, _, ok := b.attribute(name)
	if !ok {
		return "", false
	}
	return n.text()
}

// constant reads constant text, "" where there is none.
func (b *block) constant(name string) string {
	text, _ := b.text(name)
	return text
}

// constants reads a list of constant texts.
func (b *block) constants(name string) []string {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	var all []string
	for _, item := range n.items() {
		if text, ok := item.text(); ok {
			all = append(all, text)
		}
	}
	return all
}

// fields reads an object whose names are described, each of them by its own reader.
func (n node) fields(a *language.Attribute) (*block, bool) {
	members, ok := n.members()
	if !ok {
		return nil, false
	}
	return n.l.newObject(n, a, members), true
}
