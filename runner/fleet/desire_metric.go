package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"plimsoll/dsl/plan"
)

// metricOf is the metric that a target-tracking policy follows.
type metricOf struct {
	kind            string            // a Track constant of plan; "" of none that plans speak of
	namespace, name string            // of a custom one
	dimensions      map[string]string // of a custom one
	statistic       string            // of a custom one
	label           string            // of requests: the load balancer and target group
	fine            bool              // every 20 s
	predefined      bool              // AWS has a name for it
	specification   Document          // as the policy has it
}

// is reports whether two policies follow the same thing, in whichever way.
func (m metricOf) is(other metricOf) bool {
	return m.kind != "" && m.kind == other.kind && m.namespace == other.namespace && m.name == other.name && maps.Equal(m.dimensions, other.dimensions)
}

// serves reports whether a policy that follows m does what is wanted.
func (m metricOf) serves(want metricOf) bool {
	return m.is(want) && m.statistic == want.statistic && m.label == want.label && (m.fine || !want.fine)
}

func (m metricOf) words() string {
	switch {
	case m.kind == plan.TrackCustom:
		return Line(m.namespace + " " + m.name + " " + m.statistic)
	case m.kind == plan.TrackRequests:
		return Line("requests of " + m.label)
	case m.fine:
		return m.kind + " every 20 s"
	case m.predefined:
		return m.kind + " every 60 s"
	}
	return cmp.Or(m.kind, "something else")
}

// predefinedTracks are AWS's names for metrics.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
var predefinedTracks = map[string]string{
	"ECSServiceAverageCPUUtilization": plan.TrackCPU, "ECSServiceAverageMemoryUtilization": plan.TrackMemory,
	"ALBRequestCountPerTarget": plan.TrackRequests,
}

// fineSuffix is at the end of AWS's names for metrics of 20 s.
const fineSuffix = "HighResolution"

// follows reads which metric a policy follows.
func (d *desire) follows(policy Document) metricOf {
	if named, ok := policy.at(tracking, predefined).(map[string]any); ok {
		return predefinedMetric(named)
	}
	custom, ok := policy.at(tracking, customized).(map[string]any)
	if !ok {
		return metricOf{}
	}
	return d.customMetric(custom)
}

func predefinedMetric(named Document) metricOf {
	kind, fine := strings.CutSuffix(named.text("PredefinedMetricType"), fineSuffix)
	return metricOf{
		kind: predefinedTracks[kind], label: named.text("ResourceLabel"), fine: fine, predefined: true, specification: named,
	}
}

func (d *desire) customMetric(custom Document) metricOf {
	m := metricOf{kind: plan.TrackCustom, specification: custom}
	queries := objects(custom.list("Metrics"))
	switch {
	case len(queries) == 0:
		m.namespace, m.name = custom.text("Namespace"), custom.text("MetricName")
		m.dimensions, m.statistic = dimensionsOf(custom.list("Dimensions")), custom.text("Statistic")
	case len(queries) == 1:
		of := Document{"": queries[0].at("MetricStat", "Metric")}
		m.namespace, m.name, m.dimensions = of.text("", "Namespace"), of.text("", "MetricName"), dimensionsOf(of.list("", "Dimensions"))
		m.statistic = queries[0].text("MetricStat", "Stat")
	case slices.ContainsFunc(queries, measures("ActiveConnectionCount")) && slices.ContainsFunc(queries, measures("RunningTaskCount")):
		return metricOf{kind: plan.TrackConnections, specification: custom}
	default:
		return metricOf{specification: custom}
	}
	if m.namespace != namespaceECS || !maps.Equal(m.dimensions, d.ownDimensions()) {
		return m
	}
	for kind, name := range utilizations {
		if m.name == name {
			return metricOf{kind: kind, specification: custom}
		}
	}
	return m
}

// utilizations are the metrics of a service that AWS has a predefined name for, too, by what tracks call them.
var utilizations = map[string]string{plan.TrackCPU: "CPUUtilization", plan.TrackMemory: "MemoryUtilization"}

