package cli

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

func TestDays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"14d": 14 * 24 * time.Hour, "1d": 24 * time.Hour, "12h": 12 * time.Hour, "90m": 90 * time.Minute,
		"": 0, "d": 0, "0d": 0, "-3d": 0, "3 d": 0, "3dd": 0, "+3d": 0, "1d12h": 0, "-1h": 0, "99999999999999999999d": 0, "999999999d": 0,
	} {
		if got, err := days(text); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestVerdictOfALook(t *testing.T) {
	look := func(verdict result.Verdict, states ...string) watch.Table {
		table := watch.Table{Verdict: verdict}
		for _, s := range states {
			table.Services = append(table.Services, watch.Status{State: s})
		}
		return table
	}
	for name, tt := range map[string]struct {
		table watch.Table
		want  int
	}{
		"all hold":                  {look(result.Pass, watch.Steady), exitGood},
		"one fails":                 {look(result.Fail, watch.Steady, watch.Unread), exitBad},
		"one has no data":           {look(result.Inconclusive, watch.Steady), exitInconclusive},
		"one of two can be read":    {look(result.Inconclusive, watch.Missing, watch.Alarm), exitInconclusive},
		"nothing could be read":     {look(result.Inconclusive, watch.Unread, watch.Missing), exitStuck},
		"nothing, whatever it says": {look(result.Pass), exitStuck},
	} {
		if got := verdictOf(tt.table); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

// beta has a service twice, by for_each, and another.
func beta() *plan.Plan {
	service := func(name, key string) *plan.Service {
		return &plan.Service{Name: name, Key: key, ECS: &plan.ECS{Cluster: "beta", Service: name}}
	}
	return &plan.Plan{Path: "p", Services: []*plan.Service{service("web", "eu"), service("web", "us"), service("queue", "")}}
}

func TestChosenServices(t *testing.T) {
	p := beta()
	for name, want := range map[string][]string{
		"web": {p.Services[0].Title(), p.Services[1].Title()}, "queue": {"queue"}, p.Services[1].Title(): {p.Services[1].Title()}, "": nil,
	} {
		f := &fleetCall{services: []string{name}}
		if name == "" {
			f.services = nil
		}
		if d := cmp.Diff(want, f.titles(p)); d != "" {
			t.Errorf("%q (-want +got):\n%s", name, d)
		}
	}
	if err := (&rollingBack{fleetCall: &fleetCall{services: []string{"web"}}, emergency: "web"}).single(p); err == nil {
		t.Error("an emergency of two services is taken")
	}
}

func TestNarrow(t *testing.T) {
	report := func() *fleet.Report {
		return &fleet.Report{
			Services:  []fleet.ServiceReview{{Title: "web"}, {Title: "queue", Findings: []result.Finding{{Severity: "should"}, {Severity: "must"}}}},
			Findings:  []result.Finding{{Severity: "must"}, {Severity: "note"}},
			Hidden:    []fleet.Withheld{{Service: "web"}, {Service: "queue"}, {What: "account"}},
			Unchecked: []fleet.Unchecked{{Service: "web"}, {Service: "queue"}}, Costs: []fleet.CostTable{{}}, Unplanned: []string{"x"},
		}
	}
	r := report()
	(&fleetCall{services: []string{"queue"}}).narrow(beta(), r)
	if len(r.Services) != 1 || r.Services[0].Title != "queue" || len(r.Findings)+len(r.Costs)+len(r.Unplanned) != 0 || len(r.Hidden) != 2 || len(r.Unchecked) != 1 {
		t.Errorf("narrowed: %+v", r)
	}
	r = report()
	(&fleetCall{}).narrow(beta(), r)
	if d := cmp.Diff(report(), r, cmp.AllowUnexported(fleet.Cost{})); d != "" {
		t.Errorf("nothing was chosen (-want +got):\n%s", d)
	}
	hush(r)
	if len(r.Services) != 2 || len(r.Services[1].Findings) != 1 || len(r.Findings) != 1 || len(r.Unchecked)+len(r.Costs) != 0 || r.Hushed != 1 || r.Clean() {
		t.Errorf("hushed: %+v", r)
	}
}

func TestTails(t *testing.T) {
	p := beta()
	logs := func(title string, containers ...fleet.Container) fleet.Service {
		return fleet.Service{Title: title, TaskDefinition: fleet.TaskDefinition{Containers: containers}}
	}
	app, side := fleet.Container{LogGroup: "/ecs/web", LogPrefix: "app"}, fleet.Container{}
	state := &fleet.State{Services: []fleet.Service{logs(p.Services[0].Title(), app, app, side), logs("queue", app), logs("other", app)}}
	want := []tail{{service: p.Services[0].Title(), group: "/ecs/web", prefix: "app"}, {service: "queue", group: "/ecs/web", prefix: "app"}}
	if d := cmp.Diff(want, tailsOf(p, state, &fleetCall{}), cmp.AllowUnexported(tail{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := tailsOf(p, state, &fleetCall{services: []string{"queue"}}); len(got) != 1 {
		t.Errorf("of one service: %v", got)
	}
	named := groups([]tail{{service: "web", group: "/ecs/a", prefix: "x"}, {service: "web", group: "/ecs/a", prefix: "y"}, {service: "queue", group: "/ecs/b"}})
	if d := cmp.Diff([]string{"/ecs/a (web)", "/ecs/b (queue)"}, named); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestProvenBy: requests that a task carries are sessions times what a session asks for.
func TestProvenBy(t *testing.T) {
	p := &plan.Plan{Services: []*plan.Service{{Name: "web"}, {Name: "queue"}}}
	rows := []result.Requirement{
		{Service: "web", Measure: "peak_rate", Proven: 40, Tasks: &result.TaskCount{Least: 4, Most: 4}, By: "spike launch"},
		{Service: "web", Measure: "connections", Proven: 900, Tasks: &result.TaskCount{Least: 3, Most: 3}, By: "capacity idle"},
		{Service: "web", Measure: "users", Proven: 50, Tasks: &result.TaskCount{Least: 1, Most: 1}, By: "baseline"},
	}
	total := result.Measures{Operations: 300, Sessions: result.Sessions{Completed: 100}}
	doc := &result.Document{
		Run: "r1", Requirements: rows, Services: []result.Service{{Name: "web"}, {Name: "queue"}},
		Scenarios: []result.Scenario{{Name: "launch", Kind: "spike", Service: "web", Total: total}},
	}
	got := provenBy(p, []*result.Document{doc})
	if w := got["web"]; w.Rate != 30 || w.Connections != 300 || w.Users != 50 || w.By == "" {
		t.Errorf("web: %+v", w)
	}
	if got["queue"] != (watch.Proven{}) {
		t.Errorf("queue: %+v", got["queue"])
	}
	doc.Scenarios = nil
	if w := provenBy(p, []*result.Document{doc})["web"]; w.Rate != 0 || w.Connections != 300 {
		t.Errorf("nobody knows what a session asks for, and yet: %+v", w)
	}
}

// TestLawful: changes that were shown are refused where something of their service may not be written any more.
func TestLawful(t *testing.T) {
	shown := &fleet.ChangeSet{
		Changes: []fleet.Change{{Service: "web"}}, Refused: []fleet.Refusal{{Service: "web", What: "throttle"}},
	}
	for name, tt := range map[string]struct {
		now    fleet.Refusal
		lawful bool
	}{
		"it was refused then, too":       {fleet.Refusal{Service: "web", What: "throttle"}, true},
		"another service is refused":     {fleet.Refusal{Service: "queue", What: "everything"}, true},
		"it is being deployed meanwhile": {fleet.Refusal{Service: "web", What: "everything", Why: "a deployment is in progress"}, false},
	} {
		if err := lawful(shown, &fleet.ChangeSet{Refused: []fleet.Refusal{tt.now}}); (err == nil) != tt.lawful {
			t.Errorf("%s: %v", name, err)
		}
	}
}
