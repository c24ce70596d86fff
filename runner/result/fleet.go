package result

// Fleet is one ECS service as it was while a scenario ran. Times are plan seconds since the scenario's start, taken from
// AWS's own stamps where it gives any; what began before the start has a negative time.
type Fleet struct {
	Service    string       `json:"service"` // title of the plan
	Cluster    string       `json:"cluster,omitempty"`
	Name       string       `json:"name,omitempty"` // in ECS
	Region     string       `json:"region,omitempty"`
	Unobserved string       `json:"unobserved,omitempty"` // why nothing is known of it: no credentials, no such service
	Lost       string       `json:"lost,omitempty"`       // since when, and why, it could not be seen any more
	Hidden     []Hidden     `json:"hidden,omitempty"`     // what could not be read of it
	Blind      bool         `json:"blind,omitempty"`      // something among that would have shown stages of scaling
	To         float64      `json:"to"`                   // end of the load: what is said is of the time from the scenario's start until then
	Start      FleetState   `json:"start"`
	End        FleetState   `json:"end"`
	Tasks      Extent       `json:"tasks"`   // running ones
	Healthy    Extent       `json:"healthy"` // those that can answer
	Stable     bool         `json:"stable"`  // no deployment was under way, and none failed
	Rollouts   int          `json:"deployments"`
	Firing     int          `json:"firing"`            // alarms at most at once, those of target tracking left out
	Stopped    int          `json:"stopped,omitempty"` // tasks that stopped though neither scaling nor a deployment asked for it
	Series     []FleetPoint `json:"series"`
	CPU        *Gauge       `json:"cpu,omitempty"`      // mean over the tasks, as a ratio of what they have
	Memory     *Gauge       `json:"memory,omitempty"`   // the same
	Received   *Gauge       `json:"received,omitempty"` // bytes per second of all tasks; needs Container Insights
	Sent       *Gauge       `json:"sent,omitempty"`     // the same
	Metrics    []Gauge      `json:"metrics,omitempty"`  // of the plan, by their labels
	Events     []FleetEvent `json:"events,omitempty"`   // in order of time
	ScaleOut   *ScaleOut    `json:"scale_out,omitempty"`
	ScaleIn    *ScaleIn     `json:"scale_in,omitempty"`
	Scaling    *Scaling     `json:"scaling,omitempty"` // nil: nothing scales it
	Cost       *FleetCost   `json:"cost,omitempty"`    // nil: its price is not known
	Throttle   *Throttle    `json:"throttle,omitempty"`
}

// Hidden is what could not be read, and why.
type Hidden struct {
	What       string `json:"what"`
	Permission string `json:"permission,omitempty"` // that is missing; "" where it is no matter of permission
	Reason     string `json:"reason"`
}

// FleetState is how a service stood at one time.
type FleetState struct {
	Desired  int      `json:"desired"`
	Running  int      `json:"running"`
	Pending  int      `json:"pending"`
	Healthy  int      `json:"healthy"` // targets of its load balancers; without any, running tasks that are not known to be unhealthy
	Bounds   *Bounds  `json:"bounds,omitempty"`
	Revision int      `json:"revision,omitempty"` // of its task definition
	CPU      int      `json:"cpu,omitempty"`      // CPU units of a task
	Memory   int      `json:"memory,omitempty"`   // MiB of a task
	Firing   []string `json:"firing,omitempty"`   // alarms in ALARM, but for those by which target tracking scales in
}

// Bounds are the fewest and the most tasks that scaling may ask for.
type Bounds struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Extent is how a number of tasks went over the scenario; the mean is weighted by time.
type Extent struct {
	First int     `json:"first"`
	Last  int     `json:"last"`
	Min   int     `json:"min"`
	Max   int     `json:"max"`
	Mean  float64 `json:"mean"`
}

// FleetPoint is how a service stood from a time on, until the next point. Where there were very many changes, some
// between are left out.
type FleetPoint struct {
	At      float64 `json:"at"`
	Desired int     `json:"desired"`
	Running int     `json:"running"`
	Pending int     `json:"pending"`
	Healthy int     `json:"healthy"`
}

// Gauge is a metric of CloudWatch in the base unit of its dimension: ratios, seconds, bytes, counts.
type Gauge struct {
	Label  string    `json:"label,omitempty"` // of the plan's metric
	Unit   string    `json:"unit,omitempty"`  // as the plan has it: percent, seconds, bytes, count
	Min    float64   `json:"min"`
	Mean   float64   `json:"mean"` // of the periods
	Max    float64   `json:"max"`
	Last   float64   `json:"last"`
	Total  float64   `json:"total,omitempty"` // mean × seconds: of a gauge per second, the whole
	Points []Reading `json:"points"`          // one per period; of very many, neighbours are merged to their mean
}

// Reading is the value of a gauge from a time on.
type Reading struct {
	At      float64 `json:"at"`
	Seconds float64 `json:"seconds"`
	Value   float64 `json:"value"`
}
