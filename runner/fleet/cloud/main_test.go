package cloud

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

var equalEmpty = cmpopts.EquateEmpty()

const simulatedAccount = "123456789012"

// accountOnDisk reads testdata/account.json: a beta of six services, and one that the plan does not know.
func accountOnDisk(t testing.TB) simaws.Fleet {
	t.Helper()
	text, err := os.ReadFile("testdata/account.json")
	if err != nil {
		t.Fatal(err)
	}
	var account simaws.Fleet
	if err := json.Unmarshal(text, &account); err != nil {
		t.Fatal(err)
	}
	return account
}

// simulate starts an AWS that holds an account, for the length of a test, and what reads it.
func simulate(t testing.TB, options simaws.Options, account simaws.Fleet) (*simaws.Server, *Cloud) {
	t.Helper()
	if options.Start.IsZero() {
		options.Start = noon
	}
	server, err := simaws.Start(context.Background(), options, account, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, New(Options{Simulation: &Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}})
}

var here = fleet.Place{Simulated: true}

// beta is a plan of the account on disk.
func beta() *plan.Plan {
	service := func(name string) *plan.Service {
		return &plan.Service{Name: name, Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: name, Region: "us-east-1"}}
	}
	web, queue, sockets := service("web"), service("queue"), service("sockets")
	web.Desired = &plan.Desired{
		Alarms: []plan.Alarm{
			{Label: "high-cpu", Metric: plan.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization"}, Notify: []string{"arn:aws:sns:us-east-1:123456789012:elsewhere"}},
			{Label: "task-spike", Metric: plan.Metric{Namespace: "ECS/ContainerInsights", Name: "RunningTaskCount"}},
		},
		Throttle: &plan.Throttle{WebACL: "edge", Rate: 1000, Window: 5 * time.Minute, Per: "ip"},
	}
	web.Metrics = []plan.Metric{{Label: "db_cpu", Namespace: "AWS/RDS", Name: "CPUUtilization", Dimensions: map[string]string{"DBInstanceIdentifier": "beta-db"}}}
	return &plan.Plan{
		Path: "plans/beta", Notify: "arn:aws:sns:us-east-1:123456789012:alerts",
		Services:   []*plan.Service{web, queue, sockets, service("gateway"), service("agent"), service("voice"), {Name: "outside"}},
		Budgets:    []*plan.Budget{{Label: "monthly"}, {Label: "yearly"}},
		Dashboards: []*plan.Dashboard{{Label: "beta", Services: []*plan.Service{queue}}, {Label: "none"}},
		Fleet:      &plan.Fleet{Clusters: []string{"beta"}, Exempt: map[string]string{"migrations": "runs once a release"}},
	}
}
