package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is printed today into README.md")

const readme = "../../README.md"

// TestReadme holds what the README shows to what is printed: the diagnostics of its broken plan, and parts of the reports
// of real runs, whose results are kept in testdata.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	want := replaceBlock(t, text, "text broken", diagnostics(t, block(t, text, "hcl broken")))
	want = replaceBlock(t, want, "text report", part(t, "quickstart.json", "✓ PASS  stress ", "\n\n  step "))
	want = replaceBlock(t, want, "text capacity", part(t, "capacity.json", "✓ PASS  capacity ", "\n\n  step "))
	if text == want {
		return
	}
	if !*update {
		t.Fatal("README.md shows what is not printed any more: go test ./cmd/plimsoll -run Readme -update")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmePlan loads the plan that the README shows as a good one.
func TestReadmePlan(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := validate(t, block(t, string(raw), "hcl")); code != 0 {
		t.Errorf("exit %d\n%s", code, stderr)
	}
}

func diagnostics(t *testing.T, plan string) string {
	t.Helper()
	code, _, stderr := validate(t, plan)
	if code != 2 {
		t.Fatalf("the broken plan ends with %d", code)
	}
	return "$ plimsoll validate plan.hcl\n" + stderr
}

func validate(t *testing.T, plan string) (code int, stdout, stderr string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "plan.hcl"), []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = plimsoll("validate", filepath.Join(folder, "plan.hcl"))
	return code, stdout, strings.ReplaceAll(stderr, folder+string(filepath.Separator), "")
}

// part is what the report of a kept result shows from one text on until another.
func part(t *testing.T, document, from, until string) string {
	t.Helper()
	code, stdout, stderr := plimsoll("report", filepath.Join("testdata", document))
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	_, rest, ok := strings.Cut(stdout, from)
	if !ok {
		t.Fatalf("the report of %s does not show %q", document, from)
	}
	shown, _, _ := strings.Cut(rest, until)
	return from + shown + "\n"
}

// block is the content of the first fenced block with that info string.
func block(t *testing.T, text, info string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```"+info+"\n")
	if !ok {
		t.Fatalf("README.md has no block %q", info)
	}
	content, _, _ := strings.Cut(rest, "```")
	return content
}

func replaceBlock(t *testing.T, text, info, content string) string {
	t.Helper()
	return strings.Replace(text, "```"+info+"\n"+block(t, text, info)+"```", "```"+info+"\n"+content+"```", 1)
}
