package dsl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// node is a value with its place: as long as possible the expression that the plan wrote, so that the parts of objects,
// lists and texts keep theirs; where that ends, as behind a variable, what it came to.
type node struct {
	l     *loader
	scope *scope
	name  string               // as messages call it
	expr  hclsyntax.Expression // nil where only the value is known
	val   cty.Value            // where expr is nil
	cell  *cell                // remembers the value; nil for none
	refs  bool                 // only the identity of blocks is asked for
	rng   hcl.Range
}

// fail reports a mistake in the value.
func (n node) fail(summary, remedy string) { n.l.fail(n.rng, summary, remedy) }

// value evaluates the node; what could not be evaluated, and was reported, is unknown.
func (n node) value() cty.Value {
	switch {
	case n.expr == nil:
		return n.val
	case n.cell != nil:
		return n.cell.resolve()
	}
	return n.l.eval(n.expr, n.scope, n.refs)
}

// open takes away parentheses, and of a conditional the branch not taken, so that what remains keeps its place.
func (n node) open() node {
	for {
		switch e := n.expr.(type) {
		case *hclsyntax.ParenthesesExpr:
			n.expr, n.cell = e.Expression, nil
		case *hclsyntax.ConditionalExpr:
			condition, _ := n.l.eval(e.Condition, n.scope, false).Unmark()
			condition, err := convert.Convert(condition, cty.Bool)
			if err != nil || !condition.IsKnown() || condition.IsNull() {
				return n
			}
			n.expr, n.cell = e.FalseResult, nil
			if condition.True() {
				n.expr = e.TrueResult
			}
		default:
			return n
		}
		n.rng = n.expr.Range()
	}
}

// constant is the value where it is known, without its marks: false where it is not, which has been reported. Text made
// from a sensitive value may be in it, and is remembered to be redacted; a number made from one would be shown.
func (n node) constant() (cty.Value, bool) {
	v := n.value()
	if !v.IsWhollyKnown() {
		return v, false
	}
	if v.ContainsMarked() {
		v = n.l.hide(v)
		if v.Type() == cty.Number || v.Type() == cty.Bool {
			n.fail(n.name+" is made from a sensitive value", "It is shown in every report: take it from somewhere else.")
			return v, false
		}
	}
	return v, true
}

// null reports whether the value is null, which is as if it had not been given.
func (n node) null() bool {
	switch n.expr.(type) {
	case *hclsyntax.TemplateExpr, *hclsyntax.ObjectConsExpr, *hclsyntax.TupleConsExpr:
		return false
	}
	v := n.value()
	return v.IsKnown() && v.IsNull()
}

// member is one name of an object.
type member struct {
	node
	key hcl.Range
}

// members are the parts of an object, in the order of the source or else of their names; false where it is none.
func (n node) members() ([]member, bool) {
	n = n.open()
	if e, ok := n.expr.(*hclsyntax.ObjectConsExpr); ok {
		return n.written(e), true
	}
	v, ok := n.constant()
	if !ok {
		return nil, false
	}
	if v.IsNull() || !v.Type().IsMapType() && !v.Type().IsObjectType() {
		n.fail(fmt.Sprintf("%s takes an object, not %s", n.name, friendly(v)), "Write it as { name = value }.")
		return nil, false
	}
	var all []member
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		all = append(all, member{n.part(key.AsString(), nil, value, n.rng), n.rng})
	}
	return all, true
}

// written are the members of an object as it stands in the source.
func (n node) written(e *hclsyntax.ObjectConsExpr) []member {
	var all []member
	for _, item := range e.Items {
		key, err := convert.Convert(n.l.eval(item.KeyExpr, n.scope, false), cty.String)
		if err != nil || !key.IsKnown() || key.IsNull() || key.IsMarked() {
			if err != nil || key.IsKnown() {
				n.l.fail(item.KeyExpr.Range(), "a name in an object must be plain text", "It must be neither null nor made from a sensitive value.")
			}
			continue
		}
		name := key.AsString()
		if slices.ContainsFunc(all, func(m member) bool { return m.name == name }) {
			n.l.fail(item.KeyExpr.Range(), fmt.Sprintf("%s is given twice", name), "Leave one of them out.")
			continue
		}
		all = append(all, member{n.part(name, item.ValueExpr, cty.NilVal, item.ValueExpr.Range()), item.KeyExpr.Range()})
	}
	return all
}

// items are the elements of a list; a value that is none stands for a list of one.
func (n node) items() []node {
	n = n.open()
	if e, ok := n.expr.(*hclsyntax.TupleConsExpr); ok {
		all := make([]node, len(e.Exprs))
		for i, item := range e.Exprs {
			all[i] = n.part(n.name, item, cty.NilVal, item.Range())
		}
		return all
	}
	if _, ok := n.expr.(*hclsyntax.TemplateExpr); ok {
		return []node{n}
	}
	v := n.value()
	if !v.IsKnown() {
		return nil
	}
	if v.ContainsMarked() {
		v = n.l.hide(v)
	}
	if v.IsNull() || !isList(v) {
		return []node{n}
	}
	var all []node
	for it := v.ElementIterator(); it.Next(); {
		_, value := it.Element()
		all = append(all, n.part(n.name, nil, value, n.rng))
	}
	return all
}

func isList(v cty.Value) bool {
	t := v.Type()
	return t.IsListType() || t.IsSetType() || t.IsTupleType()
}

func (n node) part(name string, e hclsyntax.Expression, v cty.Value, at hcl.Range) node {
	return node{l: n.l, scope: n.scope, name: name, expr: e, val: v, refs: n.refs, rng: at}
}

// friendly names a value's type as people do.
func friendly(v cty.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.String:
		return "text"
	case v.Type() == cty.Number:
		return "a number"
	case v.Type() == cty.Bool:
		return "true or false"
	case v.Type().IsObjectType() || v.Type().IsMapType():
		if _, is := referenceOf(v); is {
			return "a block"
		}
		return "an object"
	}
	return "a " + strings.Fields(v.Type().FriendlyName())[0]
}
