package language

import "slices"

// Metric is a CloudWatch metric whose name says enough.
type Metric struct {
	Name, Namespace, Statistic, Unit string
	For                              int    // periods after which an alarm on it fires
	Missing                          string // what an alarm on it takes missing data for
}

// Namespaces of metrics that belong to an ECS service.
const (
	NamespaceECS      = "AWS/ECS"
	NamespaceInsights = "ECS/ContainerInsights"
	NamespaceALB      = "AWS/ApplicationELB"
)

// Units are what the values of a metric can be.
func Units() []string { return []string{"count", "percent", "seconds", "bytes"} }

// Metrics lists those that are known by name alone. Counts that CloudWatch leaves out where they are zero do not breach
// by missing.
func Metrics() []Metric {
	all := []Metric{
		{"CPUUtilization", NamespaceECS, "Average", "percent", 3, "missing"},
		{"MemoryUtilization", NamespaceECS, "Average", "percent", 3, "missing"},
		{"TargetResponseTime", NamespaceALB, "Average", "seconds", 3, "missing"},
		{"HealthyHostCount", NamespaceALB, "Minimum", "count", 3, "missing"},
		{"UnHealthyHostCount", NamespaceALB, "Maximum", "count", 3, "missing"},
	}
	for _, name := range []string{"RunningTaskCount", "DesiredTaskCount", "PendingTaskCount", "DeploymentCount"} {
		all = append(all, Metric{name, NamespaceInsights, "Maximum", "count", 1, "missing"})
	}
	for _, name := range []string{"NetworkRxBytes", "NetworkTxBytes"} {
		all = append(all, Metric{name, NamespaceInsights, "Average", "bytes", 3, "missing"})
	}
	for _, name := range []string{
		"RequestCount", "RequestCountPerTarget", "ActiveConnectionCount", "NewConnectionCount", "RejectedConnectionCount",
		"TargetConnectionErrorCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count",
	} {
		all = append(all, Metric{name, NamespaceALB, "Sum", "count", 3, "notBreaching"})
	}
	return all
}

// KnownMetric finds a metric by name. Of another one, the defaults are as for most; its namespace is not known.
func KnownMetric(name string) (Metric, bool) {
	all := Metrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{Name: name, Statistic: "Average", Unit: "count", For: 3, Missing: "missing"}, false
	}
	return all[i], true
}

// ofMetric are the attributes that say which metric is read, and how.
func ofMetric() []Attribute {
	return []Attribute{
		{Name: "namespace", Type: Constant, Doc: "Its namespace; of a known metric it need not be given.", Example: `namespace = "AWS/RDS"`},
		{Name: "dimensions", Type: Pairs, Doc: "Its dimensions. Without them, those of the ECS service, or of its load balancer and target group, where the namespace is one of theirs.", Example: `dimensions = { DBInstanceIdentifier = "orders" }`},
		{Name: "statistic", Type: Constant, Doc: "`Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99`; without it that of a known metric, else `Average`.", Example: `statistic = "Maximum"`},
		{Name: "period", Type: Duration, Default: `"60s"`, Min: 10, Max: 86400, Doc: "Over how long a value is: 10, 20 or 30 s, or a multiple of 60 s.", Example: `period = "5m"`},
	}
}

// watching are the blocks about metrics of CloudWatch.
func watching() []Block {
	return []Block{{
		Name: "metric", Label: "name", Unlabelled: true,
		Doc: "A CloudWatch metric. In a service it has a label, stands on the timeline of every run, and is read in assertions as `metric.name`. " +
			"In a `track \"custom\"` it has none, and says what is followed.",
		Example: "metric \"db_cpu\" {\n  name       = \"CPUUtilization\"\n  namespace  = \"AWS/RDS\"\n  dimensions = { DBInstanceIdentifier = \"orders\" }\n}",
		Attributes: append([]Attribute{
			{Name: "name", Type: Constant, Required: true, Doc: "What CloudWatch calls it.", Example: `name = "CPUUtilization"`},
			{Name: "unit", Type: Choice, Values: Units(), Doc: "What its values are, and so what the fact may be compared with; without it that of a known metric, else `count`.", Example: `unit = "percent"`},
		}, ofMetric()...),
	}, {
		Name: "alarm", Label: "name", Meant: map[string]string{"threshold": "above", "evaluation_periods": "for", "actions": "notify"},
		Doc: "A CloudWatch alarm on the service: exactly one of `above` and `below`. `CPUUtilization`, `MemoryUtilization`, the counts of tasks, " +
			"which need Container Insights, and the metrics of the load balancer are known by name.",
		Example: "alarm \"task_spike\" {\n  metric = \"RunningTaskCount\"\n  above  = 10\n}",
		Attributes: append([]Attribute{
			{Name: "metric", Type: Constant, Required: true, Doc: "What CloudWatch calls the metric.", Example: `metric = "CPUUtilization"`},
			{Name: "above", Type: Any, Doc: "It fires above this: a percentage where the metric is one, a duration or a size where it is one of these, else a number.", Example: `above = "85%"`},
			{Name: "below", Type: Any, Doc: "It fires below this.", Example: `below = 2`},
			{Name: "for", Type: Count, Min: 1, Max: 8640, Unit: "periods", Doc: "How many periods in a row must be so; without it 3, and 1 for the counts of tasks.", Example: `for = 5`},
			{Name: "missing", Type: Choice, Values: []string{"missing", "ignore", "breaching", "notBreaching"}, Doc: "What missing data is taken for; without it `missing`, and `notBreaching` for the counts of the load balancer, which has no data where nothing happens.", Example: `missing = "notBreaching"`},
			notify, named("`<cluster>-<service>-<label>`", `name = "web-high-cpu"`),
		}, ofMetric()...),
	}}
}
