package cloud

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// A look sees what a snapshot sees of what moves.
func TestLook(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	state, err := c.Observe(t.Context(), beta())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range state.Services {
		for range 2 { // the second time, it is known which alarms there are
			got, hidden, err := c.Look(t.Context(), here, "beta", want.Name)
			if err != nil || len(hidden) > 0 {
				t.Fatal(err, hidden)
			}
			if d := cmp.Diff(moving(want), moving(got), cmpopts.IgnoreFields(fleet.Alarm{}, "Ours", "Document")); d != "" {
				t.Errorf("service %d, snapshot (-), look (+):\n%s", i, d)
			}
		}
	}
}

// moving is what a look is for. Alarms of a load balancer as a whole are left out: a look does not ask which one it is.
func moving(s fleet.Service) fleet.Service {
	kept := fleet.Service{
		Name: s.Name, ARN: s.ARN, Status: s.Status, Desired: s.Desired, Running: s.Running, Pending: s.Pending,
		Deployments: s.Deployments, Tasks: s.Tasks, Target: s.Target, Activities: s.Activities,
	}
	for _, a := range s.Alarms {
		if a.Name != "front rejects" {
			kept.Alarms = append(kept.Alarms, a)
		}
	}
	for _, b := range s.Balancers {
		kept.Balancers = append(kept.Balancers, fleet.Balancer{TargetGroup: b.TargetGroup, Healthy: b.Healthy, Unhealthy: b.Unhealthy})
	}
	return kept
}

// What a look costs, in calls.
func TestLookIsCheap(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	for range 3 {
		before := len(server.Calls())
		if _, _, err := c.Look(t.Context(), here, "beta", "web"); err != nil {
			t.Fatal(err)
		}
		if calls := server.Calls()[before:]; len(calls) > 8 {
			t.Errorf("%d calls: %v", len(calls), calls)
		}
	}
}

func TestLookWithout(t *testing.T) {
	tests := map[string]struct {
		deny, service string
		missing       string
		hidden        []fleet.Hidden
		failed        bool
	}{
		"tasks":       {deny: "ecs:DescribeTasks", service: "web", hidden: []fleet.Hidden{{What: fleet.HiddenTasks, Permission: "ecs:DescribeTasks", Reason: "allow ecs:DescribeTasks"}}},
		"alarms":      {deny: "cloudwatch:DescribeAlarms", service: "web", hidden: []fleet.Hidden{{What: fleet.HiddenAlarms, Permission: "cloudwatch:DescribeAlarms", Reason: "allow cloudwatch:DescribeAlarms"}}},
		"the service": {deny: "ecs:DescribeServices", service: "web", failed: true},
		"everything":  {deny: "*:*", service: "web", failed: true},
		"a mistake":   {service: "wep", missing: "there is no service wep in cluster beta"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, c := simulate(t, simaws.Options{Deny: []string{test.deny}}, accountOnDisk(t))
			got, hidden, err := c.Look(t.Context(), here, "beta", test.service)
			if (err != nil) != test.failed {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.hidden, hidden, cmpopts.EquateEmpty()); d != "" && !test.failed {
				t.Error(d)
			}
			if !test.failed && got.Missing != test.missing {
				t.Errorf("missing: %s", got.Missing)
			}
		})
	}
}

// What moves is seen at the next look, though tasks and bounds are not asked for at every one.
func TestLookSeesWhatMoves(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	look := func() (fleet.Service, int) {
		before := len(server.Calls())
		s, _, err := c.Look(t.Context(), here, "beta", "queue")
		if err != nil {
			t.Fatal(err)
		}
		return s, len(server.Calls()) - before
	}
	first, _ := look()
	still, calls := look()
	if d := cmp.Diff(first, still); d != "" || calls != 3 {
		t.Errorf("%d calls%s", calls, d)
	}
	at, err := c.at(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := at.ecs.UpdateService(t.Context(), &ecs.UpdateServiceInput{Cluster: aws.String("beta"), Service: aws.String("queue"), DesiredCount: aws.Int32(2)}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if moved, _ := look(); len(moved.Tasks) != 2 || moved.Desired != 2 || moved.Pending != 1 {
			t.Errorf("%d tasks, %d desired, %d pending", len(moved.Tasks), moved.Desired, moved.Pending)
		}
	}
}

// Nothing is asked of another account than the plan's.
func TestLookAtAnotherAccount(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	elsewhere := fleet.Place{Simulated: true, Account: "999999999999"}
	_, _, looked := c.Look(t.Context(), elsewhere, "beta", "web")
	_, read := c.Metrics(t.Context(), elsewhere, []plan.Metric{{Namespace: "own", Name: "m"}}, noon.Add(-time.Minute), noon)
	followed := c.Logs(t.Context(), elsewhere, "/ecs/beta/web", "", noon, func(time.Time, string, string) error { return nil })
	for _, err := range []error{looked, read, followed} {
		if err == nil || !strings.Contains(err.Error(), "the credentials belong to account 123456789012, and the plan says 999999999999") {
			t.Error(err)
		}
	}
	if calls := server.Calls(); len(calls) != 1 || calls[0].Action != "GetCallerIdentity" {
		t.Errorf("calls: %v", calls)
	}
	if s, _, err := c.Look(t.Context(), fleet.Place{Simulated: true, Account: simulatedAccount}, "beta", "web"); err != nil || s.Running != 2 {
		t.Errorf("its own account: %v", err)
	}
}
