package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/plan"
)

// Setup is how an ECS service is set up, in the units of plans. Zero is not set, or not known.
type Setup struct {
	CPU                 int        `json:"cpu"`    // CPU units of a task
	Memory              int        `json:"memory"` // MiB of a task
	Nofile              int        `json:"nofile"` // soft limit of open files
	Min                 int        `json:"min"`    // tasks; with Max as desired where nothing scales
	Max                 int        `json:"max"`
	Scales              bool       `json:"scales"`
	Suspended           bool       `json:"suspended,omitempty"` // its policies are there, and may not scale
	Tracks              []Tracking `json:"tracks"`
	Alarms              []string   `json:"alarms"` // labels or names, those of target tracking left out
	Insights            bool       `json:"container_insights"`
	CircuitBreaker      bool       `json:"circuit_breaker"`
	Capacity            string     `json:"capacity"` // FARGATE, FARGATE_SPOT, EC2 or another provider
	NetworkMode         string     `json:"network_mode"`
	ARM                 bool       `json:"arm,omitempty"`
	IdleTimeout         float64    `json:"idle_timeout,omitempty"` // seconds; the shortest of its load balancers
	DeregistrationDelay float64    `json:"deregistration_delay,omitempty"`
}

// Tracking is one target-tracking policy.
type Tracking struct {
	Track          string  `json:"track"`  // one of plan's Track constants
	Target         float64 `json:"target"` // a ratio for cpu and memory, else in the unit of the metric
	Out            float64 `json:"out"`    // cooldowns, seconds
	In             float64 `json:"in"`
	HighResolution bool    `json:"high_resolution,omitempty"`
}

// fargateNofile is what Fargate gives a container whose task definition sets no limit of open files.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
const fargateNofile = 65535

// setup is the service as it is.
func (s *Service) setup() Setup {
	t := &s.TaskDefinition
	out := Setup{
		CPU: t.CPU, Memory: t.Memory, Nofile: s.nofile(), Min: s.Desired, Max: s.Desired, Insights: s.Cluster.insights(),
		CircuitBreaker: s.CircuitBreaker, Capacity: s.capacity(), NetworkMode: t.NetworkMode, ARM: t.ARM,
	}
	if s.Target != nil {
		out.Min, out.Max = s.Target.Min, s.Target.Max
		out.Suspended = s.Target.Suspended
		out.Scales = len(s.Policies) > 0 && !s.Target.Suspended
	}
	out.Tracks, out.Alarms = []Tracking{}, []string{}
	for _, p := range s.Policies {
		if p.Track != "" {
			out.Tracks = append(out.Tracks, p.tracking())
		}
	}
	for _, a := range s.Alarms {
		if !a.Tracking {
			out.Alarms = append(out.Alarms, a.Name)
		}
	}
	for _, b := range s.Balancers {
		out.IdleTimeout = shortest(out.IdleTimeout, b.IdleTimeout)
		out.DeregistrationDelay = shortest(out.DeregistrationDelay, b.DeregistrationDelay)
	}
	return out
}

func (p Policy) tracking() Tracking {
	t := Tracking{Track: p.Track, Target: p.Target, Out: p.CooldownOut.Seconds(), In: p.CooldownIn.Seconds(), HighResolution: p.HighResolution}
	if ratio(p.Track) {
		t.Target /= 100
	}
	return t
}

// ratio reports whether targets of the track are shares.
func ratio(track string) bool { return track == plan.TrackCPU || track == plan.TrackMemory }

// shortest is the smaller of those that are set, in seconds.
func shortest(seconds float64, d time.Duration) float64 {
	if d > 0 && (seconds == 0 || d.Seconds() < seconds) {
		return d.Seconds()
	}
	return seconds
}

