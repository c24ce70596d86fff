package fleet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"plimsoll/dsl"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/sim/aws"
)

// examplePlan is the plan that the project shows to newcomers.
func examplePlan(t *testing.T) *plan.Plan {
	t.Helper()
	p, diagnostics := dsl.Load(dsl.Source{FS: os.DirFS("../.."), Paths: []string{"plans/fleet"}, Getenv: func(string) (string, bool) { return "", false }})
	if p == nil {
		t.Fatal(diagnostics)
	}
	return p
}

// simulated is the account of that plan behind a simulated AWS.
func simulated(t *testing.T) (*aws.Server, *cloud.Cloud) {
	t.Helper()
	text, err := os.ReadFile("../../plans/fleet/account.json")
	if err != nil {
		t.Fatal(err)
	}
	var account aws.Fleet
	if err := json.Unmarshal(text, &account); err != nil {
		t.Fatal(err)
	}
	server, err := aws.Start(t.Context(), aws.Options{Start: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC), Speed: 1000}, account, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, cloud.New(cloud.Options{Simulation: &cloud.Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}})
}

// What is desired is brought about by applying the change set, here by way of its file, and then nothing is left to change.
func TestChangesBringAboutWhatIsDesired(t *testing.T) {
	p := examplePlan(t)
	server, c := simulated(t)
	observe := func() *fleet.State {
		state, err := c.Observe(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	set := fleet.Changes(p, observe(), fleet.ChangeOptions{Prices: fleet.EmbeddedPrices()})
	if len(set.Refused) > 0 || len(set.Changes) < 40 {
		t.Fatalf("changes %v, refused %+v", said(set), set.Refused)
	}
	if d := set.Cost; d.MinAfter >= d.MinBefore || d.MaxAfter <= d.MaxBefore || len(d.Unpriced) > 0 {
		t.Errorf("smaller tasks, and room for more of them, cost %+v", d)
	}
	changer := change.Changer{Resources: c, Store: change.Dir{Path: t.TempDir()}, Now: server.Now}
	if out, err := changer.Apply(t.Context(), filed(t, c, set), change.Options{}); err != nil || out.Verdict != change.Applied {
		t.Fatalf("apply: %+v, %v", out, err)
	}
	calls := len(server.Calls())
	if again := fleet.Changes(p, observe(), fleet.ChangeOptions{}); !again.Empty() {
		t.Errorf("again: changes %v, refused %+v", said(again), again.Refused)
	}
	if slices.ContainsFunc(server.Calls()[calls:], func(call aws.Call) bool { return call.Write }) {
		t.Error("comparing has written")
	}
}

// filed is a change set that was written to a file, read, and completed.
func filed(t *testing.T, c *cloud.Cloud, set *fleet.ChangeSet) *fleet.ChangeSet {
	t.Helper()
	var file bytes.Buffer
	if err := set.Write(&file); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file.Bytes(), []byte("STAGE")) {
		t.Error("an environment is in the file")
	}
	read, err := fleet.ReadChangeSet(&file)
	if err == nil {
		err = read.Complete(func(ref fleet.Ref) (fleet.Document, error) { return c.Read(t.Context(), ref) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}
