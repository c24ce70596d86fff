package cloud

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// fillService takes from a description what people and rules read.
func fillService(s *fleet.Service, d ecstypes.Service) {
	s.ARN, s.Status, s.CreatedAt = aws.ToString(d.ServiceArn), aws.ToString(d.Status), aws.ToTime(d.CreatedAt)
	s.Desired, s.Running, s.Pending = int(d.DesiredCount), int(d.RunningCount), int(d.PendingCount)
	s.LaunchType, s.Platform, s.Controller = string(d.LaunchType), aws.ToString(d.PlatformVersion), "ECS"
	if d.DeploymentController != nil {
		s.Controller = string(d.DeploymentController.Type)
	}
	if c := d.DeploymentConfiguration; c != nil && c.DeploymentCircuitBreaker != nil {
		s.CircuitBreaker = c.DeploymentCircuitBreaker.Enable
	}
	s.Providers = nil
	for _, item := range d.CapacityProviderStrategy {
		s.Providers = append(s.Providers, aws.ToString(item.CapacityProvider))
	}
	s.Tags = tagsOf(d.Tags)
	s.Owner = ownerOf(s.Tags)
	s.TaskDefinition = fleet.TaskDefinition{ARN: aws.ToString(d.TaskDefinition)}
	s.Deployments = nil
	for _, deployment := range d.Deployments {
		s.Deployments = append(s.Deployments, deploymentFrom(deployment))
	}
}

func deploymentFrom(d ecstypes.Deployment) fleet.Deployment {
	return fleet.Deployment{
		ID: aws.ToString(d.Id), Status: aws.ToString(d.Status), State: string(d.RolloutState), TaskDefinition: aws.ToString(d.TaskDefinition),
		Desired: int(d.DesiredCount), Running: int(d.RunningCount), Pending: int(d.PendingCount), Failed: int(d.FailedTasks),
		Reason: fleet.Line(aws.ToString(d.RolloutStateReason)), UpdatedAt: aws.ToTime(d.UpdatedAt),
	}
}

func tagsOf(tags []ecstypes.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	made := make(map[string]string, len(tags))
	for _, tag := range tags {
		made[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return made
}

// ownerOf tells by its tags who else writes a service. CloudFormation tags what it makes; for Terraform a tag is a habit,
// by the keys that its users mostly choose.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
func ownerOf(tags map[string]string) string {
	for key, value := range tags {
		key, value = strings.ToLower(key), strings.ToLower(value)
		switch {
		case strings.HasPrefix(key, "aws:cloudformation:"):
			return "cloudformation"
		case key == "terraform" && value != "false", strings.HasPrefix(key, "terraform:"):
			return "terraform"
		case strings.NewReplacer("-", "", "_", "").Replace(key) == "managedby" && (value == "terraform" || value == "cloudformation"):
			return value
		}
	}
	return ""
}

// taskDefinitionFrom takes from a revision what people and rules read. Sizes of containers count where the task has none.
func taskDefinitionFrom(d ecstypes.TaskDefinition, tags []ecstypes.Tag) fleet.TaskDefinition {
	made := fleet.TaskDefinition{
		ARN: aws.ToString(d.TaskDefinitionArn), Family: aws.ToString(d.Family), Revision: int(d.Revision),
		CPU: number(d.Cpu), Memory: number(d.Memory), NetworkMode: string(d.NetworkMode),
		ARM:      d.RuntimePlatform != nil && d.RuntimePlatform.CpuArchitecture == ecstypes.CPUArchitectureArm64,
		Fargate:  slices.Contains(d.RequiresCompatibilities, ecstypes.CompatibilityFargate),
		Document: documentOfTaskDefinition(d, tags),
	}
	for _, c := range d.ContainerDefinitions {
		made.Containers = append(made.Containers, containerFrom(c))
	}
	return made
}

func containerFrom(c ecstypes.ContainerDefinition) fleet.Container {
	made := fleet.Container{
		Name: aws.ToString(c.Name), Image: aws.ToString(c.Image), Essential: c.Essential == nil || *c.Essential,
		CPU: int(c.Cpu), Memory: int(aws.ToInt32(c.Memory)), MemoryReservation: int(aws.ToInt32(c.MemoryReservation)),
	}
	for _, limit := range c.Ulimits {
		if limit.Name == ecstypes.UlimitNameNofile {
			made.Nofile = int(limit.SoftLimit)
		}
	}
	for _, port := range c.PortMappings {
		made.Ports = append(made.Ports, int(aws.ToInt32(port.ContainerPort)))
	}
	if l := c.LogConfiguration; l != nil && l.LogDriver == ecstypes.LogDriverAwslogs {
		made.LogGroup, made.LogPrefix = l.Options["awslogs-group"], l.Options["awslogs-stream-prefix"]
	}
	return made
}

func taskFrom(t ecstypes.Task) fleet.Task {
	made := fleet.Task{
		ARN: aws.ToString(t.TaskArn), TaskDefinition: aws.ToString(t.TaskDefinitionArn), Status: aws.ToString(t.LastStatus),
		Health: string(t.HealthStatus), StartedAt: aws.ToTime(t.StartedAt), StoppedAt: aws.ToTime(t.StoppedAt),
		StopCode: string(t.StopCode), Reason: fleet.Line(aws.ToString(t.StoppedReason)),
	}
	for _, c := range t.Containers {
		if c.ExitCode == nil {
			continue
		}
		if made.ExitCodes == nil {
			made.ExitCodes = map[string]int{}
		}
		made.ExitCodes[aws.ToString(c.Name)] = int(*c.ExitCode)
	}
	return made
}
