package fleet_test

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

func alarmAndDeploymentCases() []ruleCase {
	return []ruleCase{
		{"no alarms", func(r *review) { r.ecs.Alarms = r.ecs.Alarms[1:] }, "should alarms_missing", nil, "high_cpu", ""},
		{"firing", func(r *review) {
			r.ecs.Alarms[0].State, r.ecs.Alarms[0].Reason, r.ecs.Alarms[0].ChangedAt = "ALARM", "3 datapoints\nabove", reviewDay.Add(-time.Hour)
		}, "should alarm_firing", []string{"high-cpu is in ALARM for 1 h: 3 datapoints above"}, "", ""},
		{"silent", func(r *review) { r.ecs.Alarms[0].Actions = nil }, "should alarm_without_action", []string{"high-cpu"}, "notify", ""},
		{"switched off", func(r *review) { r.ecs.Alarms[0].ActionsEnabled = false }, "should alarm_without_action", []string{"high-cpu: its actions are switched off"}, "aws cloudwatch enable-alarm-actions --alarm-names 'high-cpu'", ""},
		{"one of each", func(r *review) {
			off := r.ecs.Alarms[0]
			off.Name, off.ActionsEnabled, r.ecs.Alarms[0].Actions = "off", false, nil
			r.ecs.Alarms = append(r.ecs.Alarms, off)
		}, "should alarm_without_action should alarm_without_action", []string{"high-cpu: no topic is notified"}, "notify", ""},
		{"switched off, though the plan desires it", func(r *review) {
			r.ecs.Alarms[0].ActionsEnabled = false
			r.desire().Alarms = []plan.Alarm{{Name: r.ecs.Alarms[0].Name}}
		}, "should alarm_without_action", []string{"high-cpu"}, "enable-alarm-actions", ""},
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
		{"no circuit breaker", func(r *review) { r.ecs.CircuitBreaker = false }, "should circuit_breaker_off", nil, "aws ecs update-service --cluster beta --service web --deployment-configuration 'deploymentCircuitBreaker", ""},
		{"blue and green", func(r *review) { r.ecs.CircuitBreaker, r.ecs.Controller = false, "CODE_DEPLOY" }, "", nil, "", ""},
	}
}

func mirrorCases() []ruleCase {
	return []ruleCase{
		{"alike", func(r *review) { r.mirror(func(*fleet.Service) {}) }, "", nil, "", ""},
		{"unlike", func(r *review) {
			r.mirror(func(s *fleet.Service) {
				s.Target.Max, s.Policies[0].Target, s.Balancers[0].DeregistrationDelay = 8, 50, 0
				s.Policies = append(s.Policies, fleet.Policy{Track: plan.TrackRequests, Target: 900, CooldownIn: time.Hour, CooldownOut: time.Minute})
			})
		}, "should mirror_differs", []string{"4 differences from prod"}, "as far as they are alike", ""},
		{"poorer", func(r *review) {
			r.mirror(func(s *fleet.Service) { s.Policies = s.Policies[:1] })
		}, "should no_memory_policy should mirror_differs", nil, "", ""},
		{"gone", func(r *review) { r.mirror(func(s *fleet.Service) { s.Missing = "no such service" }) }, "must service_missing", nil, "", ""},
	}
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

func accountCases() []ruleCase {
	return []ruleCase{
		{"no budget", func(r *review) { r.plan.Budgets, r.state.Budgets = nil, nil }, "should budget_missing", []string{"$360.40 a month"}, "alert_at", ""},
		{"a budget caps nothing", func(r *review) { r.plan.Budgets[0].Limit = 250 }, "should budget_caps_nothing", []string{"$250.00", "alerts and caps nothing", "$360.40"}, "maxima", ""},
		{"of another account", func(r *review) { r.plan.Budgets[0].Limit, r.plan.Budgets[0].Account = 250, "999999999999" }, "", nil, "", ""},
		{"a budget for nobody", func(r *review) { r.plan.Budgets[0].Notify, r.state.Budgets[0].Subscribers = nil, nil }, "should budget_without_recipient", []string{"2 alerts and 0 recipients"}, "notify", ""},
		{"unconfirmed", func(r *review) { r.state.Topics[0].Unconfirmed = []string{"boss@example.com"} }, "should topic_unconfirmed", []string{"boss@example.com did not confirm"}, "link", ""},
		{"nobody listens", func(r *review) { r.state.Topics[0].Confirmed = nil }, "should topic_unconfirmed", []string{"no subscription"}, "subscribe", ""},
		{"no such topic", func(r *review) { r.state.Topics[0].Missing = true }, "should topic_unconfirmed", []string{"not there"}, "ARN", ""},
		{"unplanned", func(r *review) { r.state.Unplanned = []string{"beta/cron"} }, "should unplanned_service", []string{"beta/cron"}, "exempt", ""},
	}
}
