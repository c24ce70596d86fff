package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Task is one task of a service.
type Task struct {
	TaskArn           string       `json:"taskArn"`
	ClusterArn        string       `json:"clusterArn"`
	TaskDefinitionArn string       `json:"taskDefinitionArn"`
	Group             string       `json:"group"`
	StartedBy         string       `json:"startedBy"`     // the deployment's id
	DesiredStatus     string       `json:"desiredStatus"` // RUNNING or STOPPED
	LastStatus        string       `json:"lastStatus"`    // PENDING, RUNNING, DEACTIVATING or STOPPED
	HealthStatus      string       `json:"healthStatus"`
	LaunchType        string       `json:"launchType,omitempty"`
	AvailabilityZone  string       `json:"availabilityZone"`
	CPU               string       `json:"cpu,omitempty"`
	Memory            string       `json:"memory,omitempty"`
	PlatformVersion   string       `json:"platformVersion,omitempty"`
	CreatedAt         Time         `json:"createdAt"`
	StartedAt         Time         `json:"startedAt,omitzero"`
	StoppingAt        Time         `json:"stoppingAt,omitzero"`
	StoppedAt         Time         `json:"stoppedAt,omitzero"`
	StopCode          string       `json:"stopCode,omitempty"`
	StoppedReason     string       `json:"stoppedReason,omitempty"`
	Containers        []Container  `json:"containers"`
	Attachments       []Attachment `json:"attachments"`

	address string
	healthy bool // in its target groups; at once where there are none
}

// A Container is one container of a task.
type Container struct {
	Name       string `json:"name"`
	Image      string `json:"image"`
	LastStatus string `json:"lastStatus"`
	Reason     string `json:"reason,omitempty"`
}

// An Attachment is a task's network interface.
type Attachment struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Status  string    `json:"status"`
	Details []Setting `json:"details"`
}

// Statuses of tasks.
const (
	taskPending      = "PENDING"
	taskRunning      = "RUNNING"
	taskDeactivating = "DEACTIVATING"
	taskStopped      = "STOPPED"
)

// stoppedKept is how long ECS still shows a stopped task, mostStopped how many of a service are kept.
const (
	stoppedKept = time.Hour
	mostStopped = 100
)

// newTask places a task of a service's deployment.
func (m *model) newTask(s *Service, d *Deployment) *Task {
	t := &Task{
		TaskArn: m.arn("ecs", "task/"+lastPart(s.ClusterArn)+"/"+m.hex()), ClusterArn: s.ClusterArn,
		TaskDefinitionArn: d.TaskDefinition, Group: "service:" + s.ServiceName, StartedBy: d.ID,
		DesiredStatus: taskRunning, LastStatus: taskPending, HealthStatus: "UNKNOWN",
		LaunchType: s.LaunchType, PlatformVersion: s.PlatformVersion, CreatedAt: m.stamp(),
		AvailabilityZone: m.options.Region + string(rune('a'+m.random.IntN(3))),
		address:          fmt.Sprintf("10.0.%d.%d", m.random.IntN(250), 4+m.random.IntN(250)),
	}
	t.Attachments = []Attachment{{
		ID: m.id(), Type: "ElasticNetworkInterface", Status: "ATTACHED",
		Details: []Setting{{"privateIPv4Address", t.address}},
	}}
	if definition, err := m.taskDefinition(d.TaskDefinition); err == nil {
		t.CPU, t.Memory = definition.CPU, definition.Memory
		for _, c := range definition.ContainerDefinitions {
			t.Containers = append(t.Containers, Container{Name: text(c["name"]), Image: text(c["image"]), LastStatus: taskPending})
		}
	}
	s.tasks = append(s.tasks, t)
	return t
}

// text is a string that was read as any, empty if it is none.
func text(value any) string {
	s, _ := value.(string)
	return s
}

// becomes sets a task's status and that of its containers.
func (t *Task) becomes(status string) {
	t.LastStatus = status
	for i := range t.Containers {
		t.Containers[i].LastStatus = status
	}
}

// alive tells whether a task is meant to run.
func (t *Task) alive() bool { return t.DesiredStatus == taskRunning }

// runs tells whether a task runs and is meant to.
func (t *Task) runs() bool { return t.alive() && t.LastStatus == taskRunning }

// serves tells whether a task takes load.
func (t *Task) serves() bool { return t.runs() && t.healthy }

type taskListing struct {
	ecsPaging
	Cluster       string `json:"cluster"`
	ServiceName   string `json:"serviceName"`
	StartedBy     string `json:"startedBy"`
	Family        string `json:"family"`
	DesiredStatus string `json:"desiredStatus"`
}

type taskList struct {
	TaskArns  []string `json:"taskArns"`
	NextToken string   `json:"nextToken,omitempty"`
}

func (m *model) listTasks(in *taskListing) (out taskList, err error) {
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return out, err
	}
	if in.ServiceName != "" && m.service(c, in.ServiceName) == nil {
		return out, refuse("ServiceNotFoundException", "Service not found.")
	}
	byDefault(&in.DesiredStatus, taskRunning)
	arns := []string{}
	for _, s := range m.Services {
		if s.ClusterArn != c.ClusterArn || in.ServiceName != "" && s != m.service(c, in.ServiceName) {
			continue
		}
		for _, t := range s.tasks {
			if t.listed(in) {
				arns = append(arns, t.TaskArn)
			}
		}
	}
	out.TaskArns, out.NextToken, err = in.of(arns, ecsPage)
	return out, err
}

func (t *Task) listed(in *taskListing) bool {
	family, _, _ := strings.Cut(lastPart(t.TaskDefinitionArn), ":")
	return t.DesiredStatus == in.DesiredStatus &&
		(in.StartedBy == "" || in.StartedBy == t.StartedBy) && (in.Family == "" || in.Family == family)
}

type taskQuestion struct {
	Cluster string   `json:"cluster"`
	Tasks   []string `json:"tasks"`
}

type taskDescriptions struct {
	Tasks    []*Task   `json:"tasks"`
	Failures []Failure `json:"failures"`
}

func (m *model) describeTasks(in *taskQuestion) (taskDescriptions, error) {
	out := taskDescriptions{Tasks: []*Task{}, Failures: []Failure{}}
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return out, err
	}
	if err := atMost(in.Tasks, mostTasksDescribed, "tasks"); err != nil {
		return out, err
	}
	known := map[string]*Task{}
	for _, s := range m.Services {
		for _, t := range s.tasks {
			if s.ClusterArn == c.ClusterArn {
				known[t.TaskArn], known[lastPart(t.TaskArn)] = t, t
			}
		}
	}
	for _, name := range in.Tasks {
		if t, ok := known[name]; ok {
			out.Tasks = append(out.Tasks, t)
		} else {
			out.Failures = append(out.Failures, missing(name))
		}
	}
	return out, nil
}

// forget drops tasks that stopped long ago.
func (m *model) forget(s *Service) {
	stopped := 0
	for _, t := range s.tasks {
		if t.LastStatus == taskStopped {
			stopped++
		}
	}
	s.tasks = slices.DeleteFunc(s.tasks, func(t *Task) bool {
		old := t.LastStatus == taskStopped && (stopped > mostStopped || m.now.Sub(t.StoppedAt.Time) > stoppedKept)
		if old {
			stopped--
		}
		return old
	})
}
