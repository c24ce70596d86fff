package follow

import (
	"maps"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

const (
	minute      = time.Minute
	fine        = 20 * time.Second // of high-resolution metrics
	mostPoints  = 20_000           // of a metric that are kept
	shownPoints = 500              // of a metric, in the result
	readAgain   = 3                // periods before the last, whose points may still change
)

// gauge is one metric with the points that have come.
type gauge struct {
	name   string // of ours; "" for the plan's
	metric plan.Metric
	points map[time.Time]float64
}

// The names of our own gauges.
const (
	ofCPU      = "cpu"
	ofMemory   = "memory"
	ofReceived = "received"
	ofSent     = "sent"
)

// gauges are what is read of a service: CPU and memory (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html),
// network where Container Insights measures it, for which each task reports bytes per second once a minute
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html), and the plan's.
func gauges(service *plan.Service, s *fleet.Service) []gauge {
	period := minute
	if s.HighResolution {
		period = fine
	}
	own := func(name, namespace, metric, statistic, unit string, period time.Duration) gauge {
		return gauge{name: name, points: map[time.Time]float64{}, metric: plan.Metric{
			Namespace: namespace, Name: metric, Statistic: statistic, Unit: unit, Period: period,
			Dimensions: map[string]string{"ClusterName": s.Cluster.Name, "ServiceName": s.Name},
		}}
	}
	all := []gauge{
		own(ofCPU, "AWS/ECS", "CPUUtilization", "Average", "percent", period),
		own(ofMemory, "AWS/ECS", "MemoryUtilization", "Average", "percent", period),
	}
	if insights := s.Cluster.Insights; insights == "enabled" || insights == "enhanced" {
		all = append(all, own(ofReceived, "ECS/ContainerInsights", "NetworkRxBytes", "Sum", "bytes", minute),
			own(ofSent, "ECS/ContainerInsights", "NetworkTxBytes", "Sum", "bytes", minute))
	}
	for _, m := range service.Metrics {
		if m.Period <= 0 {
			m.Period = minute
		}
		all = append(all, gauge{metric: m, points: map[time.Time]float64{}})
	}
	return all
}

func (r *record) wanted() []plan.Metric {
	var all []plan.Metric
	for _, g := range r.gauges {
		all = append(all, g.metric)
	}
	return all
}

// period is the shortest, and longest the longest of the metrics'.
func (r *record) period() time.Duration {
	shortest := minute
	for _, g := range r.gauges {
		shortest = min(shortest, g.metric.Period)
	}
	return shortest
}

func (r *record) longest() time.Duration {
	longest := minute
	for _, g := range r.gauges {
		longest = max(longest, g.metric.Period)
	}
	return longest
}

// unread is from when on points are asked for.
func (r *record) unread(now time.Time) time.Time {
	from := r.origin
	if from.IsZero() {
		from = now
	}
	from = from.Add(-r.longest())
	if again := r.read.Add(-readAgain * r.longest()); r.until.IsZero() && again.After(from) {
		from = again
	}
	return from
}

// points takes what was read, in the order of wanted.
func (r *record) points(all []fleet.Series, read time.Time) {
	r.read = read
	for i := range min(len(all), len(r.gauges)) {
		g := &r.gauges[i]
		for _, p := range all[i] {
			if _, known := g.points[p.At]; known || len(g.points) < mostPoints {
				g.points[p.At.UTC()] = p.Value
			}
		}
	}
}

// filled reports whether the last period of the scenario has come of every metric that has had any, and of CPU.
func (r *record) filled() bool {
	for _, g := range r.gauges {
		if len(g.points) == 0 && g.name != ofCPU {
			continue
		}
		last, came := r.until.Add(-g.metric.Period/2).Truncate(g.metric.Period), false
		for at := range g.points {
			came = came || !at.Before(last)
		}
		if !came && !last.Before(r.origin.Add(-g.metric.Period/2)) {
			return false
		}
	}
	return true
}

// gauge is what is known of a metric by that time, nil without a point. A period counts where its middle lies in the
// scenario.
func (r *record) gauge(g gauge, until time.Time) *result.Gauge {
	out := &result.Gauge{Label: g.metric.Label, Unit: g.metric.Unit}
	if g.name != "" {
		out.Unit = ""
	}
	scale, seconds, sum := 1.0, g.metric.Period.Seconds(), 0.0
	if g.metric.Unit == "percent" {
		scale = 0.01
	}
	for _, at := range slices.SortedFunc(maps.Keys(g.points), time.Time.Compare) {
		if middle := at.Add(g.metric.Period / 2); middle.Before(r.origin) || middle.After(until) {
			continue
		}
		v := g.points[at] * scale
		if len(out.Points) == 0 {
			out.Min, out.Max = v, v
		}
		out.Min, out.Max, out.Last = min(out.Min, v), max(out.Max, v), v
		sum += v
		out.Points = append(out.Points, result.Reading{At: r.seconds(at), Seconds: seconds, Value: v})
	}
	if len(out.Points) == 0 {
		return nil
	}
	out.Mean = sum / float64(len(out.Points))
	if g.name == ofReceived || g.name == ofSent {
		out.Total = sum * seconds
	}
	for len(out.Points) > shownPoints {
		out.Points = merged(out.Points)
	}
	return out
}

// merged puts neighbours together.
func merged(points []result.Reading) []result.Reading {
	var half []result.Reading
	for pair := range slices.Chunk(points, 2) {
		p := pair[0]
		if len(pair) == 2 {
			p.Seconds += pair[1].Seconds
			p.Value = (pair[0].Value*pair[0].Seconds + pair[1].Value*pair[1].Seconds) / p.Seconds
		}
		half = append(half, p)
	}
	return half
}
