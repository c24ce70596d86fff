package cloud

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

const edge = "edge|REGIONAL|11111111-1111-4111-8111-111111111111"

// oneOfEach is what the tests' simulated AWS holds: one of each kind of resource, in the words of AWS.
const oneOfEach = `{
  "clusters": [{"clusterName": "beta", "settings": [{"name": "containerInsights", "value": "disabled"}]}],
  "taskDefinitions": [{
    "family": "web", "revision": 3, "cpu": "512", "memory": "1024", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
    "executionRoleArn": "arn:aws:iam::123456789012:role/run", "runtimePlatform": {"cpuArchitecture": "ARM64"}, "volumes": [{"name": "data"}],
    "containerDefinitions": [{
      "name": "app", "image": "example/web:1", "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
      "environment": [{"name": "MODE", "value": "beta"}], "secrets": [{"name": "KEY", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/key"}],
      "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}], "dockerLabels": {"Team.Name": "web"},
      "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web"}}
    }],
    "tags": [{"key": "team", "value": "web"}]
  }],
  "TargetGroups": [{"TargetGroupName": "web"}],
  "services": [{
    "serviceName": "web", "clusterArn": "beta", "taskDefinition": "web", "desiredCount": 2, "healthCheckGracePeriodSeconds": 30,
    "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": false}, "maximumPercent": 200, "minimumHealthyPercent": 100},
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}},
    "monitoring": {"metricConfigurations": [{"metricNames": ["CPUUtilization"], "resolutionSeconds": 20}]}
  }],
  "ScalableTargets": [{"ResourceId": "service/beta/web", "MinCapacity": 1, "MaxCapacity": 10, "SuspendedState": {"ScheduledScalingSuspended": true}}],
  "ScalingPolicies": [
    {"PolicyName": "cpu", "ResourceId": "service/beta/web", "TargetTrackingScalingPolicyConfiguration": {
      "TargetValue": 70.5, "ScaleInCooldown": 600, "ScaleOutCooldown": 0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}},
    {"PolicyName": "steps/out", "PolicyType": "StepScaling", "ResourceId": "service/beta/web", "StepScalingPolicyConfiguration": {
      "AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}]}}
  ],
  "ScheduledActions": [{"ScheduledActionName": "night", "ResourceId": "service/beta/web", "Schedule": "cron(0 22 * * ? *)", "Timezone": "Europe/Berlin",
    "StartTime": 1793620800, "ScalableTargetAction": {"MinCapacity": 1}}],
  "MetricAlarms": [{"AlarmName": "beta-web-high", "AlarmDescription": "too busy", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "ServiceName", "Value": "web"}, {"Name": "ClusterName", "Value": "beta"}], "Statistic": "Average", "Period": 60,
    "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 85, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
    "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:alerts"], "OKActions": ["arn:aws:sns:us-east-1:123456789012:alerts"]}],
  "Tags": {"arn:aws:cloudwatch:us-east-1:123456789012:alarm:beta-web-high": {"plimsoll:plan": "plans/fleet", "team": "web"}},
  "Dashboards": {"beta": "{\"widgets\":[]}"},
  "Budgets": [{"BudgetName": "monthly", "BudgetLimit": {"Amount": "2500", "Unit": "USD"}, "CalculatedSpend": {"ActualSpend": {"Amount": "7", "Unit": "USD"}},
    "TimePeriod": {"Start": 1793491200, "End": 3706473600}, "ResourceTags": [{"Key": "team", "Value": "web"}],
    "NotificationsWithSubscribers": [
      {"Notification": {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80},
       "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}, {"SubscriptionType": "EMAIL", "Address": "dev@example.com"}]},
      {"Notification": {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 20},
       "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}]}]}],
  "WebACLs": [{"Name": "edge", "Id": "11111111-1111-4111-8111-111111111111", "Description": "of the front door", "Rules": [
    {"Name": "other", "Priority": 4, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}},
     "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "other"}},
    {"Name": "rate", "Priority": 7, "Action": {"Count": {}}, "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP", "EvaluationWindowSec": 300}},
     "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "rate"}}]}],
  "Buckets": {"state": {}}
}`

// simulated starts the AWS of the account above, and gives a Cloud that reaches it.
func simulated(t *testing.T, options aws.Options) (*aws.Server, *Cloud) {
	t.Helper()
	var holds aws.Fleet
	if err := json.Unmarshal([]byte(oneOfEach), &holds); err != nil {
		t.Fatal(err)
	}
	return simulate(t, options, holds)
}

func ref(kind fleet.Kind, id string) fleet.Ref {
	return fleet.Ref{Place: fleet.Place{Simulated: true}, Kind: kind, ID: id}
}

