package follow

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

var start = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

func second(n float64) time.Time { return start.Add(time.Duration(n * float64(time.Second))) }

// seen is the record of a service that stood like this at the start of the scenario.
func seen(s fleet.Service) *record {
	r := &record{service: chat, price: flat}
	r.begin(s, nil, start)
	r.start(start)
	return r
}

func series(r *record, until float64) []result.FleetPoint { return r.result(second(until)).Series }

func TestStatesBetweenTwoLooksAreDatedByAWS(t *testing.T) {
	set := func(at float64, to int) fleet.Activity {
		return fleet.Activity{ID: fmt.Sprint(at), Status: "Successful", To: to, StartedAt: second(at)}
	}
	started := func(at float64) fleet.Task { return fleet.Task{ARN: fmt.Sprint("t", at), StartedAt: second(at)} }
	now := func(desired, running, healthy int) fleet.Service {
		s := service(desired)
		s.Running, s.Balancers[0].Healthy = running, healthy
		return s
	}
	with := func(s fleet.Service, change func(*fleet.Service)) fleet.Service {
		change(&s)
		return s
	}
	tests := []struct {
		name string
		from int
		now  fleet.Service // seen at 100 s
		want []result.FleetPoint
	}{
		{"nothing is dated", 1, now(2, 1, 1), []result.FleetPoint{{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 100, Desired: 2, Running: 1, Healthy: 1}}},
		{"out, and out again", 1, with(now(4, 2, 2), func(s *fleet.Service) {
			s.Activities, s.Tasks, s.Pending = []fleet.Activity{set(70, 4), set(10, 2)}, []fleet.Task{started(35)}, 2
		}), []result.FleetPoint{
			{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 10, Desired: 2, Running: 1, Pending: 1, Healthy: 1},
			{At: 35, Desired: 2, Running: 2, Healthy: 1}, {At: 70, Desired: 4, Running: 2, Pending: 2, Healthy: 1},
			{At: 100, Desired: 4, Running: 2, Pending: 2, Healthy: 2},
		}},
		{"without a load balancer, what runs is healthy", 1, with(now(3, 3, 0), func(s *fleet.Service) {
			s.Balancers, s.Activities, s.Tasks = nil, []fleet.Activity{set(10, 3)}, []fleet.Task{started(40), started(40.5)}
		}), []result.FleetPoint{
			{At: 0, Desired: 1, Running: 1, Healthy: 1}, {At: 10, Desired: 3, Running: 1, Pending: 2, Healthy: 1},
			{At: 40, Desired: 3, Running: 2, Pending: 1, Healthy: 2}, {At: 40.5, Desired: 3, Running: 3, Healthy: 3},
		}},
		{"in", 3, with(now(1, 1, 1), func(s *fleet.Service) { s.Activities = []fleet.Activity{set(20, 1)} }),
			[]result.FleetPoint{{At: 0, Desired: 3, Running: 3, Healthy: 3}, {At: 20, Desired: 1, Running: 1, Healthy: 1}}},
		{"a task takes the place of one that died", 2, with(now(2, 2, 2), func(s *fleet.Service) { s.Tasks = []fleet.Task{started(50)} }),
			[]result.FleetPoint{{At: 0, Desired: 2, Running: 2, Healthy: 2}}},
		{"an activity that failed", 1, with(now(1, 1, 1), func(s *fleet.Service) {
			failed := set(20, 3)
			failed.Status = "Failed"
			s.Activities = []fleet.Activity{failed}
		}), []result.FleetPoint{{At: 0, Desired: 1, Running: 1, Healthy: 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seen(service(tt.from))
			r.look(tt.now, nil, second(100))
			if diff := cmp.Diff(tt.want, series(r, 200)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever was seen, the mean lies between the extremes, the last state is the one seen last, and time only rises.
func TestExtents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := seen(service(rapid.IntRange(0, 5).Draw(t, "first")))
		at, last := 0.0, 0
		for range rapid.IntRange(1, 30).Draw(t, "looks") {
			at += rapid.Float64Range(0.1, 60).Draw(t, "later")
			last = rapid.IntRange(0, 9).Draw(t, "tasks")
			r.look(service(last), nil, second(at))
		}
		f := r.result(second(at + 1))
		if f.Tasks.Last != last || f.End.Running != last {
			t.Fatalf("ended with %d, %d; want %d", f.Tasks.Last, f.End.Running, last)
		}
		if float64(f.Tasks.Min) > f.Tasks.Mean+1e-9 || f.Tasks.Mean > float64(f.Tasks.Max)+1e-9 {
			t.Fatalf("%+v", f.Tasks)
		}
		sum := 0.0
		for i, p := range f.Series {
			to := f.To
			if i+1 < len(f.Series) {
				to = f.Series[i+1].At
			}
			if to < p.At {
				t.Fatalf("%+v", f.Series)
			}
			sum += float64(p.Running) * (to - p.At)
		}
		if math.Abs(sum/f.To-f.Tasks.Mean) > 0.01 {
			t.Fatalf("mean of %v over the series, and %v", sum/f.To, f.Tasks.Mean)
		}
	})
}

func TestALongHistoryStaysSmall(t *testing.T) {
	r := seen(service(1))
	for i := range 3 * mostStates {
		s := service(1 + i%2)
		s.Tasks = []fleet.Task{{ARN: fmt.Sprint(i), StartedAt: second(float64(i))}}
		r.look(s, nil, second(float64(i+1)))
	}
	f := r.result(second(float64(3 * mostStates)))
	if len(f.Series) > shownStates || len(f.Events) > shownEvents || len(r.states) > mostStates {
		t.Errorf("%d points, %d events, %d states", len(f.Series), len(f.Events), len(r.states))
	}
	if len(f.Hidden) != 1 || !f.Blind || f.Tasks.Max != 2 {
		t.Errorf("%+v %v %+v", f.Hidden, f.Blind, f.Tasks)
	}
}

func TestAnAlarmThatOnlyAnActivityTellsOf(t *testing.T) {
	cause := "monitor alarm TargetTracking-web AlarmLow in state ALARM triggered policy cpu"
	events := []result.FleetEvent{
		{At: 10, Kind: result.EventAlarm, Name: "high", State: "ALARM", Scales: true},
		{At: 10, Kind: result.EventActivity, To: 3, Text: "monitor alarm high in state ALARM triggered policy cpu"},
		{At: 900, Kind: result.EventActivity, To: 1, Text: cause},
	}
	want := []result.FleetEvent{
		events[0], events[1],
		{At: 900, Kind: result.EventAlarm, Name: "TargetTracking-web AlarmLow", State: "ALARM", Below: true, Scales: true, Text: cause}, events[2],
	}
	want[1].From, want[3].From = 1, 3
	if diff := cmp.Diff(want, linked(events, 1)); diff != "" {
		t.Error(diff)
	}
}

func TestTasksThatNobodyAskedToStop(t *testing.T) {
	r := seen(service(2))
	s := service(2)
	s.Tasks = []fleet.Task{
		{ARN: "a/1", StoppedAt: second(10), StopCode: "EssentialContainerExited", Reason: "Essential container in task exited", ExitCodes: map[string]int{"sidecar": 0, "app": 137}},
		{ARN: "a/2", StoppedAt: second(20), StopCode: "ServiceSchedulerInitiated", Reason: "Scaling activity initiated by (deployment ecs-svc/1)"},
		{ARN: "a/3", StoppedAt: second(30), StopCode: "ServiceSchedulerInitiated", Reason: "Task failed ELB health checks in (target-group x)"},
		{ARN: "a/4", StoppedAt: second(-30), StopCode: "UserInitiated"},
	}
	r.look(s, nil, second(40))
	f := r.result(second(50))
	if f.Stopped != 2 {
		t.Errorf("%d stopped", f.Stopped)
	}
	if want := "Essential container in task exited; app exited with 137; sidecar exited with 0"; len(f.Events) != 3 || f.Events[0].Text != want {
		t.Errorf("%+v", f.Events)
	}
}

func TestDeployments(t *testing.T) {
	r := seen(service(1))
	s := service(1)
	s.Deployments = append([]fleet.Deployment{{ID: "d2", Status: "PRIMARY", State: "IN_PROGRESS", TaskDefinition: "task-definition/web:8", UpdatedAt: second(5)}}, s.Deployments...)
	s.Deployments[1].Status = "ACTIVE"
	r.look(s, nil, second(10))
	done := service(1)
	done.Deployments = []fleet.Deployment{{ID: "d2", Status: "PRIMARY", State: "COMPLETED", TaskDefinition: "task-definition/web:8", UpdatedAt: second(60)}}
	r.look(done, nil, second(70))
	f := r.result(second(100))
	want := []result.FleetEvent{{At: 5, Kind: "deployment", Name: "d2", State: "IN_PROGRESS"}, {At: 60, Kind: "deployment", Name: "d2", State: "COMPLETED"}}
	if diff := cmp.Diff(want, f.Events); diff != "" {
		t.Error(diff)
	}
	if f.Stable || f.Rollouts != 2 || f.Start.Revision != 7 || f.End.Revision != 8 {
		t.Errorf("%+v", f)
	}
}

func TestHealthy(t *testing.T) {
	tests := []struct {
		name string
		s    fleet.Service
		want int
	}{
		{"nobody checks", fleet.Service{Running: 3}, 3},
		{"its own health check", fleet.Service{Running: 3, Tasks: []fleet.Task{{Status: "RUNNING", Health: "UNHEALTHY"}, {Status: "STOPPED", Health: "UNHEALTHY"}}}, 2},
		{"a load balancer", fleet.Service{Running: 3, Balancers: []fleet.Balancer{{Healthy: 1}}}, 1},
		{"two", fleet.Service{Running: 3, Balancers: []fleet.Balancer{{Healthy: 3}, {Healthy: 2}}}, 2},
	}
	for _, tt := range tests {
		if got := healthy(&tt.s); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestGauges(t *testing.T) {
	custom := &plan.Service{Name: "chat", ECS: chat.ECS, Metrics: []plan.Metric{{Label: "db_cpu", Unit: "percent", Period: 5 * time.Minute}}}
	s := service(1)
	s.Cluster.Insights = "enhanced"
	r := &record{service: custom, price: flat}
	r.begin(s, nil, start)
	r.start(start)
	point := func(at, v float64) fleet.Point { return fleet.Point{At: second(at), Value: v} }
	r.points([]fleet.Series{
		{point(-60, 99), point(-20, 40), point(40, 60), point(100, 80), point(160, 99)}, {}, {point(0, 1000), point(60, 2000)}, {}, {point(0, 97)},
	}, second(200))
	f := r.result(second(180))
	want := &result.Gauge{Min: 0.4, Mean: 0.6, Max: 0.8, Last: 0.8, Points: []result.Reading{
		{At: -20, Seconds: 60, Value: 0.4}, {At: 40, Seconds: 60, Value: 0.6}, {At: 100, Seconds: 60, Value: 0.8},
	}}
	if diff := cmp.Diff(want, f.CPU, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
	if f.Memory != nil || f.Sent != nil || f.Received == nil || f.Received.Total != 3000*60 {
		t.Errorf("%+v %+v %+v", f.Memory, f.Sent, f.Received)
	}
	if len(f.Metrics) != 1 || f.Metrics[0].Label != "db_cpu" || f.Metrics[0].Max != 0.97 {
		t.Errorf("%+v", f.Metrics)
	}
}

func TestManyPointsAreMerged(t *testing.T) {
	r := seen(service(1))
	var all fleet.Series
	for i := range 3000 {
		all = append(all, fleet.Point{At: second(float64(60 * i)), Value: float64(i % 100)})
	}
	r.points([]fleet.Series{all, {}}, second(180_000))
	g := r.result(second(180_000)).CPU
	if n := len(g.Points); n > shownPoints || g.Max != 0.99 || math.Abs(g.Mean-0.495) > 1e-9 {
		t.Errorf("%d points, %v, %v", n, g.Max, g.Mean)
	}
	seconds := 0.0
	for _, p := range g.Points {
		seconds += p.Seconds
	}
	if seconds != 180_000 {
		t.Errorf("%v s", seconds)
	}
}
