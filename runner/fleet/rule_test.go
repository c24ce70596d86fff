package fleet_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// ruleCase breaks a faultless service in one way, and says what is found then.
type ruleCase struct {
	name    string
	breaks  func(*review)
	rule    string   // severity and id; more, separated by blanks
	says    []string // in the evidence of the first
	remedy  string   // in its recommendation
	compare string   // its comparison
}

func checkRules(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := faultless()
			c.breaks(r)
			found := r.report().All()
			var ids []string
			for _, f := range found {
				ids = append(ids, f.Severity+" "+f.ID)
			}
			if d := cmp.Diff(c.rule, strings.Join(ids, " ")); d != "" {
				t.Fatalf("%s\n%+v", d, found)
			}
			if len(found) == 0 {
				return
			}
			for _, text := range c.says {
				if !strings.Contains(found[0].Evidence, text) {
					t.Errorf("evidence %q lacks %q", found[0].Evidence, text)
				}
			}
			if !strings.Contains(found[0].Recommendation, c.remedy) || found[0].Recommendation == "" {
				t.Errorf("recommendation %q lacks %q", found[0].Recommendation, c.remedy)
			}
			if found[0].Comparison != c.compare {
				t.Errorf("comparison %q, not %q", found[0].Comparison, c.compare)
			}
		})
	}
}

func TestFaultless(t *testing.T) {
	for name, change := range map[string]func(*review){
		"as it is":             func(*review) {},
		"desired as it is":     func(r *review) { r.desire() },
		"with larger tasks":    func(r *review) { r.ecs.Policies[0].HighResolution = true },
		"a second day of rest": func(r *review) { r.options.Now = reviewDay.AddDate(0, 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			r := faultless()
			change(r)
			got := r.report()
			if len(got.All()) != 0 || len(got.Unchecked) != 0 || !got.Clean() {
				t.Errorf("found %+v, not checked %+v", got.All(), got.Unchecked)
			}
		})
	}
}

func TestRequirementRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"no requirement", func(r *review) { r.service.Requirement = nil }, "should no_requirement", []string{"no requirement"}, "requirement block", ""},
		{"of nothing", func(r *review) {
			*r.service.Requirement = plan.Requirement{Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay}
		}, "should no_requirement", []string{"asks for no load"}, "", ""},
		{"unsigned", func(r *review) { r.service.Requirement.Source, r.service.Requirement.ReviewAfter = "", time.Time{} }, "should requirement_unsigned", []string{"lacks source, review_after"}, "who agreed", ""},
		{"overdue", func(r *review) { r.service.Requirement.ReviewAfter = reviewDay.AddDate(0, 0, -9) }, "must requirement_overdue", []string{"2026-11-11", "9 days ago"}, "anew", ""},
		{"outgrown connections", func(r *review) { r.options.History["web"][10].Connections = 3200 }, "must requirement_outgrown", []string{"3200 connections", "3000", "2026-11-10"}, "above 3200", ""},
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
		{"proven by a simulation", func(r *review) { r.run.Services[0].Simulated = true }, "should requirement_unproven should target_too_high", []string{"connections = 1000 is claimed", "tasks of 1024/2048", "10000 to 20000: a hint, no proof"}, "", fleet.RequirementProven},
		{"calls", func(r *review) {
			*r.service.Requirement = plan.Requirement{Users: 50, Unit: "calls", Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay.AddDate(1, 0, 0)}
			r.options.History["web"][15].Custom = map[string]float64{"calls": 40}
		}, "note requirement_unproven", []string{"50 calls are claimed (users), unproven; the most that was seen is 40"}, "metric", fleet.RequirementProven},
		{"too many calls", func(r *review) {
			*r.service.Requirement = plan.Requirement{Users: 50, Unit: "calls", Source: "x", AgreedBy: "y", AgreedOn: reviewDay, ReviewAfter: reviewDay.AddDate(1, 0, 0)}
			r.options.History["web"][15].Custom = map[string]float64{"calls": 60}
		}, "must requirement_outgrown note requirement_unproven", []string{"60 calls"}, "", ""},
	})
}

func TestCapacityRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"ECS allows too few", func(r *review) { r.ofUsers(1100, 1100) },
			"must max_below_peak", []string{"ECS allows 10 tasks", "100 users a task", `stress "limit" of run r1`, "= 1000", "1100"}, "⌈1100 users ÷ 100 a task × 1.2⌉ = 14", fleet.RequirementProven},
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
		{"invalid size", func(r *review) { r.ecs.TaskDefinition.Memory = 9216 },
			"must size_invalid note size_oversized", []string{"1024/9216"}, "1024/8192", ""},
		{"memory below use", func(r *review) { r.desire().Memory, r.service.Desired.CPU = 1024, 512 },
			"must size_below_use should size_below_use should size_undersized should size_untested should size_untested",
			[]string{"used 1229 MiB", "1024/2048", "is to have 1024"}, "killed", fleet.RequirementDesired},
		{"oversized", func(r *review) { r.used(0.3, 0.3) },
			"note size_oversized", []string{"30% of 1024 CPU units = 307", "30% of 2048 MiB = 614"}, "desire cpu = 512, memory = 1024 in place of 1024/2048, which saves $72.08", ""},
		{"oversized by history", func(r *review) {
			r.options.Results, r.service.Requirement = nil, nil
			r.options.History["web"] = []fleet.Day{{CPU: 0.3, Memory: 0.3}}
		}, "should no_requirement note size_oversized", nil, "", ""},
		{"undersized", func(r *review) { r.used(0.65, 0.95) }, "should size_undersized", []string{"95% of 2048 MiB"}, "memory = 3072", ""},
		{"held up by CPU", func(r *review) { r.used(0.99, 0.3) }, "should size_undersized", []string{"would have used more"}, "cpu = 2048, memory = 4096", ""},
		{"single task", func(r *review) {
			r.ofUsers(100, 100)
			r.ecs.Target.Min = 1
		}, "should single_task", []string{"minimum is 1"}, "2", ""},
		{"at the maximum", func(r *review) { r.ecs.Desired, r.ecs.Running = 10, 10 }, "should desired_at_max", []string{"10 tasks are desired", "10 is the maximum"}, "raise", ""},
	})
}

// used sets what tasks were seen to use at most.
func (r *review) used(cpu, memory float64) {
	seen := &r.run.Scenarios[0].Fleet[0]
	seen.CPU.Max, seen.Memory.Max = cpu, memory
}

func TestScalingRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"no policies", func(r *review) { r.ecs.Policies = nil }, "should no_autoscaling", []string{"4 to 10 tasks", "no policy"}, "track", ""},
		{"no target", func(r *review) { r.ecs.Target, r.ecs.Policies = nil, nil }, "should no_autoscaling", []string{"4 tasks are desired, whatever the load"}, "track", ""},
		{"suspended", func(r *review) { r.ecs.Target.Suspended = true }, "should no_autoscaling", []string{"suspended"}, "resume", ""},
		{"no memory policy", func(r *review) { r.ecs.Policies = r.ecs.Policies[:1] }, "should no_memory_policy", []string{"no memory", "60%"}, `track "memory"`, ""},
		{"short cooldown", func(r *review) { r.ecs.Policies[0].CooldownIn = 300 * time.Second }, "should cooldown_flaps", []string{"5m", "6m26s", "60 s"}, "600s", ""},
		{"long enough for 20 s", func(r *review) {
			r.ecs.Policies[0].CooldownIn, r.ecs.Policies[0].HighResolution = 300*time.Second, true
		}, "", nil, "", ""},
		{"it flapped", func(r *review) {
			r.ecs.Policies[0].CooldownIn = 200 * time.Second
			r.ecs.Activities = []fleet.Activity{{To: 4, StartedAt: reviewDay}, {To: 6, StartedAt: reviewDay.Add(-2 * time.Minute)}, {To: 4, StartedAt: reviewDay.Add(-time.Hour)}}
		}, "should cooldown_flaps", []string{"1 case"}, "", ""},
		{"zero cooldown", func(r *review) { r.ecs.Policies[0].CooldownOut = 0 }, "note cooldown_zero", []string{"386 s", "109 s"}, "high_resolution", ""},
		{"no room for the peak", func(r *review) {
			r.ofUsers(100, 300)
			r.ecs.Target.Min = 2
		}, "should target_too_high", []string{
			"the requirement, if its peak comes at once", "200 users more", "6m26s", "2 tasks at 60% carry 100 users and have room for 100 more",
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
		{"target beyond the limit", func(r *review) { r.ecs.Policies[0].Target = 70 }, "must target_beyond_limit", []string{"70%", "65%"}, "below 65%", ""},
		{"planned beyond the limit", func(r *review) { r.desire().Tracks[0].Target = 0.7 }, "must target_beyond_limit", []string{"70%"}, "", fleet.RequirementDesired},
	})
}

func TestConnectionRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"too few files", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 256 }, "must nofile_low", []string{"3000 connections ÷ 10 tasks = 300", "256"}, "65536", ""},
		{"too few at first", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 512 }, "should nofile_low", []string{"4 tasks must hold 3000 connections: 750 each"}, "higher minimum", ""},
		{"Fargate's own limit", func(r *review) { r.ecs.TaskDefinition.Containers[0].Nofile = 0 }, "", nil, "", ""},
		{"bridge", func(r *review) { r.ecs.TaskDefinition.Fargate, r.ecs.TaskDefinition.NetworkMode = false, "bridge" }, "should network_mode", []string{"300 connections"}, "conntrack", ""},
		{"host", func(r *review) { r.ecs.TaskDefinition.Fargate, r.ecs.TaskDefinition.NetworkMode = false, "host" }, "should network_mode", []string{"only one of them fits"}, "", ""},
		{"awsvpc on EC2", func(r *review) { r.ecs.TaskDefinition.Fargate = false }, "note network_mode", []string{"10 tasks"}, "interfaces", ""},
		{"silent too long", func(r *review) { r.service.Requirement.Think = 90 * time.Second }, "should idle_timeout", []string{"1m30s", "1m"}, "pings", ""},
		{"a flow that thinks", func(r *review) {
			think := []plan.Step{&plan.WebSocket{Steps: []plan.Step{&plan.Repeat{Steps: []plan.Step{&plan.Think{Min: time.Second, Max: 2 * time.Minute}}}}}}
			r.plan.Scenarios = []*plan.Scenario{{Service: r.service, Mix: []plan.Share{{Flow: &plan.Flow{Name: "talk", Steps: think}}}}}
		}, "should idle_timeout", []string{`flow "talk"`, "2m"}, "", ""},
		{"a flow that thinks between exchanges", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Service: r.service, Mix: []plan.Share{{Flow: &plan.Flow{Name: "shop", Steps: []plan.Step{&plan.Think{Min: time.Hour}}}}}}}
		}, "", nil, "", ""},
		{"held in silence", func(r *review) {
			r.plan.Scenarios = []*plan.Scenario{{Kind: plan.Capacity, Name: "sockets", Service: r.service, Load: plan.Load{Levels: &plan.Levels{Hold: 2 * time.Minute}}}}
		}, "should idle_timeout", []string{`capacity "sockets"`}, "", ""},
		{"sessions cut short", func(r *review) { r.run.Scenarios[0].Total.Sessions.Total.P95 = 900 }, "should deregistration_delay", []string{"15m", "5m"}, "above 15m", ""},
	})
}

func TestAlarmAndDeploymentRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"no alarms", func(r *review) { r.ecs.Alarms = r.ecs.Alarms[1:] }, "should alarms_missing", nil, "high_cpu", ""},
		{"firing", func(r *review) {
			r.ecs.Alarms[0].State, r.ecs.Alarms[0].Reason, r.ecs.Alarms[0].ChangedAt = "ALARM", "3 datapoints\nabove", reviewDay.Add(-time.Hour)
		}, "should alarm_firing", []string{"high-cpu is in ALARM for 1h: 3 datapoints above"}, "", ""},
		{"silent", func(r *review) { r.ecs.Alarms[0].Actions = nil }, "should alarm_without_action", []string{"high-cpu"}, "notify", ""},
		{"switched off", func(r *review) { r.ecs.Alarms[0].ActionsEnabled = false }, "should alarm_without_action", nil, "", ""},
		{"without Container Insights", func(r *review) {
			r.ecs.Cluster.Insights = "disabled"
			r.ecs.Alarms[0].Namespace, r.ecs.Alarms[0].Metric = "ECS/ContainerInsights", "RunningTaskCount"
		}, "should alarm_without_insights", []string{"RunningTaskCount", "off in cluster beta"}, "container_insights = true", ""},
		{"not there", func(r *review) {
			*r.ecs = fleet.Service{Title: "web", Missing: "no service wbe in cluster beta; did you mean web?"}
		}, "must service_missing", []string{"did you mean web?"}, "ecs block", ""},
		{"deploying", func(r *review) { r.ecs.Deployments[0].State, r.ecs.Deployments[0].Running = "IN_PROGRESS", 1 }, "should deployment_unstable", []string{"web:7 is IN_PROGRESS with 1 of 4"}, "", ""},
		{"too few run", func(r *review) { r.ecs.Running = 3 }, "should deployment_unstable", []string{"3 of 4 tasks run"}, "", ""},
		{"unhealthy", func(r *review) { r.ecs.Balancers[0].Healthy, r.ecs.Balancers[0].Unhealthy = 3, 1 }, "should deployment_unstable", []string{"1 of 4 targets of edge"}, "", ""},
		{"draining", func(r *review) { r.ecs.Status = "DRAINING" }, "should deployment_unstable", []string{"DRAINING"}, "", ""},
		{"crashing", func(r *review) {
			r.ecs.Tasks = []fleet.Task{{StopCode: "EssentialContainerExited", Reason: "OutOfMemoryError"}, {StopCode: "ServiceSchedulerInitiated"}}
		}, "should tasks_failing", []string{"1 task stopped", "OutOfMemoryError"}, "memory", ""},
		{"no circuit breaker", func(r *review) { r.ecs.CircuitBreaker = false }, "should circuit_breaker_off", nil, "deploymentCircuitBreaker", ""},
		{"blue and green", func(r *review) { r.ecs.CircuitBreaker, r.ecs.Controller = false, "CODE_DEPLOY" }, "", nil, "", ""},
	})
}