// nofile is the limit of the container that the load balancer sends to, else the lowest of the essential ones.
func (s *Service) nofile() int {
	lowest := 0
	for _, c := range s.TaskDefinition.Containers {
		limit := c.Nofile
		if limit == 0 && s.TaskDefinition.Fargate {
			limit = fargateNofile
		}
		if slices.ContainsFunc(s.Balancers, func(b Balancer) bool { return b.Container == c.Name }) {
			return limit
		}
		if limit > 0 && c.Essential && (lowest == 0 || limit < lowest) {
			lowest = limit
		}
	}
	return lowest
}

// capacity is what the tasks run on: its providers, else the launch type. A task that needs Fargate not at all runs on EC2.
func (s *Service) capacity() string {
	capacity := cmp.Or(joined(s.Providers), s.LaunchType)
	if capacity == "" && s.TaskDefinition.Family != "" && !s.TaskDefinition.Fargate {
		return "EC2"
	}
	return capacity
}

// OnDemand reports whether, as far as is known, its tasks run on Fargate on demand: nothing else has a list price.
func (s *Service) OnDemand() bool { return slices.Contains([]string{"", "FARGATE"}, s.capacity()) }

func joined(providers []string) string { return strings.Join(providers, "+") }

// with is the setup once it is as the plan desires: what the plan manages as the plan says, all else as it is.
func (s Setup) with(service *plan.Service) Setup {
	d := service.Desired
	if d == nil {
		return s
	}
	s.CPU, s.Memory, s.Nofile = cmp.Or(d.CPU, s.CPU), cmp.Or(d.Memory, s.Memory), cmp.Or(d.Nofile, s.Nofile)
	s.Capacity = cmp.Or(d.CapacityProvider, s.Capacity)
	if d.Tasks != nil {
		s.Min, s.Max = d.Tasks.Min, d.Tasks.Max
	}
	if d.ContainerInsights != nil {
		s.Insights = *d.ContainerInsights
	}
	s.Tracks = tracked(s.Tracks, d)
	resumed := s.Suspended && (d.Tasks != nil || len(d.Tracks) > 0)
	s.Scales = s.Scales || len(d.Tracks) > 0 || resumed && len(s.Tracks) > 0
	s.Suspended = s.Suspended && !resumed
	s.Alarms = slices.Clone(s.Alarms)
	for _, a := range d.Alarms {
		if service.ECS == nil || !slices.Contains(s.Alarms, AlarmName(service, a)) {
			s.Alarms = append(s.Alarms, a.Label)
		}
	}
	return s
}

// tracked puts the plan's tracks over those that are there, matched by what they follow.
func tracked(now []Tracking, d *plan.Desired) []Tracking {
	all := slices.Clone(now)
	for _, t := range d.Tracks {
		wanted := Tracking{Track: t.Kind, Target: t.Target, Out: defaultCooldown, In: defaultCooldown, HighResolution: t.HighResolution}
		i := slices.IndexFunc(all, func(have Tracking) bool { return have.Track == t.Kind })
		if i < 0 {
			i, all = len(all), append(all, wanted)
		}
		wanted.Out, wanted.In = all[i].Out, all[i].In
		if d.Cooldown != nil {
			wanted.Out, wanted.In = d.Cooldown.Out.Seconds(), d.Cooldown.In.Seconds()
		}
		all[i] = wanted
	}
	return all
}

// track is the policy that follows something; nil without.
func (s Setup) track(kind string) *Tracking {
	i := slices.IndexFunc(s.Tracks, func(t Tracking) bool { return t.Track == kind })
	if i < 0 {
		return nil
	}
	return &s.Tracks[i]
}

// size is a task's as people read it.
func (s Setup) size() string { return sized(plan.Size{CPU: s.CPU, Memory: s.Memory}) }

// sized is a size of a task as people read it.
func sized(size plan.Size) string {
	return fmt.Sprintf("%d CPU units and %d MiB", size.CPU, size.Memory)
}

// target is what a policy aims at, as people read it.
func (t Tracking) target() string {
	if ratio(t.Track) {
		return share(t.Target)
	}
	return count(t.Target)
}
