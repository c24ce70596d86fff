package aws

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Service is an ECS service. Deployments, counts and events are the model's own; a description needs
// name, cluster, task definition and desired count.
type Service struct {
	ServiceName string `json:"serviceName"`
	ServiceArn  string `json:"serviceArn,omitempty"`
	ClusterArn  string `json:"clusterArn"`
	Status      string `json:"status,omitempty"`
	ServiceSettings
	DesiredCount            int              `json:"desiredCount"`
	RunningCount            int              `json:"runningCount"`
	PendingCount            int              `json:"pendingCount"`
	LaunchType              string           `json:"launchType,omitempty"`
	SchedulingStrategy      string           `json:"schedulingStrategy,omitempty"`
	RoleArn                 string           `json:"roleArn,omitempty"`
	CreatedAt               Time             `json:"createdAt,omitzero"`
	CreatedBy               string           `json:"createdBy,omitempty"`
	Deployments             []*Deployment    `json:"deployments,omitempty"` // the primary one first
	Events                  []ServiceEvent   `json:"events,omitempty"`      // newest first
	CurrentServiceRevisions []RevisionCounts `json:"currentServiceRevisions,omitempty"`
	Tags                    []Pair           `json:"tags,omitempty"`

	tasks     []*Task // the stopped included, for an hour
	serving   int     // tasks that the workload was told of
	told      bool    // the workload was told
	unsettled bool    // no steady state since the last change
	revision  int     // counts what changed a revision
	load      load    // since the last whole minute
}

// ServiceSettings is what UpdateService can change. What the model has no use for is kept as it was given.
type ServiceSettings struct {
	TaskDefinition                string            `json:"taskDefinition"`
	LoadBalancers                 []ServiceTargets  `json:"loadBalancers,omitempty"`
	Monitoring                    *Monitoring       `json:"monitoring,omitempty"`
	DeploymentConfiguration       json.RawMessage   `json:"deploymentConfiguration,omitempty"`
	DeploymentController          json.RawMessage   `json:"deploymentController,omitempty"`
	AvailabilityZoneRebalancing   string            `json:"availabilityZoneRebalancing,omitempty"`
	CapacityProviderStrategy      []json.RawMessage `json:"capacityProviderStrategy,omitempty"`
	EnableECSManagedTags          bool              `json:"enableECSManagedTags"`
	EnableExecuteCommand          bool              `json:"enableExecuteCommand"`
	HealthCheckGracePeriodSeconds *int              `json:"healthCheckGracePeriodSeconds,omitempty"`
	NetworkConfiguration          json.RawMessage   `json:"networkConfiguration,omitempty"`
	PlacementConstraints          []json.RawMessage `json:"placementConstraints,omitempty"`
	PlacementStrategy             []json.RawMessage `json:"placementStrategy,omitempty"`
	PlatformVersion               string            `json:"platformVersion,omitempty"`
	PropagateTags                 string            `json:"propagateTags,omitempty"`
	ServiceConnectConfiguration   json.RawMessage   `json:"serviceConnectConfiguration,omitempty"`
	ServiceRegistries             []json.RawMessage `json:"serviceRegistries,omitempty"`
	VolumeConfigurations          []json.RawMessage `json:"volumeConfigurations,omitempty"`
}

// ServiceTargets is a target group that a service registers its tasks with.
type ServiceTargets struct {
	TargetGroupArn string `json:"targetGroupArn"`
	ContainerName  string `json:"containerName,omitempty"`
	ContainerPort  int    `json:"containerPort,omitempty"`
}

// Monitoring says how finely a service's metrics are resolved.
type Monitoring struct {
	MetricConfigurations []MetricConfiguration `json:"metricConfigurations"`
}

// A MetricConfiguration sets the resolution, 20 or 60 s, of CPUUtilization and MemoryUtilization.
type MetricConfiguration struct {
	MetricNames       []string `json:"metricNames"`
	ResolutionSeconds int      `json:"resolutionSeconds"`
}

// A Deployment is one rollout of a service.
type Deployment struct {
	ID                 string `json:"id"`
	Status             string `json:"status"` // PRIMARY or ACTIVE
	TaskDefinition     string `json:"taskDefinition"`
	DesiredCount       int    `json:"desiredCount"`
	PendingCount       int    `json:"pendingCount"`
	RunningCount       int    `json:"runningCount"`
	FailedTasks        int    `json:"failedTasks"`
	LaunchType         string `json:"launchType,omitempty"`
	PlatformVersion    string `json:"platformVersion,omitempty"`
	RolloutState       string `json:"rolloutState"` // IN_PROGRESS, COMPLETED or FAILED
	RolloutStateReason string `json:"rolloutStateReason,omitempty"`
	CreatedAt          Time   `json:"createdAt"`
	UpdatedAt          Time   `json:"updatedAt"`

	rollback bool // made by a circuit breaker
}

