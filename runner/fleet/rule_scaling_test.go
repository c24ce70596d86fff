package fleet_test

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

func scalingCases() []ruleCase {
	return []ruleCase{
		{"no policies", func(r *review) { r.ecs.Policies = nil }, "should no_autoscaling", []string{"4 to 10 tasks", "no policy"}, "track", ""},
		{"no target", func(r *review) { r.ecs.Target, r.ecs.Policies = nil, nil }, "should no_autoscaling", []string{"4 tasks are desired, whatever the load"}, "track", ""},
		{"suspended", func(r *review) { r.ecs.Target.Suspended = true }, "should scaling_suspended", []string{"suspended", "4 tasks running"}, "plimsoll rollback plans/fleet --resume web", ""},
		{"suspended against the plan", func(r *review) {
			r.desire()
			r.ecs.Target.Suspended = true
		}, "must scaling_suspended", []string{"suspended"}, "plimsoll rollback plans/fleet --resume web", fleet.DesiredECS},
		{"suspended, of bounds alone", func(r *review) {
			r.service.Desired = &plan.Desired{Tasks: &plan.TaskBounds{Min: 4, Max: 10}}
			r.ecs.Target.Suspended = true
		}, "must scaling_suspended", nil, "", fleet.DesiredECS},
		{"room for whole users", func(r *review) {
			r.run.Scenarios[0].Phases[1].Asked, r.run.Scenarios[0].Limit.Users = 35, 35
			r.run.Scenarios[0].Phases[0].Asked = 20
			r.ofUsers(50, 50)
			r.ecs.Target.Min = 5
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "launch", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 50, Peak: 100, Rise: 500 * time.Second}}}}
		}, "should target_too_high", []string{"39 users more", "5 tasks with room for 37 more"}, "", ""},
		{"no memory policy", func(r *review) { r.ecs.Policies = r.ecs.Policies[:1] }, "should no_memory_policy", []string{"no memory", "60 %"}, `track "memory"`, ""},
		{"short cooldown", func(r *review) { r.ecs.Policies[0].CooldownIn = 300 * time.Second }, "should cooldown_flaps", []string{"5 min", "6 min 26 s", "60 s"}, "600s", ""},
		{"long enough for 20 s", func(r *review) {
			r.ecs.Policies[0].CooldownIn, r.ecs.Policies[0].HighResolution = 300*time.Second, true
		}, "", nil, "", ""},
		{"it flapped", func(r *review) {
			r.ecs.Policies[0].CooldownIn = 200 * time.Second
			r.ecs.Activities = []fleet.Activity{{To: 4, StartedAt: reviewDay}, {To: 6, StartedAt: reviewDay.Add(-2 * time.Minute)}, {To: 4, StartedAt: reviewDay.Add(-time.Hour)}}
		}, "should cooldown_flaps", []string{"1 case"}, "", ""},
		{"zero cooldown", func(r *review) { r.ecs.Policies[0].CooldownOut = 0 }, "note cooldown_zero", []string{"6 min 26 s", "1 min 49 s"}, "high_resolution", ""},
		{"no room for the peak", func(r *review) {
			r.ofUsers(100, 300)
			r.ecs.Target.Min = 2
		}, "should target_too_high", []string{
			"the requirement, if its peak comes at once", "200 users more", "6 min 26 s", "at 60 %, 100 users keep 2 tasks with room for 100 more",
		}, "keep or schedule 4 tasks", ""},
		{"no room for a spike", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "launch", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 50, Peak: 500, Rise: 10 * time.Second}}}}
		}, "should target_too_high", []string{`spike "launch"`, "450 users more", "room for 350 more"}, "6 tasks", ""},
		{"room for a slow spike", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "launch", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 50, Peak: 500, Rise: time.Hour}}}}
		}, "", nil, "", ""},
		{"room by the measured time", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "launch", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 50, Peak: 500, Rise: 3 * time.Minute}}}}
			healthy := 100.0
			r.run.Scenarios[0].Fleet[0].ScaleOut = &result.ScaleOut{Healthy: &healthy}
		}, "", nil, "", ""},
		{"unproven room", func(r *review) {
			r.run.Services, r.run.Requirements = nil, nil
			r.service.Requirement = nil
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Spike, Name: "launch", Service: r.service, Load: plan.Load{Surge: &plan.Surge{Base: 65, Peak: 130, Rise: 10 * time.Second}}}}
		}, "should no_requirement should target_too_high", nil, "", ""},
		{"target beyond the limit", func(r *review) { r.ecs.Policies[0].Target = 70 }, "must target_beyond_limit", []string{"70 %", "65 %"}, "below 65 %", ""},
		{"memory would have scaled", func(r *review) {
			r.ecs.Policies[0].Target, r.ecs.Policies[1].Target = 70, 50
			r.run.Scenarios[0].Fleet[0].Memory.Points = []result.Reading{{At: 60, Seconds: 60, Value: 0.55}}
		}, "", nil, "", ""},
		{"requests may have scaled", func(r *review) {
			r.ecs.Policies[0].Target, r.ecs.Policies[1].Track = 70, plan.TrackRequests
		}, "should no_memory_policy", nil, "", ""},
		{"planned beyond the limit", func(r *review) { r.desire().Tracks[0].Target = 0.7 }, "must target_beyond_limit", []string{"70 %"}, "", fleet.RequirementDesired},
	}
}

