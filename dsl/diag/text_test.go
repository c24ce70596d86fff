package diag_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plimsoll/dsl/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// list parses source and marks what, its n-th occurrence, as the place of one error.
func list(t *testing.T, source, what string, n int) diag.List {
	t.Helper()
	file, _ := hclsyntax.ParseConfig([]byte(source), "plans/shop.hcl", hcl.InitialPos)
	return diag.List{
		Diagnostics: hcl.Diagnostics{at(t, source, what, n)},
		Files:       map[string]*hcl.File{"plans/shop.hcl": file},
	}
}

func at(t *testing.T, source, what string, n int) *hcl.Diagnostic {
	t.Helper()
	start := 0
	for ; n >= 0; n-- {
		i := strings.Index(source[start:], what)
		if i < 0 {
			t.Fatalf("%q is not in the source", what)
		}
		start += i
		if n > 0 {
			start++
		}
	}
	before := source[:start]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "there is no fact latncy.p95",
		Detail:   "Did you mean latency.p95?",
		Subject: &hcl.Range{
			Filename: "plans/shop.hcl",
			Start:    hcl.Pos{Line: line, Column: column, Byte: start},
			End:      hcl.Pos{Line: line, Column: column + len([]rune(what)), Byte: start + len(what)},
		},
	}
}

const service = "service \"shop\" {\n  sla \"fast\" {\n    assert = \"latncy.p95 < 800ms\"\n  }\n}\n"

func TestText(t *testing.T) {
	hide := func(secrets ...string) func(string) string {
		return func(s string) string {
			for _, secret := range secrets {
				s = strings.ReplaceAll(s, secret, "(sensitive)")
			}
			return s
		}
	}
	tests := map[string]struct {
		list   diag.List
		layout diag.Layout
	}{
		"plain":  {list: list(t, service, "latncy.p95", 0)},
		"colour": {list: list(t, service, "latncy.p95", 0), layout: diag.Layout{Ink: true}},
		"tabs":   {list: list(t, "service \"shop\" {\n\tendpoint\t= vra.endpoint # ö\n}\n", "vra", 0)},
		"wide":   {list: list(t, "locals { 名前 = \"日本\", x = vra.y }\n", "vra", 0)},
		"end":    {list: list(t, "locals {\n  a = 1\n", "a = 1\n", 0)},
		"long line": {
			list:   list(t, "locals { a = \""+strings.Repeat("long ", 60)+"\", b = vra.y, c = \""+strings.Repeat("long ", 60)+"\" }\n", "vra.y", 0),
			layout: diag.Layout{Width: 60},
		},
		"controls": {list: list(t, "locals { a = \"\x1b[31m\u202eabc\", b = vra }\n", "vra", 0)},
		"secret beside": {list: func() diag.List {
			l := list(t, "locals { token = \"hunter2\", b = vra }\n", "vra", 0)
			l.Diagnostics[0].Summary, l.Redact = "no hunter2 here", hide("hunter2")
			l.Diagnostics[0].Detail = "The token hunter2 is wrong."
			return l
		}()},
		"secret across the mark": {list: func() diag.List {
			l := list(t, "locals { token = \"hunter2\" }\n", "hunt", 0)
			l.Redact = hide("hunter2")
			return l
		}()},
		"secret across lines": {list: func() diag.List {
			l := list(t, "locals {\n  key = <<E\n-----BEGIN\nabcdef\nE\n}\n", "abc", 0)
			l.Redact = hide("-----BEGIN\nabcdef\n")
			return l
		}()},
		"no place": {list: diag.List{Diagnostics: hcl.Diagnostics{{
			Severity: hcl.DiagWarning, Summary: "the plan has no scenario", Detail: "Add one:\n\n    baseline \"normal\" {}\n",
		}}}},
		"no file": {list: diag.List{Diagnostics: hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "no plan is named", Detail: "Name one.", Subject: &hcl.Range{},
		}}}},
		"no line": {list: diag.List{Diagnostics: hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "cannot read nowhere", Subject: &hcl.Range{Filename: "nowhere"},
		}}}},
		"no source": {list: func() diag.List {
			l := list(t, service, "latncy.p95", 0)
			l.Files = nil
			return l
		}()},
		"several": {list: func() diag.List {
			l := list(t, service, "assert", 0)
			l.Diagnostics[0].Detail = "A detail that is longer than a line of the terminal is wide, and so has to be broken somewhere between its words."
			l.Diagnostics = append(l.Diagnostics, at(t, service, "sla", 0), at(t, service, "sla", 0))
			return l
		}()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := tt.list.WriteText(&b, tt.layout); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".golden"), b.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