// A roundTrip reads one resource, and changes it.
type roundTrip struct {
	ref    fleet.Ref
	change map[string]any // nested; a list is replaced whole
	stays  bool           // Plimsoll never removes it
}

func roundTrips() map[string]roundTrip {
	return map[string]roundTrip{
		"cluster": {ref(fleet.KindCluster, "beta"), map[string]any{
			"settings": []any{map[string]any{"name": "containerInsights", "value": "enabled"}},
		}, true},
		"service": {ref(fleet.KindService, "beta/web"), map[string]any{
			"desiredCount": 3, "enableExecuteCommand": true, "platformVersion": "1.4.0", "propagateTags": "SERVICE",
			"deploymentConfiguration": map[string]any{"minimumHealthyPercent": 50},
		}, true},
		"scalable target": {ref(fleet.KindScalableTarget, "service/beta/web"), map[string]any{
			"MaxCapacity": 50, "SuspendedState": map[string]any{"DynamicScalingInSuspended": true, "ScheduledScalingSuspended": false},
		}, false},
		"target tracking": {ref(fleet.KindScalingPolicy, "service/beta/web/cpu"), map[string]any{
			"TargetTrackingScalingPolicyConfiguration": map[string]any{"TargetValue": 65, "ScaleOutCooldown": 60},
		}, false},
		"step scaling": {ref(fleet.KindScalingPolicy, "service/beta/web/steps/out"), map[string]any{
			"StepScalingPolicyConfiguration": map[string]any{"Cooldown": 120},
		}, false},
		"scheduled action": {ref(fleet.KindScheduledAction, "service/beta/web/night"), map[string]any{
			"Schedule": "cron(0 23 * * ? *)", "Timezone": "UTC", "ScalableTargetAction": map[string]any{"MaxCapacity": 4},
		}, false},
		"alarm": {ref(fleet.KindAlarm, "beta-web-high"), map[string]any{
			"Threshold": 90.25, "ActionsEnabled": false, "Tags": []any{
				map[string]any{"Key": "plimsoll:plan", "Value": "plans/other"}, map[string]any{"Key": "team", "Value": "web"},
			},
		}, false},
		"dashboard": {ref(fleet.KindDashboard, "beta"), map[string]any{"DashboardBody": `{"widgets":[{"type":"text"}]}`}, false},
		"budget": {ref(fleet.KindBudget, "monthly"), map[string]any{
			"Budget": map[string]any{"BudgetLimit": map[string]any{"Amount": "3000"}},
			"NotificationsWithSubscribers": []any{
				notification(20, "ops@example.com"), notification(40, "ops@example.com"), notification(80, "ops@example.com"),
			},
			"ResourceTags": []any{map[string]any{"Key": "plimsoll:plan", "Value": "plans/fleet"}, map[string]any{"Key": "team", "Value": "web"}},
		}, false},
		"throttle": {ref(fleet.KindThrottle, edge+"/rate"), map[string]any{
			"Statement": map[string]any{"RateBasedStatement": map[string]any{"Limit": 500}},
		}, false},
	}
}

func notification(percent int, address string) map[string]any {
	return map[string]any{
		"Notification": map[string]any{"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": percent, "ThresholdType": "PERCENTAGE"},
		"Subscribers":  []any{map[string]any{"SubscriptionType": "EMAIL", "Address": address}},
	}
}

// merged is a document with changes in it.
func merged(d map[string]any, changes map[string]any) map[string]any {
	d = maps.Clone(d)
	for name, value := range changes {
		inner, nested := value.(map[string]any)
		if old, ok := d[name].(map[string]any); ok && nested {
			value = merged(old, inner)
		}
		d[name] = value
	}
	return d
}

