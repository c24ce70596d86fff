package dsl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// state says how far something that others depend on is resolved.
type state uint8

const (
	unresolved state = iota
	resolving
	resolved
)

// cell is a value that is evaluated when it is first asked for, and then remembered, so that values may depend on each
// other in any order; going round in circles is reported.
type cell struct {
	node
	title string // as a plan refers to it: local.host, service.chat.requirement
	value cty.Value
	state state
	limit func(cty.Value) cty.Value // nil: what the expression gives is the value
}

func (l *loader) newCell(title string, n node) *cell {
	return &cell{node: n, title: title}
}

// resolve returns the value; it is unknown where it cannot be evaluated, which is reported once.
func (c *cell) resolve() cty.Value {
	l := c.l
	switch c.state {
	case resolved:
		return c.value
	case resolving:
		l.circle(c)
		return cty.DynamicVal
	}
	c.state = resolving
	l.resolving = append(l.resolving, c)
	c.value = c.node.value()
	if c.limit != nil {
		c.value = c.limit(c.value)
	}
	l.resolving = l.resolving[:len(l.resolving)-1]
	c.state = resolved
	return c.value
}

// circle reports the cells that need each other.
func (l *loader) circle(c *cell) {
	from := slices.Index(l.resolving, c)
	var titles []string
	for _, r := range l.resolving[from:] {
		titles = append(titles, r.title)
	}
	titles = append(titles, c.title)
	l.fail(c.rng, fmt.Sprintf("%s needs itself", c.title), "It goes round in a circle: "+strings.Join(titles, " → ")+". Write one of these values out.")
}

// declareLocals takes note of the names of a locals block.
func (l *loader) declareLocals(f *file, b *hclBlock) {
	for _, inner := range b.Body.Blocks {
		l.fail(inner.TypeRange, "no block stands in locals", "Write it as an object: "+inner.Type+" = { … }.")
	}
	for _, a := range sortedAttributes(b.Body.Attributes) {
		if first := l.locals[a.Name]; first != nil {
			l.fail(a.NameRange, fmt.Sprintf("local.%s is declared twice", a.Name), "The first stands at "+place(first.rng)+".")
			continue
		}
		c := l.newCell("local."+a.Name, node{l: l, scope: &scope{dir: f.dir()}, name: a.Name, expr: a.Expr, rng: a.Expr.Range()})
		c.limit = func(v cty.Value) cty.Value { return l.bounded(v, c.rng) }
		l.locals[a.Name] = c
	}
}

// Bounds of a value, and of all values together, in bytes of text and elements: values that double each other would fill
// any memory.
const (
	maxValue  = 64 << 20
	maxValues = 256 << 20
)

// bounded refuses a value that is too large to go on with.
func (l *loader) bounded(v cty.Value, at hcl.Range) cty.Value {
	left := size(v, maxValue)
	if l.spent += maxValue - left; left >= 0 && l.spent <= maxValues {
		return v
	}
	l.fail(at, "the value is too large", fmt.Sprintf("A value may have %d bytes of text and elements, and numbers up to 1e300.", maxValue))
	return cty.DynamicVal
}

// size takes the size of a value from what is left of a bound; below zero, it is too large.
func size(v cty.Value, left int) int {
	v, _ = v.Unmark()
	left--
	switch {
	case v.IsNull() || !v.IsKnown():
	case v.Type() == cty.String:
		left -= len(v.AsString())
	case v.Type() == cty.Number:
		if exponent := v.AsBigFloat().MantExp(nil); exponent > 1000 || exponent < -1000 {
			return -1
		}
	case v.CanIterateElements():
		for it := v.ElementIterator(); left >= 0 && it.Next(); {
			_, e := it.Element()
			left = size(e, left)
		}
	}
	return left
}
