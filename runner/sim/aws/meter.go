package aws

import (
	"math"
	"time"
)

// A Meter is a Workload that also measures what a load balancer and the network see of it.
type Meter interface {
	Workload
	// Measures is asked after each Load, of the same time.
	Measures(service string) Measures
}

// Measures are of all tasks of a service together, rates a second of wall time.
type Measures struct {
	Requests, Failed float64       // all, and those answered with 5XX
	ResponseTime     time.Duration // mean; 0 where none was answered
	Received, Sent   float64       // bytes
}

// Names of the metrics that a Meter's measures make.
const (
	metricRequestCount = "RequestCount"
	metricFailed       = "HTTPCode_Target_5XX_Count"
	metricResponseTime = "TargetResponseTime"
	metricReceived     = "NetworkRxBytes"
	metricSent         = "NetworkTxBytes"
)

// A measured is what the measures of a service add up to over its samples.
type measured struct {
	requests, failed float64
	response         float64 // seconds of all requests together
	received, sent   float64 // bytes a second, of each sample
}

// measure reads what there is to measure; nothing of a workload that is no Meter. What is no number counts as nothing.
func measure(name string, w Workload) measured {
	meter, ok := w.(Meter)
	if !ok {
		return measured{}
	}
	rate := func(v float64) float64 {
		if !(v > 0) || math.IsInf(v, 0) {
			return 0
		}
		return v
	}
	of := meter.Measures(name)
	m := measured{
		requests: rate(of.Requests) * sampleEvery.Seconds(), failed: rate(of.Failed) * sampleEvery.Seconds(),
		received: rate(of.Received), sent: rate(of.Sent),
	}
	m.response = m.requests * max(0, of.ResponseTime.Seconds())
	return m
}

func (m *measured) add(one measured) {
	m.requests += one.requests
	m.failed += one.failed
	m.response += one.response
	m.received += one.received
	m.sent += one.sent
}

// insights is what Container Insights adds, where it is on.
func (m *model) insights(s *Service, start time.Time) []reading {
	c, err := m.cluster(s.ClusterArn)
	if err != nil || !c.insights() {
		return nil
	}
	of := func(name string, p point) reading {
		metric := s.metric(name)
		metric.Namespace = namespaceInsights
		return reading{metric, p}
	}
	count := func(n int) point { return single(start, float64(n)) }
	due := []reading{
		of("DesiredTaskCount", count(s.DesiredCount)), of("RunningTaskCount", count(s.RunningCount)), of("PendingTaskCount", count(s.PendingCount)),
	}
	if n := float64(s.serving * s.load.samples); n > 0 { // bytes a second of each task: their sum is the service's
		tasks := float64(s.serving)
		bytes := func(sum float64) point {
			perTask := sum / n
			return point{start, tasks, sum / float64(s.load.samples), perTask, perTask}
		}
		due = append(due, of(metricReceived, bytes(s.load.received)), of(metricSent, bytes(s.load.sent)))
	}
	return due
}

// balanced is what the service's load balancers measure.
func (m *model) balanced(s *Service, start time.Time) []reading {
	var due []reading
	for _, target := range s.LoadBalancers {
		g := m.targetGroup(target.TargetGroupArn)
		if g == nil {
			continue
		}
		group := Dimension{"TargetGroup", g.dimension()}
		requests := single(start, s.load.requestsPerTarget)
		due = append(due, reading{Metric{namespaceELB, metricRequests, []Dimension{group}}, requests})
		for _, arn := range g.LoadBalancerArns {
			balancer := Dimension{"LoadBalancer", balancerDimension(arn)}
			due = append(due,
				reading{Metric{namespaceELB, metricRequests, []Dimension{balancer, group}}, requests},
				reading{Metric{namespaceELB, metricConnections, []Dimension{balancer}}, single(start, s.load.connections/float64(max(1, s.load.samples)))})
			due = append(due, s.load.exchanged(start, balancer)...)
			due = append(due, s.load.exchanged(start, balancer, group)...)
		}
	}
	return due
}

// exchanged is what a load balancer tells of requests, as often as there is something to tell.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func (m measured) exchanged(start time.Time, dimensions ...Dimension) []reading {
	due := []reading{{Metric{namespaceELB, metricRequestCount, dimensions}, single(start, m.requests)}}
	if m.failed > 0 {
		due = append(due, reading{Metric{namespaceELB, metricFailed, dimensions}, single(start, m.failed)})
	}
	if m.requests > 0 && m.response > 0 {
		mean := m.response / m.requests
		due = append(due, reading{Metric{namespaceELB, metricResponseTime, dimensions}, point{start, m.requests, m.response, mean, mean}})
	}
	return due
}
