package fleet

import "time"

// Prices are what Fargate and its surroundings cost, by region.
type Prices struct {
	Date    time.Time       `json:"date"` // when they were taken
	Regions map[string]Rate `json:"regions"`
}

// Rate is the price list of one region: USD an hour, Linux, on demand.
type Rate struct {
	VCPU    float64 `json:"vcpu"` // a vCPU
	GB      float64 `json:"gb"`   // a GB of memory
	ARMVCPU float64 `json:"arm_vcpu"`
	ARMGB   float64 `json:"arm_gb"`
}

// HoursPerMonth is what monthly costs are reckoned with, as AWS's own calculator does.
const HoursPerMonth = 730

// Task is what a running task costs an hour, in USD, with CPU units and MiB; false where the region has no price here.
func (p Prices) Task(region string, cpu, memory int, arm bool) (float64, bool) {
	r, ok := p.Regions[region]
	if arm {
		r.VCPU, r.GB = r.ARMVCPU, r.ARMGB
	}
	return float64(cpu)/1024*r.VCPU + float64(memory)/1024*r.GB, ok && r.VCPU > 0
}
