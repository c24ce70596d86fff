package fleet_test

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

func requirementCases() []ruleCase {
	return []ruleCase{
		{"no requirement", func(r *review) { r.service.Requirement = nil }, "should no_requirement", []string{"no requirement"}, "requirement block", ""},
		{"of nothing", func(r *review) {
			*r.service.Requirement = plan.Requirement{Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay, PeakHours: "z"}
		}, "should no_requirement", []string{"asks for no load"}, "", ""},
		{"unsigned", func(r *review) {
			r.service.Requirement.Source, r.service.Requirement.ReviewAfter, r.service.Requirement.PeakHours = "", time.Time{}, ""
		}, "should requirement_unsigned", []string{"lacks source, review_after, peak_hours"}, "say where its numbers come from, when they are to be looked at again, when its peak is", ""},
		{"on the day itself", func(r *review) { r.service.Requirement.ReviewAfter = reviewDay.Truncate(24 * time.Hour) }, "", nil, "", ""},
		{"overdue", func(r *review) { r.service.Requirement.ReviewAfter = reviewDay.AddDate(0, 0, -9) }, "must requirement_overdue", []string{"2026-11-11", "9 days ago"}, "anew", ""},
		{"outgrown connections", func(r *review) { r.options.History["web"][10].Connections = 3200 }, "must requirement_outgrown", []string{"3,200 connections", "3,000", "2026-11-10"}, "above 3,200", ""},
		{"outgrown long ago", func(r *review) { r.options.History["web"][2].Connections = 3200 }, "", nil, "", ""},
		{"outgrown rate", func(r *review) {
			r.service.Requirement.PeakRate = 20
			r.run.Requirements = append(r.run.Requirements, result.Requirement{Service: "web", Measure: "peak_rate", Proven: 20, Required: 20, Status: "met"}, result.Requirement{Service: "web", Measure: "rate", Proven: 20, Required: 20, Status: "met"})
			r.options.History["web"][19].Requests = 100
		}, "must requirement_outgrown", []string{"25 sessions/s", "20"}, "", ""},
		{"not met", func(r *review) {
			r.run.Requirements[1] = result.Requirement{Service: "web", Measure: "peak_users", Required: 300, Proven: 200, Status: "not met", Reason: "its SLAs did not hold at 300"}
		}, "must requirement_not_met", []string{"peak_users = 300", "200 proven", "did not hold at 300"}, "run again", fleet.RequirementProven},
		{"more asked than was tried", func(r *review) { r.service.Requirement.PeakUsers = 320; r.run.Requirements[1].Required = 300 }, "should requirement_unproven", []string{"peak_users = 320 is claimed", "asked for 300 users"}, "plimsoll run", fleet.RequirementProven},
		{"claimed", func(r *review) { r.run.Requirements = nil }, "should requirement_unproven", []string{"users = 100 is claimed, and no result speaks of it"}, "plimsoll run", fleet.RequirementProven},
		{"proven by a simulation", func(r *review) { r.run.Services[0].Simulated = true }, "should requirement_unproven should target_too_high", []string{"connections = 1,000 is claimed", "tasks of 1024 CPU units and 2048 MiB", "10,000 to 20,000: a hint, no proof"}, "", fleet.RequirementProven},
		{"calls", func(r *review) {
			*r.service.Requirement = plan.Requirement{Users: 50, Unit: "calls", Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay.AddDate(1, 0, 0), PeakHours: "z"}
			r.options.History["web"][15].Custom = map[string]float64{"calls": 40}
		}, "note requirement_unproven", []string{"50 calls are claimed (users), unproven; the most that was seen is 40"}, "metric", fleet.RequirementProven},
		{"too many calls", func(r *review) {
			*r.service.Requirement = plan.Requirement{Users: 50, Unit: "calls", Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay.AddDate(1, 0, 0), PeakHours: "z"}
			r.options.History["web"][15].Custom = map[string]float64{"calls": 60}
		}, "must requirement_outgrown note requirement_unproven", []string{"60 calls"}, "", ""},
	}
}

