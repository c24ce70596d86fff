package fleet_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"plimsoll/dsl"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
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

// What is desired is brought about by writing each change, and then nothing is left to change.
func TestChangesBringAboutWhatIsDesired(t *testing.T) {
	p := examplePlan(t)
	server, c := simulated(t)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	observe := func() *fleet.State {
		state, err := c.Observe(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	set := fleet.Changes(p, observe(), fleet.ChangeOptions{Prices: fleet.EmbeddedPrices()})
	for _, r := range set.Refused {
		t.Errorf("refused: %+v", r)
	}
	if len(set.Changes) < 30 || set.Cost.MaxBefore == 0 || len(set.Cost.Unpriced) > 0 {
		t.Errorf("%d changes, cost %+v", len(set.Changes), set.Cost)
	}
	writeAll(ctx, t, c, set)
	before := len(server.Calls())
	after := observe()
	again := fleet.Changes(p, after, fleet.ChangeOptions{})
	for _, change := range again.Changes {
		t.Errorf("changed again: %s %s: %v", change.Ref.Kind, change.Ref.ID, change.Fields)
	}
	for _, r := range again.Refused {
		t.Errorf("refused the second time: %+v", r)
	}
	if slices.ContainsFunc(server.Calls()[before:], func(call aws.Call) bool { return call.Write }) {
		t.Error("comparing has written")
	}
}

// writeAll writes every change in order, as the transaction does: a service gets what differs, and the revision just made.
func writeAll(ctx context.Context, t *testing.T, c *cloud.Cloud, set *fleet.ChangeSet) {
	t.Helper()
	revision := ""
	for _, change := range set.Changes {
		d := change.After.Clone()
		if d["taskDefinition"] == fleet.Registered {
			d["taskDefinition"] = revision
		}
		if change.Ref.Kind == fleet.KindService {
			for name, value := range change.Before {
				if (fleet.Document{"": value}).Equal(fleet.Document{"": d[name]}) && name != "cluster" && name != "service" {
					delete(d, name)
				}
			}
		}
		made, err := c.Write(ctx, change.Ref, d)
		if err != nil {
			t.Fatalf("write %s %s: %v", change.Ref.Kind, change.Ref.ID, err)
		}
		if change.Ref.Kind == fleet.KindTaskDefinition {
			revision = made
		}
		if change.Ref.Kind == fleet.KindService {
			if err := c.Settle(ctx, change.Ref); err != nil {
				t.Fatal(err)
			}
		}
	}
}