func measures(name string) func(Document) bool {
	return func(query Document) bool { return query.text("MetricStat", "Metric", "MetricName") == name }
}

// followed is what a track is to follow; false with a refusal where it cannot.
func (d *desire) followed(t plan.Track) (metricOf, bool) {
	switch t.Kind {
	case plan.TrackRequests:
		return d.requests()
	case plan.TrackConnections:
		return d.connections()
	case plan.TrackCustom:
		return d.custom(*t.Metric), true
	}
	for name, kind := range predefinedTracks {
		if kind != t.Kind {
			continue
		}
		if t.HighResolution {
			name += fineSuffix
		}
		return predefinedMetric(Document{"PredefinedMetricType": name}), true
	}
	return metricOf{}, false
}

// requests are those per target of the application load balancer in front of the service.
func (d *desire) requests() (metricOf, bool) {
	b := d.inFront("requests policy")
	if b == nil {
		return metricOf{}, false
	}
	return predefinedMetric(Document{
		"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": b.LoadBalancerDimension + "/" + b.TargetGroupDimension,
	}), true
}

// inFront is the application load balancer in front of the service; nil with a refusal where there is none.
func (d *desire) inFront(what string) *Balancer {
	b := d.seen.balancer(applicationBalancer)
	if b == nil && !d.unseen(HiddenBalancers) {
		d.refuse(what, "no application load balancer is in front of the service", "follow cpu or a custom metric, or name it in ecs { load_balancer }")
	}
	return b
}

// connections are the active ones of the load balancer by running task. CloudWatch counts the former as a sum over the
// balancer's nodes, and the latter with Container Insights only.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func (d *desire) connections() (metricOf, bool) {
	b := d.inFront("connections policy")
	if b == nil {
		return metricOf{}, false
	}
	if !d.insights() && d.unseen(HiddenCluster) {
		return metricOf{}, false
	}
	if !d.insights() {
		d.refuse("connections policy", "running tasks are counted by Container Insights only, which is off", "desire container_insights = true, which is billed")
		return metricOf{}, false
	}
	active := stat(namespaceALB, "ActiveConnectionCount", "Sum", map[string]string{"LoadBalancer": b.LoadBalancerDimension})
	running := stat(namespaceInsights, "RunningTaskCount", "Average", d.ownDimensions())
	return d.customMetric(Document{"Metrics": []any{
		map[string]any{"Id": "connections", "MetricStat": active, "ReturnData": false},
		map[string]any{"Id": "tasks", "MetricStat": running, "ReturnData": false},
		map[string]any{"Id": "per_task", "Expression": "connections / tasks", "Label": "active connections by running task", "ReturnData": true},
	}}), true
}

// custom is any metric. Statistics that Application Auto Scaling has no word for are asked for as CloudWatch would.
func (d *desire) custom(m plan.Metric) metricOf {
	dims := d.seen.Dimensions(m)
	if slices.Contains(statistics, m.Statistic) {
		custom := Document{"Namespace": m.Namespace, "MetricName": m.Name, "Statistic": m.Statistic}
		if len(dims) > 0 {
			custom["Dimensions"] = dimensions(dims)
		}
		return d.customMetric(custom)
	}
	return d.customMetric(Document{"Metrics": []any{
		map[string]any{"Id": "metric", "MetricStat": stat(m.Namespace, m.Name, m.Statistic, dims), "ReturnData": true},
	}})
}

func stat(namespace, name, statistic string, of map[string]string) map[string]any {
	metric := map[string]any{"Namespace": namespace, "MetricName": name}
	if len(of) > 0 {
		metric["Dimensions"] = dimensions(of)
	}
	return map[string]any{"Metric": metric, "Stat": statistic}
}

func (d *desire) ownDimensions() map[string]string {
	return d.seen.Dimensions(plan.Metric{Namespace: namespaceECS})
}
