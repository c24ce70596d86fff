package fleet_test

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

const topic = "arn:aws:sns:us-east-1:123456789012:alerts"

// document parses a document that a test writes down.
func document(t testing.TB, text string) fleet.Document {
	t.Helper()
	d, err := fleet.ParseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// planned is a plan of one service, beta/web, that manages nothing yet.
func planned(desired plan.Desired) *plan.Plan {
	return &plan.Plan{Path: "plans/fleet", Below: "plans/fleet", Services: []*plan.Service{{
		Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web", Region: "us-east-1", Account: "123456789012"}, Desired: &desired,
	}}}
}

var place = fleet.Place{Account: "123456789012", Region: "us-east-1"}

// running is the state of such a plan: two containers, of which web is behind a load balancer, and no scaling.
func running(t testing.TB) *fleet.State {
	return &fleet.State{Services: []fleet.Service{{
		Title: "web", Place: place, Account: "123456789012", Region: "us-east-1", Name: "web", Status: "ACTIVE",
		ARN: "arn:aws:ecs:us-east-1:123456789012:service/beta/web", Desired: 1, Running: 1, LaunchType: "FARGATE", Controller: "ECS",
		Cluster: fleet.Cluster{Name: "beta", Insights: "disabled", Document: document(t, `{"cluster":"beta","settings":[{"name":"containerInsights","value":"disabled"}]}`)},
		TaskDefinition: fleet.TaskDefinition{Family: "web", Revision: 21, CPU: 512, Memory: 1024, Fargate: true, Document: document(t, `{
			"family":"web","cpu":"512","memory":"1024","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],
			"executionRoleArn":"arn:aws:iam::123456789012:role/run","tags":[{"key":"team","value":"web"}],
			"containerDefinitions":[
				{"name":"web","image":"web:1","cpu":256,"memory":768,"environment":[{"name":"KEY","value":"hunter2"}],"secrets":[{"name":"DB","valueFrom":"arn:db"}]},
				{"name":"log","image":"log:1","cpu":64,"memory":256}]}`)},
		Balancers: []fleet.Balancer{{
			Name: "edge", Type: "application", Container: "web", LoadBalancerDimension: "app/edge/1", TargetGroupDimension: "targetgroup/web/2",
		}},
		Document: document(t, `{"cluster":"beta","service":"web","taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:21","desiredCount":1,"platformVersion":"1.4.0"}`),
	}}}
}

// scaled gives the service bounds.
func scaled(t testing.TB, least, most int) *fleet.State {
	s := running(t)
	s.Services[0].Target = &fleet.ScalableTarget{Min: least, Max: most, Document: document(t, fmt.Sprintf(
		`{"ServiceNamespace":"ecs","ResourceId":"service/beta/web","ScalableDimension":"ecs:service:DesiredCount","MinCapacity":%d,"MaxCapacity":%d,
		"SuspendedState":{"DynamicScalingInSuspended":false,"DynamicScalingOutSuspended":false,"ScheduledScalingSuspended":false}}`, least, most))}
	return s
}

// policy is a target-tracking policy on CPU as AWS has one.
func policy(t testing.TB, name string, target float64, more string) fleet.Policy {
	return fleet.Policy{Name: name, Document: document(t, fmt.Sprintf(
		`{"PolicyName":%q,"PolicyType":"TargetTrackingScaling","ServiceNamespace":"ecs","ResourceId":"service/beta/web","ScalableDimension":"ecs:service:DesiredCount",
		"TargetTrackingScalingPolicyConfiguration":{"TargetValue":%.1f,"DisableScaleIn":false,"PredefinedMetricSpecification":{"PredefinedMetricType":"ECSServiceAverageCPUUtilization"}%s}}`,
		name, target, more))}
}

// highCPU is an alarm of a plan.
func highCPU() plan.Alarm {
	return plan.Alarm{
		Label: "high_cpu", Threshold: 85, For: 3, Missing: "missing", Notify: []string{topic},
		Metric: plan.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: time.Minute, Unit: "percent"},
	}
}

// alarm is that alarm as AWS has it, with more or other settings.
func alarm(t testing.TB, more string) fleet.Alarm {
	d := document(t, `{"AlarmName":"beta-web-high_cpu","ActionsEnabled":true,"AlarmActions":["`+topic+`"],"Namespace":"AWS/ECS","MetricName":"CPUUtilization",
		"Dimensions":[{"Name":"ClusterName","Value":"beta"},{"Name":"ServiceName","Value":"web"}],"Statistic":"Average","Period":60,"Threshold":85.0,
		"EvaluationPeriods":3,"ComparisonOperator":"GreaterThanThreshold"}`)
	for name, value := range document(t, more) {
		d[name] = value
	}
	return fleet.Alarm{Name: "beta-web-high_cpu", Document: d}
}