func read(t *testing.T, c *Cloud, ref fleet.Ref) fleet.Document {
	t.Helper()
	d, err := c.Read(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return d.Clone()
}

func write(t *testing.T, c *Cloud, ref fleet.Ref, d fleet.Document) string {
	t.Helper()
	made, err := c.Write(t.Context(), ref, d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestWriteAndRead(t *testing.T) {
	for name, trip := range roundTrips() {
		t.Run(name, func(t *testing.T) {
			server, c := simulated(t, aws.Options{})
			before := read(t, c, trip.ref)
			was := holds(t, server)
			write(t, c, trip.ref, before)
			if d := cmp.Diff(was, holds(t, server)); d != "" {
				t.Errorf("writing what was read changed something:\n%s", d)
			}
			after := fleet.Document(merged(before, trip.change)).Clone()
			write(t, c, trip.ref, after)
			if d := cmp.Diff(after, read(t, c, trip.ref)); d != "" {
				t.Errorf("written (-), read (+):\n%s", d)
			}
			write(t, c, trip.ref, before)
			if d := cmp.Diff(before, read(t, c, trip.ref)); d != "" {
				t.Errorf("before (-), restored (+):\n%s", d)
			}
			if trip.stays {
				return
			}
			write(t, c, trip.ref, nil)
			write(t, c, trip.ref, nil)
			if d := read(t, c, trip.ref); d != nil {
				t.Errorf("it is still there: %v", d)
			}
			write(t, c, trip.ref, before)
			if d := cmp.Diff(before, read(t, c, trip.ref)); d != "" {
				t.Errorf("before (-), made again (+):\n%s", d)
			}
		})
	}
}

// holds is everything that an account holds, but for when and by which version it was written.
func holds(t *testing.T, server *aws.Server) map[string]any {
	t.Helper()
	state, err := server.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range state.WebACLs {
		w.LockToken = ""
	}
	for _, s := range state.Services {
		s.CurrentServiceRevisions = nil
	}
	for _, a := range state.MetricAlarms {
		a.ConfigurationUpdated, a.StateUpdatedTimestamp, a.StateChangedTimestamp = aws.Time{}, aws.Time{}, aws.Time{}
		slices.SortFunc(a.Dimensions, func(a, b aws.Dimension) int { return strings.Compare(a.Name, b.Name) })
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTaskDefinition(t *testing.T) {
	server, c := simulated(t, aws.Options{})
	old := ref(fleet.KindTaskDefinition, "web:3")
	before := read(t, c, old)
	if made := write(t, c, old, before); !strings.HasSuffix(made, "task-definition/web:3") {
		t.Errorf("the same again was registered as %s", made)
	}
	after := fleet.Document(merged(before, map[string]any{"cpu": "1024", "memory": "2048"})).Clone()
	for range 2 {
		if made := write(t, c, old, after); made != "arn:aws:ecs:us-east-1:123456789012:task-definition/web:4" {
			t.Errorf("registered %s", made)
		}
	}
	if d := cmp.Diff(after, read(t, c, ref(fleet.KindTaskDefinition, "web:4"))); d != "" {
		t.Errorf("written (-), read (+):\n%s", d)
	}
	if d := cmp.Diff(before, read(t, c, old)); d != "" {
		t.Errorf("the old revision changed:\n%s", d)
	}
	if d := read(t, c, ref(fleet.KindTaskDefinition, "web:9")); d != nil {
		t.Errorf("there is no revision 9, but: %v", d)
	}
	registered := 0
	for _, call := range server.Calls() {
		if call.Action == "RegisterTaskDefinition" {
			registered++
		}
	}
	if registered != 1 {
		t.Errorf("registered %d times, want once", registered)
	}
}

func TestNothingThere(t *testing.T) {
	_, c := simulated(t, aws.Options{})
	for kind, id := range map[fleet.Kind]string{
		fleet.KindCluster: "alpha", fleet.KindTaskDefinition: "db:1", fleet.KindService: "alpha/web", fleet.KindScalableTarget: "service/beta/db",
		fleet.KindScalingPolicy: "service/beta/web/memory", fleet.KindScheduledAction: "service/beta/web/day", fleet.KindAlarm: "none",
		fleet.KindDashboard: "none", fleet.KindBudget: "yearly", fleet.KindThrottle: edge + "/none",
	} {
		t.Run(string(kind), func(t *testing.T) {
			if d := read(t, c, ref(kind, id)); d != nil {
				t.Errorf("found %v", d)
			}
		})
	}
}

// What was taken from a service's document is taken from the service.
func TestServiceWithout(t *testing.T) {
	server, c := simulated(t, aws.Options{})
	web := ref(fleet.KindService, "beta/web")
	before := read(t, c, web)
	strategy := []any{map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}}
	write(t, c, web, fleet.Document{"cluster": "beta", "service": "web", "capacityProviderStrategy": strategy})
	if got := read(t, c, web)["capacityProviderStrategy"]; got == nil {
		t.Error("the strategy was not set")
	}
	write(t, c, web, fleet.Document{"cluster": "beta", "service": "web", "capacityProviderStrategy": nil, "monitoring": nil})
	delete(before, "monitoring")
	after := read(t, c, web)
	delete(before, "platformVersion") // follows the launch type
	delete(after, "platformVersion")
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("before (-), after (+):\n%s", d)
	}
	state, err := server.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(state.Services[0].Deployments); n != 3 {
		t.Errorf("%d deployments, want one for each change of the strategy: ECS refuses it without", n)
	}
	if _, err := c.Write(context.Background(), web, fleet.Document{"taskDefinition": nil}); err == nil || !strings.Contains(err.Error(), "taskDefinition cannot be taken away") {
		t.Errorf("got %v", err)
	}
}
