package cloud

import (
	"fmt"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	simaws "plimsoll/runner/sim/aws"
)

// largeFleet is an account with many services in one cluster, each with its own task definition, target group and load
// balancer, two policies and an alarm; and the plan of them.
func largeFleet(b *testing.B, n int) (simaws.Fleet, *plan.Plan) {
	b.Helper()
	account := simaws.Fleet{Clusters: []*simaws.Cluster{{ClusterName: "beta"}}}
	p := &plan.Plan{Fleet: &plan.Fleet{Clusters: []string{"beta"}}, Budgets: []*plan.Budget{{Label: "monthly"}}, Dashboards: []*plan.Dashboard{{Label: "all"}}}
	for i := range n {
		name := fmt.Sprintf("service-%03d", i)
		resource := simaws.Scalable{ResourceID: "service/beta/" + name}
		account.TaskDefinitions = append(account.TaskDefinitions, &simaws.TaskDefinition{Family: name, CPU: "1024", Memory: "2048", ContainerDefinitions: []map[string]any{{"name": "app", "image": "example/app:1"}}})
		account.LoadBalancers = append(account.LoadBalancers, &simaws.LoadBalancer{LoadBalancerName: name})
		account.TargetGroups = append(account.TargetGroups, &simaws.TargetGroup{TargetGroupName: name, LoadBalancerArns: []string{name}})
		account.Services = append(account.Services, &simaws.Service{ServiceName: name, ClusterArn: "beta", DesiredCount: 2, ServiceSettings: simaws.ServiceSettings{
			TaskDefinition: name, LoadBalancers: []simaws.ServiceTargets{{TargetGroupArn: name, ContainerName: "app", ContainerPort: 8080}},
		}})
		account.ScalableTargets = append(account.ScalableTargets, &simaws.ScalableTarget{Scalable: resource, MinCapacity: 1, MaxCapacity: 10})
		for _, metric := range []string{"CPU", "Memory"} {
			account.ScalingPolicies = append(account.ScalingPolicies, &simaws.ScalingPolicy{Scalable: resource, PolicyName: metric, TargetTracking: &simaws.TargetTracking{
				TargetValue: 70, Predefined: &simaws.PredefinedMetric{Type: "ECSServiceAverage" + metric + "Utilization"},
			}})
		}
		account.MetricAlarms = append(account.MetricAlarms, &simaws.MetricAlarm{
			AlarmName: "beta-" + name + "-high", Namespace: "AWS/ECS", MetricName: "CPUUtilization", Statistic: "Average", Period: 60, EvaluationPeriods: 3,
			Threshold: 85, ComparisonOperator: "GreaterThanThreshold", Dimensions: []simaws.Dimension{{Name: "ClusterName", Value: "beta"}, {Name: "ServiceName", Value: name}},
		})
		p.Services = append(p.Services, &plan.Service{
			Name: name, Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: name}, Desired: &plan.Desired{Alarms: []plan.Alarm{{Label: "high"}}},
		})
	}
	return account, p
}

// Reading 200 services takes under 5 s where every call takes 20 ms, connecting and being polite included.
func BenchmarkObserve200(b *testing.B) {
	account, p := largeFleet(b, 200)
	server, _ := simulate(b, simaws.Options{Latency: 20 * time.Millisecond}, account)
	for b.Loop() {
		before := len(server.Calls())
		c := New(Options{Simulation: &Simulation{URL: server.URL(), Region: "us-east-1", Now: server.Now}})
		state, err := c.Observe(b.Context(), p)
		if err != nil || len(state.Hidden) > 0 || len(state.Services) != 200 || len(state.Services[199].Alarms) != 5 {
			b.Fatal(err, state.Hidden)
		}
		b.ReportMetric(float64(len(server.Calls())-before), "calls/op")
	}
}

// Looking at 20 services once. At a look every 5 s, 1 % of a core is 50 ms of CPU for all of them, which cpu-ms/op is to
// be compared with; what the simulated AWS uses in the same process is in it.
func BenchmarkFollow20(b *testing.B) {
	account, p := largeFleet(b, 20)
	server, c := simulate(b, simaws.Options{}, account)
	look := func() {
		each(p.Services, func(s *plan.Service) {
			if got, hidden, err := c.Look(b.Context(), here, "beta", s.ECS.Service); err != nil || len(hidden) > 0 || len(got.Tasks) != 2 {
				b.Error(err, hidden)
			}
		})
	}
	look() // the first time, all alarms are read
	before, spent, looks := len(server.Calls()), processTime(b), 0
	b.ReportAllocs()
	for b.Loop() {
		look()
		looks++
	}
	b.ReportMetric(float64(len(server.Calls())-before)/float64(looks), "calls/op")
	b.ReportMetric(float64((processTime(b)-spent).Microseconds())/1000/float64(looks), "cpu-ms/op")
}