// A ServiceEvent is a line of a service's log.
type ServiceEvent struct {
	ID        string `json:"id"`
	CreatedAt Time   `json:"createdAt"`
	Message   string `json:"message"`
}

// RevisionCounts names a service revision and its tasks.
type RevisionCounts struct {
	ARN                string `json:"arn"`
	RequestedTaskCount int    `json:"requestedTaskCount"`
	RunningTaskCount   int    `json:"runningTaskCount"`
	PendingTaskCount   int    `json:"pendingTaskCount"`
}

// maxDesired bounds what a service can be asked for.
const maxDesired = 5000

func (m *model) settleService(s *Service) error {
	c, err := m.cluster(s.ClusterArn)
	if err != nil {
		return fmt.Errorf("service %s: cluster %q is not in the fleet", s.ServiceName, s.ClusterArn)
	}
	d, err := m.taskDefinition(s.TaskDefinition)
	if err != nil {
		return fmt.Errorf("service %s: task definition %q is not in the fleet", s.ServiceName, s.TaskDefinition)
	}
	if s.DesiredCount < 0 || s.DesiredCount > maxDesired {
		return fmt.Errorf("service %s: desired count must be 0 to %d, not %d", s.ServiceName, maxDesired, s.DesiredCount)
	}
	s.ClusterArn, s.TaskDefinition = c.ClusterArn, d.TaskDefinitionArn
	byDefault(&s.ServiceArn, m.arn("ecs", "service/"+c.ClusterName+"/"+s.ServiceName))
	byDefault(&s.Status, "ACTIVE")
	byDefault(&s.SchedulingStrategy, "REPLICA")
	byDefault(&s.PropagateTags, "NONE")
	byDefault(&s.CreatedAt, m.stamp())
	if len(s.CapacityProviderStrategy) == 0 {
		byDefault(&s.LaunchType, "FARGATE")
	}
	byDefault(&s.PlatformVersion, "LATEST")
	if s.DeploymentConfiguration == nil {
		s.DeploymentConfiguration = json.RawMessage(`{"deploymentCircuitBreaker":{"enable":false,"rollback":false},"maximumPercent":200,"minimumHealthyPercent":100}`)
	}
	for i, target := range s.LoadBalancers {
		s.LoadBalancers[i].TargetGroupArn = m.targetGroupARN(target.TargetGroupArn)
	}
	m.moor(s)
	return nil
}

// service finds a service of a cluster by name or ARN.
func (m *model) service(c *Cluster, name string) *Service {
	for _, s := range m.Services {
		if s.ClusterArn == c.ClusterArn && (s.ServiceName == name || s.ServiceArn == name) {
			return s
		}
	}
	return nil
}

type serviceListing struct {
	ecsPaging
	Cluster string `json:"cluster"`
}

type serviceList struct {
	ServiceArns []string `json:"serviceArns"`
	NextToken   string   `json:"nextToken,omitempty"`
}

func (m *model) listServices(in *serviceListing) (out serviceList, err error) {
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return out, err
	}
	arns := []string{}
	for _, s := range m.Services {
		if s.ClusterArn == c.ClusterArn {
			arns = append(arns, s.ServiceArn)
		}
	}
	out.ServiceArns, out.NextToken, err = in.of(arns, ecsServicePage)
	return out, err
}

type serviceQuestion struct {
	Cluster  string   `json:"cluster"`
	Services []string `json:"services"`
	Include  []string `json:"include"`
}

type serviceDescriptions struct {
	Services []Service `json:"services"`
	Failures []Failure `json:"failures"`
}

func (m *model) describeServices(in *serviceQuestion) (serviceDescriptions, error) {
	out := serviceDescriptions{Services: []Service{}, Failures: []Failure{}}
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return out, err
	}
	if err := atMost(in.Services, mostServicesDescribed, "services"); err != nil {
		return out, err
	}
	if len(in.Services) == 0 {
		return out, refuse("InvalidParameterException", "Services cannot be empty.")
	}
	for _, name := range in.Services {
		s := m.service(c, name)
		if s == nil {
			out.Failures = append(out.Failures, missing(m.arn("ecs", "service/"+c.ClusterName+"/"+lastPart(name))))
			continue
		}
		view := s.view()
		if !slices.Contains(in.Include, "TAGS") {
			view.Tags = nil
		}
		out.Services = append(out.Services, view)
	}
	return out, nil
}

// view is a service as ECS shows it: its monitoring stands in its revision only.
func (s *Service) view() Service {
	view := *s
	view.Monitoring = nil
	return view
}
