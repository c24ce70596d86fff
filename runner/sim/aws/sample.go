package aws

import (
	"math"
	"time"
)

// sampleEvery is how often the load is read: the finest resolution of an ECS metric.
const sampleEvery = 20 * time.Second

// Names of metrics.
const (
	namespaceECS      = "AWS/ECS"
	namespaceInsights = "ECS/ContainerInsights"
	namespaceELB      = "AWS/ApplicationELB"
	metricCPU         = "CPUUtilization"
	metricMemory      = "MemoryUtilization"
	metricRequests    = "RequestCountPerTarget"
	metricConnections = "ActiveConnectionCount"
)

// A load is what the samples of a service add up to.
type load struct {
	samples, loaded  int // samples taken, and those with a serving task
	cpu, memory      float64
	leastCPU, topCPU float64
	leastMem, topMem float64

	requestsPerTarget float64
	connections       float64
	measured
}

// A reading is one point of one metric.
type reading struct {
	metric Metric
	point
}

// sample reads the load of every service since the sample before, and publishes what is due: points of
// 20 s where a service asks for them, on the minute all others. Alarms and policies follow.
func (m *model) sample() {
	end := m.now
	whole := end.Truncate(minute).Equal(end)
	var quick, due []reading
	for _, s := range m.Services {
		one := m.read(s)
		fine := s.resolutions()
		if fine[metricCPU] && one.loaded > 0 {
			quick = append(quick, reading{s.metric(metricCPU), single(end.Add(-sampleEvery), one.cpu)})
		}
		if fine[metricMemory] && one.loaded > 0 {
			quick = append(quick, reading{s.metric(metricMemory), single(end.Add(-sampleEvery), one.memory)})
		}
		s.load.add(one)
		if whole {
			due = append(due, m.minutely(s, fine)...)
			s.load = load{}
		}
	}
	m.after(m.options.MetricDelay/quicker, func() { m.appear(quick, end, (*MetricAlarm).quick) })
	if whole {
		m.after(m.options.MetricDelay, func() { m.appear(due, end, (*MetricAlarm).slow) })
	}
	m.after(sampleEvery, m.sample)
}

// quicker is by how much points of 20 s appear sooner than those of a minute.
const quicker = 3

// appear lets CloudWatch have points, and looks at the alarms that they may change.
func (m *model) appear(points []reading, end time.Time, due func(*MetricAlarm) bool) {
	for _, r := range points {
		m.publish(r.metric, r.point)
	}
	m.track(end, m.evaluate(end, due))
}

// read asks a service's workload.
func (m *model) read(s *Service) load {
	name, w := m.workload(s)
	if w == nil {
		return newLoad(s.serving, 0, 0, 0, 0)
	}
	cpu, memory, rate, connections := w.Load(name)
	one := newLoad(s.serving, cpu, memory, rate*sampleEvery.Seconds(), connections)
	one.measured = measure(name, w)
	return one
}

// newLoad makes a sample in the units of CloudWatch. What a workload says wrongly is cut to what can be.
func newLoad(serving int, cpu, memory, requests float64, connections int) load {
	share := func(v float64) float64 {
		if math.IsNaN(v) {
			return 0
		}
		return 100 * max(0, min(v, 1))
	}
	l := load{samples: 1, connections: float64(max(0, connections))}
	if serving > 0 {
		l.loaded, l.cpu, l.memory = 1, share(cpu), share(memory)
		if requests > 0 && !math.IsInf(requests, 0) {
			l.requestsPerTarget = requests
		}
	}
	l.leastCPU, l.topCPU, l.leastMem, l.topMem = l.cpu, l.cpu, l.memory, l.memory
	return l
}

func (l *load) add(one load) {
	if l.loaded == 0 {
		l.leastCPU, l.leastMem = one.leastCPU, one.leastMem
	}
	if one.loaded > 0 {
		l.leastCPU, l.leastMem = min(l.leastCPU, one.leastCPU), min(l.leastMem, one.leastMem)
		l.topCPU, l.topMem = max(l.topCPU, one.topCPU), max(l.topMem, one.topMem)
	}
	l.samples += one.samples
	l.loaded += one.loaded
	l.cpu += one.cpu
	l.memory += one.memory
	l.requestsPerTarget += one.requestsPerTarget
	l.connections += one.connections
	l.measured.add(one.measured)
}

// minutely is what a minute of a service gives.
func (m *model) minutely(s *Service, fine map[string]bool) []reading {
	start, l := m.now.Add(-minute), s.load
	var due []reading
	if n := float64(l.loaded); n > 0 {
		if !fine[metricCPU] {
			due = append(due, reading{s.metric(metricCPU), point{start, n, l.cpu, l.leastCPU, l.topCPU}})
		}
		if !fine[metricMemory] {
			due = append(due, reading{s.metric(metricMemory), point{start, n, l.memory, l.leastMem, l.topMem}})
		}
	}
	return append(append(due, m.insights(s, start)...), m.balanced(s, start)...)
}

// metric is a service's own metric.
func (s *Service) metric(name string) Metric {
	return Metric{namespaceECS, name, []Dimension{{"ClusterName", lastPart(s.ClusterArn)}, {"ServiceName", s.ServiceName}}}
}

// resolutions tells which of a service's metrics have points of 20 s.
func (s *Service) resolutions() map[string]bool {
	fine := map[string]bool{}
	if s.Monitoring == nil {
		return fine
	}
	for _, c := range s.Monitoring.MetricConfigurations {
		for _, name := range c.MetricNames {
			fine[name] = c.ResolutionSeconds == int(sampleEvery/time.Second)
		}
	}
	return fine
}
