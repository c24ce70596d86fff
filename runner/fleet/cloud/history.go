package cloud

import (
	"context"
	"errors"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// How finely CloudWatch still remembers.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const (
	fineDays    = 62 // of periods of 5 minutes
	finePeriod  = 5 * time.Minute
	roughPeriod = time.Hour
	mostDays    = 455
)

const aDay = 24 * time.Hour

// History reads the daily peaks of the plan's services from CloudWatch: of the last days, today included, 1 to 455. The more
// days, the longer the periods of which the peaks are means: 5 minutes up to 62 days, else an hour. Services that are not
// there, or cannot be read, have none and are told as hidden; the error is for a plan of which nothing could be read.
func (c *Cloud) History(ctx context.Context, p *plan.Plan, days int) (fleet.History, []fleet.Hidden, error) {
	surveys, failed := c.surveys(ctx, p)
	if failed != nil {
		return nil, nil, failed
	}
	days = max(1, min(days, mostDays))
	each(surveys, func(s *survey) { s.readPast(ctx, days) })
	if err := nothingRead(surveys); err != nil {
		return nil, nil, err
	}
	history := fleet.History{}
	for _, s := range surveys {
		for _, subject := range s.subjects {
			if subject.past != nil {
				history[subject.Title] = subject.past
			}
		}
	}
	return history, gather(p, surveys, nil), ctx.Err()
}

// readPast reads the days of every service of a place.
func (s *survey) readPast(ctx context.Context, days int) {
	if s.failed != nil {
		for _, subject := range s.subjects {
			s.hide(fleet.HiddenMetrics, s.failed, subject)
		}
		return
	}
	s.readServices(ctx)
	s.findBalancers(ctx)
	for _, subject := range s.subjects {
		if subject.Missing != "" && subject.trouble == nil {
			s.hide(fleet.HiddenMetrics, errors.New(subject.Missing), subject)
		}
	}
	s.readPeaks(ctx, days)
}

// readPeaks reads the metrics of the services that are there.
func (s *survey) readPeaks(ctx context.Context, days int) {
	to := s.now.UTC()
	from := to.Truncate(aDay).Add(-time.Duration(days-1) * aDay)
	period := finePeriod
	if days > fineDays {
		period = roughPeriod
	}
	subjects := s.there()
	var wanted []plan.Metric
	peaks := make([][]peak, len(subjects))
	for i, subject := range subjects {
		peaks[i] = subject.peaks(period)
		for _, p := range peaks[i] {
			wanted = append(wanted, p.metric)
		}
	}
	series, err := s.series(ctx, wanted, from, to)
	if err != nil {
		s.hide(fleet.HiddenMetrics, err, subjects...)
		return
	}
	for i, subject := range subjects {
		subject.past = daily(peaks[i], series[:len(peaks[i])], from, days)
		series = series[len(peaks[i]):]
	}
}

// peak is a metric whose daily peak is kept, and where.
type peak struct {
	metric plan.Metric
	keep   func(day *fleet.Day, value float64)
}

// peaks are what is remembered of a service. Connections are summed over the minutes of a period, requests
// over the whole of it; of several load balancers the busiest counts.
func (b *subject) peaks(period time.Duration) []peak {
	own := map[string]string{"ClusterName": b.names.cluster, "ServiceName": b.names.service}
	of := func(namespace, name, statistic string, dimensions map[string]string) plan.Metric {
		return plan.Metric{Namespace: namespace, Name: name, Statistic: statistic, Dimensions: dimensions, Period: period}
	}
	found := []peak{
		{of("AWS/ECS", "CPUUtilization", "Average", own), func(d *fleet.Day, v float64) { d.CPU = max(d.CPU, v/100) }},
		{of("AWS/ECS", "MemoryUtilization", "Average", own), func(d *fleet.Day, v float64) { d.Memory = max(d.Memory, v/100) }},
		{of("ECS/ContainerInsights", "RunningTaskCount", "Maximum", own), func(d *fleet.Day, v float64) { d.Tasks = max(d.Tasks, v) }},
	}
	for _, balancer := range b.Balancers {
		if balancer.Type != "application" {
			continue
		}
		front := map[string]string{"LoadBalancer": balancer.LoadBalancerDimension}
		group := map[string]string{"LoadBalancer": balancer.LoadBalancerDimension, "TargetGroup": balancer.TargetGroupDimension}
		found = append(found,
			peak{of("AWS/ApplicationELB", "RequestCount", "Sum", group), func(d *fleet.Day, v float64) {
				d.Requests = max(d.Requests, v/period.Seconds())
			}},
			peak{of("AWS/ApplicationELB", "ActiveConnectionCount", "Sum", front), func(d *fleet.Day, v float64) {
				d.Connections = max(d.Connections, v/period.Minutes())
			}})
	}
	for _, m := range b.plan.Metrics {
		m.Period = period
		found = append(found, peak{m, func(d *fleet.Day, v float64) { d.Custom[m.Label] = highest(d.Custom, m.Label, v) }})
	}
	return found
}

func highest(known map[string]float64, label string, v float64) float64 {
	if old, ok := known[label]; ok {
		return max(old, v)
	}
	return v
}

// daily sorts points into days.
func daily(peaks []peak, series []fleet.Series, from time.Time, days int) []fleet.Day {
	past := make([]fleet.Day, days)
	for i := range past {
		past[i] = fleet.Day{CPU: -1, Memory: -1, Tasks: -1, Requests: -1, Connections: -1, Custom: map[string]float64{}}
		past[i].Date = from.Add(time.Duration(i) * aDay)
	}
	for i, p := range peaks {
		for _, point := range series[i] {
			if day := int(point.At.Sub(from) / aDay); day >= 0 && day < days {
				p.keep(&past[day], point.Value)
			}
		}
	}
	return slices.Clip(past)
}
