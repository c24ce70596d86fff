package fleet_test

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

var reviewDay = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const reviewTopic = "arn:aws:sns:us-east-1:123456789012:alerts"

// review is everything that a review takes, of one service that has no fault.
type review struct {
	plan    *plan.Plan
	service *plan.Service
	state   *fleet.State
	ecs     *fleet.Service
	run     *result.Document
	options fleet.ReviewOptions
}

// faultless is a web service that carries what it must, watched, budgeted and proven.
func faultless() *review {
	service := &plan.Service{
		Name: "web", Endpoint: "https://staging.example.com",
		ECS: &plan.ECS{Cluster: "beta", Service: "web", Region: "us-east-1"},
		Requirement: &plan.Requirement{
			Users: 100, PeakUsers: 300, Connections: 1000, PeakConnections: 3000, Think: 10 * time.Second,
			Source: "launch plan", AgreedBy: "product", AgreedOn: reviewDay.AddDate(0, -1, 0), ReviewAfter: reviewDay.AddDate(0, 6, 0), PeakHours: "18:00-21:00",
		},
	}
	r := &review{
		service: service,
		plan: &plan.Plan{
			Path: "plans/fleet", Services: []*plan.Service{service},
			Budgets: []*plan.Budget{{Label: "monthly", Limit: 2500, AlertAt: []float64{0.2, 0.8}, Notify: []string{"ops@example.com"}}},
		},
		state: &fleet.State{
			At: reviewDay, Services: []fleet.Service{faultlessECS()},
			Budgets: []fleet.Budget{{Name: "monthly", Limit: 2500, AlertAt: []float64{0.2, 0.8}, Subscribers: []string{"ops@example.com"}, Document: fleet.Document{}}},
			Topics:  []fleet.Topic{{ARN: reviewTopic, Confirmed: []string{"ops@example.com"}}},
		},
		run: faultlessRun(),
	}
	r.ecs = &r.state.Services[0]
	r.options = fleet.ReviewOptions{Changes: &fleet.ChangeSet{}, Results: []*result.Document{r.run}, History: fleet.History{"web": faultlessDays()}}
	return r
}

func faultlessECS() fleet.Service {
	policy := func(track string, target float64) fleet.Policy {
		return fleet.Policy{Name: track, Track: track, Target: target, CooldownOut: time.Minute, CooldownIn: 10 * time.Minute}
	}
	return fleet.Service{
		Title: "web", Account: "123456789012", Region: "us-east-1", Cluster: fleet.Cluster{Name: "beta", Insights: "enabled"},
		Name: "web", Status: "ACTIVE", Desired: 4, Running: 4, LaunchType: "FARGATE", Controller: "ECS", CircuitBreaker: true,
		Deployments: []fleet.Deployment{{State: "COMPLETED", TaskDefinition: "web:7", Desired: 4, Running: 4}},
		TaskDefinition: fleet.TaskDefinition{
			Family: "web", Revision: 7, CPU: 1024, Memory: 2048, NetworkMode: "awsvpc", Fargate: true,
			Containers: []fleet.Container{{Name: "app", Essential: true, Nofile: 65536}},
		},
		Target:   &fleet.ScalableTarget{Min: 4, Max: 10},
		Policies: []fleet.Policy{policy(plan.TrackCPU, 60), policy(plan.TrackMemory, 70)},
		Alarms: []fleet.Alarm{
			{Name: "high-cpu", Namespace: "AWS/ECS", Metric: "CPUUtilization", State: "OK", ActionsEnabled: true, Actions: []string{reviewTopic}},
			{Name: "TargetTracking-x-AlarmHigh", State: "ALARM", Tracking: true},
		},
		Balancers: []fleet.Balancer{{Name: "edge", Type: "application", Container: "app", IdleTimeout: time.Minute, DeregistrationDelay: 5 * time.Minute, Healthy: 4}},
	}
}

// faultlessRun found that two tasks carry 200 users, and holds of 2000 connections by them; three times that was shown, too.
func faultlessRun() *result.Document {
	two := &result.TaskCount{Least: 2, Most: 2}
	good := true
	points := []result.Reading{{At: 0, Seconds: 60, Value: 0.3}, {At: 60, Seconds: 60, Value: 0.65}}
	seen := []result.Fleet{{
		Service: "web", Start: result.FleetState{CPU: 1024, Memory: 2048},
		CPU: &result.Gauge{Max: 0.65, Mean: 0.47, Points: points}, Memory: &result.Gauge{Max: 0.6, Mean: 0.5},
	}}
	row := func(measure string, n float64) result.Requirement {
		return result.Requirement{Service: "web", Measure: measure, Required: n, Proven: n, By: "spike launch, peak", Status: "met"}
	}
	return &result.Document{
		Run: "r1", Ended: reviewDay.AddDate(0, 0, -1), Services: []result.Service{{Name: "web"}},
		Scenarios: []result.Scenario{{
			Name: "limit", Kind: "stress", Service: "web", Fleet: seen, Verdict: result.Pass,
			Total: result.Measures{Operations: 4000, Sessions: result.Sessions{Completed: 1000, Total: result.Stats{P95: 60}}},
			Limit: &result.Limit{Found: true, Users: 200, Bound: result.BoundExact, Phase: "200", Broke: "300"},
			Phases: []result.Phase{
				{Name: "100", Measured: 0, End: 60, Asked: 100, Tasks: two, Good: &good},
				{Name: "200", Measured: 60, End: 120, Asked: 200, Tasks: two, Good: &good},
			},
		}, {
			Name: "sockets", Kind: "capacity", Service: "web", Fleet: seen, Verdict: result.Pass,
			Capacity: &result.Capacity{Max: 2000, Tasks: 2, PerTask: 1000, Bound: result.BoundExact},
		}},
		Requirements: []result.Requirement{row("users", 100), row("peak_users", 300), row("connections", 1000), row("peak_connections", 3000)},
	}
}

func faultlessDays() []fleet.Day {
	var days []fleet.Day
	for i := range 20 {
		days = append(days, fleet.Day{Date: reviewDay.AddDate(0, 0, i-20).Truncate(24 * time.Hour), CPU: 0.5, Memory: 0.5, Tasks: 5, Requests: 80, Connections: 900})
	}
	return days
}

// report reviews.
func (r *review) report() *fleet.Report { return fleet.Review(r.plan, r.state, r.options) }

// desire makes the plan desire what ECS has, for a test to change.
func (r *review) desire() *plan.Desired {
	r.service.Desired = &plan.Desired{
		CPU: 1024, Memory: 2048, Nofile: 65536, Tasks: &plan.TaskBounds{Min: 4, Max: 10},
		Cooldown: &plan.Cooldown{Out: time.Minute, In: 10 * time.Minute},
		Tracks:   []plan.Track{{Kind: plan.TrackCPU, Target: 0.6}, {Kind: plan.TrackMemory, Target: 0.7}},
		Alarms:   []plan.Alarm{{Label: "high_cpu"}},
	}
	return r.service.Desired
}
