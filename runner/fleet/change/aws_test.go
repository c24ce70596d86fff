package change

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/sim/aws"
)

var simulated = fleet.Place{Simulated: true}

// account is a simulated AWS, and what reads and writes it.
type account struct {
	*aws.Server
	cloud *cloud.Cloud
}

func open(t *testing.T) *account {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "account.json"))
	if err != nil {
		t.Fatal(err)
	}
	var holds aws.Fleet
	if err := json.Unmarshal(text, &holds); err != nil {
		t.Fatal(err)
	}
	server, err := aws.Start(context.Background(), aws.Options{Speed: 10_000}, holds, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	at := &cloud.Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}
	return &account{server, cloud.New(cloud.Options{Simulation: at})}
}

// changes are of every kind: what is set within each resource, nested. Lists are replaced whole.
func changes() []fleet.Change {
	of := func(kind fleet.Kind, id string, set map[string]any) fleet.Change {
		return fleet.Change{Service: "web", Ref: fleet.Ref{Place: simulated, Kind: kind, ID: id}, After: set}
	}
	notification := func(percent int) map[string]any {
		return map[string]any{
			"Notification": map[string]any{"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": percent, "ThresholdType": "PERCENTAGE"},
			"Subscribers":  []any{map[string]any{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}},
		}
	}
	return []fleet.Change{
		of(fleet.KindCluster, "beta", map[string]any{"settings": []any{map[string]any{"name": "containerInsights", "value": "enabled"}}}),
		of(fleet.KindScalableTarget, "service/beta/web", map[string]any{"MinCapacity": 2, "MaxCapacity": 50}),
		of(fleet.KindTaskDefinition, "web:3", map[string]any{"cpu": "1024", "memory": "2048"}),
		of(fleet.KindService, "beta/web", map[string]any{"taskDefinition": fleet.Registered, "monitoring": map[string]any{
			"metricConfigurations": []any{map[string]any{"metricNames": []any{"CPUUtilization"}, "resolutionSeconds": 20}},
		}}),
		of(fleet.KindScalingPolicy, "service/beta/web/cpu", map[string]any{
			"TargetTrackingScalingPolicyConfiguration": map[string]any{"TargetValue": 65, "ScaleOutCooldown": 0},
		}),
		of(fleet.KindScheduledAction, "service/beta/web/night", map[string]any{"Schedule": "cron(0 23 * * ? *)", "Timezone": "UTC"}),
		of(fleet.KindAlarm, "beta-web-high_cpu", map[string]any{"Threshold": 85}),
		of(fleet.KindAlarm, "beta-web-high_memory", map[string]any{
			"AlarmName": "beta-web-high_memory", "Namespace": "AWS/ECS", "MetricName": "MemoryUtilization", "Statistic": "Average", "Period": 60,
			"EvaluationPeriods": 3, "Threshold": 90, "ComparisonOperator": "GreaterThanThreshold",
			"Dimensions": []any{map[string]any{"Name": "ServiceName", "Value": "web"}, map[string]any{"Name": "ClusterName", "Value": "beta"}},
			"Tags":       []any{map[string]any{"Key": fleet.Mark, "Value": "plans/fleet"}},
		}),
		of(fleet.KindDashboard, "beta", map[string]any{"DashboardBody": `{"widgets":[{"type":"text"}]}`}),
		of(fleet.KindBudget, "monthly", map[string]any{
			"Budget":                       map[string]any{"BudgetLimit": map[string]any{"Amount": "2500"}},
			"NotificationsWithSubscribers": []any{notification(20), notification(80)},
		}),
		of(fleet.KindThrottle, "edge|REGIONAL|11111111-1111-4111-8111-111111111111/rate", map[string]any{
			"Statement": map[string]any{"RateBasedStatement": map[string]any{"Limit": 500}},
		}),
	}
}

// set is the change set that changes everything, as the account is now.
func (a *account) set(t *testing.T) *fleet.ChangeSet {
	t.Helper()
	set := &fleet.ChangeSet{Schema: fleet.ChangeSetSchema, Plan: "plans/fleet", Changes: changes()}
	for i := range set.Changes {
		c := &set.Changes[i]
		c.Before = a.read(t, c.Ref)
		c.After = fleet.Document(merged(c.Before, c.After)).Clone()
	}
	return set
}

func merged(d, settings map[string]any) map[string]any {
	made := map[string]any{}
	maps.Copy(made, d)
	for name, value := range settings {
		inner, ok := value.(map[string]any)
		if old, nested := made[name].(map[string]any); ok && nested {
			value = merged(old, inner)
		}
		made[name] = value
	}
	return made
}

