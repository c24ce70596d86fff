package fleet_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// desireCase is one thing that a plan desires, and what it makes of a state.
type desireCase struct {
	name    string
	desired plan.Desired
	state   *fleet.State
	want    []string          // each change: its kind, then its fields; "shrinks" first where it does
	after   map[string]string // by kind: settings that After must have, as JSON
}

func (c desireCase) run(t *testing.T) {
	t.Helper()
	set := fleet.Changes(planned(c.desired), c.state, fleet.ChangeOptions{})
	for _, r := range set.Refused {
		t.Errorf("refused: %+v", r)
	}
	if d := cmp.Diff(c.want, said(set)); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	for _, change := range set.Changes {
		want, ok := c.after[string(change.Ref.Kind)]
		if !ok {
			continue
		}
		got := fleet.Document{}
		for name := range document(t, want) {
			got[name] = change.After[name]
		}
		if d := cmp.Diff(document(t, want), got.Clone()); d != "" {
			t.Errorf("%s after (-want +got):\n%s", change.Ref.Kind, d)
		}
	}
}

// said is a change set in words.
func said(set *fleet.ChangeSet) []string {
	var all []string
	for _, c := range set.Changes {
		words := []string{}
		for _, f := range c.Fields {
			words = append(words, f.String())
		}
		text := string(c.Ref.Kind) + ": " + strings.Join(words, ", ")
		if c.Shrinks {
			text = "shrinks " + text
		}
		all = append(all, text)
	}
	return all
}

const untouched = `{"family":"web","executionRoleArn":"arn:aws:iam::123456789012:role/run","networkMode":"awsvpc"}`

