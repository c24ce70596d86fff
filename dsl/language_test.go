package dsl

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"plimsoll/dsl/language"
)

// TestTablesAreWhole holds every description to what a reader needs of it.
func TestTablesAreWhole(t *testing.T) {
	l := language.New()
	seen := map[string]bool{}
	for _, b := range l.Blocks {
		if seen[b.Name] || b.Doc == "" || !strings.HasPrefix(b.Example, b.Name) {
			t.Errorf("the block %s is described twice, without a text, or has an example of another", b.Name)
		}
		seen[b.Name] = true
		if _, found := hclsyntax.ParseConfig([]byte(b.Example), b.Name, hcl.InitialPos); found.HasErrors() {
			t.Errorf("the example of %s: %s", b.Name, found)
		}
		for _, name := range b.Blocks {
			if l.Block(name) == nil {
				t.Errorf("%s holds %s, which is not described", b.Name, name)
			}
		}
		for _, a := range b.Attributes {
			checkAttribute(t, b.Name+"."+a.Name, a)
			for _, f := range a.Fields {
				if !strings.Contains(f.Example, f.Name+" = ") {
					t.Errorf("%s.%s.%s is not in its example: %q", b.Name, a.Name, f.Name, f.Example)
				}
			}
		}
	}
	for _, name := range l.Root.Blocks {
		if !seen[name] {
			t.Errorf("%s stands at the top level and is not described", name)
		}
	}
}

func checkAttribute(t *testing.T, title string, a language.Attribute) {
	t.Helper()
	if a.Doc == "" || !strings.HasPrefix(a.Example, a.Name+" = ") {
		t.Errorf("%s has no text, or no example of its own: %q", title, a.Example)
	}
	parsed, found := hclsyntax.ParseConfig([]byte(a.Example), title, hcl.InitialPos)
	if found.HasErrors() {
		t.Errorf("the example of %s: %s", title, found)
	} else if got := parsed.Body.(*hclsyntax.Body).Attributes; got[a.Name] == nil || len(got) != 1 {
		t.Errorf("the example of %s gives %d attributes", title, len(got))
	}
	if _, found := hclsyntax.ParseExpression([]byte(a.Default), title, hcl.InitialPos); a.Default != "" && found.HasErrors() {
		t.Errorf("the default of %s: %s", title, found)
	}
	if a.Type == language.Choice && len(a.Values) < 2 || a.Type == language.Object && len(a.Fields) == 0 {
		t.Errorf("%s has no values, or no fields", title)
	}
}

// TestEverythingIsInThePlan keeps the plan that holds everything whole, so that nothing described is ignored unseen.
func TestEverythingIsInThePlan(t *testing.T) {
	l := loaded(t)
	present := map[string]bool{}
	var note func(b *block)
	note = func(b *block) {
		present[b.schema.Name] = true
		for name := range b.cells {
			present[b.schema.Name+"."+name] = true
		}
		for _, inner := range b.inner {
			note(inner)
		}
	}
	for _, b := range l.tops {
		note(b)
	}
	for _, v := range l.variables {
		note(v.block)
	}
	for _, d := range l.ordered {
		for _, b := range d.instances() {
			note(b)
		}
	}
	present["locals"] = len(l.locals) > 0
	// These are shared by all kinds of scenarios, exclude each other, or read the file system.
	elsewhere := map[string]bool{"data.csv": true, "stress.users": true, "spike.users": true, "auth.bearer": true}
	kinds := language.Scenarios()
	for _, b := range l.language.Blocks {
		if !present[b.Name] {
			t.Errorf("no %s in the plan that holds everything", b.Name)
		}
		for _, a := range b.Attributes {
			here := slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(kinds, b.Name) && present[kind+"."+a.Name] })
			if !present[b.Name+"."+a.Name] && !here && !elsewhere[b.Name+"."+a.Name] {
				t.Errorf("no %s.%s in the plan that holds everything", b.Name, a.Name)
			}
		}
	}
}

func TestFunctionsAreDescribed(t *testing.T) {
	l := newLoader(Source{FS: fstest.MapFS{
		"token.txt": {Data: []byte("abc\n")}, "limits.json": {Data: []byte(`{"users": 5}`)}, "questions.csv": {Data: []byte("a\n1\n2\n")},
	}, Getenv: func(string) (string, bool) { return "", false }})
	var described []string
	for _, f := range language.Functions() {
		described = append(described, f.Name)
		call, want, compared := strings.Cut(f.Example, " # ")
		call = strings.ReplaceAll(call, "var.region", `"eu"`)
		got := evaluate(t, l, call)
		if compared {
			if d := cmp.Diff(encoded(t, evaluate(t, l, want)), encoded(t, got)); d != "" {
				t.Errorf("%s (-want +got):\n%s", f.Example, d)
			}
		}
	}
	slices.Sort(described)
	if d := cmp.Diff(slices.Sorted(maps.Keys(l.functionsFor("."))), described); d != "" {
		t.Errorf("functions that are there (-) and described (+):\n%s", d)
	}
}

func TestFunctionsAreBounded(t *testing.T) {
	for _, call := range []string{
		`format("%999999999s", "a")`, `indent(1e9, "a\nb")`, `setproduct(range(1000), range(1000), range(1000))`,
		`replace(join("", formatlist("%s", range(1000))), "", join("", formatlist("%s", range(1000))))`,
	} {
		l := newLoader(Source{FS: fstest.MapFS{}})
		e, _ := hclsyntax.ParseExpression([]byte(call), "test", hcl.InitialPos)
		v := l.eval(e, &scope{dir: "."}, false)
		if v.IsKnown() && size(v, maxValue) < 0 {
			t.Errorf("%s gives a value that is too large", call)
		}
	}
}
