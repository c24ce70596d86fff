package fleet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

func TestNames(t *testing.T) {
	s := &plan.Service{ECS: &plan.ECS{Cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/beta", Service: "arn:aws:ecs:us-east-1:123456789012:service/beta/web"}}
	got := []string{
		fleet.AlarmName(s, plan.Alarm{Label: "high"}), fleet.AlarmName(s, plan.Alarm{Label: "high", Name: "mine"}),
		fleet.PolicyName(s, plan.Track{Kind: "cpu"}), fleet.ActionName(s, plan.Scheduled{Label: "noon"}), fleet.RuleName(s, &plan.Throttle{}),
		fleet.BudgetName(&plan.Budget{Label: "monthly"}), fleet.DashboardName(&plan.Dashboard{Label: "beta", Name: "fleet"}),
	}
	want := []string{"beta-web-high", "mine", "beta-web-cpu", "beta-web-noon", "beta-web-throttle", "monthly", "fleet"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestDimensions(t *testing.T) {
	s := &running(t).Services[0]
	s.Balancers = append(s.Balancers, fleet.Balancer{Type: "network", LoadBalancerDimension: "net/edge/3", TargetGroupDimension: "targetgroup/tcp/4"})
	given := map[string]string{"Queue": "q"}
	for _, c := range []struct {
		name   string
		metric plan.Metric
		want   map[string]string
	}{
		{"given", plan.Metric{Namespace: "AWS/ECS", Dimensions: given}, given},
		{"the service's", plan.Metric{Namespace: "ECS/ContainerInsights"}, map[string]string{"ClusterName": "beta", "ServiceName": "web"}},
		{"the target group's", plan.Metric{Namespace: "AWS/ApplicationELB", Name: "TargetResponseTime"}, map[string]string{"LoadBalancer": "app/edge/1", "TargetGroup": "targetgroup/web/2"}},
		{"the load balancer's", plan.Metric{Namespace: "AWS/ApplicationELB", Name: "HTTPCode_ELB_5XX_Count"}, map[string]string{"LoadBalancer": "app/edge/1"}},
		{"a network load balancer's", plan.Metric{Namespace: "AWS/NetworkELB", Name: "ActiveFlowCount"}, map[string]string{"LoadBalancer": "net/edge/3"}},
		{"nobody knows", plan.Metric{Namespace: "App"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, s.Dimensions(c.metric)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	s.Balancers = nil
	if got := s.Dimensions(plan.Metric{Namespace: "AWS/ApplicationELB"}); got != nil {
		t.Errorf("without a load balancer: %v", got)
	}
}

// The mark is where the plan lies below its root, in characters that tags may have, whatever it is called from here.
func TestMark(t *testing.T) {
	for _, c := range []struct{ path, below, want string }{
		{"/repo/plans/fleet", "plans/fleet", "plans/fleet"},
		{"../fleet", "plans/fleet", "plans/fleet"},
		{".", ".", "."},
		{".", "plans/naïve #1", "plans/na_ve _1"},
		{".", strings.Repeat("x", 300), strings.Repeat("x", 256)},
	} {
		p := planned(plan.Desired{Alarms: []plan.Alarm{highCPU()}})
		p.Path, p.Root, p.Below = c.path, "/repo", c.below
		tags := fleet.Changes(p, running(t), fleet.ChangeOptions{}).Changes[0].After["Tags"]
		if got, want := shownJSON(t, tags), `[{"Key":"plimsoll:plan","Value":"`+c.want+`"}]`; got != want {
			t.Errorf("mark of %s: %s, want %s", c.path, got, want)
		}
	}
}
