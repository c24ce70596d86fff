package plan

import (
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"plimsoll/dsl/fact"
)

// ECS says where the ECS service behind a service of the plan is found. Names may be ARNs.
type ECS struct {
	Cluster, Service string
	Region           string // "": that of the environment or the profile
	Account          string // 12 digits that the credentials must belong to; "" accepts any for reading, and none for writing
	Profile, Role    string // of the shared configuration; ARN of a role to assume
	Owner            string // who else writes it: terraform, cloudformation, script; "": nobody that the plan knows of
	Container        string // that nofile is set in; "": the one behind the load balancer, or the only one
	LoadBalancer     string // name or ARN; "": discovered from the service
	TargetGroup      string // name or ARN; "": discovered from the service
	Adopt            bool   // what bears the right name without our mark may be overwritten
	Range            hcl.Range
}

// ClusterName is the name of the cluster, also where the plan gives its ARN.
func (e *ECS) ClusterName() string { return lastName(e.Cluster) }

// ServiceName is the name of the ECS service, also where the plan gives its ARN.
func (e *ECS) ServiceName() string { return lastName(e.Service) }

// lastName is the name in an ARN, or the name itself.
func lastName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// Named is what AWS calls something of the service: the name that the plan gives it, else <cluster>-<service>-<label>.
func (e *ECS) Named(name, label string) string {
	if name != "" {
		return name
	}
	return e.ClusterName() + "-" + e.ServiceName() + "-" + label
}

// Desired is how the ECS service should be set up. What is absent (zero, nil) is not managed.
type Desired struct {
	CPU, Memory       int // of a task: CPU units, 1024 to a vCPU, and MiB; a valid Fargate size
	Nofile            int // open files that the container may hold
	Tasks             *TaskBounds
	Cooldown          *Cooldown
	Tracks            []Track
	Scheduled         []Scheduled
	Alarms            []Alarm
	Throttle          *Throttle
	ContainerInsights *bool
	Platform          string // Fargate platform version: LATEST, 1.4.0
	CapacityProvider  string // FARGATE, FARGATE_SPOT or another
	Range             hcl.Range
}

// TaskBounds are the least and the most tasks, 0 <= Min <= Max.
type TaskBounds struct{ Min, Max int }

// Cooldown is how long scaling waits after scaling. https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
type Cooldown struct{ Out, In time.Duration }

// What a Track can follow.
const (
	TrackCPU         = "cpu"         // mean CPU utilization
	TrackMemory      = "memory"      // mean memory utilization
	TrackRequests    = "requests"    // requests per target of the load balancer and minute
	TrackConnections = "connections" // active connections of the load balancer per running task
	TrackCustom      = "custom"      // Metric
)

// Track is one target-tracking policy.
type Track struct {
	Kind           string  // one of the Track constants: the label
	Target         float64 // a ratio for cpu and memory (0.65), else in the unit of the metric
	HighResolution bool    // 20 s metrics; cpu and memory only
	Metric         *Metric // of TrackCustom, else nil
	Name           string  // of the policy, where it is to be made; "": <cluster>-<service>-<kind>
	Range          hcl.Range
}

// Scheduled is one scheduled action: new bounds at a time.
type Scheduled struct {
	Label    string
	Name     string // in AWS; "": <cluster>-<service>-<label>
	Schedule string // at(…), rate(…) or cron(…), as AWS writes them
	Timezone string // "": UTC
	Min, Max *int   // at least one
	Range    hcl.Range
}

// Alarm is one CloudWatch alarm on a service.
type Alarm struct {
	Label     string
	Name      string // in AWS; "": <cluster>-<service>-<label>
	Metric    Metric
	Below     bool     // it fires below Threshold; false: above it
	Threshold float64  // in the metric's unit as CloudWatch has it: percent for CPUUtilization
	For       int      // periods that must breach, at least 1
	Missing   string   // missing, ignore, breaching or notBreaching
	Notify    []string // ARNs of topics
	Range     hcl.Range
}

// Metric is one CloudWatch metric.
type Metric struct {
	Label      string // how facts call it: metric.<label>; "" inside an alarm or a track
	Namespace  string
	Name       string
	Dimensions map[string]string // empty with AWS/ApplicationELB: those of the service's load balancer and target group
	Statistic  string            // Average, Sum, Minimum, Maximum, SampleCount or p99
	Period     time.Duration     // a multiple of 10 s
	Unit       string            // count, percent, seconds or bytes: what its values are
	Range      hcl.Range
}

// Dimension is that of the metric as a fact.
func (m Metric) Dimension() fact.Dimension {
	switch m.Unit {
	case "percent":
		return fact.Ratio
	case "seconds":
		return fact.Time
	case "bytes":
		return fact.Bytes
	}
	return fact.Count
}

// Base turns a value as CloudWatch has it into the base unit of the metric's dimension: 85 percent into 0.85.
func (m Metric) Base(v float64) float64 {
	if m.Unit == "percent" {
		return v / 100
	}
	return v
}

// Throttle is a rate rule of ours in an existing web ACL.
type Throttle struct {
	WebACL   string        // name or ARN
	Name     string        // of the rule; "": <cluster>-<service>-throttle
	Rate     int           // requests within Window of one address, at least 10
	Window   time.Duration // 60, 120, 300 or 600 s
	Per      string        // ip or forwarded_ip
	Block    bool          // false: it counts only
	Priority int           // of the rule, where it is to be made; 0: behind all others
	Range    hcl.Range
}

// Budget is a monthly budget of an account.
type Budget struct {
	Label   string
	Name    string    // in AWS; "": the label
	Limit   float64   // USD a month
	AlertAt []float64 // shares of the limit, ascending
	Notify  []string  // e-mail addresses and ARNs of topics
	Account string    // "": that of the plan's services, where they have but one
	Adopt   bool
	Range   hcl.Range
}

// Dashboard is a CloudWatch dashboard of the plan's services.
type Dashboard struct {
	Label    string
	Name     string     // in AWS; "": the label
	Services []*Service // empty: all with an ecs block
	Adopt    bool
	Range    hcl.Range
}

// Fleet says what belongs to the plan's clusters and is out of its scope.
type Fleet struct {
	Clusters []string          // names or ARNs: their services are listed, so that none is forgotten; nil: none is looked for
	Region   string            // of the clusters; "": that of the environment
	Exempt   map[string]string // service → why it is out of scope
	Simulate string            // a file, already read: what the simulated account holds, in the words of AWS; "": AWS is real
	Range    hcl.Range
}

// ClusterNames are the names of the clusters, also where the plan gives ARNs.
func (f *Fleet) ClusterNames() []string {
	var all []string
	for _, c := range f.Clusters {
		all = append(all, lastName(c))
	}
	return all
}

// Guard ends the load before it costs too much.
type Guard struct {
	MaxTasks int     // running tasks; 0: any
	MaxCost  float64 // USD of the run for the service, since the start of the run; 0: any
	Range    hcl.Range
}

// AWSSimulated reports whether the AWS of a service is simulated: its own block or the fleet's file says so.
func (p *Plan) AWSSimulated(s *Service) bool {
	return s.Simulate != nil || p.Fleet != nil && p.Fleet.Simulate != ""
}
