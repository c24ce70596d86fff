package runner

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// squadron is a Following whose tasks follow a timetable of plan seconds since the start of each scenario; before it, the
// service stands as at the end of the scenario before.
type squadron struct {
	tasks  []result.FleetPoint
	events []result.FleetEvent
	price  float64 // USD an hour of a task
	change func(*result.Fleet)
	stale  time.Duration // wall time before a second scenario until the service is as it was

	services []string
	began    time.Time
	followed time.Time
	ended    float64
	runs     int
	closed   int
}

func (h *squadron) follow(_ context.Context, services []*plan.Service, _ float64) Following {
	h.services, h.began, h.ended, h.followed = nil, time.Time{}, 0, time.Now()
	for _, s := range services {
		h.services = append(h.services, s.Title())
	}
	h.runs++
	return h
}

func (h *squadron) Start() { h.began = time.Now() }

func (h *squadron) Close() { h.closed++ }

func (h *squadron) End(_ context.Context, at float64) []result.Fleet {
	time.Sleep(3 * time.Second)
	h.ended = at
	return h.Now()
}

func (h *squadron) Now() []result.Fleet {
	var all []result.Fleet
	for _, name := range h.services {
		f := result.Fleet{Service: name, Stable: true, To: h.ended, Events: h.events}
		if h.ended == 0 && !h.began.IsZero() {
			f.To = time.Since(h.began).Seconds()
		}
		n, most := h.tasks[0].Running, 0
		for _, p := range h.tasks {
			if p.At <= f.To {
				f.Series = append(f.Series, p)
				n, most = p.Running, max(most, p.Running)
			}
		}
		if h.began.IsZero() && h.runs > 1 && time.Since(h.followed) < h.stale {
			n = h.tasks[len(h.tasks)-1].Running
		}
		f.Start, f.End = standing(h.tasks[0].Running), standing(n)
		f.Tasks = result.Extent{First: h.tasks[0].Running, Last: n, Min: 1, Max: most, Mean: float64(n)}
		if h.price > 0 {
			f.Cost = &result.FleetCost{TaskHour: h.price, PerHour: h.price * float64(n), Run: h.price * float64(n) * f.To / 3600}
		}
		if h.change != nil {
			h.change(&f)
		}
		all = append(all, f)
	}
	return all
}

func standing(n int) result.FleetState {
	return result.FleetState{Desired: n, Running: n, Healthy: n, Bounds: &result.Bounds{Min: 1, Max: 4}}
}

// onECS gives a plan's service an ECS service.
func onECS(p *plan.Plan) *plan.Plan {
	p.Services[0].ECS = &plan.ECS{Cluster: "beta", Service: "web"}
	return p
}

// out scales from 1 to 3 tasks at 100 s, and in again at 200 s.
func out() *squadron {
	return &squadron{
		tasks: []result.FleetPoint{
			{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 100, Desired: 3, Running: 1, Healthy: 1},
			{At: 125, Desired: 3, Running: 3, Healthy: 1}, {At: 140, Desired: 3, Running: 3, Healthy: 3},
			{At: 200, Desired: 1, Running: 1, Healthy: 1},
		},
		events: []result.FleetEvent{
			{At: 95, Kind: result.EventAlarm, Name: "high", State: "ALARM", Scales: true},
			{At: 98, Kind: result.EventActivity, From: 1, To: 3, Ended: 140}, {At: 125, Kind: result.EventStarted},
			{At: 199, Kind: result.EventActivity, From: 3, To: 1},
		},
	}
}

func TestAssertionsOnScaling(t *testing.T) {
	tests := []struct {
		assert string
		want   result.Verdict
	}{
		{"ecs.self.scale_out.running < 70s and ecs.chat.tasks.max <= 4", result.Pass},
		{"ecs.self.scale_out.healthy < 1m", result.Fail},
		{"ecs.chat.scale_out.first_answer < 2m", result.Pass},
		{"ecs.chat.scale_in.desired < 1m", result.Pass},
		{"ecs.chat.scale_in.alarm < 1m", result.Fail}, // it was watched for and did not come
		{"ecs.chat.cpu.mean < 50%", result.Inconclusive},
		{"requirement.peak_users >= 20", result.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.assert, func(t *testing.T) {
			p := onECS(planOf(launch(), sla("scales", tt.assert, own)))
			p.Services[0].Requirement = &plan.Requirement{PeakUsers: 20}
			h := out()
			d := played(t, p, Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond)))
			if got := d.Scenarios[0]; got.Verdict != tt.want {
				t.Errorf("%v, %v: %v", got.Verdict, got.Reasons, got.SLAs)
			}
			if h.ended != 250 || h.closed != 1 {
				t.Errorf("ended at %v, closed %d times", h.ended, h.closed)
			}
		})
	}
}