func connectionCases() []ruleCase {
	return []ruleCase{
		{"too few files", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 256 }, "must nofile_low", []string{"3,000 connections ÷ 10 tasks = 300", "256"}, "65536", ""},
		{"too few at first", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 512 }, "should nofile_low", []string{"4 tasks must hold 3,000 connections: 750 each"}, "higher minimum", ""},
		{"Fargate's own limit", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 0 }, "", nil, "", ""},
		{"bridge", func(r *review) { r.ecs.TaskDefinition.Fargate, r.ecs.TaskDefinition.NetworkMode = false, "bridge" }, "should network_mode", []string{"300 connections"}, "conntrack", ""},
		{"host", func(r *review) { r.ecs.TaskDefinition.Fargate, r.ecs.TaskDefinition.NetworkMode = false, "host" }, "should network_mode", []string{"only one of them fits"}, "", ""},
		{"awsvpc on EC2", func(r *review) { r.ecs.TaskDefinition.Fargate = false }, "note network_mode", []string{"10 tasks"}, "interfaces", ""},
		{"silent too long", func(r *review) { r.service.Requirement.Think = 90 * time.Second }, "should idle_timeout", []string{"1 min 30 s", "1 min"}, "pings", ""},
		{"a flow that thinks", func(r *review) {
			think := []plan.Step{&plan.WebSocket{Steps: []plan.Step{&plan.Repeat{Steps: []plan.Step{&plan.Think{Min: time.Second, Max: 2 * time.Minute}}}}}}
			r.plan.Scenarios = []*plan.Scenario{{Service: r.service, Mix: []plan.Share{{Flow: &plan.Flow{Name: "talk", Steps: think}}}}}
		}, "should idle_timeout", []string{`flow "talk"`, "2 min"}, "", ""},
		{"a flow that thinks between exchanges", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Service: r.service, Mix: []plan.Share{{Flow: &plan.Flow{Name: "shop", Steps: []plan.Step{&plan.Think{Min: time.Hour}}}}}}}
		}, "", nil, "", ""},
		{"held in silence", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Capacity, Name: "sockets", Service: r.service, Load: plan.Load{Levels: &plan.Levels{Hold: 2 * time.Minute}}}}
		}, "should idle_timeout", []string{`capacity "sockets"`}, "", ""},
		{"sessions cut short", func(r *review) { r.run.Scenarios[0].Total.Sessions.Total.P95 = 900 }, "should deregistration_delay", []string{"15 min", "5 min"}, "above 15 min", ""},
	}
}
