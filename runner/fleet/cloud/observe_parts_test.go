package cloud

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// What scaling did is among the activities, with the count that it set.
func TestActivities(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	at, err := c.at(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	_, err = at.scaling.RegisterScalableTarget(t.Context(), &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount,
		ResourceId: aws.String("service/beta/web"), MinCapacity: aws.Int32(3), MaxCapacity: aws.Int32(9),
	})
	if err != nil {
		t.Fatal(err)
	}
	web, _, err := c.Look(t.Context(), here, "beta", "web")
	if err != nil || len(web.Activities) != 1 {
		t.Fatal(err, web.Activities)
	}
	got := web.Activities[0]
	want := fleet.Activity{ID: got.ID, Status: "InProgress", Description: "Setting desired count to 3.", Cause: "minimum capacity was set to 3", StartedAt: got.StartedAt, To: 3}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestActivityFrom(t *testing.T) {
	got := activityFrom(scalingtypes.ScalingActivity{
		ActivityId: aws.String("1"), Description: aws.String("Attempting to scale due to alarm triggered"), StatusCode: scalingtypes.ScalingActivityStatusCodeFailed,
		NotScaledReasons: []scalingtypes.NotScaledReason{
			{Code: aws.String("AlreadyAtMaxCapacity"), CurrentCapacity: aws.Int32(3), MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(3)},
			{Code: aws.String("Odd\n")},
		},
	})
	want := fleet.Activity{
		ID: "1", Description: "Attempting to scale due to alarm triggered", Status: "Failed", To: -1,
		NotScaled: []string{"AlreadyAtMaxCapacity (at 3, minimum 1, maximum 3)", "Odd"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCustomTrack(t *testing.T) {
	of := func(namespace, name string) *scalingtypes.CustomizedMetricSpecification {
		return &scalingtypes.CustomizedMetricSpecification{Namespace: &namespace, MetricName: &name}
	}
	math := func(names ...string) *scalingtypes.CustomizedMetricSpecification {
		made := &scalingtypes.CustomizedMetricSpecification{Metrics: []scalingtypes.TargetTrackingMetricDataQuery{{Expression: aws.String("a / b")}}}
		for i := 0; i < len(names); i += 2 {
			made.Metrics = append(made.Metrics, scalingtypes.TargetTrackingMetricDataQuery{MetricStat: &scalingtypes.TargetTrackingMetricStat{
				Metric: &scalingtypes.TargetTrackingMetric{Namespace: &names[i], MetricName: &names[i+1]},
			}})
		}
		return made
	}
	tests := map[string]struct {
		metric *scalingtypes.CustomizedMetricSpecification
		want   string
	}{
		"cpu":                  {of("AWS/ECS", "CPUUtilization"), plan.TrackCPU},
		"memory":               {of("AWS/ECS", "MemoryUtilization"), plan.TrackMemory},
		"requests":             {of("AWS/ApplicationELB", "RequestCountPerTarget"), plan.TrackRequests},
		"connections":          {of("AWS/ApplicationELB", "ActiveConnectionCount"), plan.TrackConnections},
		"flows":                {of("AWS/NetworkELB", "ActiveFlowCount"), plan.TrackConnections},
		"anything":             {of("AWS/SQS", "ApproximateNumberOfMessagesVisible"), plan.TrackCustom},
		"connections per task": {math("AWS/ApplicationELB", "ActiveConnectionCount", "ECS/ContainerInsights", "RunningTaskCount"), plan.TrackConnections},
		"messages per task":    {math("AWS/SQS", "ApproximateNumberOfMessagesVisible", "ECS/ContainerInsights", "RunningTaskCount"), plan.TrackCustom},
	}
	for name, test := range tests {
		if got := customTrack(test.metric); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := predefinedTrack("RDSReaderAverageCPUUtilization"); got != "" {
		t.Errorf("of another service: %s", got)
	}
}

func TestOwnerOf(t *testing.T) {
	for want, all := range map[string][]map[string]string{
		"cloudformation": {{"aws:cloudformation:stack-id": "x"}, {"managed_by": "CloudFormation"}},
		"terraform":      {{"Terraform": "true"}, {"managed-by": "terraform"}, {"ManagedBy": "Terraform", "team": "web"}, {"terraform:workspace": "beta"}},
		"":               {nil, {"terraform": "false"}, {"managed-by": "people"}, {"team": "terraform"}},
	} {
		for _, tags := range all {
			if got := ownerOf(tags); got != want {
				t.Errorf("%v: %q, want %q", tags, got, want)
			}
		}
	}
}

func TestTaskFrom(t *testing.T) {
	got := taskFrom(ecstypes.Task{
		TaskArn: aws.String("arn"), LastStatus: aws.String("STOPPED"), StoppedAt: &noon, StopCode: ecstypes.TaskStopCodeEssentialContainerExited,
		StoppedReason: aws.String("Essential container in task exited"), HealthStatus: ecstypes.HealthStatusUnhealthy,
		Containers: []ecstypes.Container{{Name: aws.String("app"), ExitCode: aws.Int32(137)}, {Name: aws.String("proxy")}},
	})
	want := fleet.Task{
		ARN: "arn", Status: "STOPPED", StoppedAt: noon, StopCode: "EssentialContainerExited", Reason: "Essential container in task exited",
		Health: "UNHEALTHY", ExitCodes: map[string]int{"app": 137},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// An alarm on arithmetic is of the service that the narrowest of its dimensions names, not of all behind the load balancer.
func TestWatchers(t *testing.T) {
	subjects := []*subject{}
	for _, name := range []string{"web", "queue"} {
		b := newSubject(&plan.Service{Name: name, ECS: &plan.ECS{Cluster: "beta", Service: name}}, here)
		b.Balancers = []fleet.Balancer{{TargetGroupDimension: "targetgroup/" + name, LoadBalancerDimension: "app/front"}}
		subjects = append(subjects, b)
	}
	watchers := (&survey{subjects: subjects}).watchers()
	stat := func(pairs ...string) cloudwatchtypes.MetricDataQuery {
		m := &cloudwatchtypes.Metric{}
		for i := 0; i < len(pairs); i += 2 {
			m.Dimensions = append(m.Dimensions, cloudwatchtypes.Dimension{Name: &pairs[i], Value: &pairs[i+1]})
		}
		return cloudwatchtypes.MetricDataQuery{MetricStat: &cloudwatchtypes.MetricStat{Metric: m, Period: aws.Int32(60)}}
	}
	tests := map[string]struct {
		alarm rawAlarm
		want  []string
	}{
		"of a service":       {rawAlarm{Metrics: []cloudwatchtypes.MetricDataQuery{stat("LoadBalancer", "app/front"), stat("ClusterName", "beta", "ServiceName", "queue")}}, []string{"queue"}},
		"of another cluster": {rawAlarm{Metrics: []cloudwatchtypes.MetricDataQuery{stat("ClusterName", "prod", "ServiceName", "queue")}}, nil},
		"of a target group":  {rawAlarm{Metrics: []cloudwatchtypes.MetricDataQuery{stat("LoadBalancer", "app/front", "TargetGroup", "targetgroup/web")}}, []string{"web"}},
		"of a load balancer": {rawAlarm{Metrics: []cloudwatchtypes.MetricDataQuery{stat("LoadBalancer", "app/front")}}, []string{"web", "queue"}},
		"of target tracking": {rawAlarm{AlarmName: aws.String("TargetTracking-service/beta/queue-AlarmHigh-1"), Metrics: []cloudwatchtypes.MetricDataQuery{stat("LoadBalancer", "app/front")}}, []string{"queue"}},
		"of nothing":         {rawAlarm{AlarmName: aws.String("x")}, nil},
	}
	for name, test := range tests {
		var got []string
		for _, subject := range watchers.of(test.alarm) {
			got = append(got, subject.Name)
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s:%s", name, d)
		}
	}
	if got := alarmFrom(tests["of a service"].alarm, nil); got.Period != time.Minute {
		t.Errorf("period %s", got.Period)
	}
}

// The plan may name what stands in front; what is gone there hides nothing of the others.
func TestBalancersByName(t *testing.T) {
	account := accountOnDisk(t)
	account.Services[2].LoadBalancers[0].TargetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gone/1"
	_, c := simulate(t, simaws.Options{}, account)
	p := beta()
	p.Services[0].ECS.TargetGroup, p.Services[0].ECS.LoadBalancer = "web", "front"
	p.Services[1].ECS.TargetGroup = "agent"
	p.Services[3].ECS.TargetGroup = "nonsense"
	p.Services[4].ECS.LoadBalancer = "another"
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range state.Services {
		line := s.Name
		for _, b := range s.Balancers {
			line += " " + b.Name + "/" + b.TargetGroupDimension
		}
		got = append(got, line)
	}
	want := []string{
		"web front/targetgroup/web/1111456789abcdef", "queue front/targetgroup/agent/4444456789abcdef", "sockets",
		"gateway front/targetgroup/gateway/3333456789abcdef", "agent /targetgroup/agent/4444456789abcdef", "voice front/targetgroup/voice/5555456789abcdef",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, title := range []string{"sockets", "gateway"} {
		if !hides(state, title, fleet.HiddenBalancers) {
			t.Errorf("%s hides nothing", title)
		}
	}
	if hides(state, "web", fleet.HiddenBalancers) {
		t.Errorf("hidden: %+v", state.Hidden)
	}
}

// A budget of an account that no service is in cannot be read: nothing says by whom.
func TestBudgetOfAnotherAccount(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	p := beta()
	p.Budgets = []*plan.Budget{{Label: "monthly", Account: "999999999999"}, {Label: "monthly", Account: simulatedAccount}}
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(state.Budgets) != 1 || state.Budgets[0].Limit != 2500 || !hides(state, "", fleet.HiddenBudgets) {
		t.Errorf("%+v, hidden: %+v", state.Budgets, state.Hidden)
	}
}

// A plan without services of ECS may have a budget all the same.
func TestObserveNoServices(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	state, err := c.Observe(t.Context(), &plan.Plan{Budgets: []*plan.Budget{{Label: "monthly"}}, Fleet: &plan.Fleet{Simulate: "account.json"}})
	if err != nil || len(state.Services) > 0 || len(state.Budgets) != 1 || state.Budgets[0].Spent != 612.5 {
		t.Errorf("%+v, %v", state, err)
	}
}

// Each of the fleet's clusters is looked through, and one that is not there hides nothing of the others.
func TestUnplannedOfSeveralClusters(t *testing.T) {
	account := accountOnDisk(t)
	account.Clusters = append(account.Clusters, &simaws.Cluster{ClusterName: "prod"})
	lost := *account.Services[len(account.Services)-1]
	lost.ServiceName, lost.ClusterArn = "lost", "prod"
	account.Services = append(account.Services, &lost)
	p := beta()
	p.Fleet.Clusters = []string{"gone", "prod", "arn:aws:ecs:us-east-1:123456789012:cluster/beta"}
	_, c := simulate(t, simaws.Options{}, account)
	state, err := c.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"beta/forgotten", "prod/lost"}, state.Unplanned); d != "" || !hides(state, "", fleet.HiddenUnplanned) {
		t.Errorf("%s, hidden: %+v", d, state.Hidden)
	}
}

func hides(s *fleet.State, title, what string) bool {
	_, is := s.Hides(title, what)
	return is
}

// While a service is deployed it has several revisions, whose ARNs do not say which came last.
func TestNewestRevision(t *testing.T) {
	made := func(arn string, minute int) ecstypes.ServiceRevision {
		return ecstypes.ServiceRevision{ServiceRevisionArn: &arn, CreatedAt: aws.Time(time.Unix(int64(minute)*60, 0))}
	}
	got := newestRevision([]ecstypes.ServiceRevision{made("revision/99", 1), made("revision/100", 3), made("revision/98", 2)})
	if got == nil || aws.ToString(got.ServiceRevisionArn) != "revision/100" {
		t.Errorf("got %+v", got)
	}
	if newestRevision(nil) != nil {
		t.Error("none has a newest")
	}
}