func TestTaskDefinition(t *testing.T) {
	single := running(t)
	single.Services[0].Balancers = nil
	containers := single.Services[0].TaskDefinition.Document["containerDefinitions"].([]any)
	single.Services[0].TaskDefinition.Document["containerDefinitions"] = containers[:1]
	limited := running(t)
	web := limited.Services[0].TaskDefinition.Document["containerDefinitions"].([]any)[0].(map[string]any)
	web["ulimits"] = document(t, `{"":[{"name":"core","softLimit":0,"hardLimit":0},{"name":"nofile","softLimit":1024,"hardLimit":100000}]}`)[""]
	for _, c := range []desireCase{
		{name: "as it is", desired: plan.Desired{CPU: 512, Memory: 1024}, state: running(t)},
		{name: "larger", desired: plan.Desired{CPU: 1024, Memory: 2048}, state: running(t),
			want: []string{"task_definition: cpu 512 → 1024, memory 1024 MiB → 2048 MiB", "service: task definition web:21 → a new revision"},
			after: map[string]string{
				"task_definition": strings.Replace(untouched, "{", `{"cpu":"1024","memory":"2048",`, 1),
				"service":         `{"taskDefinition":"(registered by this change set)","desiredCount":1,"platformVersion":"1.4.0"}`,
			}},
		{name: "one of them smaller", desired: plan.Desired{CPU: 1024, Memory: 2048}, state: func() *fleet.State {
			s := running(t)
			s.Services[0].TaskDefinition.Document["memory"] = "4096"
			return s
		}(), want: []string{
			"shrinks task_definition: cpu 512 → 1024, memory 4096 MiB → 2048 MiB", "shrinks service: task definition web:21 → a new revision"}},
		{name: "open files behind the load balancer", desired: plan.Desired{Nofile: 65536}, state: running(t),
			want: []string{"task_definition: open files of web none → 65536", "service: task definition web:21 → a new revision"},
			after: map[string]string{"task_definition": `{"containerDefinitions":[
				{"name":"web","image":"web:1","cpu":256,"memory":768,"environment":[{"name":"KEY","value":"hunter2"}],"secrets":[{"name":"DB","valueFrom":"arn:db"}],
				 "ulimits":[{"name":"nofile","softLimit":65536,"hardLimit":65536}]},
				{"name":"log","image":"log:1","cpu":64,"memory":256}]}`}},
		{name: "a harder limit stays", desired: plan.Desired{Nofile: 65536}, state: limited,
			want: []string{"task_definition: open files of web 1024 → 65536", "service: task definition web:21 → a new revision"},
			after: map[string]string{"task_definition": `{"containerDefinitions":[
				{"name":"web","image":"web:1","cpu":256,"memory":768,"environment":[{"name":"KEY","value":"hunter2"}],"secrets":[{"name":"DB","valueFrom":"arn:db"}],
				 "ulimits":[{"name":"core","softLimit":0,"hardLimit":0},{"name":"nofile","softLimit":65536,"hardLimit":100000}]},
				{"name":"log","image":"log:1","cpu":64,"memory":256}]}`}},
		{name: "open files of the only container", desired: plan.Desired{Nofile: 2048}, state: single,
			want: []string{"task_definition: open files of web none → 2048", "service: task definition web:21 → a new revision"}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestService(t *testing.T) {
	providers := running(t)
	providers.Services[0].LaunchType = ""
	providers.Services[0].Document["capacityProviderStrategy"] = document(t, `{"":[{"capacityProvider":"FARGATE_SPOT","weight":3,"base":1}]}`)[""]
	fine := func(names string) *fleet.State {
		s := scaled(t, 1, 9)
		s.Services[0].Policies = []fleet.Policy{policy(t, "mine", 70, "")}
		s.Services[0].Document["monitoring"] = document(t, `{"metricConfigurations":[{"metricNames":`+names+`,"resolutionSeconds":20}]}`)
		return s
	}
	latest := running(t)
	delete(latest.Services[0].Document, "platformVersion")
	on, off := true, false
	for _, c := range []desireCase{
		{name: "platform", desired: plan.Desired{Platform: "LATEST"}, state: running(t), want: []string{"service: platform 1.4.0 → LATEST"}},
		{name: "platform by default", desired: plan.Desired{Platform: "LATEST"}, state: latest},
		{name: "Fargate by its launch type", desired: plan.Desired{CapacityProvider: "FARGATE"}, state: running(t)},
		{name: "another provider", desired: plan.Desired{CapacityProvider: "FARGATE_SPOT"}, state: running(t),
			want:  []string{"service: capacity provider FARGATE → FARGATE_SPOT"},
			after: map[string]string{"service": `{"capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":1,"base":0}]}`}},
		{name: "the only provider already", desired: plan.Desired{CapacityProvider: "FARGATE_SPOT"}, state: providers},
		{name: "finer metrics", desired: plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.7, HighResolution: true}}}, state: fine(`["MemoryUtilization"]`),
			want: []string{"service: metric resolution 60 s → 20 s", "scaling_policy: cpu metric cpu every 60 s → cpu every 20 s"},
			after: map[string]string{"service": `{"monitoring":{"metricConfigurations":[
				{"metricNames":["MemoryUtilization"],"resolutionSeconds":20},{"metricNames":["CPUUtilization"],"resolutionSeconds":20}]}}`}},
		{name: "finer metrics already", desired: plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.7, HighResolution: true}}}, state: fine(`["CPUUtilization"]`),
			want: []string{"scaling_policy: cpu metric cpu every 60 s → cpu every 20 s"}},
		{name: "insights on", desired: plan.Desired{ContainerInsights: &on}, state: running(t), want: []string{"cluster: Container Insights disabled → enabled"},
			after: map[string]string{"cluster": `{"cluster":"beta","settings":[{"name":"containerInsights","value":"enabled"}]}`}},
		{name: "enhanced is on", desired: plan.Desired{ContainerInsights: &on}, state: withInsights(t, "enhanced")},
		{name: "insights off", desired: plan.Desired{ContainerInsights: &off}, state: withInsights(t, "enhanced"), want: []string{"shrinks cluster: Container Insights enhanced → disabled"}},
	} {
		t.Run(c.name, c.run)
	}
}

func withInsights(t *testing.T, value string) *fleet.State {
	s := running(t)
	s.Services[0].Cluster.Insights = value
	return s
}

