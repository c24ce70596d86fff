package aws

import (
	"context"
	"errors"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

func TestECSDescribes(t *testing.T) {
	_, config := serve(t, Options{})
	client := ecs.NewFromConfig(config)

	clusters, err := client.DescribeClusters(ctx, &ecs.DescribeClustersInput{
		Clusters: []string{"beta", "gone"}, Include: []types.ClusterField{types.ClusterFieldSettings, types.ClusterFieldStatistics},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(clusters.Clusters) != 1 || len(clusters.Failures) != 1 || *clusters.Failures[0].Reason != "MISSING" {
		t.Fatalf("clusters: %+v", clusters)
	}
	c := clusters.Clusters[0]
	got := []any{*c.ClusterArn, c.RunningTasksCount, c.ActiveServicesCount, *c.Settings[0].Value, *c.Statistics[0].Value}
	want := []any{"arn:aws:ecs:us-east-1:123456789012:cluster/beta", int32(3), int32(2), "enabled", "3"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	services, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: awssdk.String("beta"), Services: []string{"web", "wep"}, Include: []types.ServiceField{types.ServiceFieldTags},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := services.Services[0]
	got = []any{*s.TaskDefinition, s.DesiredCount, s.RunningCount, len(s.Deployments), s.Deployments[0].RolloutState, s.LaunchType, *s.Tags[0].Value, *services.Failures[0].Arn, *s.LoadBalancers[0].ContainerPort, s.NetworkConfiguration.AwsvpcConfiguration.Subnets[0], *s.DeploymentConfiguration.MaximumPercent}
	want = []any{"arn:aws:ecs:us-east-1:123456789012:task-definition/web:3", int32(1), int32(1), 1, types.DeploymentRolloutStateCompleted, types.LaunchTypeFargate, "web", "arn:aws:ecs:us-east-1:123456789012:service/beta/wep", int32(8080), "subnet-1", int32(200)}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	definition, err := client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: s.TaskDefinition, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
	})
	if err != nil {
		t.Fatal(err)
	}
	container := definition.TaskDefinition.ContainerDefinitions[0]
	got = []any{*definition.TaskDefinition.Cpu, container.Ulimits[0].SoftLimit, *container.Environment[0].Value, *definition.Tags[0].Key, container.LogConfiguration.LogDriver, definition.TaskDefinition.Revision}
	want = []any{"1024", int32(1024), "beta", "team", types.LogDriverAwslogs, int32(3)}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	tasks, err := client.ListTasks(ctx, &ecs.ListTasksInput{Cluster: awssdk.String("beta"), ServiceName: awssdk.String("queue")})
	if err != nil {
		t.Fatal(err)
	}
	described, err := client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: awssdk.String("beta"), Tasks: append(tasks.TaskArns, "gone")})
	if err != nil {
		t.Fatal(err)
	}
	got = []any{len(described.Tasks), len(described.Failures), *described.Tasks[0].LastStatus, *described.Tasks[0].Cpu, described.Tasks[0].StartedAt.UTC()}
	want = []any{2, 1, "RUNNING", "256", noon}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Registering and updating changes what is named and nothing else; the deployment runs its course.
func TestECSUpdate(t *testing.T) {
	server, config := serve(t, Options{})
	client := ecs.NewFromConfig(config)
	before, err := client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: awssdk.String("web")})
	if err != nil {
		t.Fatal(err)
	}
	d := before.TaskDefinition
	registered, err := client.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: d.Family, ContainerDefinitions: d.ContainerDefinitions, Cpu: awssdk.String("512"), Memory: awssdk.String("1024"),
		NetworkMode: d.NetworkMode, RequiresCompatibilities: d.RequiresCompatibilities,
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.ContainerDefinitions, registered.TaskDefinition.ContainerDefinitions, ignoreSDK...); diff != "" {
		t.Errorf("containers changed: %s", diff)
	}
	updated, err := client.UpdateService(ctx, &ecs.UpdateServiceInput{
		Cluster: awssdk.String("beta"), Service: awssdk.String("web"), TaskDefinition: awssdk.String("web:4"), DesiredCount: awssdk.Int32(2),
		Monitoring: &types.MonitoringConfiguration{MetricConfigurations: []types.MetricConfiguration{{MetricNames: []string{"CPUUtilization"}, ResolutionSeconds: awssdk.Int32(20)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := updated.Service
	got := []any{len(s.Deployments), s.Deployments[0].RolloutState, s.PendingCount, s.RunningCount, s.NetworkConfiguration.AwsvpcConfiguration.Subnets[0], len(s.LoadBalancers)}
	want := []any{2, types.DeploymentRolloutStateInProgress, int32(2), int32(1), "subnet-1", 1}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	revisions, err := client.DescribeServiceRevisions(ctx, &ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{*s.CurrentServiceRevisions[0].Arn}})
	if err != nil {
		t.Fatal(err)
	}
	if r := *revisions.ServiceRevisions[0].Monitoring.MetricConfigurations[0].ResolutionSeconds; r != 20 {
		t.Errorf("resolution is %d", r)
	}
	last := server.Calls()[len(server.Calls())-2]
	if last.Action != "UpdateService" || !last.Write || last.Service != "ecs" {
		t.Errorf("call is %+v", last)
	}
}

// What is set as it is needs no new tasks, however it is written.
func TestECSUpdateToTheSame(t *testing.T) {
	_, config := serve(t, Options{})
	client := ecs.NewFromConfig(config)
	found, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: awssdk.String("beta"), Services: []string{"web"}})
	if err != nil {
		t.Fatal(err)
	}
	s := found.Services[0]
	updated, err := client.UpdateService(ctx, &ecs.UpdateServiceInput{
		Cluster: s.ClusterArn, Service: s.ServiceName, TaskDefinition: s.TaskDefinition, NetworkConfiguration: s.NetworkConfiguration, LoadBalancers: s.LoadBalancers,
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(updated.Service.Deployments); n != 1 {
		t.Errorf("%d deployments", n)
	}
}

func TestECSRefusals(t *testing.T) {
	_, config := serve(t, Options{Deny: []string{"ecs:ListTasks"}, Throttle: map[string]float64{"ecs:ListClusters": 0.001}})
	client := ecs.NewFromConfig(config)
	beta := awssdk.String("beta")
	refusals := map[string]struct {
		call func() error
		want error
	}{
		"cluster": {func() error {
			_, err := client.ListServices(ctx, &ecs.ListServicesInput{Cluster: awssdk.String("gone")})
			return err
		}, new(types.ClusterNotFoundException)},
		"service": {func() error {
			_, err := client.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: beta, Service: awssdk.String("gone")})
			return err
		}, new(types.ServiceNotFoundException)},
		"task definition": {func() error {
			_, err := client.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: beta, Service: awssdk.String("web"), TaskDefinition: awssdk.String("web:9")})
			return err
		}, new(types.ClientException)},
		"size": {func() error {
			_, err := client.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
				Family: awssdk.String("web"), Cpu: awssdk.String("1024"), Memory: awssdk.String("9000"),
				RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate}, ContainerDefinitions: []types.ContainerDefinition{{Name: awssdk.String("app")}},
			})
			return err
		}, new(types.ClientException)},
		"too many": {func() error {
			_, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: beta, Services: make([]string, 11)})
			return err
		}, new(types.InvalidParameterException)},
		"denied": {func() error {
			_, err := client.ListTasks(ctx, &ecs.ListTasksInput{Cluster: beta})
			return err
		}, new(types.AccessDeniedException)},
		"token": {func() error {
			_, err := client.ListServices(ctx, &ecs.ListServicesInput{Cluster: beta, NextToken: awssdk.String("?")})
			return err
		}, new(types.InvalidParameterException)},
	}
	for name, r := range refusals {
		t.Run(name, func(t *testing.T) {
			err := r.call()
			if err == nil || !errors.As(err, typed(r.want)) {
				t.Errorf("got %v, want a %T", err, r.want)
			}
		})
	}
	if _, err := client.ListClusters(ctx, &ecs.ListClustersInput{}); err != nil {
		t.Errorf("first call: %v", err)
	}
	_, err := client.ListClusters(ctx, &ecs.ListClustersInput{})
	if code(err) != "ThrottlingException" {
		t.Errorf("second call: %v", err)
	}
}