// Load is what it would be without, where nobody can see the fleet.
func TestWithoutCredentialsTheRunGoesOn(t *testing.T) {
	h := out()
	h.change = func(f *result.Fleet) { *f = result.Fleet{Service: f.Service, Unobserved: "no credentials"} }
	p := onECS(planOf(launch(), fast, sla("scales", "ecs.chat.tasks.max <= 4", own)))
	d := played(t, p, Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond)))
	s := d.Scenarios[0]
	if s.Verdict != result.Inconclusive || len(s.Phases) != 4 || s.SLAs[0].Verdict != result.Pass {
		t.Errorf("%v: %v", s.Verdict, s.Reasons)
	}
	if s.Fleet[0].Unobserved != "no credentials" {
		t.Errorf("%+v", s.Fleet)
	}
}

func TestOnlyWhatMattersIsFollowed(t *testing.T) {
	p := onECS(planOf(baseline(), sla("backend", "ecs.orders.tasks.max <= 4")))
	for _, name := range []string{"orders", "mail"} {
		p.Services = append(p.Services, &plan.Service{Name: name, ECS: &plan.ECS{Cluster: "beta", Service: name}})
	}
	h := out()
	played(t, p, Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond)))
	if diff := cmp.Diff([]string{"chat", "orders"}, h.services); diff != "" {
		t.Error(diff)
	}
}

func TestGuards(t *testing.T) {
	tests := []struct {
		name  string
		guard plan.Guard
		price float64
		want  string // "": the load ends as planned
	}{
		{"too many tasks", plan.Guard{MaxTasks: 2}, 0, "guard of chat: 3 tasks run, and max_tasks is 2"},
		{"as many as may be", plan.Guard{MaxTasks: 3}, 0, ""},
		{"too dear", plan.Guard{MaxCost: 0.05}, 1, "guard of chat: its tasks have cost $0.104 in this run, and max_cost is $0.05"},
		{"cheap enough", plan.Guard{MaxCost: 1}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := onECS(planOf(launch(), fast))
			p.Services[0].Guard = &tt.guard
			h := out()
			h.price = tt.price
			d := played(t, p, Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond)))
			s := d.Scenarios[0]
			if tt.want == "" {
				if s.Verdict != result.Pass || s.Cut != "" {
					t.Errorf("%v: %v", s.Verdict, s.Reasons)
				}
				return
			}
			if diff := cmp.Diff([]string{tt.want, "cut short: guard"}, s.Reasons); diff != "" || s.Verdict != result.Fail {
				t.Errorf("%v %s", s.Verdict, diff)
			}
			if end := s.Phases[len(s.Phases)-1].End; end < 125 || end > 128 {
				t.Errorf("the load ended at %v", end)
			}
		})
	}
}

func TestABlindGuardIsSaid(t *testing.T) {
	p := onECS(planOf(baseline(), fast))
	p.Services[0].Guard = &plan.Guard{MaxCost: 1}
	d := played(t, p, Options{Fleet: out().follow}, opens(steadily(90*time.Millisecond)))
	if diff := cmp.Diff([]string{"the guard of chat saw no cost: the price of its tasks is not known"}, d.Scenarios[0].Reasons); diff != "" {
		t.Error(diff)
	}
}

func TestTheFleetIsWaitedFor(t *testing.T) {
	tests := []struct {
		name   string
		stale  time.Duration
		change func(*plan.Scenario)
		ready  string
	}{
		{"at once", 0, nil, ""},
		{"in time", 5 * time.Minute, nil, ""},
		{"not in time", time.Hour, nil, "the fleet was not as at the start of the run within 30 min: chat desires 3 tasks, and desired 1 then"},
		{"the plan pauses", time.Hour, func(sc *plan.Scenario) { sc.Pause = time.Second }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := onECS(planOf(launch(), fast))
			again := *p.Scenarios[0]
			again.Name = "again"
			if tt.change != nil {
				tt.change(&again)
			}
			p.Scenarios = append(p.Scenarios, &again)
			h := out()
			h.tasks, h.stale = h.tasks[:4], tt.stale
			var told []string
			progress := func(now Progress) { told = append(told, now.Event) }
			d := played(t, p, Options{Fleet: h.follow, Progress: progress}, opens(steadily(90*time.Millisecond)))
			s := d.Scenarios[1]
			if s.Ready != tt.ready || (tt.ready == "") != (s.Verdict == result.Pass) {
				t.Errorf("%q, %v: %v", s.Ready, s.Verdict, s.Reasons)
			}
			waits := slices.ContainsFunc(told, func(event string) bool {
				return strings.Contains(event, "waiting until the fleet is as at the start of the run: chat desires 3 tasks")
			})
			if want := tt.stale > 0 && tt.change == nil; waits != want {
				t.Errorf("waiting was told: %v; want %v", waits, want)
			}
		})
	}
}

