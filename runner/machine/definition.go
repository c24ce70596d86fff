package machine

import (
	"fmt"
	"strconv"
)

// TaskDefinition is the input of `aws ecs register-task-definition --cli-input-json`, as far as running Plimsoll needs it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html.
type TaskDefinition struct {
	Family                  string                `json:"family"`
	RequiresCompatibilities []string              `json:"requiresCompatibilities"`
	NetworkMode             string                `json:"networkMode"`
	RuntimePlatform         RuntimePlatform       `json:"runtimePlatform"`
	CPU                     string                `json:"cpu"`    // CPU units
	Memory                  string                `json:"memory"` // MiB
	ExecutionRoleARN        string                `json:"executionRoleArn"`
	TaskRoleARN             string                `json:"taskRoleArn,omitempty"`
	ContainerDefinitions    []ContainerDefinition `json:"containerDefinitions"`
}

// RuntimePlatform is the kind of machine.
type RuntimePlatform struct {
	CPUArchitecture       string `json:"cpuArchitecture"`
	OperatingSystemFamily string `json:"operatingSystemFamily"`
}

// ContainerDefinition is one container of a task.
type ContainerDefinition struct {
	Name             string           `json:"name"`
	Image            string           `json:"image"`
	Essential        bool             `json:"essential"`
	Command          []string         `json:"command,omitempty"`
	Environment      []Pair           `json:"environment,omitempty"`
	Ulimits          []Ulimit         `json:"ulimits"`
	SystemControls   []SystemControl  `json:"systemControls,omitempty"`
	StopTimeout      int              `json:"stopTimeout"` // seconds
	LogConfiguration LogConfiguration `json:"logConfiguration"`
}

// Pair is a variable of the environment.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Ulimit is a limit of the container's processes.
type Ulimit struct {
	Name      string `json:"name"`
	SoftLimit int64  `json:"softLimit"`
	HardLimit int64  `json:"hardLimit"`
}

// SystemControl is a kernel parameter of the task's namespace.
type SystemControl struct {
	Namespace string `json:"namespace"`
	Value     string `json:"value"`
}

// LogConfiguration says where the output goes.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// Wanted is what a task definition is asked to provide. Empty fields take what is usual; what Plimsoll cannot know
// begins with Placeholder in the result.
type Wanted struct {
	Connections   int64    // held at once; also given to the plan as NUM_SESSIONS; 0 is not asked for
	Protocol      Protocol // of those connections
	CPU           int      // CPU units; 0 chooses
	Memory        int      // MiB; 0 chooses
	Image         string
	Region        string
	ExecutionRole string // ARN of the role that pulls the image and writes the log
	TaskRole      string // ARN of the role that Plimsoll itself has, to look at a fleet; "" is none
	Command       []string
}

// Placeholder begins whatever must be replaced before the definition is registered.
const Placeholder = "REPLACE_"

// Define makes the task definition for running Plimsoll itself on Fargate: with as many descriptors as the connections need,
// at least 65,536, and a size that holds them. It fails if Fargate has no such size, or one task cannot hold so many.
func Define(w Wanted) (TaskDefinition, error) {
	if w.Connections > widestPorts {
		tasks := (w.Connections + widestPorts - 1) / widestPorts
		return TaskDefinition{}, fmt.Errorf("a task has one address and thus at most %s connections to one address and port of a service; run %d tasks with %s each",
			Thousands(widestPorts), tasks, Thousands((w.Connections+tasks-1)/tasks))
	}
	need := neededMiB(w.Connections, w.Protocol)
	cpu, memory, err := fargateSize(w.CPU, w.Memory, int(need))
	if err != nil {
		return TaskDefinition{}, err
	}
	return TaskDefinition{
		Family:                  "plimsoll",
		RequiresCompatibilities: []string{"FARGATE"},
		NetworkMode:             "awsvpc",
		RuntimePlatform:         RuntimePlatform{"X86_64", "LINUX"},
		CPU:                     strconv.Itoa(cpu),
		Memory:                  strconv.Itoa(memory),
		ExecutionRoleARN:        either(w.ExecutionRole, "arn:aws:iam::"+Placeholder+"ACCOUNT_ID:role/ecsTaskExecutionRole"),
		TaskRoleARN:             w.TaskRole,
		ContainerDefinitions:    []ContainerDefinition{w.container()},
	}, nil
}

func (w Wanted) container() ContainerDefinition {
	region := either(w.Region, Placeholder+"REGION")
	nofile := roundUp(max(w.Connections+ownDescriptors, usualDescriptors), 1024)
	c := ContainerDefinition{
		Name:        "plimsoll",
		Image:       either(w.Image, Placeholder+"ACCOUNT_ID.dkr.ecr."+region+".amazonaws.com/plimsoll:latest"),
		Essential:   true,
		Command:     w.Command,
		Ulimits:     []Ulimit{{"nofile", nofile, nofile}},
		StopTimeout: 120, // the most that Fargate grants: a stopped run ends its sessions and writes its result
		LogConfiguration: LogConfiguration{"awslogs", map[string]string{
			"awslogs-group": "/ecs/plimsoll", "awslogs-region": region, "awslogs-stream-prefix": "plimsoll",
		}},
	}
	if w.Connections > 0 {
		c.Environment = []Pair{{"NUM_SESSIONS", strconv.FormatInt(w.Connections, 10)}}
	}
	if w.Connections > usualPorts {
		c.SystemControls = []SystemControl{{"net.ipv4.ip_local_port_range", widestRange}}
	}
	return c
}

func either(given, otherwise string) string {
	if given != "" {
		return given
	}
	return otherwise
}