func TestBounds(t *testing.T) {
	bounds := func(least, most int) plan.Desired {
		return plan.Desired{Tasks: &plan.TaskBounds{Min: least, Max: most}}
	}
	three := 3
	action := scaled(t, 1, 10)
	action.Services[0].Scheduled = []fleet.Scheduled{{Name: "beta-web-noon", Document: document(t, `{"ServiceNamespace":"ecs","ResourceId":"service/beta/web",
		"ScalableDimension":"ecs:service:DesiredCount","ScheduledActionName":"beta-web-noon","Schedule":"cron(0 12 * * ? *)","Timezone":"UTC","ScalableTargetAction":{"MaxCapacity":9}}`)}}
	for _, c := range []desireCase{
		{name: "as they are", desired: bounds(1, 10), state: scaled(t, 1, 10)},
		{name: "raised, and the count with them", desired: bounds(2, 20), state: scaled(t, 1, 10),
			want:  []string{"service: desired tasks 1 → 2", "scalable_target: minimum tasks 1 → 2, maximum tasks 10 → 20"},
			after: map[string]string{"scalable_target": `{"MinCapacity":2,"MaxCapacity":20,"SuspendedState":{"DynamicScalingInSuspended":false,"DynamicScalingOutSuspended":false,"ScheduledScalingSuspended":false}}`}},
		{name: "lowered, and the count not", desired: bounds(0, 5), state: scaled(t, 1, 10), want: []string{"shrinks scalable_target: minimum tasks 1 → 0, maximum tasks 10 → 5"}},
		{name: "made", desired: bounds(1, 5), state: running(t), want: []string{"scalable_target: minimum tasks none → 1, maximum tasks none → 5"},
			after: map[string]string{"scalable_target": `{"ServiceNamespace":"ecs","ResourceId":"service/beta/web","ScalableDimension":"ecs:service:DesiredCount","MinCapacity":1,"MaxCapacity":5}`}},
		{name: "at a time", desired: plan.Desired{Scheduled: []plan.Scheduled{{Label: "noon", Schedule: "cron(0 12 * * ? *)", Min: &three}}}, state: action,
			want:  []string{"scheduled_action: schedule noon minimum tasks none → 3"},
			after: map[string]string{"scheduled_action": `{"Schedule":"cron(0 12 * * ? *)","Timezone":"UTC","ScalableTargetAction":{"MinCapacity":3,"MaxCapacity":9}}`}},
		{name: "in another zone", desired: plan.Desired{Scheduled: []plan.Scheduled{{Label: "noon", Schedule: "cron(0 13 * * ? *)", Timezone: "Europe/Berlin"}}}, state: action,
			want: []string{"scheduled_action: schedule noon time cron(0 12 * * ? *) → cron(0 13 * * ? *), schedule noon time zone UTC → Europe/Berlin"}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestPolicies(t *testing.T) {
	with := func(policies ...fleet.Policy) *fleet.State {
		s := scaled(t, 1, 10)
		s.Services[0].Policies = policies
		return s
	}
	cpu := func(target float64, more ...plan.Track) []plan.Track {
		return append([]plan.Track{{Kind: plan.TrackCPU, Target: target}}, more...)
	}
	own := policy(t, "own", 70, "")
	config := own.Document["TargetTrackingScalingPolicyConfiguration"].(map[string]any)
	delete(config, "PredefinedMetricSpecification")
	config["CustomizedMetricSpecification"] = map[string]any(document(t, `{"Namespace":"AWS/ECS","MetricName":"CPUUtilization","Statistic":"Average",
		"Dimensions":[{"Name":"ServiceName","Value":"web"},{"Name":"ClusterName","Value":"beta"}]}`))
	cooled := `,"ScaleOutCooldown":300,"ScaleInCooldown":300`
	calm := &plan.Cooldown{Out: 5 * time.Minute, In: 5 * time.Minute}
	for _, c := range []desireCase{
		{name: "70 and 70.0 are the same", desired: plan.Desired{Tracks: cpu(0.7)}, state: with(policy(t, "by hand", 70, ""))},
		{name: "no cooldown is AWS's own", desired: plan.Desired{Tracks: cpu(0.7), Cooldown: calm}, state: with(policy(t, "by hand", 70, ""))},
		{name: "a cooldown that is right", desired: plan.Desired{Tracks: cpu(0.7), Cooldown: calm}, state: with(policy(t, "by hand", 70, cooled))},
		{name: "a cooldown of zero", desired: plan.Desired{Tracks: cpu(0.7), Cooldown: &plan.Cooldown{In: 10 * time.Minute}}, state: with(policy(t, "by hand", 70, cooled)),
			want: []string{"scaling_policy: cpu cooldown out 300 s → 0 s, cpu cooldown in 300 s → 600 s"}},
		{name: "another target under the name that is there", desired: plan.Desired{Tracks: cpu(0.655)}, state: with(policy(t, "by hand", 70, cooled)),
			want: []string{"scaling_policy: cpu target 70 % → 65.5 %"},
			after: map[string]string{"scaling_policy": `{"PolicyName":"by hand","TargetTrackingScalingPolicyConfiguration":{"TargetValue":65.5,"DisableScaleIn":false,
				"ScaleOutCooldown":300,"ScaleInCooldown":300,"PredefinedMetricSpecification":{"PredefinedMetricType":"ECSServiceAverageCPUUtilization"}}}`}},
		{name: "the metric in other words", desired: plan.Desired{Tracks: cpu(0.7)}, state: with(own)},
		{name: "of two the one with our name", desired: plan.Desired{Tracks: cpu(0.7)}, state: with(policy(t, "a", 60, ""), policy(t, "beta-web-cpu", 70, ""))},
		{name: "made", desired: plan.Desired{Tracks: cpu(0.7, plan.Track{Kind: plan.TrackRequests, Target: 500})}, state: with(own),
			want: []string{"scaling_policy: requests policy none → beta-web-requests: target 500"},
			after: map[string]string{"scaling_policy": `{"PolicyName":"beta-web-requests","PolicyType":"TargetTrackingScaling","ServiceNamespace":"ecs","ResourceId":"service/beta/web",
				"ScalableDimension":"ecs:service:DesiredCount","TargetTrackingScalingPolicyConfiguration":{"TargetValue":500,"DisableScaleIn":false,
				"PredefinedMetricSpecification":{"PredefinedMetricType":"ALBRequestCountPerTarget","ResourceLabel":"app/edge/1/targetgroup/web/2"}}}`}},
		{name: "a custom metric", desired: plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackCustom, Target: 10, Name: "depth",
			Metric: &plan.Metric{Namespace: "App", Name: "Depth", Statistic: "Average"}}}}, state: with(),
			want: []string{"scaling_policy: custom policy none → depth: metric App Depth Average, target 10"},
			after: map[string]string{"scaling_policy": `{"TargetTrackingScalingPolicyConfiguration":{"TargetValue":10,"DisableScaleIn":false,
				"CustomizedMetricSpecification":{"Namespace":"App","MetricName":"Depth","Statistic":"Average"}}}`}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestConnectionsAreByRunningTask(t *testing.T) {
	s := scaled(t, 1, 10)
	s.Services[0].Cluster.Insights = "enabled"
	set := fleet.Changes(planned(plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackConnections, Target: 500}}}), s, fleet.ChangeOptions{})
	if len(set.Changes) != 1 {
		t.Fatalf("%d changes, refused %+v", len(set.Changes), set.Refused)
	}
	custom := set.Changes[0].After["TargetTrackingScalingPolicyConfiguration"].(map[string]any)["CustomizedMetricSpecification"]
	text, err := json.Marshal(custom)
	if err != nil {
		t.Fatal(err)
	}
	want := document(t, `{"Metrics":[
		{"Id":"connections","ReturnData":false,"MetricStat":{"Stat":"Sum","Metric":{"Namespace":"AWS/ApplicationELB","MetricName":"ActiveConnectionCount",
			"Dimensions":[{"Name":"LoadBalancer","Value":"app/edge/1"}]}}},
		{"Id":"tasks","ReturnData":false,"MetricStat":{"Stat":"Average","Metric":{"Namespace":"ECS/ContainerInsights","MetricName":"RunningTaskCount",
			"Dimensions":[{"Name":"ClusterName","Value":"beta"},{"Name":"ServiceName","Value":"web"}]}}},
		{"Id":"per_task","Expression":"connections / tasks","Label":"active connections by running task","ReturnData":true}]}`)
	if d := cmp.Diff(want, document(t, string(text))); d != "" {
		t.Error(d)
	}
}

