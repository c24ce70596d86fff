package report_test

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

func ptr[T any](v T) *T { return &v }

var tracks = []fleet.Tracking{{Track: "cpu", Target: 0.65, In: 600}, {Track: "memory", Target: 0.7, In: 600}, {Track: "requests", Target: 3000, In: 600}}

// reviewed is a review of a service that drifted, one that was proven, one that is not there, and one that does not scale.
func reviewed() *fleet.Report {
	single := result.Finding{ID: "single_task", Severity: "should", Evidence: "the minimum is 1 task", Recommendation: "set the minimum to 2"}
	drift := result.Finding{ID: "drift", Severity: "must", Comparison: fleet.DesiredECS, Evidence: "budget monthly is not set, desired 2500 USD"}
	return &fleet.Report{
		Schema: fleet.ReviewSchema, Plan: "plans/shop", At: start,
		Services: []fleet.ServiceReview{drifted(single), proven(single),
			{Title: "gone", Place: "us-east-1/beta/gone", Missing: "there is no service gone in beta; did you mean web?", Findings: []result.Finding{{ID: "missing", Severity: "must", Evidence: "it is not there"}}},
			{Title: "fixed", Place: "us-east-1/beta/fixed", Has: &fleet.Condition{Setup: fleet.Setup{CPU: 256, Memory: 512, Min: 2, Max: 2}, Running: 2, Owner: "cloudformation"}, Cost: &fleet.Cost{Unpriced: "it runs on EC2"}},
		},
		Findings: []result.Finding{drift, {ID: "topic_unconfirmed", Severity: "should", Evidence: "ops@example.com did not confirm", Recommendation: "follow the link"}},
		Costs: []fleet.CostTable{{Account: "123456789012", Region: "us-east-1", Priced: start, Unpriced: []string{"fixed: it runs on EC2"}, Rows: []fleet.CostRow{
			{Name: "at the minimum", Tasks: 1, Cost: 72.08, DesiredTasks: 1, DesiredCost: 36.04}, {Name: "all at the maximum", Tasks: 3, Cost: 216.24, DesiredTasks: 50, DesiredCost: 1802},
		}}},
		Leaves: fleet.NotPriced, Exempt: map[string]string{"migrations": "runs once"}, Unplanned: []string{"forgotten"},
		Hidden: []fleet.Withheld{{Service: "web", What: "policies", Permission: "ecs:DescribeServices", Reason: "denied"}},
		Unchecked: []fleet.Unchecked{
			{Rule: "size_oversized", Service: "web", Why: "no history"}, {Rule: "size_undersized", Service: "web", Why: "no history"},
			{Rule: "size_oversized", Service: "chat", Why: "no history"}, {Rule: "size_undersized", Service: "chat", Why: "no history"},
			{Rule: "requirement_outgrown", Service: "chat", Why: "no metric"}, {Rule: "budget_missing", Why: "no account"},
		},
	}
}

func drifted(also result.Finding) fleet.ServiceReview {
	return fleet.ServiceReview{
		Title: "web", Environment: "beta", Place: "us-east-1/beta/web",
		Required: []fleet.Demand{
			{Requirement: result.Requirement{Measure: "users", Required: 100, Proven: 300, Tasks: &result.TaskCount{Least: 1, Most: 3}, Status: "met"}, Seen: ptr(120.0), SeenOn: &start},
			{Requirement: result.Requirement{Measure: "peak_users", Required: 500, Proven: 300, Tasks: &result.TaskCount{Least: 3, Most: 3}, Status: "not met", Reason: "the step of 400 broke"}},
			{Requirement: result.Requirement{Measure: "peak_connections", Required: 10_000, Status: "unproven", Reason: "metrics alone", Unit: "calls"}},
		},
		Has:     &fleet.Condition{Setup: fleet.Setup{CPU: 2048, Memory: 4096, Min: 1, Max: 3, Scales: true, Tracks: []fleet.Tracking{{Track: "cpu", Target: 0.65, Out: 60, In: 300}}}, Running: 1},
		Desired: &fleet.Setup{CPU: 1024, Memory: 2048, Min: 1, Max: 50, Scales: true, Tracks: tracks, Alarms: []string{"high-cpu", "task-spike"}},
		Differs: []fleet.Difference{
			{Kind: fleet.KindScalableTarget, ID: "service/beta/web", Fields: []fleet.Field{{Name: "maximum tasks", Before: "3", After: "50"}}},
			{Kind: fleet.KindAlarm, ID: "beta-web-task-spike", Fields: []fleet.Field{{Name: "alarm task-spike", After: "metric RunningTaskCount, statistic Maximum, period 60 s, comparison GreaterThanThreshold, threshold 10"}}},
			{ID: "alarm high-cpu", Refused: "somebody else made it"},
		},
		Cost: &fleet.Cost{Min: 72.08, Max: 216.24, Desired: fleet.CostBounds{Min: 36.04, Max: 1802}},
		Findings: []result.Finding{
			{ID: "drift", Severity: "must", Comparison: fleet.DesiredECS, Evidence: "shown as a difference"},
			{ID: "drift_refused", Severity: "must", Comparison: fleet.DesiredECS, Evidence: "alarm high-cpu: somebody else made it", Recommendation: "adopt = true"},
			{ID: "requirement_not_met", Severity: "must", Comparison: fleet.RequirementProven, Evidence: "peak_users = 500 is required, 300 proven", Recommendation: "see what broke first"},
			also, {ID: "cooldown_zero", Severity: "note", Evidence: "the scale-out cooldown of cpu is 0 s"},
		},
	}
}

