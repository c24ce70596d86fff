package dsl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"plimsoll/dsl/language"
)

// shortestSecret is how long a sensitive value must be: a shorter one cannot be told from other text when it is redacted.
const shortestSecret = 6

// variable is one variable block and what it comes to.
type variable struct {
	block     *block
	cell      *cell
	wanted    cty.Type
	defaults  *typeexpr.Defaults
	sensitive bool
	beaten    []given // values that another one beats
}

func (l *loader) declareVariable(f *file, syntax *hclBlock, schema *language.Block) {
	name := syntax.Labels[0]
	if first := l.variables[name]; first != nil {
		l.fail(syntax.DefRange(), fmt.Sprintf("var.%s is declared twice", name), "The first stands at "+place(first.block.head)+".")
		return
	}
	if !hclsyntax.ValidIdentifier(name) {
		l.fail(syntax.LabelRanges[0], fmt.Sprintf("a variable cannot be named %q", name), "Use letters, digits, _ and -, a letter first.")
		return
	}
	b := l.newBlock(schema, syntax, &scope{dir: f.dir()}, "var."+name)
	v := &variable{block: b, wanted: cty.DynamicPseudoType}
	if t := b.cells["type"]; t != nil {
		wanted, defaults, found := typeexpr.TypeConstraintWithDefaults(t.expr)
		l.adopt(found, nil)
		v.wanted, v.defaults = wanted, defaults
	}
	v.cell = &cell{node: node{l: l, scope: b.scope, name: name, rng: b.head}, title: "var." + name}
	v.cell.limit = func(cty.Value) cty.Value { return v.resolve() }
	l.variables[name], l.values[name] = v, v.cell
}

// given is a value from outside, and where it is from.
type given struct {
	value cty.Value
	at    hcl.Range
	from  string
}