func TestMirror(t *testing.T) {
	checkRules(t, []ruleCase{
		{"alike", func(r *review) { r.mirror(func(*fleet.Service) {}) }, "", nil, "", ""},
		{"unlike", func(r *review) {
			r.mirror(func(s *fleet.Service) {
				s.Target.Max, s.Policies[0].Target, s.Balancers[0].DeregistrationDelay = 8, 50, 0
				s.Policies = append(s.Policies, fleet.Policy{Track: plan.TrackRequests, Target: 900, CooldownIn: time.Hour, CooldownOut: time.Minute})
			})
		}, "should mirror_differs", []string{
			"4 differences from prod", "maximum tasks 8, there 10", "deregistration delay, s none, there 300", "target of cpu 50%, there 60%", "tracking of requests 900, there none",
		}, "as far as they are alike", ""},
		{"poorer", func(r *review) {
			r.mirror(func(s *fleet.Service) { s.Policies = s.Policies[:1] })
		}, "should no_memory_policy should mirror_differs", nil, "", ""},
		{"gone", func(r *review) { r.mirror(func(s *fleet.Service) { s.Missing = "no such service" }) }, "must service_missing", nil, "", ""},
	})
}

// mirror adds a staging service that should be like web, which is called prod then, and breaks it.
func (r *review) mirror(breaks func(*fleet.Service)) {
	r.service.Name, r.ecs.Title, r.run.Services[0].Name = "prod", "prod", "prod"
	for i := range r.run.Scenarios {
		r.run.Scenarios[i].Service, r.run.Scenarios[i].Fleet[0].Service = "prod", "prod"
	}
	for i := range r.run.Requirements {
		r.run.Requirements[i].Service = "prod"
	}
	r.options.History["prod"] = r.options.History["web"]
	copied := *r.service
	copied.Name, copied.Mirror = "web", r.service
	r.plan.Services = []*plan.Service{r.service, &copied}
	r.service = &copied
	staging := faultlessECS()
	breaks(&staging)
	r.state.Services = append(r.state.Services, staging)
	r.options.Results = append(r.options.Results, faultlessRun())
}

// ofUsers requires users alone, as many as were proven.
func (r *review) ofUsers(normal, peak float64) {
	n := r.service.Requirement
	n.Users, n.PeakUsers, n.Connections, n.PeakConnections = normal, peak, 0, 0
	for i := range r.run.Requirements {
		r.run.Requirements[i].Proven = peak
	}
}

func TestAccountRules(t *testing.T) {
	checkRules(t, []ruleCase{
		{"no budget", func(r *review) { r.plan.Budgets, r.state.Budgets = nil, nil }, "should budget_missing", []string{"$360.40 a month"}, "alert_at", ""},
		{"a budget caps nothing", func(r *review) { r.plan.Budgets[0].Limit = 250 }, "should budget_caps_nothing", []string{"$250.00", "alerts and caps nothing", "$360.40"}, "maxima", ""},
		{"of another account", func(r *review) { r.plan.Budgets[0].Limit, r.plan.Budgets[0].Account = 250, "999999999999" }, "", nil, "", ""},
		{"a budget for nobody", func(r *review) { r.plan.Budgets[0].Notify, r.state.Budgets[0].Subscribers = nil, nil }, "should budget_without_recipient", []string{"2 alerts and 0 recipients"}, "notify", ""},
		{"unconfirmed", func(r *review) { r.state.Topics[0].Unconfirmed = []string{"boss@example.com"} }, "should topic_unconfirmed", []string{"boss@example.com did not confirm"}, "link", ""},
		{"nobody listens", func(r *review) { r.state.Topics[0].Confirmed = nil }, "should topic_unconfirmed", []string{"no subscription"}, "subscribe", ""},
		{"no such topic", func(r *review) { r.state.Topics[0].Missing = true }, "should topic_unconfirmed", []string{"not there"}, "ARN", ""},
		{"unplanned", func(r *review) { r.state.Unplanned = []string{"beta/cron"} }, "should unplanned_service", []string{"beta/cron"}, "exempt", ""},
	})
}

// Every rule is listed once, with a severity and what it looks for, and has a case here in which it finds something.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range fleet.Rules() {
		if seen[r.ID] || r.Doc == "" || !slices.Contains([]string{"must", "should", "note"}, r.Severity) {
			t.Errorf("%+v stands twice, or lacks something", r)
		}
		seen[r.ID] = true
	}
}
