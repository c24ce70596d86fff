package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

type serviceUpdate struct {
	Cluster            string `json:"cluster"`
	Service            string `json:"service"`
	DesiredCount       *int   `json:"desiredCount"`
	ForceNewDeployment bool   `json:"forceNewDeployment"`
}

type serviceAnswer struct {
	Service Service `json:"service"`
}

// updateService changes what the request names and leaves the rest: the request is read over a copy of
// the service's settings.
func (m *model) updateService(read func(any) error) (any, error) {
	var in serviceUpdate
	if err := read(&in); err != nil {
		return nil, err
	}
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	s := m.service(c, in.Service)
	if s == nil {
		return nil, refuse("ServiceNotFoundException", "Service not found.")
	}
	settings, err := clone(s.ServiceSettings)
	if err != nil {
		return nil, err
	}
	if err := read(&settings); err != nil {
		return nil, err
	}
	if err := m.checkUpdate(&in, &settings); err != nil {
		return nil, err
	}
	m.apply(s, in, settings)
	return serviceAnswer{s.view()}, nil
}

// checkUpdate refuses what ECS refuses, and resolves the task definition.
func (m *model) checkUpdate(in *serviceUpdate, settings *ServiceSettings) error {
	d, err := m.taskDefinition(settings.TaskDefinition)
	if err != nil {
		return err
	}
	settings.TaskDefinition = d.TaskDefinitionArn
	if n := in.DesiredCount; n != nil && (*n < 0 || *n > maxDesired) {
		return refuse("InvalidParameterException", "desiredCount must be 0 to %d", maxDesired)
	}
	if settings.Monitoring == nil {
		return nil
	}
	for _, c := range settings.Monitoring.MetricConfigurations {
		if c.ResolutionSeconds != 20 && c.ResolutionSeconds != 60 {
			return refuse("InvalidParameterException", "resolutionSeconds must be 20 or 60")
		}
		for _, name := range c.MetricNames {
			if name != metricCPU && name != metricMemory {
				return refuse("InvalidParameterException", "the resolution of %s cannot be set", name)
			}
		}
	}
	return nil
}

// apply makes the change, with a new deployment where one is due.
func (m *model) apply(s *Service, in serviceUpdate, settings ServiceSettings) {
	deploy := in.ForceNewDeployment || !bytes.Equal(deployed(s.ServiceSettings), deployed(settings))
	s.ServiceSettings = settings
	s.revision++
	if len(s.CapacityProviderStrategy) > 0 {
		s.LaunchType = ""
	}
	if in.DesiredCount != nil {
		s.DesiredCount = *in.DesiredCount
	}
	if deploy {
		m.deploy(s)
	}
	m.reconcile(s)
}

// deployed is the part of a service's settings that its tasks carry: a change of it needs new tasks.
func deployed(settings ServiceSettings) []byte {
	text, err := json.Marshal(struct {
		TaskDefinition, PlatformVersion            string
		LoadBalancers                              []ServiceTargets
		Network, Connect                           json.RawMessage
		CapacityProviders, Registries, VolumeMakes []json.RawMessage
	}{
		settings.TaskDefinition, settings.PlatformVersion, settings.LoadBalancers,
		settings.NetworkConfiguration, settings.ServiceConnectConfiguration,
		settings.CapacityProviderStrategy, settings.ServiceRegistries, settings.VolumeConfigurations,
	})
	if err != nil {
		panic(err) // it was read from JSON
	}
	return inOrder(text)
}

// inOrder writes JSON with its names sorted, so that the same settings are the same text.
func inOrder(text []byte) []byte {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		panic(err) // it was just written
	}
	ordered, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return ordered
}

// revisionARN names the service's current revision.
func (s *Service) revisionARN() string {
	return fmt.Sprintf("%s/%d", strings.Replace(s.ServiceArn, ":service/", ":service-revision/", 1), s.revision)
}

type revisionQuestion struct {
	ServiceRevisionArns []string `json:"serviceRevisionArns"`
}

// A serviceRevision is what a service's tasks and metrics are made by. Only the current one is kept.
type serviceRevision struct {
	ServiceRevisionArn string      `json:"serviceRevisionArn"`
	ServiceArn         string      `json:"serviceArn"`
	ClusterArn         string      `json:"clusterArn"`
	TaskDefinition     string      `json:"taskDefinition"`
	LaunchType         string      `json:"launchType,omitempty"`
	PlatformVersion    string      `json:"platformVersion,omitempty"`
	Monitoring         *Monitoring `json:"monitoring,omitempty"`
}

type revisionDescriptions struct {
	ServiceRevisions []serviceRevision `json:"serviceRevisions"`
	Failures         []Failure         `json:"failures"`
}

func (m *model) describeServiceRevisions(in *revisionQuestion) (revisionDescriptions, error) {
	out := revisionDescriptions{ServiceRevisions: []serviceRevision{}, Failures: []Failure{}}
	if err := atMost(in.ServiceRevisionArns, mostRevisionsDescribed, "serviceRevisionArns"); err != nil {
		return out, err
	}
	for _, arn := range in.ServiceRevisionArns {
		i := slices.IndexFunc(m.Services, func(s *Service) bool { return s.revisionARN() == arn })
		if i < 0 {
			out.Failures = append(out.Failures, missing(arn))
			continue
		}
		s := m.Services[i]
		out.ServiceRevisions = append(out.ServiceRevisions, serviceRevision{
			ServiceRevisionArn: arn, ServiceArn: s.ServiceArn, ClusterArn: s.ClusterArn, TaskDefinition: s.TaskDefinition,
			LaunchType: s.LaunchType, PlatformVersion: s.PlatformVersion, Monitoring: s.Monitoring,
		})
	}
	return out, nil
}
