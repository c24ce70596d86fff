package watch

import (
	"context"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// The metrics that a watch reads of every service, by the labels of its queries.
const (
	cpuMetric         = "cpu"
	memoryMetric      = "memory"
	requestsMetric    = "requests"
	errorsMetric      = "errors"
	connectionsMetric = "connections"
	latencyPrefix     = "latency."
)

// period is how long CloudWatch sums up standard metrics.
const period = time.Minute

// percentiles are the statistics of the targets' response time, as facts and as CloudWatch call them.
var percentiles = []struct{ fact, statistic string }{
	{"p50", "p50"}, {"p90", "p90"}, {"p95", "p95"}, {"p99", "p99"}, {"mean", "Average"}, {"max", "Maximum"}, {"min", "Minimum"},
}

// wanted lists the metrics of a service: its own, those of its load balancer, and last the plan's.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func wanted(s *plan.Service, seen *fleet.Service) []plan.Metric {
	const own, balancer = "AWS/ECS", "AWS/ApplicationELB"
	all := []plan.Metric{
		{Label: cpuMetric, Namespace: own, Name: "CPUUtilization", Statistic: "Average"},
		{Label: memoryMetric, Namespace: own, Name: "MemoryUtilization", Statistic: "Average"},
	}
	if slices.ContainsFunc(seen.Balancers, func(b fleet.Balancer) bool { return b.Type == "application" }) {
		all = append(all,
			plan.Metric{Label: requestsMetric, Namespace: balancer, Name: "RequestCount", Statistic: "Sum"},
			plan.Metric{Label: errorsMetric, Namespace: balancer, Name: "HTTPCode_Target_5XX_Count", Statistic: "Sum"},
			plan.Metric{Label: connectionsMetric, Namespace: balancer, Name: "ActiveConnectionCount", Statistic: "Sum"})
		for _, p := range percentiles {
			all = append(all, plan.Metric{Label: latencyPrefix + p.fact, Namespace: balancer, Name: "TargetResponseTime", Statistic: p.statistic})
		}
	}
	for i := range all {
		all[i].Period = period
	}
	all = append(all, s.Metrics...)
	for i := range all {
		all[i].Dimensions = seen.Dimensions(all[i])
	}
	return all
}

// live is what CloudWatch has of a service in the last minutes.
type live struct {
	service *fleet.Service
	plan    *plan.Service
	series  map[string]fleet.Series // those that the watch reads itself, by label
	own     map[string]fleet.Series // the plan's, by label
	cost    *float64
	trouble error
}

func (w *Watcher) read(ctx context.Context, s *watched, place fleet.Place, seen *fleet.Service, now time.Time) *live {
	l := &live{service: seen, plan: s.plan, series: map[string]fleet.Series{}, own: map[string]fleet.Series{}, cost: w.cost(seen)}
	queries := wanted(s.plan, seen)
	found, err := w.source.Metrics(ctx, place, queries, now.Add(-w.options.Window), now)
	if err != nil {
		l.trouble = err
		return l
	}
	for i, series := range found {
		into := l.series
		if i >= len(queries)-len(s.plan.Metrics) {
			into = l.own
		}
		into[queries[i].Label] = series
	}
	return l
}

// last is the newest value of a metric as facts have it; nil without.
func (l *live) last(label string) *float64 {
	series := l.series[label]
	if len(series) == 0 {
		return nil
	}
	v := series[len(series)-1].Value
	if label == cpuMetric || label == memoryMetric {
		v /= 100 // CloudWatch has percent
	}
	return &v
}

// requests are those a second in the last period; nil without a load balancer.
func (l *live) requests() *float64 {
	v := l.last(requestsMetric)
	if v != nil {
		*v /= period.Seconds()
	}
	return v
}

// sum adds a series up; false without data.
func (l *live) sum(label string) (float64, bool) {
	sum := 0.0
	for _, p := range l.series[label] {
		sum += p.Value
	}
	return sum, len(l.series[label]) > 0
}