func capacityCases() []ruleCase {
	return []ruleCase{
		{"ECS allows too few", func(r *review) { r.ofUsers(1100, 1100) },
			"must max_below_peak", []string{"ECS allows 10 tasks", "100 users a task", `stress "limit" of run r1`, "= 1,000", "1,100"}, "⌈1,100 users ÷ 100 a task × 1.2⌉ = 14", fleet.RequirementProven},
		{"the plan allows too few", func(r *review) {
			r.ofUsers(300, 300)
			r.desire().Tasks = &plan.TaskBounds{Min: 2, Max: 2}
		}, "must max_below_peak", []string{"desired allows 2 tasks", "= 200"}, "allow 4", fleet.RequirementDesired},
		{"the plan and ECS allow too few", func(r *review) {
			r.ofUsers(1300, 1300)
			r.desire().Tasks.Max = 12
		}, "must max_below_peak must max_below_peak", []string{"desired allows 12 tasks"}, "allow 16", fleet.RequirementDesired},
		{"a lower bound is no proof of too few", func(r *review) {
			r.run.Scenarios[0].Limit.Bound = result.BoundAtLeast
			r.ofUsers(1100, 1100)
		}, "should max_below_peak", []string{"at least 100 users a task"}, "how much more", fleet.RequirementProven},
		{"a lower bound of idle tasks is no number to go by", func(r *review) {
			r.run.Scenarios[0].Limit.Bound, r.run.Scenarios[0].Fleet[0].CPU.Points[1].Value = result.BoundAtLeast, 0.12
			r.ofUsers(1100, 1100)
		}, "should max_below_peak", []string{"at least 100 users a task", "idle at CPU 12 %"}, "run a stress to find what a task carries", fleet.RequirementProven},
		{"invalid size", func(r *review) { r.ecs.TaskDefinition.Memory = 9216 },
			"must size_invalid note size_oversized", []string{"1024 CPU units and 9216 MiB"}, "1024 CPU units and 8192 MiB", ""},
		{"memory below use", func(r *review) { r.desire().Memory, r.service.Desired.CPU = 1024, 512 },
			"must size_below_use should size_below_use should size_undersized should size_untested",
			[]string{"used 1,229 MiB", "1024 CPU units and 2048 MiB", "is to have 1,024"}, "killed", fleet.RequirementDesired},
		{"oversized", func(r *review) { r.used(0.3, 0.3) },
			"note size_oversized", []string{"307 of 1,024 CPU units (30 %)", "614 of 2,048 MiB (30 %)"}, "desire cpu = 512, memory = 1024 in place of 1024 CPU units and 2048 MiB, which saves $72.08", ""},
		{"oversized by history", func(r *review) {
			r.options.Results, r.service.Requirement = nil, nil
			r.options.History["web"] = []fleet.Day{{CPU: 0.3, Memory: 0.3}}
		}, "should no_requirement note size_oversized", nil, "", ""},
		{"undersized", func(r *review) { r.used(0.65, 0.95) }, "should size_undersized", []string{"of 2,048 MiB (95 %)"}, "memory = 3072", ""},
		{"held up by CPU, and scaled", func(r *review) { r.used(0.99, 0.6) }, "", nil, "", ""},
		{"held up by CPU", func(r *review) {
			r.used(0.99, 0.3)
			r.ecs.Policies = nil
		}, "should size_undersized should no_autoscaling", []string{"would have used more"}, "desire cpu = 2048, memory = 4096", ""},
		{"single task", func(r *review) {
			r.ofUsers(100, 100)
			r.ecs.Target.Min = 1
		}, "should single_task", []string{"minimum is 1"}, "2", ""},
		{"at the maximum", func(r *review) { r.ecs.Desired, r.ecs.Running = 10, 10 }, "should desired_at_max", []string{"10 tasks are desired", "10 is the maximum"}, "raise", ""},
	}
}

// used sets what tasks were seen to use at most.
func (r *review) used(cpu, memory float64) {
	seen := &r.run.Scenarios[0].Fleet[0]
	seen.CPU.Max, seen.Memory.Max = cpu, memory
}

// ofUsers requires users alone, as many as were proven.
func (r *review) ofUsers(normal, peak float64) {
	n := r.service.Requirement
	n.Users, n.PeakUsers, n.Connections, n.PeakConnections = normal, peak, 0, 0
	for i := range r.run.Requirements {
		r.run.Requirements[i].Proven = peak
	}
}