func (a *account) read(t *testing.T, ref fleet.Ref) fleet.Document {
	t.Helper()
	d, err := a.cloud.Read(context.Background(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// state is everything that a change set touches, but for counts, which scaling moves, and revisions, which are for ever.
func (a *account) state(t *testing.T, set *fleet.ChangeSet) map[fleet.Ref]fleet.Document {
	t.Helper()
	all := map[fleet.Ref]fleet.Document{}
	for _, c := range set.Changes {
		if c.Ref.Kind != fleet.KindTaskDefinition {
			all[c.Ref] = a.read(t, c.Ref)
			delete(all[c.Ref], "desiredCount")
		}
	}
	return all
}

func (a *account) changer(store Store, pid int) *Changer {
	return &Changer{
		Resources: a.cloud, Store: store, Who: Who{Host: "here", PID: pid, User: "ada"},
		Now: time.Now, Alive: func(other int) bool { return other == pid },
	}
}

// kept is a state in memory.
func kept() Store { return memory{newWorld(), &life{}} }

// asApplied is how the account is to be once the change set is in effect.
func asApplied(t *testing.T) map[fleet.Ref]fleet.Document {
	t.Helper()
	a := open(t)
	set := a.set(t)
	if _, err := a.changer(kept(), 1).Apply(t.Context(), set, Options{}); err != nil {
		t.Fatal(err)
	}
	return a.state(t, set)
}

// TestEveryKindIsRolledBack adjusts every kind of resource, with the state in S3, rolls that back, and that again.
func TestEveryKindIsRolledBack(t *testing.T) {
	a := open(t)
	store, err := a.cloud.Store(t.Context(), "s3://state/fleet", true)
	if err != nil {
		t.Fatal(err)
	}
	set := a.set(t)
	c := a.changer(store, 1)
	before := a.state(t, set)
	if _, err := c.Apply(t.Context(), set, Options{}); err != nil {
		t.Fatal(err)
	}
	after := a.state(t, set)
	for _, want := range []map[fleet.Ref]fleet.Document{before, after} {
		back, err := c.Rollback(t.Context(), RollbackOptions{})
		if err != nil || len(back.Refused) > 0 {
			t.Fatalf("refused %v, error %v", back.Refused, err)
		}
		if _, err := c.Apply(t.Context(), back, Options{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, a.state(t, set)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

// atOnce bounds how many simulated accounts are open together.
const atOnce = 8

// TestCutAtEveryCall loses the answer to each of the calls of a change set, and the process with it, and recovers: both ways
// where the call had written something.
func TestCutAtEveryCall(t *testing.T) {
	after := asApplied(t)
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for n, call := range callsOfApply(t) {
		for _, how := range []Recovery{Undo, Finish} {
			if how == Finish && !call.Write {
				continue
			}
			slots <- struct{}{}
			all.Go(func() {
				defer func() { <-slots }()
				t.Run(fmt.Sprintf("call %d %s, %s", n+1, call.Action, how), func(t *testing.T) { cutAt(t, n, how, after) })
			})
		}
	}
	all.Wait()
}

func callsOfApply(t *testing.T) []aws.Call {
	t.Helper()
	a := open(t)
	set := a.set(t)
	before := len(a.Calls())
	if _, err := a.changer(kept(), 1).Apply(t.Context(), set, Options{}); err != nil {
		t.Fatal(err)
	}
	return a.Calls()[before:]
}

func cutAt(t *testing.T, n int, how Recovery, after map[fleet.Ref]fleet.Document) {
	a := open(t)
	set := a.set(t)
	want := a.state(t, set)
	store := kept()
	a.CutAfter(n, true)
	ctx, dies := context.WithCancel(t.Context())
	go func() { // the process dies once its call is carried out without an answer
		for last := len(a.Calls()) + n + 1; len(a.Calls()) < last && ctx.Err() == nil; {
			time.Sleep(time.Millisecond)
		}
		dies()
	}()
	_, err := a.changer(store, 1).Apply(ctx, set, Options{Keep: true, Grace: time.Nanosecond})
	dies()
	a.Mend()
	c := a.changer(store, 2)
	_, recovered := c.Recover(t.Context(), how, Options{})
	switch {
	case errors.Is(recovered, ErrNothingPending) && err == nil, recovered == nil && how == Finish:
		want = after
	case recovered != nil && !errors.Is(recovered, ErrNothingPending):
		t.Fatal(recovered)
	}
	if diff := cmp.Diff(want, a.state(t, set)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
