package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A TaskDefinition is one revision. Containers are kept as they were given.
type TaskDefinition struct {
	Family                  string            `json:"family"`
	Revision                int               `json:"revision,omitempty"`
	TaskDefinitionArn       string            `json:"taskDefinitionArn,omitempty"`
	Status                  string            `json:"status,omitempty"`
	ContainerDefinitions    []map[string]any  `json:"containerDefinitions,omitempty"`
	CPU                     string            `json:"cpu,omitempty"`    // units, 1024 to a vCPU
	Memory                  string            `json:"memory,omitempty"` // MiB
	NetworkMode             string            `json:"networkMode,omitempty"`
	RequiresCompatibilities []string          `json:"requiresCompatibilities,omitempty"`
	Compatibilities         []string          `json:"compatibilities,omitempty"`
	ExecutionRoleArn        string            `json:"executionRoleArn,omitempty"`
	TaskRoleArn             string            `json:"taskRoleArn,omitempty"`
	EnableFaultInjection    *bool             `json:"enableFaultInjection,omitempty"`
	EphemeralStorage        json.RawMessage   `json:"ephemeralStorage,omitempty"`
	InferenceAccelerators   []json.RawMessage `json:"inferenceAccelerators,omitempty"`
	IpcMode                 string            `json:"ipcMode,omitempty"`
	PidMode                 string            `json:"pidMode,omitempty"`
	PlacementConstraints    []json.RawMessage `json:"placementConstraints,omitempty"`
	ProxyConfiguration      json.RawMessage   `json:"proxyConfiguration,omitempty"`
	RuntimePlatform         json.RawMessage   `json:"runtimePlatform,omitempty"`
	Volumes                 []json.RawMessage `json:"volumes,omitempty"`
	RegisteredAt            Time              `json:"registeredAt,omitzero"`
	RegisteredBy            string            `json:"registeredBy,omitempty"`
	Tags                    []Pair            `json:"tags,omitempty"`
}

func (m *model) settleTaskDefinition(d *TaskDefinition) error {
	byDefault(&d.Revision, 1)
	byDefault(&d.TaskDefinitionArn, m.arn("ecs", fmt.Sprintf("task-definition/%s:%d", d.Family, d.Revision)))
	byDefault(&d.Status, "ACTIVE")
	byDefault(&d.RegisteredAt, m.stamp())
	byDefault(&d.RegisteredBy, "arn:aws:iam::"+m.options.Account+":root")
	if d.Compatibilities == nil {
		d.Compatibilities = []string{"EC2", "FARGATE"}
	}
	for _, container := range d.ContainerDefinitions {
		if container == nil {
			return refuse("ClientException", "task definition %s: a container definition is null", d.Family)
		}
		settleContainer(container)
	}
	return nil
}

// settleContainer fills in what ECS fills in.
func settleContainer(container map[string]any) {
	filled := map[string]any{"cpu": 0, "essential": true}
	for _, list := range []string{"environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"} {
		filled[list] = []any{}
	}
	for name, value := range filled {
		if _, ok := container[name]; !ok {
			container[name] = value
		}
	}
}

// taskDefinition finds a revision by ARN, by family:revision, or the newest by family.
func (m *model) taskDefinition(name string) (*TaskDefinition, error) {
	family, revision, exact := strings.Cut(lastPart(name), ":")
	var found *TaskDefinition
	for _, d := range m.TaskDefinitions {
		if d.Family == family && (!exact || strconv.Itoa(d.Revision) == revision) && (found == nil || d.Revision > found.Revision) {
			found = d
		}
	}
	if found == nil {
		return nil, refuse("ClientException", "Unable to describe task definition.")
	}
	return found, nil
}

type taskDefinitionAnswer struct {
	TaskDefinition TaskDefinition `json:"taskDefinition"`
	Tags           []Pair         `json:"tags,omitempty"`
}

func (d *TaskDefinition) view(tags bool) taskDefinitionAnswer {
	out := taskDefinitionAnswer{TaskDefinition: *d}
	out.TaskDefinition.Tags = nil
	if tags {
		out.Tags = d.Tags
	}
	return out
}

type taskDefinitionQuestion struct {
	TaskDefinition string   `json:"taskDefinition"`
	Include        []string `json:"include"`
}

func (m *model) describeTaskDefinition(in *taskDefinitionQuestion) (taskDefinitionAnswer, error) {
	d, err := m.taskDefinition(in.TaskDefinition)
	if err != nil {
		return taskDefinitionAnswer{}, err
	}
	return d.view(slices.Contains(in.Include, "TAGS")), nil
}

func (m *model) registerTaskDefinition(in *TaskDefinition) (taskDefinitionAnswer, error) {
	if in.Family == "" || len(in.ContainerDefinitions) == 0 {
		return taskDefinitionAnswer{}, refuse("ClientException", "Family and container definitions are required.")
	}
	if slices.Contains(in.RequiresCompatibilities, "FARGATE") && !fargateSize(in.CPU, in.Memory) {
		return taskDefinitionAnswer{}, refuse("ClientException", "No Fargate configuration exists for given values: %s CPU, %s memory. See the Amazon ECS documentation for the valid values.", in.CPU, in.Memory)
	}
	d := *in
	d.Revision, d.TaskDefinitionArn, d.Status = 1, "", ""
	d.RegisteredAt, d.RegisteredBy, d.Compatibilities = Time{}, "", nil
	for _, other := range m.TaskDefinitions {
		if other.Family == d.Family {
			d.Revision = max(d.Revision, other.Revision+1)
		}
	}
	if err := m.settleTaskDefinition(&d); err != nil {
		return taskDefinitionAnswer{}, err
	}
	m.TaskDefinitions = append(m.TaskDefinitions, &d)
	return d.view(true), nil
}

const gigabyte = 1024 // MiB

// fargateSize tells whether Fargate has a size of so many CPU units and MiB.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
func fargateSize(cpu, memory string) bool {
	mib, err := strconv.Atoi(memory)
	if err != nil {
		return false
	}
	within := func(least, most, step int) bool {
		return mib >= least*gigabyte && mib <= most*gigabyte && (mib-least*gigabyte)%(step*gigabyte) == 0
	}
	switch cpu {
	case "256":
		return mib == gigabyte/2 || mib == gigabyte || mib == 2*gigabyte
	case "512":
		return within(1, 4, 1)
	case "1024":
		return within(2, 8, 1)
	case "2048":
		return within(4, 16, 1)
	case "4096":
		return within(8, 30, 1)
	case "8192":
		return within(16, 60, 4)
	case "16384":
		return within(32, 120, 8)
	}
	return false
}
