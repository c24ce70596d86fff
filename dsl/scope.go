package dsl

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
)

// scope is where an expression stands.
type scope struct {
	dir  string // that its paths are relative to
	each *each  // the element of for_each around it; nil for none
}

// each is one element of a for_each.
type each struct {
	key   string
	value cty.Value
}

// identity is the name, impossible in a plan, under which the value of a block holds the block itself.
const identity = "(reference)"

var blockType = cty.Capsule("block", reflect.TypeFor[block]())

// referenceOf returns the block that a value stands for.
func referenceOf(v cty.Value) (*block, bool) {
	if v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() || !v.Type().HasAttribute(identity) {
		return nil, false
	}
	b, ok := v.GetAttr(identity).EncapsulatedValue().(*block)
	return b, ok
}

// eval evaluates an expression with just the names that it reads. With refs, only the identity of the blocks that it
// names is asked for, so that blocks may name each other without their values going round in circles.
func (l *loader) eval(e hclsyntax.Expression, s *scope, refs bool) cty.Value {
	context := &hcl.EvalContext{Functions: l.functionsFor(s.dir)}
	if traversals := e.Variables(); len(traversals) > 0 {
		names, ok := l.names(traversals, s, refs)
		if !ok {
			return cty.DynamicVal
		}
		context.Variables = names
	}
	v, found := e.Value(context)
	l.adopt(found, context.Variables)
	if found.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

// adopt takes over HCL's diagnostics without the values of variables, which it would show. Where a sensitive one takes
// part, the reason is left out too: a function may quote a piece of it.
func (l *loader) adopt(found hcl.Diagnostics, values map[string]cty.Value) {
	for _, d := range found {
		mine := &hcl.Diagnostic{Severity: d.Severity, Summary: uncapital(d.Summary), Detail: argument.ReplaceAllString(d.Detail, ""), Subject: d.Subject, Context: d.Context}
		function, misspelt := hcl.DiagnosticExtra[hclsyntax.FunctionCallUnknownDiagExtra](d)
		if misspelt {
			mine.Summary, mine.Detail = l.unknownFunction(function.CalledFunctionName())
		}
		for _, v := range values {
			if v.ContainsMarked() && !misspelt {
				mine.Detail = "The reason is not shown: a sensitive value takes part in it."
			}
		}
		mine.Detail = language.Sentence(mine.Detail)
		l.found = append(l.found, mine)
	}
}

// unknownFunction says that a function is not there, and which may have been meant: names are no secrets.
func (l *loader) unknownFunction(name string) (summary, remedy string) {
	summary = fmt.Sprintf("there is no function %s", name)
	if best, ok := fact.Closest(name, slices.Sorted(maps.Keys(l.functionsFor(".")))); ok {
		return summary, fmt.Sprintf("Did you mean %s?", best)
	}
	return summary, "`plimsoll explain` lists those that there are."
}

// argument is what HCL puts before a function's own words.
var argument = regexp.MustCompile(`^Invalid value for "[^"]*" parameter: `)

// names resolves what the traversals of an expression begin with.
func (l *loader) names(traversals []hcl.Traversal, s *scope, refs bool) (map[string]cty.Value, bool) {
	groups := map[string]map[string]cty.Value{}
	wanted := map[*declaration]want{}
	ok := true
	for _, t := range traversals {
		root := t.RootName()
		name, one := second(t)
		if groups[root] == nil {
			groups[root] = map[string]cty.Value{}
		}
		ok = l.name(groups[root], wanted, t, root, name, !one, s) && ok
	}
	for d, w := range wanted {
		groups[d.kind][d.name] = d.value(w, refs)
	}
	values := map[string]cty.Value{}
	for root, group := range groups {
		values[root] = cty.ObjectVal(group)
	}
	return values, ok
}

// second is the name or the key behind the first of a traversal; false where there is none.
func second(t hcl.Traversal) (string, bool) {
	if len(t) < 2 {
		return "", false
	}
	switch step := t[1].(type) {
	case hcl.TraverseAttr:
		return step.Name, true
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String {
			return step.Key.AsString(), true
		}
	}
	return "", false
}

// name resolves one traversal into its group, or takes note that a block is wanted.
func (l *loader) name(group map[string]cty.Value, wanted map[*declaration]want, t hcl.Traversal, root, name string, all bool, s *scope) bool {
	switch root {
	case "var":
		return l.cells(group, t, name, all, "variable", l.values)
	case "local":
		return l.cells(group, t, name, all, "local", l.locals)
	case "each":
		if s.each == nil {
			l.fail(t.SourceRange(), "each stands outside of for_each", "Give the block a for_each, and it stands once for each element.")
			return false
		}
		group["key"], group["value"] = cty.StringVal(s.each.key), s.each.value
		return true
	}
	return l.block(wanted, t, root, name, all)
}

// cells resolves one of the named cells, or all of them.
func (l *loader) cells(group map[string]cty.Value, t hcl.Traversal, name string, all bool, what string, cells map[string]*cell) bool {
	if all {
		for n, c := range cells {
			group[n] = c.resolve()
		}
		return true
	}
	c := cells[name]
	if c == nil {
		l.fail(t.SourceRange(), fmt.Sprintf("there is no %s %s", what, name), suggestion(name, slices.Sorted(maps.Keys(cells))))
		return false
	}
	group[name] = c.resolve()
	return true
}

// want is which attributes of a block an expression reads.
type want struct {
	all   bool
	names []string
}

// block takes note of a block that is wanted, or of all of its kind.
func (l *loader) block(wanted map[*declaration]want, t hcl.Traversal, kind, name string, all bool) bool {
	if schema := l.language.Block(kind); schema == nil || !l.language.Root.Holds(kind) || schema.Label == "" {
		l.fail(t.SourceRange(), fmt.Sprintf("there is nothing named %s", kind),
			suggestion(kind, slices.Concat([]string{"var", "local", "each", "service", "flow", "data"}, language.Scenarios()))+" A text stands in quotes.")
		return false
	}
	if all {
		for _, d := range l.declared[kind] {
			wanted[d] = want{all: true}
		}
		return true
	}
	d := l.declared[kind][name]
	if d == nil {
		l.fail(t.SourceRange(), fmt.Sprintf("there is no %s %s", kind, name), suggestion(name, slices.Sorted(maps.Keys(l.declared[kind]))))
		return false
	}
	attribute, ok := third(t)
	w := wanted[d]
	switch {
	case ok && d.each == nil:
		if valid := d.instances()[0].readable(); !slices.Contains(valid, attribute) {
			l.fail(t.SourceRange(), fmt.Sprintf("%s has no %s that could be read", d.title(), attribute), suggestion(attribute, valid))
			return false
		}
		w.names = append(w.names, attribute)
	case ok && d.each.state != resolving && len(d.instances()) > 0:
		if _, is := d.instance(attribute); !is {
			l.fail(t.SourceRange(), fmt.Sprintf("there is no %s[%q]", d.title(), attribute), suggestion(attribute, d.keys()))
			return false
		}
		w.all = true
	default:
		w.all = true
	}
	wanted[d] = w
	return true
}

// third is the name or the key behind the second of a traversal.
func third(t hcl.Traversal) (string, bool) {
	if len(t) < 3 {
		return "", false
	}
	return second(t[1:])
}

// value is what a reference to the declaration stands for: the block, or under for_each an object of blocks.
func (d *declaration) value(w want, refs bool) cty.Value {
	if d.each == nil {
		return d.instances()[0].value(w, refs)
	}
	if d.each.state == resolving {
		d.l.circle(d.each)
		return cty.DynamicVal
	}
	blocks := map[string]cty.Value{}
	for _, b := range d.instances() {
		blocks[b.key] = b.value(w, refs)
	}
	if len(blocks) == 0 {
		return cty.DynamicVal
	}
	return cty.ObjectVal(blocks)
}
