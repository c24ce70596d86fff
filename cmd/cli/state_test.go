package cli

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/change"
)

func TestStateIsAFolder(t *testing.T) {
	store, err := (&Command{Stderr: io.Discard, Getenv: unset}).openState(t.Context(), &plan.Plan{Root: "root"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(change.Dir{Path: filepath.Join("root", ".plimsoll")}, store); d != "" {
		t.Error(d)
	}
}

// The bucket that a plan names is in its simulated account, whatever else that holds.
func TestStateIsABucket(t *testing.T) {
	p, src := loaded(t, "plan {\n  state = \"s3://team-state/beta\"\n}\n"+small)
	simulating(t, p, &serving{})
	c := &Command{Stderr: io.Discard, Getenv: unset}
	aws, stop, err := c.openCloud(t.Context(), p, src)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	store, err := c.openState(t.Context(), p, aws)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Create(t.Context(), "lock", []byte("ours")); err != nil {
		t.Fatal(err)
	}
	if err := store.Create(t.Context(), "lock", []byte("theirs")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
}

func TestCheckState(t *testing.T) {
	real := []*plan.Service{{Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web"}}}
	simulated := []*plan.Service{{Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web"}, Simulate: &plan.Simulate{}}}
	tests := map[string]struct {
		ci   string
		plan *plan.Plan
		ok   bool
	}{
		"at home":              {"", &plan.Plan{Services: real}, true},
		"CI":                   {"true", &plan.Plan{Services: real}, false},
		"CI, shared":           {"true", &plan.Plan{Services: real, State: "s3://team-state/beta"}, true},
		"CI, simulated":        {"true", &plan.Plan{Services: simulated}, true},
		"CI, simulated partly": {"true", &plan.Plan{Services: append(simulated, real...)}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := &Command{Stderr: io.Discard, Getenv: func(string) (string, bool) { return tt.ci, true }}
			if err := c.checkState(tt.plan); (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
