package dsl

import (
	"os"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// loaded is the loader of the plan that holds everything, when it is done.
func loaded(t *testing.T) *loader {
	t.Helper()
	l := newLoader(Source{FS: os.DirFS("testdata/plans"), Paths: []string{"everything"}})
	l.read()
	l.resolve()
	l.decode()
	l.check()
	if l.found.HasErrors() {
		t.Fatal(l.found)
	}
	return l
}

func encoded(t *testing.T, v cty.Value) string {
	t.Helper()
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func evaluate(t *testing.T, l *loader, text string) cty.Value {
	t.Helper()
	e, found := hclsyntax.ParseExpression([]byte(text), "test", hcl.InitialPos)
	if found.HasErrors() {
		t.Fatalf("%s: %s", text, found)
	}
	before := len(l.found)
	v := l.eval(e, &scope{dir: "."}, false)
	if len(l.found) > before {
		t.Errorf("%s: %s", text, l.found[before:])
	}
	return v
}
