package watch

import (
	"cmp"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

var _ fact.Source = (*live)(nil)

// Value is what is known of a fact from live metrics: those of the service itself, of its load balancer for latency,
// errors and throughput, and the plan's own. A percentile is that of the worst period, since percentiles are never averaged.
func (l *live) Value(path string) fact.Interval {
	names := fact.Split(path)
	switch {
	case len(names) > 2 && names[0] == "ecs" && (names[1] == l.plan.Title() || names[1] == "self"):
		return l.ecs(strings.Join(names[2:], "."))
	case len(names) == 3 && names[0] == "metric":
		return l.metric(names[1], names[2])
	case len(names) == 2 && names[0] == "requirement":
		return l.requirement(names[1])
	case len(names) == 2 && names[0] == "latency":
		return worst(l.series[latencyPrefix+names[1]])
	}
	return l.traffic(path)
}

// traffic are the errors and the throughput that the load balancer saw.
func (l *live) traffic(path string) fact.Interval {
	requests, known := l.sum(requestsMetric)
	if !known {
		return fact.Unknown()
	}
	failed, _ := l.sum(errorsMetric) // CloudWatch has no point where there was none
	seconds := float64(len(l.series[requestsMetric])) * period.Seconds()
	switch path {
	case "error_rate":
		if requests == 0 {
			return fact.Unknown()
		}
		return fact.Exactly(failed / requests)
	case "throughput":
		return fact.Exactly((requests - failed) / seconds)
	case "operations":
		return fact.Exactly(requests)
	case "failed.count":
		return fact.Exactly(failed)
	}
	return fact.Unknown()
}

// ecs are the facts of the service as it is: what a run tells over a scenario is told of this moment.
func (l *live) ecs(name string) fact.Interval {
	s := l.service
	head, _, _ := strings.Cut(name, ".")
	switch head {
	case "desired":
		return count(s.Desired)
	case "running", "tasks":
		return count(s.Running)
	case "pending":
		return count(s.Pending)
	case "deployments":
		return count(len(s.Deployments))
	case "stable":
		return truth(stable(s))
	case "alarms":
		return count(len(firing(s.Alarms)))
	case "healthy":
		return l.healthy()
	case "cpu", "memory":
		return utilization(l.series[head], strings.TrimPrefix(name, head+"."))
	case "min", "max":
		return l.bound(head)
	case "cost":
		if name == "cost.per_hour" && l.cost != nil {
			return fact.Exactly(*l.cost)
		}
	}
	return fact.Unknown()
}

func (l *live) bound(which string) fact.Interval {
	switch {
	case l.service.Target == nil:
		return fact.Unknown()
	case which == "min":
		return count(l.service.Target.Min)
	}
	return count(l.service.Target.Max)
}

// healthy are the targets of the first load balancer.
func (l *live) healthy() fact.Interval {
	if len(l.service.Balancers) == 0 {
		return fact.Unknown()
	}
	return count(l.service.Balancers[0].Healthy)
}

// stable reports whether one deployment stands, complete.
func stable(s *fleet.Service) bool {
	return len(s.Deployments) == 1 && !slices.ContainsFunc(s.Deployments, func(d fleet.Deployment) bool {
		return d.State == "IN_PROGRESS" || d.State == "FAILED"
	})
}

// metric is one of the plan's.
func (l *live) metric(label, statistic string) fact.Interval {
	i := slices.IndexFunc(l.plan.Metrics, func(m plan.Metric) bool { return m.Label == label })
	series, of := l.own[label], statistics[statistic]
	if i < 0 || of == nil || len(series) == 0 {
		return fact.Unknown()
	}
	return fact.Exactly(l.plan.Metrics[i].Base(of(series)))
}

// utilization is a share of CPU or memory.
func utilization(series fleet.Series, statistic string) fact.Interval {
	of, ok := statistics[statistic]
	if !ok || len(series) == 0 {
		return fact.Unknown()
	}
	return fact.Exactly(of(series) / 100)
}

// statistics are those of a series with at least one point.
var statistics = map[string]func(fleet.Series) float64{
	"min":  func(s fleet.Series) float64 { return slices.MinFunc(s, byValue).Value },
	"max":  func(s fleet.Series) float64 { return slices.MaxFunc(s, byValue).Value },
	"last": func(s fleet.Series) float64 { return s[len(s)-1].Value },
	"mean": func(s fleet.Series) float64 {
		sum := 0.0
		for _, p := range s {
			sum += p.Value
		}
		return sum / float64(len(s))
	},
}

func byValue(a, b fleet.Point) int { return cmp.Compare(a.Value, b.Value) }

func worst(series fleet.Series) fact.Interval {
	if len(series) == 0 {
		return fact.Unknown()
	}
	return fact.Exactly(statistics["max"](series))
}

func count(n int) fact.Interval { return fact.Exactly(float64(n)) }

func truth(b bool) fact.Interval {
	if b {
		return fact.Exactly(1)
	}
	return fact.Exactly(0)
}