func TestFires(t *testing.T) {
	was, now := result.FleetState{Firing: []string{"old"}}, result.FleetState{Firing: []string{"new", "old"}}
	if diff := cmp.Diff([]string{"new"}, fires(was, now)); diff != "" {
		t.Error(diff)
	}
}

func TestTasksStandBesideStepsAndRequirements(t *testing.T) {
	sc := &plan.Scenario{Kind: plan.Stress, Load: plan.Load{Stairs: &plan.Stairs{From: 10, To: 30, Step: 10, Every: 90 * time.Second}}}
	p := onECS(planOf(sc, fast))
	p.Services[0].Requirement = &plan.Requirement{Users: 30}
	d := played(t, p, Options{Fleet: out().follow}, opens(steadily(90*time.Millisecond)))
	var got []result.TaskCount
	for _, phase := range d.Scenarios[0].Phases {
		got = append(got, *phase.Tasks)
	}
	if diff := cmp.Diff([]result.TaskCount{{Least: 1, Most: 1}, {Least: 1, Most: 3}, {Least: 1, Most: 3}}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&result.TaskCount{Least: 1, Most: 3}, d.Requirements[0].Tasks); diff != "" {
		t.Error(diff)
	}
}

// A run that is interrupted waits for nothing.
func TestAnInterruptedRunStillEndsItsFollowing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(30*time.Second, func() { cancel(errors.New("enough")) })
		h := out()
		d, err := newRun(onECS(planOf(launch(), fast)), Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond))).do(ctx)
		if err != nil || d.Cut != "interrupted" || h.closed != 1 || d.Scenarios[0].Fleet[0].Tasks.Last != 1 {
			t.Errorf("%v: %q, closed %d times", err, d.Cut, h.closed)
		}
	})
}

// A run that is killed keeps what was seen of the fleet, and what scaling had done by then.
func TestAKilledRunKeepsTheFleet(t *testing.T) {
	m := &memory{}
	p := onECS(planOf(launch(), fast))
	h := out()
	h.change = func(f *result.Fleet) { f.Scaling = &result.Scaling{CooldownIn: 10} }
	played(t, p, Options{Journal: m, Fleet: h.follow}, opens(steadily(90*time.Millisecond)))
	lines := bytes.SplitAfter(m.Bytes(), []byte("\n"))
	got, err := result.Recover(bytes.NewReader(bytes.Join(lines[:len(lines)-2], nil))) // without the scenario's end
	if err != nil {
		t.Fatal(err)
	}
	s := got.Scenarios[0]
	if s.Cut != result.Killed || len(s.Fleet) != 1 {
		t.Fatalf("%q, %+v", s.Cut, s.Fleet)
	}
	f := s.Fleet[0]
	if f.Tasks.Max != 3 || f.Scaling.Activities != 2 || !f.Scaling.CooldownsKept || f.ScaleOut.Watched || *f.ScaleOut.Running != 65 {
		t.Errorf("%+v %+v %+v", f.Tasks, f.Scaling, f.ScaleOut)
	}
}

func TestEnduranceJudgesMemory(t *testing.T) {
	tests := []struct {
		name    string
		leak    float64 // of the limit, an hour
		lost    string
		verdict result.Verdict
	}{
		{"steady", 0, "", result.Pass},
		{"leaks", 0.02, "", result.Fail},
		{"lost sight of", 0, "not seen any more", result.Inconclusive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sc := &plan.Scenario{Kind: plan.Endurance, Load: plan.Load{Steady: 1}, Duration: 40 * time.Minute}
			sc.SLAs = []plan.SLA{sla("no leak", "drift.memory_per_hour < 0.5%", own)}
			h := &squadron{tasks: []result.FleetPoint{{Desired: 1, Running: 1, Healthy: 1}}}
			h.change = func(f *result.Fleet) {
				f.Lost, f.Memory = test.lost, &result.Gauge{}
				for at := 0.0; at+60 <= f.To; at += 60 {
					f.Memory.Points = append(f.Memory.Points, result.Reading{At: at, Seconds: 60, Value: 0.4 + test.leak*at/3600})
				}
			}
			s := played(t, onECS(planOf(sc)), Options{Fleet: h.follow}, opens(steadily(90*time.Millisecond), func(f *fake) { f.interval = 10 * time.Second })).Scenarios[0]
			if s.Verdict != test.verdict {
				t.Errorf("%v: %v; %+v", s.Verdict, s.Reasons, s.Drift)
			}
		})
	}
}
