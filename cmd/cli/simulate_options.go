package cli

import (
	"cmp"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/sim"
	"plimsoll/runner/sim/aws"
)

// What AWS leaves undocumented, and the simulation decides.
const (
	simulatedRegion = "us-east-1" // where the plan names none
	metricDelay     = time.Minute // from the end of a minute until CloudWatch has its points
	scaleInStep     = 5           // the most tasks that one scale-in takes away
	leastStartTime  = time.Second // of a task
)

// optionsOf says how the simulated AWS of a plan behaves.
func optionsOf(p *plan.Plan, seed uint64) aws.Options {
	o := aws.Options{
		Region: simulatedRegion, Speed: speedOf(p), Seed: seed, MetricDelay: metricDelay, ScaleInStep: scaleInStep,
		StartTimes: map[string]time.Duration{},
	}
	for i := len(p.Services) - 1; i >= 0; i-- { // the first service has the last word
		s := p.Services[i]
		if s.ECS == nil || !p.AWSSimulated(s) {
			continue
		}
		o.Region, o.Account = cmp.Or(s.ECS.Region, o.Region), cmp.Or(s.ECS.Account, o.Account)
		if s.Simulate != nil {
			o.StartTimes[s.ECS.ServiceName()] = max(leastStartTime, s.Simulate.StartTime)
		}
	}
	return o
}

// workloads are the simulated services as the tasks of the plan's ECS services.
func (m *simulator) workloads(p *plan.Plan) (map[string]aws.Workload, error) {
	all := map[string]aws.Workload{}
	for _, s := range p.Services {
		if s.ECS == nil || s.Simulate == nil {
			continue
		}
		load, err := m.services.Workload(s.Title())
		if err != nil {
			return nil, err
		}
		all[s.ECS.ClusterName()+"/"+s.ECS.ServiceName()] = &workload{Workload: load}
	}
	return all, nil
}

// workload is a simulated service in the words of the simulated AWS, which calls it by a name of its own.
type workload struct {
	*sim.Workload
	last sim.Usage
}

var _ aws.Meter = (*workload)(nil)

// SetTasks says how many tasks serve.
func (w *workload) SetTasks(_ string, n int) error { return w.Workload.SetTasks(n) }

// Load tells how busy they were.
func (w *workload) Load(string) (cpu, memory, requestsPerTarget float64, connections int) {
	w.last = w.Usage()
	return w.last.CPU, w.last.Memory, w.last.Requests / float64(max(1, w.last.Tasks)), w.last.Connections
}

// Measures tells what was seen of them from outside.
func (w *workload) Measures(string) aws.Measures {
	u := w.last
	return aws.Measures{Requests: u.Requests, Failed: u.Failed, ResponseTime: u.ResponseTime, Received: u.Received, Sent: u.Sent}
}
