package fleet

import (
	"maps"
	"slices"
	"strings"

	"plimsoll/dsl/plan"
)

// Namespaces of metrics whose dimensions follow from the service.
const (
	namespaceECS      = "AWS/ECS"
	namespaceInsights = "ECS/ContainerInsights"
	namespaceALB      = "AWS/ApplicationELB"
	namespaceNLB      = "AWS/NetworkELB"
)

// What kind of load balancer a Balancer is.
const (
	applicationBalancer = "application"
	networkBalancer     = "network"
)

// Dimensions are those that the plan gives a metric; else those of the service, or of its load balancer and target group,
// where the metric is one of theirs; nil where neither says them.
func (s *Service) Dimensions(m plan.Metric) map[string]string {
	if len(m.Dimensions) > 0 {
		return m.Dimensions
	}
	switch m.Namespace {
	case namespaceECS, namespaceInsights:
		return map[string]string{"ClusterName": s.Cluster.Name, "ServiceName": s.Name}
	case namespaceALB:
		return s.balancer(applicationBalancer).measured(m.Name)
	case namespaceNLB:
		return s.balancer(networkBalancer).measured(m.Name)
	}
	return nil
}

// balancer is the first load balancer of a type in front of the service; nil without.
func (s *Service) balancer(of string) *Balancer {
	i := slices.IndexFunc(s.Balancers, func(b Balancer) bool { return b.Type == of && b.LoadBalancerDimension != "" })
	if i < 0 {
		return nil
	}
	return &s.Balancers[i]
}

// wholeBalancer are the metrics that CloudWatch has of a load balancer as a whole, but of no target group.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
var wholeBalancer = []string{
	"ActiveConnectionCount", "NewConnectionCount", "RejectedConnectionCount", "ClientTLSNegotiationErrorCount", "ConsumedLCUs",
	"ProcessedBytes", "ActiveFlowCount", "NewFlowCount",
}

func (b *Balancer) measured(metric string) map[string]string {
	if b == nil {
		return nil
	}
	of := map[string]string{"LoadBalancer": b.LoadBalancerDimension}
	if !slices.Contains(wholeBalancer, metric) && !strings.HasPrefix(metric, "HTTPCode_ELB_") {
		of["TargetGroup"] = b.TargetGroupDimension
	}
	return of
}

// dimensions are a metric's dimensions as CloudWatch's calls take them, sorted by name.
func dimensions(of map[string]string) []any {
	all := []any{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		all = append(all, map[string]any{"Name": name, "Value": of[name]})
	}
	return all
}

// dimensionsOf reads them back.
func dimensionsOf(list []any) map[string]string {
	all := map[string]string{}
	for _, d := range objects(list) {
		all[d.text("Name")] = d.text("Value")
	}
	return all
}
