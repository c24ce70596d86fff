// Package fleet is what is known and wanted of the ECS services of a plan: the model of their state, the rules of a review,
// sizing, prices, and the change set that brings about what the plan desires. It is pure: it does no I/O and knows no SDK.
// Its rooms below read and write AWS (cloud), carry out change sets (change), and follow a run (follow) or production (watch).
package fleet

import (
	"slices"
	"strings"
	"time"
)

// Place is where calls go: one client each. The zero Place is the environment's own account and region.
type Place struct {
	Account   string `json:"account,omitempty"` // as the plan says; "" where it does not
	Region    string `json:"region,omitempty"`
	Profile   string `json:"profile,omitempty"`
	Role      string `json:"role,omitempty"`
	Simulated bool   `json:"simulated,omitempty"` // the AWS of the simulation
}

// Kind is a kind of resource that can be read and written.
type Kind string

// The kinds of resources. Behind each: what Ref.ID is, and whose words its document uses (the input of that call, as the AWS
// CLI takes it with --cli-input-json).
const (
	KindCluster         Kind = "cluster"          // cluster; ecs UpdateClusterSettings
	KindTaskDefinition  Kind = "task_definition"  // family; ecs RegisterTaskDefinition
	KindService         Kind = "service"          // cluster/service; ecs UpdateService
	KindScalableTarget  Kind = "scalable_target"  // service/cluster/service; application-autoscaling RegisterScalableTarget
	KindScalingPolicy   Kind = "scaling_policy"   // service/cluster/service/policy; application-autoscaling PutScalingPolicy
	KindScheduledAction Kind = "scheduled_action" // service/cluster/service/action; application-autoscaling PutScheduledAction
	KindAlarm           Kind = "alarm"            // name; cloudwatch PutMetricAlarm
	KindDashboard       Kind = "dashboard"        // name; cloudwatch PutDashboard
	KindBudget          Kind = "budget"           // name; budgets CreateBudget (notifications and subscribers included)
	KindThrottle        Kind = "throttle"         // web ACL name|scope|id/rule; the rule as wafv2 UpdateWebACL has it in Rules
)

