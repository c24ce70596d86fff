package cloud

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

var update = flag.Bool("update", false, "write golden files anew")

// What Observe makes of the account on disk, but for documents.
func TestObserve(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	state, err := c.Observe(t.Context(), beta())
	if err != nil {
		t.Fatal(err)
	}
	if at := state.At; at.Before(noon) || at.After(noon.Add(time.Minute)) {
		t.Errorf("the snapshot is of %s", at)
	}
	state.At = time.Time{}
	got, err := json.MarshalIndent(pruned(reflect.ValueOf(*state)), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/state.golden"
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)+"\n"); d != "" {
		t.Error(d)
	}
}

// pruned is a value without what is empty, and without documents.
func pruned(v reflect.Value) any {
	if !v.IsValid() || v.IsZero() || v.Type() == reflect.TypeFor[fleet.Document]() || v.Type() == reflect.TypeFor[fleet.Place]() {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return pruned(v.Elem())
	case reflect.Slice:
		var kept []any
		for i := range v.Len() {
			kept = append(kept, pruned(v.Index(i)))
		}
		return kept
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return v.Interface()
		}
		kept := map[string]any{}
		for i := range v.NumField() {
			if value := pruned(v.Field(i)); value != nil {
				kept[v.Type().Field(i).Name] = value
			}
		}
		return kept
	}
	if d, ok := v.Interface().(time.Duration); ok {
		return d.String()
	}
	return v.Interface()
}

// The documents of a snapshot are those that reading each resource gives: otherwise every change would seem to drift.
func TestDocumentsAreThoseOfRead(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	state, err := c.Observe(t.Context(), beta())
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for ref, want := range documents(state) {
		got, err := c.Read(t.Context(), ref)
		if err != nil {
			t.Errorf("%s %s: %v", ref.Kind, ref.ID, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s %s: snapshot (-), read (+):\n%s", ref.Kind, ref.ID, d)
		}
		compared++
	}
	if compared < 40 {
		t.Errorf("only %d documents were compared", compared)
	}
}

// documents are all that may be written of a state, by what they are of.
func documents(state *fleet.State) map[fleet.Ref]fleet.Document {
	all := map[fleet.Ref]fleet.Document{}
	for _, s := range state.Services {
		add := func(kind fleet.Kind, id string, d fleet.Document) {
			all[fleet.Ref{Place: s.Place, Kind: kind, ID: id}] = d
		}
		add(fleet.KindCluster, s.Cluster.Name, s.Cluster.Document)
		add(fleet.KindService, s.Ref().ID, s.Document)
		add(fleet.KindTaskDefinition, lastPart(s.TaskDefinition.ARN), s.TaskDefinition.Document)
		add(fleet.KindScalableTarget, s.Resource(), s.Target.Document)
		for _, p := range s.Policies {
			add(fleet.KindScalingPolicy, s.Resource()+"/"+p.Name, p.Document)
		}
		for _, a := range s.Scheduled {
			add(fleet.KindScheduledAction, s.Resource()+"/"+a.Name, a.Document)
		}
		for _, a := range s.Alarms {
			if !a.Tracking {
				add(fleet.KindAlarm, a.Name, a.Document)
			}
		}
		if s.Throttle != nil {
			add(fleet.KindThrottle, s.Throttle.WebACL+"/"+s.Throttle.Rule, s.Throttle.Document)
		}
	}
	for _, b := range state.Budgets {
		all[fleet.Ref{Place: b.Place, Kind: fleet.KindBudget, ID: b.Name}] = b.Document
	}
	for _, d := range state.Dashboards {
		all[fleet.Ref{Place: d.Place, Kind: fleet.KindDashboard, ID: d.Name}] = d.Document
	}
	return all
}
