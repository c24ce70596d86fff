package export

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

// Prometheus serves how services stand as metrics of Prometheus, base units throughout: ratios, seconds, USD. What is not
// known is left out. The zero value serves none; it is safe for concurrent use.
type Prometheus struct{ latest atomic.Pointer[watch.Table] }

var _ prometheus.Collector = (*Prometheus)(nil)

// Show makes a table the one that is served. The caller must not change it any more.
func (p *Prometheus) Show(t watch.Table) { p.latest.Store(&t) }

// Handler answers scrapes.
func (p *Prometheus) Handler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(p)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// gauge is one metric of a service; false where it is not known.
type gauge struct {
	description *prometheus.Desc
	value       func(watch.Status) (float64, bool)
}

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("plimsoll_service_"+name, help, append([]string{"service"}, labels...), nil)
}

// gauges are the metrics with no label but the service.
var gauges = []gauge{
	{described("tasks_desired", "Tasks that ECS is asked for."), counted(func(s watch.Status) int { return s.Tasks.Desired })},
	{described("tasks_running", "Tasks that run."), counted(func(s watch.Status) int { return s.Tasks.Running })},
	{described("tasks_pending", "Tasks that are starting."), counted(func(s watch.Status) int { return s.Tasks.Pending })},
	{described("tasks_min", "Least tasks that scaling leaves."), counted(func(s watch.Status) int { return s.Tasks.Min })},
	{described("tasks_max", "Most tasks that scaling makes; 0 without scaling."), counted(func(s watch.Status) int { return s.Tasks.Max })},
	{described("alarms_firing", "Alarms in ALARM, target tracking's own left out."), counted(func(s watch.Status) int { return len(s.Alarms) })},
	{described("cpu_ratio", "Mean CPU utilization of the last period."), optional(func(s watch.Status) *float64 { return s.CPU })},
	{described("memory_ratio", "Mean memory utilization of the last period."), optional(func(s watch.Status) *float64 { return s.Memory })},
	{described("requests_per_second", "Requests over all targets."), optional(func(s watch.Status) *float64 { return s.Requests })},
	{described("connections", "Connections at once over all targets."), optional(func(s watch.Status) *float64 { return s.Connections })},
	{described("cost_dollars_per_hour", "Price of the running tasks."), optional(func(s watch.Status) *float64 { return s.CostPerHour })},
	{described("headroom_ratio", "Share of what was proven at the maximum of tasks that is still free."), func(s watch.Status) (float64, bool) {
		if s.Headroom == nil {
			return 0, false
		}
		return s.Headroom.Share, true
	}},
}

var (
	slaDescription   = described("sla_verdict", "How live metrics judge an SLA: 1 pass, 0 fail, -1 inconclusive.", "sla")
	stateDescription = described("state", "1 for the state in which the service is.", "state")
)

func counted(of func(watch.Status) int) func(watch.Status) (float64, bool) {
	return func(s watch.Status) (float64, bool) {
		return float64(of(s)), s.State != watch.Unread && s.State != watch.Missing
	}
}

func optional(of func(watch.Status) *float64) func(watch.Status) (float64, bool) {
	return func(s watch.Status) (float64, bool) {
		v := of(s)
		if v == nil {
			return 0, false
		}
		return *v, true
	}
}

// Describe names every metric.
func (p *Prometheus) Describe(to chan<- *prometheus.Desc) {
	for _, g := range gauges {
		to <- g.description
	}
	to <- slaDescription
	to <- stateDescription
}

// Collect tells the latest table.
func (p *Prometheus) Collect(to chan<- prometheus.Metric) {
	t := p.latest.Load()
	if t == nil {
		return
	}
	for _, s := range t.Services {
		for _, g := range gauges {
			if v, ok := g.value(s); ok {
				to <- prometheus.MustNewConstMetric(g.description, prometheus.GaugeValue, v, s.Service)
			}
		}
		to <- prometheus.MustNewConstMetric(stateDescription, prometheus.GaugeValue, 1, s.Service, s.State)
		for _, sla := range s.SLAs {
			to <- prometheus.MustNewConstMetric(slaDescription, prometheus.GaugeValue, verdictValues[sla.Verdict], s.Service, sla.Name)
		}
	}
}

var verdictValues = map[result.Verdict]float64{result.Pass: 1, result.Fail: 0, result.Inconclusive: -1}
