package cloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// defaultResolution is that of a service's metrics, in seconds, where nothing else is asked for.
const defaultResolution = 60

// documentOfService is a service as UpdateService takes it, cluster and name included, but for what UpdateService would
// refuse. Its monitoring stands in its current revision only, which may be nil where that could not be read.
func documentOfService(s ecstypes.Service, revision *ecstypes.ServiceRevision) fleet.Document {
	in := settingsOf[ecs.UpdateServiceInput](s)
	in.Cluster, in.Service = aws.String(lastPart(aws.ToString(s.ClusterArn))), s.ServiceName
	if i := slices.IndexFunc(s.Deployments, isPrimary); i >= 0 {
		d := s.Deployments[i]
		in.ServiceConnectConfiguration, in.VolumeConfigurations = d.ServiceConnectConfiguration, d.VolumeConfigurations
		in.VpcLatticeConfigurations = d.VpcLatticeConfigurations
	}
	if revision != nil {
		in.Monitoring, in.GatewayConnectors = finerThanDefault(revision.Monitoring), revision.GatewayConnectors
	}
	if !onFargate(s) {
		in.PlatformVersion = nil
	}
	if s.SchedulingStrategy == ecstypes.SchedulingStrategyDaemon {
		in.DesiredCount, in.PlacementStrategy, in.AvailabilityZoneRebalancing = nil, nil, ""
	}
	d := encode(in, asInECS)
	delete(d, "forceNewDeployment") // asked for, never a state
	return d
}

func isPrimary(d ecstypes.Deployment) bool { return aws.ToString(d.Status) == "PRIMARY" }

// onFargate reports whether a service has a platform version to be set.
func onFargate(s ecstypes.Service) bool {
	return s.LaunchType == ecstypes.LaunchTypeFargate || slices.ContainsFunc(s.CapacityProviderStrategy, func(i ecstypes.CapacityProviderStrategyItem) bool {
		return strings.HasPrefix(aws.ToString(i.CapacityProvider), "FARGATE")
	})
}

// finerThanDefault leaves out the resolution that a service has anyway, so that asking for it and never having asked are the
// same document.
func finerThanDefault(m *ecstypes.MonitoringConfiguration) *ecstypes.MonitoringConfiguration {
	if m == nil {
		return nil
	}
	finer := slices.DeleteFunc(slices.Clone(m.MetricConfigurations), func(c ecstypes.MetricConfiguration) bool {
		return aws.ToInt32(c.ResolutionSeconds) == defaultResolution
	})
	if len(finer) == 0 {
		return nil
	}
	return &ecstypes.MonitoringConfiguration{MetricConfigurations: finer}
}

// lastPart is the name at the end of an ARN, or of what is none.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func readService(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	s, err := c.service(ctx, id)
	if s == nil || err != nil {
		return nil, err
	}
	revision, err := c.revision(ctx, *s)
	if err != nil {
		return nil, err
	}
	return documentOfService(*s, revision), nil
}

// service finds a service by cluster/service; nil if there is none.
func (c *clients) service(ctx context.Context, id string) (*ecstypes.Service, error) {
	cluster, name, ok := strings.Cut(id, "/")
	if !ok {
		return nil, fmt.Errorf("%q must be <cluster>/<service>", id)
	}
	out, err := c.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{name}})
	if hasCode(err, "ClusterNotFoundException") {
		return nil, nil
	}
	if err != nil {
		return nil, told(err)
	}
	if len(out.Services) == 0 || aws.ToString(out.Services[0].Status) == inactive {
		return nil, nil
	}
	return &out.Services[0], nil
}

// revision is the newest revision of a service; nil if it has none, as services of old have.
func (c *clients) revision(ctx context.Context, s ecstypes.Service) (*ecstypes.ServiceRevision, error) {
	arns := revisionsOf(s)
	if len(arns) == 0 {
		return nil, nil
	}
	out, err := c.ecs.DescribeServiceRevisions(ctx, &ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: arns})
	if err != nil {
		return nil, told(err)
	}
	return newestRevision(out.ServiceRevisions), nil
}

// revisionsOf are the ARNs of a service's current revisions: several while it is deployed.
func revisionsOf(s ecstypes.Service) []string {
	var arns []string
	for _, current := range s.CurrentServiceRevisions {
		arns = append(arns, aws.ToString(current.Arn))
	}
	return arns
}

// newestRevision is the one that was made last; nil of none.
func newestRevision(all []ecstypes.ServiceRevision) *ecstypes.ServiceRevision {
	if len(all) == 0 {
		return nil
	}
	newest := slices.MaxFunc(all, func(a, b ecstypes.ServiceRevision) int {
		return aws.ToTime(a.CreatedAt).Compare(aws.ToTime(b.CreatedAt))
	})
	return &newest
}

// emptied is what UpdateService takes for a setting that is to be taken away: null in a document.
var emptied = map[string]any{
	"availabilityZoneRebalancing": "DISABLED", "capacityProviderStrategy": []any{}, "gatewayConnectors": []any{}, "loadBalancers": []any{},
	"healthCheckGracePeriodSeconds": 0, "placementConstraints": []any{}, "placementStrategy": []any{}, "platformVersion": "LATEST",
	"propagateTags": "NONE", "serviceRegistries": []any{}, "volumeConfigurations": []any{}, "vpcLatticeConfigurations": []any{},
	"serviceConnectConfiguration": map[string]any{"enabled": false},
	"monitoring": map[string]any{"metricConfigurations": []any{map[string]any{
		"metricNames": []any{"CPUUtilization", "MemoryUtilization"}, "resolutionSeconds": defaultResolution,
	}}},
}

// writeService updates what the document names, and leaves the rest. Null takes a setting away. A new strategy for capacity
// forces a deployment: AWS refuses it without.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
func writeService(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	cluster, name, ok := strings.Cut(id, "/")
	if !ok {
		return "", fmt.Errorf("%q must be <cluster>/<service>", id)
	}
	d = maps.Clone(d)
	for setting, value := range d {
		if value != nil {
			continue
		}
		if d[setting], ok = emptied[setting]; !ok {
			return "", fmt.Errorf("%s cannot be taken away", setting)
		}
	}
	in := &ecs.UpdateServiceInput{}
	if err := decode(d, asInECS, in); err != nil {
		return "", err
	}
	in.Cluster, in.Service = &cluster, &name
	in.ForceNewDeployment = in.ForceNewDeployment || in.CapacityProviderStrategy != nil
	_, err := c.ecs.UpdateService(ctx, in)
	return "", told(err)
}
