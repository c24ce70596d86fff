package diag_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plimsoll/dsl/diag"
)

func ExampleList_WriteText() {
	source := []byte("service \"shop\" {\n  endpoint = \"localhost\"\n}\n")
	file, _ := hclsyntax.ParseConfig(source, "shop.hcl", hcl.InitialPos)
	list := diag.List{
		Diagnostics: hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "the endpoint has no scheme",
			Detail:   `Write "http://localhost" or "https://localhost".`,
			Subject:  &hcl.Range{Filename: "shop.hcl", Start: hcl.Pos{Line: 2, Column: 15, Byte: 31}, End: hcl.Pos{Line: 2, Column: 24, Byte: 40}},
		}},
		Files: map[string]*hcl.File{"shop.hcl": file},
	}
	_ = list.WriteText(os.Stdout, diag.Layout{})
	// Output:
	// shop.hcl:2:15: error: the endpoint has no scheme
	//   ╷ in service "shop"
	// 2 │   endpoint = "localhost"
	//   │               ^^^^^^^^^
	//   ╵ Write "http://localhost" or "https://localhost".
}

func TestRecords(t *testing.T) {
	l := list(t, service, "latncy.p95", 0)
	l.Redact = func(s string) string { return strings.ReplaceAll(s, "Did", "***") }
	l.Diagnostics = append(l.Diagnostics, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "odd"})
	want := []diag.Record{
		{Severity: "warning", Summary: "odd"},
		{
			Severity: "error", Summary: "there is no fact latncy.p95", Detail: "*** you mean latency.p95?", File: "plans/shop.hcl",
			Range: &diag.Range{Start: diag.Position{Line: 3, Column: 15, Byte: 46}, End: diag.Position{Line: 3, Column: 25, Byte: 56}},
		},
	}
	if diff := cmp.Diff(want, l.Records()); diff != "" {
		t.Error(diff)
	}
	if got := (diag.List{}).Records(); got == nil {
		t.Error("an empty list would be null in JSON")
	}
}

func TestCounts(t *testing.T) {
	warning := &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "odd"}
	l := list(t, service, "sla", 0)
	l.Diagnostics = append(l.Diagnostics, warning, warning)
	if errs, warnings := l.Counts(); errs != 1 || warnings != 1 {
		t.Errorf("%d errors and %d warnings, want one of each", errs, warnings)
	}
}

func TestWriteTextReportsTheWriter(t *testing.T) {
	full := errors.New("full")
	l := list(t, service, "sla", 0)
	if err := l.WriteText(failing{full}, diag.Layout{}); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestVisible(t *testing.T) {
	tests := map[string]struct{ in, visible, line string }{
		"plain":     {"añ 日本 👩‍🚀", "añ 日本 👩‍🚀", "añ 日本 👩‍🚀"},
		"escape":    {"\x1b[2J\x07", "␛[2J␇", "␛[2J␇"},
		"delete":    {"a\x7fb", "a␡b", "a␡b"},
		"C1":        {"a\u009bb", "a<U+009B>b", "a<U+009B>b"},
		"bidi":      {"a\u202eb\u2066c", "a<U+202E>b<U+2066>c", "a<U+202E>b<U+2066>c"},
		"lines":     {"a\n\tb\r", "a\n\tb␍", "a␊␉b␍"},
		"separator": {"a\u2028b", "a<U+2028>b", "a<U+2028>b"},
		"bytes":     {"a\xffb", "a\ufffdb", "a\ufffdb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := diag.Visible(tt.in); got != tt.visible {
				t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.visible)
			}
			if got := diag.Line(tt.in); got != tt.line {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.line)
			}
		})
	}
}

// FuzzWriteText gives any source and any place, which need not lie in it.
func FuzzWriteText(f *testing.F) {
	f.Add("locals { a = 1 }\n", 9, 10, "wrong", 80)
	f.Add("locals {\n\ta = \"\x1b[31m日本\"\r\n}", 16, 300, "a\x00b", 0)
	f.Add("", -1, 5, "", -3)
	f.Add("hunter2", 3, 5, "hunter2", 40)
	f.Fuzz(func(t *testing.T, source string, start, end int, text string, width int) {
		file, _ := hclsyntax.ParseConfig([]byte(source), "a.hcl", hcl.InitialPos)
		l := diag.List{
			Diagnostics: hcl.Diagnostics{{
				Severity: hcl.DiagError, Summary: text, Detail: text,
				Subject: &hcl.Range{Filename: "a.hcl", Start: hcl.Pos{Line: 1, Column: 1, Byte: start}, End: hcl.Pos{Byte: end}},
			}},
			Files:  map[string]*hcl.File{"a.hcl": file},
			Redact: func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") },
		}
		var b strings.Builder
		if err := l.WriteText(&b, diag.Layout{Width: width}); err != nil {
			t.Fatal(err)
		}
		for _, r := range b.String() {
			if r != '\n' && unicode.IsControl(r) {
				t.Fatalf("the control %q got through in %q", r, b.String())
			}
		}
		if strings.Contains(b.String(), "hunter2") {
			t.Fatal("a secret got through in " + fmt.Sprintf("%q", b.String()))
		}
	})
}
