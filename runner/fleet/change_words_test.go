package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

const trackingPath = "TargetTrackingScalingPolicyConfiguration."

// TestWords: each setting in the words of a change set, in their order; a path that has none stays as it is, behind them.
func TestWords(t *testing.T) {
	policy := func(metric string) fleet.Document {
		return fleet.Document{"ResourceId": "service/beta/web", "TargetTrackingScalingPolicyConfiguration": map[string]any{
			"TargetValue": 70, "PredefinedMetricSpecification": map[string]any{"PredefinedMetricType": metric}}}
	}
	alarm := func(settings fleet.Document) fleet.Document {
		settings["AlarmName"], settings["MetricName"] = "beta-web-high-cpu", "CPUUtilization"
		settings["Dimensions"] = []any{map[string]any{"Name": "ClusterName", "Value": "beta"}, map[string]any{"Name": "ServiceName", "Value": "web"}}
		return settings
	}
	suspended := func(in, out, scheduled bool) fleet.Document {
		return fleet.Document{"SuspendedState": map[string]any{
			"DynamicScalingInSuspended": in, "DynamicScalingOutSuspended": out, "ScheduledScalingSuspended": scheduled}}
	}
	budget := func(email, on string) fleet.Document {
		return fleet.Document{"Budget": map[string]any{"BudgetName": "monthly"}, "NotificationsWithSubscribers": []any{map[string]any{
			"Notification": map[string]any{"NotificationType": on, "ComparisonOperator": "GREATER_THAN", "Threshold": 80},
			"Subscribers":  []any{map[string]any{"Address": email}}}}}
	}
	const cpu, suspension = "ECSServiceAverageCPUUtilization", "SuspendedState."
	for name, test := range map[string]struct {
		kind          fleet.Kind
		before, after fleet.Document
		paths, want   []fleet.Field
	}{
		"policy": {fleet.KindScalingPolicy, policy(cpu + "HighResolution"), policy(cpu),
			[]fleet.Field{{trackingPath + "PredefinedMetricSpecification.PredefinedMetricType", cpu + "HighResolution", cpu},
				{trackingPath + "ScaleInCooldown", "600", ""}, {trackingPath + "ScaleOutCooldown", "0", "60"}, {"Later", "1", "2"}},
			[]fleet.Field{{"cpu metric", "cpu every 20 s", "cpu every 60 s"}, {"cpu cooldown out", "0 s", "60 s"}, {"cpu cooldown in", "600 s", ""}, {"Later", "1", "2"}}},
		"target of a ratio": {fleet.KindScalingPolicy, fleet.Document{"TargetTrackingScalingPolicyConfiguration": map[string]any{"TargetValue": 60}}, policy(cpu),
			[]fleet.Field{{trackingPath + "TargetValue", "60", "70"}}, []fleet.Field{{"cpu target", "60", "70 %"}}},
		"alarm": {fleet.KindAlarm, alarm(fleet.Document{"Statistic": "Average", "Tags": []any{map[string]any{"Key": fleet.Mark, "Value": "p"}}}), alarm(fleet.Document{"ExtendedStatistic": "p99", "Threshold": 85}),
			[]fleet.Field{{"ExtendedStatistic", "", "p99"}, {"Period", "60", "300"}, {"Statistic", "Average", ""}, {"Tags." + fleet.Mark + ".Value", "p", ""}, {"Threshold", "", "85"}},
			[]fleet.Field{{"alarm high-cpu statistic", "Average", "p99"}, {"alarm high-cpu period", "60 s", "300 s"},
				{"alarm high-cpu threshold", "", "85 %"}, {"alarm high-cpu mark", fleet.Mark, ""}}},
		"suspended": {fleet.KindScalableTarget, suspended(false, false, false), suspended(true, true, true),
			[]fleet.Field{{suspension + "DynamicScalingInSuspended", "false", "true"}, {suspension + "ScheduledScalingSuspended", "false", "true"}},
			[]fleet.Field{{"scaling", "active", "suspended"}}},
		"suspended in part": {fleet.KindScalableTarget, suspended(true, false, false), suspended(false, true, false),
			[]fleet.Field{{suspension + "DynamicScalingInSuspended", "true", "false"}},
			[]fleet.Field{{suspension + "DynamicScalingInSuspended", "true", "false"}}},
		"task": {fleet.KindTaskDefinition, fleet.Document{}, fleet.Document{},
			[]fleet.Field{{"containerDefinitions.app.image", "a", "b"}, {"containerDefinitions.app.ulimits.nofile.softLimit", "1024", "65536"}, {"memory", "1024", "512"}},
			[]fleet.Field{{"memory", "1024 MiB", "512 MiB"}, {"open files of app", "1024", "65536"}, {"containerDefinitions.app.image", "a", "b"}}},
		"service": {fleet.KindService, fleet.Document{}, fleet.Document{"monitoring": map[string]any{"metricConfigurations": []any{map[string]any{"resolutionSeconds": 20}}}},
			[]fleet.Field{{"desiredCount", "1", "2"}, {"monitoring.metricConfigurations", "", "[]"}, {"taskDefinition", "web:1", fleet.Registered}},
			[]fleet.Field{{"task definition", "web:1", "a new revision"}, {"metric resolution", "60 s", "20 s"}, {"desired tasks", "1", "2"}}},
		"throttle": {fleet.KindThrottle, fleet.Document{}, fleet.Document{},
			[]fleet.Field{{"Action", "Count", "Block"}, {"Statement.RateBasedStatement.Limit", "10", "20"}},
			[]fleet.Field{{"throttle rate", "10 requests", "20 requests"}, {"throttle action", "Count", "Block"}}},
		"budget": {fleet.KindBudget, budget("a@x", "ACTUAL"), budget("b@x", "ACTUAL"),
			[]fleet.Field{{"Budget.BudgetLimit.Amount", "1000", "2500"}, {"NotificationsWithSubscribers", "sha256 1", "sha256 2"}},
			[]fleet.Field{{"budget monthly limit", "1000 USD", "2500 USD"}, {"budget monthly alerts", "80 % to a@x", "80 % to b@x"}}},
		"alerts of another kind": {fleet.KindBudget, budget("a@x", "FORECASTED"), budget("b@x", "FORECASTED"),
			[]fleet.Field{{"NotificationsWithSubscribers", "sha256 1", "sha256 2"}}, []fleet.Field{{"NotificationsWithSubscribers", "sha256 1", "sha256 2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fleet.Words(test.kind, test.before, test.after, test.paths)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemade(t *testing.T) {
	action := fleet.Document{"ResourceId": "service/beta/web", "ScheduledActionName": "beta-web-night", "Schedule": "cron(0 21 * * ? *)"}
	for name, test := range map[string]struct {
		ref   fleet.Ref
		after fleet.Document
		paths []fleet.Field
		want  fleet.Field
	}{
		"scheduled": {fleet.Ref{Kind: fleet.KindScheduledAction, ID: "service/beta/web/beta-web-night"}, action,
			[]fleet.Field{{"ResourceId", "", "service/beta/web"}, {"Schedule", "", "cron(0 21 * * ? *)"}, {"ScalableTargetAction.MinCapacity", "", "2"}},
			fleet.Field{"schedule night", "", "beta-web-night: time cron(0 21 * * ? *), minimum tasks 2"}},
		"policy that follows what nobody knows": {fleet.Ref{Kind: fleet.KindScalingPolicy, ID: "service/beta/web/steps"}, fleet.Document{},
			nil, fleet.Field{"policy", "", "steps"}},
		"target": {fleet.Ref{Kind: fleet.KindScalableTarget, ID: "service/beta/web"}, fleet.Document{},
			[]fleet.Field{{"MaxCapacity", "", "4"}}, fleet.Field{"scalable target", "", "web: maximum tasks 4"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fleet.Remade(test.ref, test.after, test.paths)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