// Ref names one resource. It is comparable, and stays meaningful in a backup.
type Ref struct {
	Place Place  `json:"place"`
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`
}

// String is the resource as people speak of it: scaling policy service/beta/web/cpu. What AWS calls it may be hostile text.
func (r Ref) String() string { return strings.ReplaceAll(string(r.Kind), "_", " ") + " " + r.ID }

// State is one snapshot of everything that a plan speaks of.
type State struct {
	At         time.Time // of the AWS clock
	Services   []Service // in the plan's order, of those with an ecs block
	Budgets    []Budget
	Dashboards []Dashboard
	Topics     []Topic  // of every ARN of a topic that an alarm, a budget or the plan names
	Unplanned  []string // "cluster/service" of the fleet's cluster that is neither in the plan nor exempt
	Hidden     []Hidden // what could not be read
}

// find is the service of that title, there or not; nil if it was not looked at.
func (s *State) find(title string) *Service {
	i := slices.IndexFunc(s.Services, func(found Service) bool { return found.Title == title })
	if i < 0 {
		return nil
	}
	return &s.Services[i]
}

// Hidden is something that could not be read, and why: mostly a permission that is missing.
type Hidden struct {
	Service    string // title; "" of the account as a whole
	What       string // "scaling policies"
	Permission string // application-autoscaling:DescribeScalingPolicies; "" where it is no matter of permission
	Reason     string // one line
}

// Service is one ECS service as it is.
type Service struct {
	Title           string // of the plan
	Place           Place
	Account, Region string // as found
	Missing         string // why it is not there, with what was perhaps meant; "" if it is there
	Cluster         Cluster
	Name, ARN       string
	Status          string // ACTIVE, DRAINING, INACTIVE
	Desired         int
	Running         int
	Pending         int
	LaunchType      string // FARGATE, EC2 or EXTERNAL; "" where capacity providers choose
	Providers       []string
	Platform        string
	Controller      string // ECS, CODE_DEPLOY or EXTERNAL
	CircuitBreaker  bool
	HighResolution  bool   // it publishes CPU and memory every 20 s
	Owner           string // terraform, cloudformation: by its tags; "" by none
	Tags            map[string]string
	CreatedAt       time.Time
	Deployments     []Deployment
	TaskDefinition  TaskDefinition
	Tasks           []Task // running, and those stopped in the last hour
	Target          *ScalableTarget
	Policies        []Policy
	Scheduled       []Scheduled
	Activities      []Activity // newest first, those that did not scale too
	Alarms          []Alarm    // that watch it: by its dimensions or by the name that the plan gives them
	Balancers       []Balancer
	Throttle        *Throttle // the plan's rule, and its web ACL
	Document        Document  // KindService
}

// Ref is the service as a resource.
func (s *Service) Ref() Ref { return Ref{s.Place, KindService, s.Cluster.Name + "/" + s.Name} }

// Resource is what Application Auto Scaling calls it.
func (s *Service) Resource() string { return "service/" + s.Cluster.Name + "/" + s.Name }

// Cluster is an ECS cluster.
type Cluster struct {
	Name, ARN string
	Insights  string // disabled, enabled or enhanced; "" where it could not be read
	Tasks     int    // of all its services, running and pending
	Document  Document
}

// Deployment is one rollout of a service.
type Deployment struct {
	ID, Status, State                 string // PRIMARY or ACTIVE; IN_PROGRESS, COMPLETED or FAILED
	TaskDefinition                    string
	Desired, Running, Pending, Failed int
	Reason                            string
	UpdatedAt                         time.Time
}

// TaskDefinition is the revision that a service runs.
type TaskDefinition struct {
	ARN, Family string
	Revision    int
	CPU, Memory int    // of the task: CPU units and MiB; 0 where only containers have limits
	NetworkMode string // awsvpc, bridge, host or none
	ARM         bool
	Fargate     bool
	Containers  []Container
	Document    Document // KindTaskDefinition, whole
}

// Container is one container of a task definition.
type Container struct {
	Name, Image                    string
	Essential                      bool
	CPU, Memory, MemoryReservation int // 0: none
	Nofile                         int // soft limit; 0: none is set
	Ports                          []int
	LogGroup, LogPrefix            string // of awslogs
}

// Task is one task of a service.
type Task struct {
	ARN, TaskDefinition, Status, Health string // RUNNING; HEALTHY, UNHEALTHY or UNKNOWN
	StartedAt, StoppedAt                time.Time
	StopCode, Reason                    string
	ExitCodes                           map[string]int // by container
}

// ScalableTarget are the bounds of a service.
type ScalableTarget struct {
	Min, Max  int
	Suspended bool // scaling in or out is
	Document  Document
}

// Policy is one scaling policy.
type Policy struct {
	Name, Type              string  // TargetTrackingScaling, StepScaling, …
	Track                   string  // plan.TrackCPU …; "" where it is none that plans speak of
	Target                  float64 // as AWS has it: percent for cpu and memory
	CooldownOut, CooldownIn time.Duration
	ScaleInDisabled         bool
	HighResolution          bool
	Alarms                  []string // names
	Document                Document
}

// Scheduled is one scheduled action.
type Scheduled struct {
	Name, Schedule, Timezone string
	Min, Max                 *int
	Document                 Document
}

// Activity is one scaling activity, or a decision not to scale.
type Activity struct {
	ID, Status, Description, Cause string // Successful, Failed, …
	StartedAt, EndedAt             time.Time
	NotScaled                      []string // reasons
	To                             int      // desired count that it set; -1 where its text does not say
}

// Alarm is one CloudWatch alarm.
type Alarm struct {
	Name, ARN           string
	Namespace, Metric   string
	Dimensions          map[string]string
	Statistic           string
	Period              time.Duration
	Threshold           float64
	Comparison          string // GreaterThanThreshold, …
	Periods, Datapoints int
	Missing             string // TreatMissingData
	State, Reason       string // OK, ALARM or INSUFFICIENT_DATA
	ChangedAt           time.Time
	ActionsEnabled      bool
	Actions             []string
	Tracking            bool // target tracking owns it: never touched
	Ours                bool // it bears our mark
	Document            Document
}

// Balancer is a load balancer in front of a service, with its target group.
type Balancer struct {
	Name, ARN, TargetGroup string // TargetGroup is an ARN
	Type                   string // application or network
	Container              string // that it sends to
	Port                   int
	IdleTimeout            time.Duration
	DeregistrationDelay    time.Duration
	Healthy, Unhealthy     int    // targets
	LoadBalancerDimension  string // app/name/id, as metrics name it
	TargetGroupDimension   string // targetgroup/name/id
}

// Throttle is a rate rule in a web ACL.
type Throttle struct {
	WebACL   string // the ID part of the resource in front of the rule: name|scope|id
	Missing  string // why there is no such web ACL; "" if there is
	Attached bool   // the web ACL protects the service's load balancer
	Rule     string
	Rate     int
	Window   time.Duration
	Per      string
	Block    bool
	Document Document // KindThrottle; nil where the rule is not there
}

// Budget is one budget of an account.
type Budget struct {
	Place       Place
	Account     string
	Name        string
	Limit       float64   // USD a month
	Spent       float64   // in this month
	Forecast    float64   // 0: unknown
	AlertAt     []float64 // shares of the limit
	Subscribers []string
	Document    Document // nil: it is not there
}

// Dashboard is one dashboard.
type Dashboard struct {
	Place    Place
	Name     string
	Document Document // nil: it is not there
}

// Topic is an SNS topic with its subscriptions.
type Topic struct {
	ARN         string
	Missing     bool
	Confirmed   []string // endpoints
	Unconfirmed []string
}
