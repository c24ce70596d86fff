package follow_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/fleet/follow"
	"plimsoll/runner/result"
	"plimsoll/runner/sim/aws"
)

// account is an AWS of so many services, whose names are web0, web1 …, that scale between 1 and 4 tasks at 50 % CPU.
func account(services int) aws.Fleet {
	f := aws.Fleet{
		Clusters:        []*aws.Cluster{{ClusterName: "beta"}},
		TaskDefinitions: []*aws.TaskDefinition{{Family: "web", CPU: "1024", Memory: "2048", RequiresCompatibilities: []string{"FARGATE"}}},
	}
	for i := range services {
		name := fmt.Sprintf("web%d", i)
		id := aws.Scalable{ServiceNamespace: "ecs", ResourceID: "service/beta/" + name, ScalableDimension: "ecs:service:DesiredCount"}
		f.Services = append(f.Services, &aws.Service{
			ServiceName: name, ClusterArn: "beta", DesiredCount: 1, LaunchType: "FARGATE",
			ServiceSettings: aws.ServiceSettings{TaskDefinition: "web"},
		})
		f.ScalableTargets = append(f.ScalableTargets, &aws.ScalableTarget{Scalable: id, MinCapacity: 1, MaxCapacity: 4})
		f.ScalingPolicies = append(f.ScalingPolicies, &aws.ScalingPolicy{
			Scalable: id, PolicyName: "cpu", PolicyType: "TargetTrackingScaling",
			TargetTracking: &aws.TargetTracking{TargetValue: 50, Predefined: &aws.PredefinedMetric{Type: "ECSServiceAverageCPUUtilization"}},
		})
	}
	return f
}

// services are those of the account as a plan has them.
func services(n int) []*plan.Service {
	var all []*plan.Service
	for i := range n {
		name := fmt.Sprintf("web%d", i)
		all = append(all, &plan.Service{Name: name, Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: name, Region: "us-east-1"}})
	}
	return all
}

// burden is what keeps tasks busy, as a share of one.
type burden struct {
	share atomic.Int64 // in percent of a task
	tasks atomic.Int64
}

func (b *burden) SetTasks(_ string, n int) error {
	b.tasks.Store(int64(n))
	return nil
}

func (b *burden) Load(string) (cpu, memory, requests float64, connections int) {
	return float64(b.share.Load()) / 100 / float64(max(b.tasks.Load(), 1)), 0.3, 0, 0
}

// A service is scaled out by the simulated AWS, and everything of it is on the timeline, by AWS's own stamps.
func TestScalingOfTheSimulatedAWS(t *testing.T) {
	const speed = 400
	load := &burden{}
	server, err := aws.Start(t.Context(), aws.Options{Speed: speed, Seed: 1}, account(1), map[string]aws.Workload{"web0": load})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	c := cloud.New(cloud.Options{Simulation: &cloud.Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}})
	price := func(string, int, int, bool) (float64, bool) { return 0.05, true }
	f := follow.New(&plan.Plan{}, c, follow.Options{Price: price}).Follow(t.Context(), services(1), speed)
	f.Start()
	began := server.Now()
	load.share.Store(95)
	time.Sleep(1500 * time.Millisecond) // ten minutes
	at := server.Now().Sub(began).Seconds()
	got := f.End(t.Context(), at)[0]
	if got.Unobserved != "" || got.Lost != "" || len(got.Hidden) > 0 {
		t.Fatalf("%q %q %v", got.Unobserved, got.Lost, got.Hidden)
	}
	var alarm, activity, started float64
	for _, e := range got.Events {
		switch {
		case e.Kind == result.EventAlarm && e.State == "ALARM" && !e.Below && alarm == 0:
			alarm = e.At
		case e.Kind == result.EventActivity && activity == 0:
			activity = e.At
		case e.Kind == result.EventStarted && started == 0:
			started = e.At
		}
	}
	if alarm < 120 || alarm > 330 || activity < alarm || started < activity+20 || started > activity+30 {
		t.Errorf("alarm at %v, activity at %v, task at %v", alarm, activity, started)
	}
	if got.Tasks.First != 1 || got.Tasks.Max < 2 || got.End.Bounds == nil || got.CPU == nil || got.Cost == nil {
		t.Errorf("%+v", got)
	}
}
