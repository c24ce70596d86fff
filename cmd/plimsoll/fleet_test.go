package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/result"
)

// fleetCopy is plans/fleet in a root of its own, whose state nobody else has.
func fleetCopy(t *testing.T) (root, folder string) {
	t.Helper()
	root = t.TempDir()
	folder = filepath.Join(root, "plans", "fleet")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "..", "plans", "fleet"))); err != nil {
		t.Fatal(err)
	}
	return root, folder
}

// TestFleet is what somebody new to it does: looks, adjusts, tries, and goes back.
func TestFleet(t *testing.T) {
	root, folder := fleetCopy(t)
	services := filepath.Join(folder, "services.hcl")
	quicken(t, services)
	does := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := plimsoll(append(args, folder, "--root", root)...)
		if code != want {
			t.Fatalf("%v: exit %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout
	}
	does(1, "review")
	before := settings(t, root)
	if shown := does(0, "adjust", "--yes"); !strings.Contains(shown, "maximum tasks  3  →  50") {
		t.Errorf("adjust shows\n%s", shown)
	}
	does(0, "review")
	if cmp.Equal(before, settings(t, root)) {
		t.Error("the account is as it was before")
	}
	if shown := does(0, "adjust", "--yes"); !strings.Contains(shown, "Nothing is to be changed") {
		t.Errorf("the second adjust shows\n%s", shown)
	}
	scales(t, root, folder)
	does(0, "rollback", "--yes")
	does(1, "review")
	if diff := cmp.Diff(before, settings(t, root)); diff != "" {
		t.Errorf("the account is not as it was (-before +after):\n%s", diff)
	}
}

// quicken makes the simulation twice as fast: minutes are half a second.
func quicken(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	quick := strings.Replace(string(text), "= 60\n  }\n\n  ecs {", "= 120\n  }\n\n  ecs {", 1)
	if quick == string(text) {
		t.Fatalf("%s has no speed of 60", file)
	}
	if err := os.WriteFile(file, []byte(quick), 0o600); err != nil {
		t.Fatal(err)
	}
}

// scales runs the spike, which must scale the service out and in again, with each stage in the result.
func scales(t *testing.T, root, folder string) {
	t.Helper()
	code, doc := execute(t, folder, "--root", root, "--only", "launch")
	if code != 0 && code != 1 && code != 4 { // a busy machine is late
		t.Fatalf("exit %d: %v", code, doc.Reasons)
	}
	i := slices.IndexFunc(doc.Scenarios[0].Fleet, func(f result.Fleet) bool { return f.Service == "web" })
	if i < 0 {
		t.Fatal("ECS is not in the result")
	}
	f := doc.Scenarios[0].Fleet[i]
	if f.Tasks.Max < 2 || f.Tasks.Last != 1 || f.ScaleOut == nil || f.ScaleIn == nil {
		t.Fatalf("it did not scale out and in: tasks %+v, %+v, %+v", f.Tasks, f.ScaleOut, f.ScaleIn)
	}
	out := f.ScaleOut
	stages := []*float64{out.Alarm, out.Activity, out.Desired, out.Running, out.Healthy, out.FirstAnswer}
	if slices.Contains(stages, nil) || !slices.IsSortedFunc(stages, func(a, b *float64) int { return int(*a - *b) }) {
		t.Errorf("the stages of scaling out: %+v", out)
	}
}

// volatile is what no setting is: times, states, counts and names that AWS gives.
var volatile = []string{
	"StateReason", "StateValue", "StateTransitionedTimestamp", "StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp", "LockToken",
	"deployments", "events", "currentServiceRevisions", "desiredCount", "runningCount", "pendingCount", "ScalingActivities", "taskDefinitions",
	"tasks", "metrics", "runningTasksCount", "pendingTasksCount", "Buckets", "CreationTime", "AlarmArn", "PolicyARN",
}

// settings are those of the simulated account as it was left.
func settings(t *testing.T, root string) any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, ".plimsoll", "sim", "*", "account.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("accounts: %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var kept struct{ Fleet any }
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	return steady(kept.Fleet)
}

// steady leaves out what is volatile, the alarms of target tracking, and what is empty.
func steady(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if inner = steady(inner); slices.Contains(volatile, name) || inner == nil || usual(name, inner) {
				delete(v, name)
			} else {
				v[name] = inner
			}
		}
		if name, _ := v["AlarmName"].(string); strings.HasPrefix(name, "TargetTracking-") || len(v) == 0 {
			return nil
		}
	case []any:
		kept := []any{}
		for _, inner := range v {
			if inner = steady(inner); inner != nil {
				kept = append(kept, inner)
			}
		}
		return kept
	}
	return v
}

// usual reports whether a setting is what it is where nobody sets it: of metrics, a minute.
func usual(name string, v any) bool {
	text, err := json.Marshal(v)
	return name == "monitoring" && err == nil && !strings.Contains(string(text), `"resolutionSeconds":20`)
}