func TestAlarms(t *testing.T) {
	with := func(a fleet.Alarm) *fleet.State {
		s := running(t)
		s.Services[0].Alarms = []fleet.Alarm{a}
		return s
	}
	ours := func(more string) *fleet.State {
		a := alarm(t, more)
		a.Ours = true
		return with(a)
	}
	desired := plan.Desired{Alarms: []plan.Alarm{highCPU()}}
	low, p99 := highCPU(), highCPU()
	low.Below, low.Missing = true, "breaching"
	p99.Metric.Statistic = "p99"
	autoscale := "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x"
	for _, c := range []desireCase{
		{name: "as desired, whatever AWS has filled in", desired: desired, state: ours(`{"DatapointsToAlarm":3,"TreatMissingData":"missing","Threshold":8.5e1}`)},
		{name: "as desired, though nobody marked it", desired: desired, state: with(alarm(t, `{}`))},
		{name: "dimensions in another order", desired: desired, state: ours(`{"Dimensions":[{"Name":"ServiceName","Value":"web"},{"Name":"ClusterName","Value":"beta"}]}`)},
		{name: "another threshold and count", desired: desired, state: ours(`{"Threshold":80,"EvaluationPeriods":5,"DatapointsToAlarm":4,"ActionsEnabled":false}`),
			want:  []string{"alarm: alarm high_cpu threshold 80 % → 85 %, alarm high_cpu periods 5 → 3, alarm high_cpu datapoints 4 → 3"},
			after: map[string]string{"alarm": `{"Threshold":85,"EvaluationPeriods":3,"DatapointsToAlarm":3,"ActionsEnabled":false}`}},
		{name: "others' actions stay", desired: desired, state: ours(`{"AlarmActions":["` + autoscale + `"]}`),
			want:  []string{"alarm: alarm high_cpu notify none → " + topic},
			after: map[string]string{"alarm": `{"AlarmActions":["` + topic + `","` + autoscale + `"]}`}},
		{name: "below", desired: plan.Desired{Alarms: []plan.Alarm{low}}, state: ours(`{}`),
			want: []string{"alarm: alarm high_cpu comparison GreaterThanThreshold → LessThanThreshold, alarm high_cpu missing data none → breaching"}},
		{name: "a percentile", desired: plan.Desired{Alarms: []plan.Alarm{p99}}, state: ours(`{}`), want: []string{"alarm: alarm high_cpu statistic Average → p99"},
			after: map[string]string{"alarm": `{"ExtendedStatistic":"p99","Statistic":null}`}},
		{name: "made", desired: desired, state: running(t),
			want: []string{"alarm: alarm high_cpu none → beta-web-high_cpu: metric CPUUtilization, statistic Average, period 60 s, comparison GreaterThanThreshold, threshold 85 %, periods 3, missing data missing, notify " + topic},
			after: map[string]string{"alarm": `{"AlarmName":"beta-web-high_cpu","ActionsEnabled":true,"Tags":[{"Key":"plimsoll:plan","Value":"plans/fleet"}],
				"Dimensions":[{"Name":"ClusterName","Value":"beta"},{"Name":"ServiceName","Value":"web"}]}`}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestThrottle(t *testing.T) {
	rule := func(text string) *fleet.State {
		s := running(t)
		s.Services[0].Throttle = &fleet.Throttle{WebACL: "edge|REGIONAL|id", Document: document(t, text)}
		return s
	}
	there := `{"Name":"beta-web-throttle","Priority":7,"Action":{"Count":{}},"Statement":{"RateBasedStatement":{"Limit":2000,"AggregateKeyType":"IP"}}}`
	desired := func(window time.Duration, per string, block bool) plan.Desired {
		return plan.Desired{Throttle: &plan.Throttle{WebACL: "edge", Rate: 2000, Window: window, Per: per, Block: block, Priority: 1}}
	}
	for _, c := range []desireCase{
		{name: "as desired, by AWS's own window and where it stands", desired: desired(5*time.Minute, "ip", false), state: rule(there)},
		{name: "blocks", desired: desired(time.Minute, "ip", true), state: rule(there),
			want:  []string{"throttle: throttle window none → 60 s, throttle action Count → Block"},
			after: map[string]string{"throttle": `{"Priority":7,"Action":{"Block":{}},"Statement":{"RateBasedStatement":{"Limit":2000,"AggregateKeyType":"IP","EvaluationWindowSec":60}}}`}},
		{name: "by another address", desired: desired(5*time.Minute, "forwarded_ip", false), state: rule(there),
			want: []string{"throttle: throttle per IP → FORWARDED_IP"},
			after: map[string]string{"throttle": `{"Statement":{"RateBasedStatement":{"Limit":2000,"AggregateKeyType":"FORWARDED_IP",
				"ForwardedIPConfig":{"HeaderName":"X-Forwarded-For","FallbackBehavior":"NO_MATCH"}}}}`}},
		{name: "made", desired: desired(time.Minute, "ip", false), state: rule(`null`),
			want:  []string{"throttle: throttle none → beta-web-throttle: rate 2000 requests, window 60 s, per IP, action Count, priority 1"},
			after: map[string]string{"throttle": `{"Name":"beta-web-throttle","Priority":1}`}},
	} {
		t.Run(c.name, c.run)
	}
}
