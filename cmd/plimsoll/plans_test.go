package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// short says how the plans in plans/ are run here: all of them, as the living reference of the language, each for a few
// seconds. How good the simulated service is on a busy machine is not asserted; that each step works is.
var short = map[string][]string{
	"capacity":     {"--only", "idle", "--var", "hold=200ms"},
	"quickstart":   {"--only", "normal"},
	"staging":      {"--var", "night=6m", "--var", "normal_users=20"},
	"fleet":        {"--only", "normal"},
	"stream":       {"--var", "duration=2s"},
	"http":         {"--var", "endpoint={server}", "--var", "duration=2s"},
	"bench/closed": {"--var", "endpoint={server}", "--var", "users=5", "--var", "duration=2s"},
	"bench/open":   {"--var", "endpoint={server}", "--var", "rate=100/s", "--var", "duration=2s"},
	"bench/think":  {"--var", "endpoint={server}", "--var", "users=50", "--var", "duration=3s", "--var", "ramp=1s"},
}

func TestPlans(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("the mark on a ship's hull"))
	}))
	defer server.Close()
	for _, name := range plans(t) {
		args, ok := short[name]
		if !ok {
			t.Errorf("plans/%s is not run by this test", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			args := slices.Clone(args)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "{server}", server.URL)
			}
			folder := filepath.Join("..", "..", "plans", name)
			if name == "fleet" { // its account is kept beside it
				_, folder = fleetCopy(t)
			}
			code, doc := execute(t, folder, args...)
			if code != 0 && code != 1 && code != 4 {
				t.Errorf("exit %d: %v", code, doc.Reasons)
			}
			for _, s := range doc.Scenarios {
				if s.Capacity != nil { // it is there to be refused
					if s.Capacity.Max != 226 || s.Capacity.Bound != "exact" {
						t.Errorf("%s: found %d (%s), want exactly 226: %s", s.Name, s.Capacity.Max, s.Capacity.Bound, s.Capacity.StoppedBy)
					}
					continue
				}
				good := s.Total.Operations - s.Total.Failed
				if good < s.Total.Operations*9/10 || good == 0 || s.Total.Errors["expression"] > 0 || s.Total.Errors["check"] > 0 {
					t.Errorf("%s: %d of %d operations failed: %v %v", s.Name, s.Total.Failed, s.Total.Operations, s.Total.Errors, s.Samples)
				}
			}
		})
	}
}

// TestPlansFormatted holds the plans to the form that they recommend.
func TestPlansFormatted(t *testing.T) {
	if code, stdout, stderr := plimsoll("fmt", "--check", filepath.Join("..", "..", "plans")); code != 0 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// plans lists the folders of plans/ that hold a plan.
func plans(t *testing.T) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..", "plans")), ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(file) == ".hcl" && !slices.Contains(all, path.Dir(file)) {
			all = append(all, path.Dir(file))
		}
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("no plans: %v", err)
	}
	return all
}
