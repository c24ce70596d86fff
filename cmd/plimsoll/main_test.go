package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"plimsoll/cmd/cli"
	"plimsoll/runner/result"
)

// TestMain lets a run start its simulation, which is this binary again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "simulate" {
		main()
	}
	os.Exit(m.Run())
}

// plimsoll runs a verb as main would, and returns what it printed.
func plimsoll(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	command := cli.Command{
		Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &err, Getenv: os.LookupEnv, Signals: func(chan<- os.Signal) {},
	}
	code = command.Run(args)
	return code, out.String(), err.String()
}

// execute runs a plan and returns its result.
func execute(t *testing.T, folder string, args ...string) (int, *result.Document) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "plimsoll.json")
	code, _, stderr := plimsoll(append([]string{"run", folder, "--out", out}, args...)...)
	doc, err := result.Read(out)
	if err != nil {
		t.Fatalf("run %s: exit %d: %v\n%s", folder, code, err, stderr)
	}
	return code, doc
}