// resolveVariables resolves every variable, whether it is used or not, and checks what is given from outside.
func (l *loader) resolveVariables() {
	fromFiles := l.varFiles()
	for _, name := range slices.Sorted(maps.Keys(l.source.Variables)) {
		if l.variables[name] == nil {
			l.fail(hcl.Range{Filename: l.plan.Path}, fmt.Sprintf("--var %s: the plan has no such variable", name), l.declarable(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.variables)) {
		v := l.variables[name]
		v.cell.val = cty.DynamicVal
		v.sensitive = v.block.bool("sensitive")
		if outside := l.given(name, fromFiles); len(outside) > 0 {
			v.cell.limit = func(cty.Value) cty.Value { return v.convert(outside[0]) }
			v.beaten = outside[1:]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.variables)) {
		l.variables[name].cell.resolve()
	}
	for _, name := range slices.Sorted(maps.Keys(l.variables)) {
		l.variables[name].validate()
	}
}

// declarable says what to do about a value for a variable that the plan does not have.
func (l *loader) declarable(name string) string {
	if len(l.variables) == 0 {
		return fmt.Sprintf("It has none: leave the value out, or declare variable %q { … }.", name)
	}
	return suggestion(name, slices.Sorted(maps.Keys(l.variables)))
}

// given finds the values of a variable outside of the plan: on the command line, in a file of variables, in the
// environment. The first of them counts.
func (l *loader) given(name string, fromFiles map[string][]given) []given {
	var all []given
	if text, ok := l.source.Variables[name]; ok {
		all = append(all, given{value: cty.StringVal(text), from: "--var " + name})
	}
	all = append(all, fromFiles[name]...)
	if text, ok := l.source.Getenv("PLIMSOLL_VAR_" + name); ok {
		all = append(all, given{value: cty.StringVal(text), from: "PLIMSOLL_VAR_" + name})
	}
	return all
}

// varFiles reads the files of variables; of several that name one variable, the last counts, and stands first.
func (l *loader) varFiles() map[string][]given {
	values := map[string][]given{}
	for _, name := range l.source.VarFiles {
		body, ok := l.parse(name, hcl.Range{Filename: name})
		if !ok {
			continue
		}
		for _, b := range body.Blocks {
			l.fail(b.TypeRange, "a file of variables holds no blocks", "Write name = value, one to a line.")
		}
		for _, a := range sortedAttributes(body.Attributes) {
			if l.variables[a.Name] == nil {
				l.fail(a.NameRange, fmt.Sprintf("the plan has no variable %s", a.Name), l.declarable(a.Name))
				continue
			}
			value, found := a.Expr.Value(nil)
			l.adopt(found, nil)
			values[a.Name] = slices.Insert(values[a.Name], 0, given{value: value, at: a.Expr.Range(), from: name})
		}
	}
	return values
}

func sortedAttributes(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	return slices.SortedFunc(maps.Values(attributes), func(a, b *hclsyntax.Attribute) int { return comparePlace(&a.NameRange, &b.NameRange) })
}

// resolve is the default; a variable without one is missing.
func (v *variable) resolve() cty.Value {
	fallback := v.block.cells["default"]
	if fallback == nil {
		v.block.fail(fmt.Sprintf("the variable %s has no value", v.block.label),
			fmt.Sprintf("Give it with --var %[1]s=…, in a file with --var-file, or as PLIMSOLL_VAR_%[1]s in the environment; or give it a default.", v.block.label))
		return cty.DynamicVal
	}
	return v.convert(given{value: fallback.resolve(), at: fallback.rng, from: "its default"})
}

// convert makes a value into one of the variable's type. Text from outside may hold a collection, written as in HCL.
func (v *variable) convert(g given) cty.Value {
	l := v.block.l
	at := g.at
	if at.Filename == "" {
		at = v.block.head
	}
	value := v.opened(g)
	if v.defaults != nil && !value.IsNull() && value.IsKnown() {
		value = v.defaults.Apply(value)
	}
	converted, err := convert.Convert(value, v.wanted)
	if err != nil {
		l.fail(at, fmt.Sprintf("the variable %s does not take this value, from %s", v.block.label, g.from), fmt.Sprintf("It must be %s: %s.", v.wanted.FriendlyNameForConstraint(), err))
		return cty.DynamicVal
	}
	converted = l.bounded(converted, at)
	if v.sensitive {
		return v.hide(converted)
	}
	return converted
}

func primitive(t cty.Type) bool { return t.IsPrimitiveType() || t == cty.DynamicPseudoType }

// opened is a given value, or the collection that it holds as text.
func (v *variable) opened(g given) cty.Value {
	if primitive(v.wanted) || g.at.Filename != "" || g.value.Type() != cty.String {
		return g.value
	}
	text := []byte(g.value.AsString())
	if _, deep := tooDeep(text, g.from); deep {
		return g.value
	}
	e, found := hclsyntax.ParseExpression(text, g.from, hcl.InitialPos)
	if found.HasErrors() {
		return g.value
	}
	value, found := e.Value(nil)
	if found.HasErrors() {
		return g.value
	}
	return value
}

// mark is on every value that is sensitive, and on all that is made from it.
type mark struct{}

// hide marks a value as sensitive and remembers its texts.
func (v *variable) hide(value cty.Value) cty.Value {
	if !value.IsWhollyKnown() {
		return value
	}
	bare, _ := value.UnmarkDeep()
	for _, leaf := range leaves(bare) {
		v.block.l.remember(leaf)
		if len(leaf) < shortestSecret {
			v.block.fail(fmt.Sprintf("the sensitive variable %s has a value shorter than %d characters", v.block.label, shortestSecret), "Such a value cannot be told from other text, and so not be hidden. Use a longer one, or leave sensitive out.")
		}
	}
	return bare.Mark(mark{})
}

// hideBeaten remembers the values of sensitive variables that others beat: a diagnostic shows the line of a default, or of
// a file of variables, all the same. It comes when all else is evaluated, so that what it evaluates is not reported.
func (l *loader) hideBeaten() {
	reported := len(l.found)
	for _, name := range slices.Sorted(maps.Keys(l.variables)) {
		v := l.variables[name]
		if !v.sensitive {
			continue
		}
		if fallback := v.block.cells["default"]; fallback != nil {
			v.beaten = append(v.beaten, given{value: fallback.resolve(), at: fallback.rng})
		}
		for _, g := range v.beaten {
			value, _ := v.opened(g).UnmarkDeep()
			for _, leaf := range leaves(value) {
				l.remember(leaf)
			}
		}
	}
	l.found = l.found[:reported]
}

// remember hides a text from here on.
func (l *loader) remember(secret string) {
	if len(secret) < shortestSecret {
		l.short = append(l.short, secret)
		return
	}
	l.sensitive = l.sensitive.With(secret)
}

// leaves are the texts and numbers in a value, as text.
func leaves(v cty.Value) []string {
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	if v.Type().IsPrimitiveType() {
		if text, err := convert.Convert(v, cty.String); err == nil {
			return []string{text.AsString()}
		}
	}
	var all []string
	if v.CanIterateElements() {
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			all = append(all, leaves(e)...)
		}
	}
	return all
}

// validate checks the value against the conditions of the variable.
func (v *variable) validate() {
	for _, b := range v.block.all("validation") {
		condition, ok := b.at("condition")
		message, _ := b.text("error_message")
		if !ok {
			continue
		}
		value, _ := condition.value().Unmark()
		value, err := convert.Convert(value, cty.Bool)
		switch {
		case err != nil:
			condition.fail("condition must be true or false", "Write a comparison, as in var.users > 0.")
		case value.IsKnown() && (value.IsNull() || value.False()):
			v.block.fail(fmt.Sprintf("the value of the variable %s is not valid", v.block.label), strings.TrimSpace(message))
		}
	}
}
