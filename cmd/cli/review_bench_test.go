package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	simaws "plimsoll/runner/sim/aws"
)

const largePlan = `
plan {
  notify = "arn:aws:sns:us-east-1:123456789012:alerts"
}

service "web" {
  for_each = toset([for n in range(200) : format("web-%03d", n)])
  ecs {
    cluster = "beta"
    service = each.key
    region  = "us-east-1"
  }
  requirement { peak_users = 500 }
  desired {
    cpu    = 1024
    memory = 2048
    tasks  = { min = 2, max = 8 }
    track "cpu" { target = "65%" }
    alarm "high_cpu" {
      metric = "CPUUtilization"
      above  = "85%"
    }
  }
}
`

// large is an account with many services, each with its own task definition, load balancer, policy and alarm.
func large(n int) simaws.Fleet {
	account := simaws.Fleet{Clusters: []*simaws.Cluster{{ClusterName: "beta"}}, Topics: []*simaws.Topic{{TopicArn: "alerts"}}}
	for i := range n {
		name := fmt.Sprintf("web-%03d", i)
		resource := simaws.Scalable{ResourceID: "service/beta/" + name}
		account.TaskDefinitions = append(account.TaskDefinitions, &simaws.TaskDefinition{
			Family: name, CPU: "1024", Memory: "2048", RequiresCompatibilities: []string{"FARGATE"},
			ContainerDefinitions: []map[string]any{{"name": "app", "image": "example/app:1"}},
		})
		account.LoadBalancers = append(account.LoadBalancers, &simaws.LoadBalancer{LoadBalancerName: name})
		account.TargetGroups = append(account.TargetGroups, &simaws.TargetGroup{TargetGroupName: name, LoadBalancerArns: []string{name}})
		account.Services = append(account.Services, &simaws.Service{ServiceName: name, ClusterArn: "beta", DesiredCount: 2, ServiceSettings: simaws.ServiceSettings{
			TaskDefinition: name, LoadBalancers: []simaws.ServiceTargets{{TargetGroupArn: name, ContainerName: "app", ContainerPort: 8080}},
		}})
		account.ScalableTargets = append(account.ScalableTargets, &simaws.ScalableTarget{Scalable: resource, MinCapacity: 1, MaxCapacity: 10})
		account.ScalingPolicies = append(account.ScalingPolicies, &simaws.ScalingPolicy{Scalable: resource, PolicyName: "cpu", TargetTracking: &simaws.TargetTracking{
			TargetValue: 70, Predefined: &simaws.PredefinedMetric{Type: "ECSServiceAverageCPUUtilization"},
		}})
		account.MetricAlarms = append(account.MetricAlarms, &simaws.MetricAlarm{
			AlarmName: "beta-" + name + "-high_cpu", Namespace: "AWS/ECS", MetricName: "CPUUtilization", Statistic: "Average", Period: 60, EvaluationPeriods: 3,
			Threshold: 85, ComparisonOperator: "GreaterThanThreshold", Dimensions: []simaws.Dimension{{Name: "ClusterName", Value: "beta"}, {Name: "ServiceName", Value: name}},
		})
	}
	return account
}

// BenchmarkReview is the whole verb over 200 services where every call takes 20 ms, from loading the plan to the text, the
// history of 14 days included.
func BenchmarkReview(b *testing.B) {
	server, err := simaws.Start(context.Background(), simaws.Options{Latency: 20 * time.Millisecond}, large(200), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	pointAt(b, server.URL())
	folder := b.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "plan.hcl"), []byte(largePlan), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		before := len(server.Calls())
		if code, _, stderr := call("review", folder); code != 1 {
			b.Fatal(code, stderr)
		}
		b.ReportMetric(float64(len(server.Calls())-before), "calls/op")
	}
}
