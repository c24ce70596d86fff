package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plimsoll/dsl/diag"
	"plimsoll/runner/fleet/cloud"
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
	want = replaceBlock(t, want, "text timeline", part(t, "fleet.json", "  ECS web ", "\n\n  step "))
	want = replaceBlock(t, want, "text review", "$ plimsoll review plans/fleet --service queue --quiet\n"+about(t, 1, "✗  queue ", "review", "--quiet"))
	want = replaceBlock(t, want, "text adjust", "$ plimsoll adjust plans/fleet --service queue\n"+about(t, 0, "queue\n", "adjust", "--out", filepath.Join(t.TempDir(), "changes.json")))
	reading, writing := cloud.Permissions()
	want = replaceBlock(t, want, "text reading", list(reading))
	want = replaceBlock(t, want, "text writing", list(writing))
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

// about is what a verb says of the queue of plans/fleet, from a text on.
func about(t *testing.T, want int, from string, args ...string) string {
	t.Helper()
	root, folder := fleetCopy(t)
	code, stdout, stderr := plimsoll(append(args, folder, "--root", root, "--service", "queue")...)
	_, shown, ok := strings.Cut(stdout, from)
	if code != want || !ok {
		t.Fatalf("%v: exit %d\n%s%s", args, code, stdout, stderr)
	}
	return from + shown
}

// list is actions of IAM, those of a service in a line.
func list(actions []string) string {
	var b strings.Builder
	last := ""
	for _, action := range actions {
		service, name, _ := strings.Cut(action, ":")
		if service != last {
			b.WriteString(strings.Repeat("\n", min(b.Len(), 1)) + service + ":")
		}
		b.WriteString(" " + name)
		last = service
	}
	return wrapped(b.String())
}

// wrapped breaks lines at 110 columns.
func wrapped(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(strings.Join(diag.Wrap(line, 110), "\n  ") + "\n")
	}
	return b.String()
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