func proven(also result.Finding) fleet.ServiceReview {
	return fleet.ServiceReview{
		Title: "chat", Findings: []result.Finding{also},
		Sizing:    &fleet.Sizing{Min: 2, Max: 12, Target: 0.6, Arithmetic: []string{"min: ceil(100 / 120 × 1.2) = 1, by limit", "fewest: 2"}},
		RightSize: &fleet.RightSize{From: plan.Size{CPU: 1024, Memory: 2048}, To: plan.Size{CPU: 512, Memory: 1024}, Saving: ptr(18.02), Reason: "31% of 1024 CPU units = 317, ÷ 70%"},
		Suggested: "desired {\n  tasks = { min = 2, max = 12 }\n}\n",
	}
}

// changes make, change and delete, and may not do everything.
func changes() *fleet.ChangeSet {
	return &fleet.ChangeSet{
		Schema: fleet.ChangeSetSchema, Plan: "plans/shop", Made: start,
		Changes: []fleet.Change{
			{Service: "web", Ref: fleet.Ref{Kind: fleet.KindScalableTarget, ID: "service/beta/web"}, Before: fleet.Document{}, After: fleet.Document{}, Fields: []fleet.Field{{Name: "minimum tasks", Before: "1", After: "2"}, {Name: "maximum tasks", Before: "3", After: "50"}}},
			{Service: "web", Ref: fleet.Ref{Kind: fleet.KindAlarm, ID: "beta-web-task-spike"}, After: fleet.Document{}, Fields: []fleet.Field{{Name: "alarm task-spike", After: "metric RunningTaskCount, statistic Maximum, period 60 s, comparison GreaterThanThreshold, threshold 10"}}},
			{Ref: fleet.Ref{Kind: fleet.KindDashboard, ID: "beta"}, Before: fleet.Document{}, Fields: []fleet.Field{{Name: "dashboard", Before: "beta"}}},
		},
		Refused: []fleet.Refusal{{Service: "queue", What: "service beta/queue", Why: "Terraform owns it", Remedy: "plimsoll adjust --emit terraform"}, {What: "budget", Why: "denied"}},
		Cost:    fleet.CostDelta{MinBefore: 72.08, MinAfter: 36.04, MaxBefore: 216.24, MaxAfter: 1802, Unpriced: []string{"queue: it runs on EC2"}},
	}
}

// standing is a look at services in every kind of state.
func standing() watch.Table {
	seen := func(name, state string, verdict result.Verdict) watch.Status {
		return watch.Status{Service: name, At: start, State: state, Alarms: []string{}, Verdict: verdict}
	}
	steady, alarmed, scaling, unread := seen("web", watch.Steady, result.Pass), seen("chat", watch.Alarm, result.Fail), seen("queue", watch.Scaling, result.Inconclusive), seen("voice", watch.Unread, result.Inconclusive)
	steady.Tasks, steady.CPU, steady.Memory, steady.Requests, steady.CostPerHour = watch.Tasks{Desired: 2, Running: 2, Min: 1, Max: 50}, ptr(0.41), ptr(0.3), ptr(20.4), ptr(0.099)
	steady.Headroom, steady.Activity = &watch.Headroom{Share: 0.62}, &watch.Activity{At: start.Add(-2 * time.Hour), Text: "Setting desired count to 2."}
	alarmed.Tasks, alarmed.CPU, alarmed.Alarms, alarmed.Headroom = watch.Tasks{Desired: 3, Running: 3, Min: 1, Max: 3}, ptr(0.97), []string{"beta-chat-high-cpu", "beta-chat-errors"}, &watch.Headroom{Share: -0.1}
	alarmed.SLAs = []watch.SLA{{Name: "fast", Shown: "latency.p95 = 1.2 s", Verdict: result.Fail}, {Name: "honest", Verdict: result.Pass}}
	steady.AlarmsSet, alarmed.AlarmsSet, scaling.AlarmsSet = ptr(4), ptr(2), ptr(0)
	scaling.Tasks, scaling.UsersOnly = watch.Tasks{Desired: 4, Running: 2, Pending: 2}, true
	scaling.SLAs = []watch.SLA{{Name: "fast", Shown: "latency.p95 has no data", Verdict: result.Inconclusive}}
	unread.Trouble = "allow ecs:DescribeServices"
	return watch.Table{At: start, Services: []watch.Status{steady, alarmed, scaling, unread}, Verdict: result.Fail}
}

func trends() []watch.Trend {
	var peaks []watch.Peak
	for day := range 14 {
		peaks = append(peaks, watch.Peak{Date: start.AddDate(0, 0, day), Value: float64(20 + day)})
	}
	return []watch.Trend{
		{Service: "web", Measure: "requests", Peaks: peaks, Highest: 33, Growth: &watch.Growth{PerDay: 1, Low: 0.8, High: 1.2}, Capacity: 50, Headroom: ptr(0.34), RunsOut: ptr(start.AddDate(0, 1, 0))},
		{Service: "web", Measure: "cpu", Peaks: peaks[:2], Highest: 0.46, Capacity: 1, Headroom: ptr(0.54)},
		{Service: "chat", Measure: "connections", Peaks: peaks, Highest: 33, Growth: &watch.Growth{PerDay: -1, Low: -2, High: 1}},
		{Service: "chat", Measure: "tasks", Peaks: peaks, Highest: 33, Growth: &watch.Growth{PerDay: 1, Low: 0.8, High: 1.2}, Capacity: 30, Headroom: ptr(-0.1), RunsOut: &start},
	}
}