// everything desires a setting of each kind.
func everything() *plan.Plan {
	on, five := true, 5
	p := planned(plan.Desired{
		CPU: 1024, Memory: 2048, Nofile: 65536, Tasks: &plan.TaskBounds{Min: 2, Max: 50}, Cooldown: &plan.Cooldown{In: 600 * time.Second},
		Tracks: []plan.Track{
			{Kind: plan.TrackCPU, Target: 0.7, HighResolution: true}, {Kind: plan.TrackMemory, Target: 0.8}, {Kind: plan.TrackRequests, Target: 500},
			{Kind: plan.TrackConnections, Target: 200}, {Kind: plan.TrackCustom, Target: 10, Metric: &plan.Metric{
				Namespace: "App", Name: "Depth", Statistic: "p90", Dimensions: map[string]string{"Queue": "q", "App": "web"}, Period: time.Minute}},
		},
		Scheduled: []plan.Scheduled{{Label: "morning", Schedule: "cron(0 7 ? * MON-FRI *)", Min: &five}},
		Alarms: []plan.Alarm{highCPU(), {
			Label: "slow", Threshold: 0.8, For: 5, Missing: "notBreaching", Notify: []string{topic},
			Metric: plan.Metric{Namespace: "AWS/ApplicationELB", Name: "TargetResponseTime", Statistic: "p99", Period: time.Minute, Unit: "seconds"},
		}},
		Throttle:          &plan.Throttle{WebACL: "edge", Rate: 2000, Window: time.Minute, Per: "forwarded_ip", Block: true},
		ContainerInsights: &on, Platform: "LATEST", CapacityProvider: "FARGATE_SPOT",
	})
	p.Budgets = []*plan.Budget{{Label: "monthly", Limit: 2500, AlertAt: []float64{0.2, 0.4, 0.8}, Notify: []string{"ops@example.com", topic}}}
	p.Dashboards = []*plan.Dashboard{{Label: "fleet"}}
	return p
}

// bare is the state of such a plan in which nothing is as desired.
func bare(t testing.TB) *fleet.State {
	s := running(t)
	s.Services[0].Throttle = &fleet.Throttle{WebACL: "edge|REGIONAL|id"}
	s.Budgets = []fleet.Budget{{Place: place, Account: "123456789012", Name: "monthly"}}
	s.Dashboards = []fleet.Dashboard{{Place: place, Name: "fleet"}}
	return s
}

// write makes a state as it is after a change, as AWS would.
func write(s *fleet.State, c fleet.Change) {
	after := c.After.Clone()
	for i := range s.Budgets {
		if c.Ref.Kind == fleet.KindBudget && s.Budgets[i].Name == c.Ref.ID {
			s.Budgets[i].Document = after
		}
	}
	for i := range s.Dashboards {
		if c.Ref.Kind == fleet.KindDashboard && s.Dashboards[i].Name == c.Ref.ID {
			s.Dashboards[i].Document = after
		}
	}
	for i := range s.Services {
		if seen := &s.Services[i]; seen.Title == c.Service {
			writeService(seen, c.Ref, after)
		}
	}
}

func writeService(s *fleet.Service, ref fleet.Ref, after fleet.Document) {
	name := path.Base(ref.ID)
	switch ref.Kind {
	case fleet.KindCluster:
		s.Cluster.Document = after
		s.Cluster.Insights = after["settings"].([]any)[0].(map[string]any)["value"].(string)
	case fleet.KindTaskDefinition:
		s.TaskDefinition.Document, s.TaskDefinition.Revision = after, s.TaskDefinition.Revision+1
		s.TaskDefinition.CPU, s.TaskDefinition.Memory = atoi(after["cpu"]), atoi(after["memory"])
	case fleet.KindService:
		s.Document, s.Desired = after, atoi(after["desiredCount"])
		if after["taskDefinition"] == fleet.Registered {
			after["taskDefinition"] = fmt.Sprintf("arn:aws:ecs:us-east-1:123456789012:task-definition/web:%d", s.TaskDefinition.Revision)
		}
		if after["capacityProviderStrategy"] != nil {
			s.LaunchType = ""
		}
	case fleet.KindScalableTarget:
		s.Target = &fleet.ScalableTarget{Min: atoi(after["MinCapacity"]), Max: atoi(after["MaxCapacity"]), Document: after}
	case fleet.KindScalingPolicy:
		s.Policies = append(slices.DeleteFunc(s.Policies, func(p fleet.Policy) bool { return p.Name == name }), fleet.Policy{Name: name, Document: after})
	case fleet.KindScheduledAction:
		s.Scheduled = append(slices.DeleteFunc(s.Scheduled, func(a fleet.Scheduled) bool { return a.Name == name }), fleet.Scheduled{Name: name, Document: after})
	case fleet.KindAlarm:
		ours := strings.Contains(fmt.Sprint(after["Tags"]), fleet.Mark)
		s.Alarms = append(slices.DeleteFunc(s.Alarms, func(a fleet.Alarm) bool { return a.Name == name }), fleet.Alarm{Name: name, Ours: ours, Document: after})
	case fleet.KindThrottle:
		s.Throttle.Document = after
	}
}

func atoi(value any) int {
	f, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if err != nil {
		return 0
	}
	return int(f)
}

// shownJSON is a value as JSON.
func shownJSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
