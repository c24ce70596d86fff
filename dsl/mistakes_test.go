package dsl_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"golang.org/x/tools/txtar"
	"plimsoll/dsl"
	"plimsoll/dsl/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMistakes holds every diagnostic of the plans in testdata/mistakes: its place, the source there, and its text. An
// archive holds the plan; the file variables what --var gives; files ending in .tfvars are given as --var-file.
func TestMistakes(t *testing.T) {
	archives, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source, want := sourceOf(archive)
			p, list := dsl.Load(source)
			if p != nil || !list.HasErrors() {
				t.Error("the plan loads, and should not")
			}
			got := golden(list)
			if *update {
				writeGolden(t, name, archive, got)
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("diagnostics (-want +got):\n%s", d)
			}
		})
	}
}

// sourceOf makes an archive into a source, and returns the golden part.
func sourceOf(archive *txtar.Archive) (source dsl.Source, want string) {
	files := fstest.MapFS{}
	source = dsl.Source{FS: files, Paths: []string{"plans"}, Variables: map[string]string{}}
	for _, f := range archive.Files {
		switch {
		case f.Name == "want":
			want = string(f.Data)
		case f.Name == "variables":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				source.Variables[name] = value
			}
		default:
			files["plans/"+f.Name] = &fstest.MapFile{Data: f.Data}
			if strings.HasSuffix(f.Name, ".tfvars") {
				source.VarFiles = append(source.VarFiles, "plans/"+f.Name)
			}
		}
	}
	return source, want
}

// golden writes diagnostics so that a wrong column shows: with the source that they point at.
func golden(list diag.List) string {
	var b strings.Builder
	for _, d := range list.Diagnostics {
		severity := map[hcl.DiagnosticSeverity]string{hcl.DiagError: "error", hcl.DiagWarning: "warning"}[d.Severity]
		fmt.Fprintf(&b, "%s: %s: %s\n", d.Subject, severity, d.Summary)
		if f := list.Files[d.Subject.Filename]; f != nil && d.Subject.CanSliceBytes(f.Bytes) {
			fmt.Fprintf(&b, "  at %q\n", list.Redact(string(d.Subject.SliceBytes(f.Bytes))))
		}
		fmt.Fprintf(&b, "  %s\n", d.Detail)
	}
	return b.String()
}

func writeGolden(t *testing.T, name string, archive *txtar.Archive, got string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// files makes a file system of texts by name.
func files(texts map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		all[name] = &fstest.MapFile{Data: []byte(texts[name])}
	}
	return all
}
