package machine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Task is the ECS task that the process runs in, as its metadata endpoint says:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html.
type Task struct {
	Cluster    string    `json:"cluster"`
	ARN        string    `json:"arn"`
	Family     string    `json:"family"`
	Revision   string    `json:"revision"`
	Service    string    `json:"service,omitempty"`     // "" for a task that was started alone
	LaunchType string    `json:"launch_type,omitempty"` // FARGATE, EC2, …
	Zone       string    `json:"zone,omitempty"`        // availability zone
	Network    string    `json:"network,omitempty"`     // awsvpc, bridge, host
	CPU        float64   `json:"cpu,omitempty"`         // limit in vCPU; 0 is none
	Memory     uint64    `json:"memory,omitempty"`      // limit in bytes; 0 is none
	Container  Container `json:"container"`
}

// Container is the one of the task that the process runs in.
type Container struct {
	Name   string  `json:"name,omitempty"`
	CPU    float64 `json:"cpu,omitempty"`    // share in CPU units (1024 is one vCPU): when others want CPU too, no ceiling
	Memory uint64  `json:"memory,omitempty"` // limit in bytes; 0 is none
}

// Bounds on what is believed of the metadata endpoint.
const (
	metadataVariable = "ECS_CONTAINER_METADATA_URI_V4"
	metadataTimeout  = 2 * time.Second
	maxMetadata      = 1 << 20 // bytes of one answer
	maxName          = 256     // bytes of one name
	maxVCPU          = 1024
	maxMiB           = 1 << 26 // 64 TiB
)

// taskMetadata and containerMetadata are the parts of ${ECS_CONTAINER_METADATA_URI_V4}/task and of the address itself that are of use.
type taskMetadata struct {
	Cluster, TaskARN, Family, Revision, ServiceName, LaunchType, AvailabilityZone string

	Limits limitsMetadata
}

type containerMetadata struct {
	Name     string
	Limits   limitsMetadata
	Networks []struct{ NetworkMode string }
}

// limitsMetadata is in vCPU for a task and in CPU units for a container; memory is in MiB.
type limitsMetadata struct{ CPU, Memory float64 }

// task asks the metadata endpoint, if there is one.
func (i *inspection) task(ctx context.Context) *Task {
	address := i.host.env(metadataVariable)
	if address == "" || i.host.Client == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	var t taskMetadata
	if err := i.fetch(ctx, address, "/task", &t); err != nil {
		i.unread("ECS task metadata", err)
		return nil
	}
	var c containerMetadata
	if err := i.fetch(ctx, address, "", &c); err != nil {
		i.unread("ECS container metadata", err)
	}
	return newTask(t, c)
}

func newTask(t taskMetadata, c containerMetadata) *Task {
	task := &Task{
		Cluster: clean(t.Cluster), ARN: clean(t.TaskARN), Family: clean(t.Family), Revision: clean(t.Revision),
		Service: clean(t.ServiceName), LaunchType: clean(t.LaunchType), Zone: clean(t.AvailabilityZone),
		CPU: within(t.Limits.CPU, maxVCPU), Memory: uint64(within(t.Limits.Memory, maxMiB)) << 20,
		Container: Container{
			Name: clean(c.Name), CPU: within(c.Limits.CPU, maxVCPU*1024), Memory: uint64(within(c.Limits.Memory, maxMiB)) << 20,
		},
	}
	if len(c.Networks) > 0 {
		task.Network = clean(c.Networks[0].NetworkMode)
	}
	return task
}

// fetch asks the endpoint for one document.
func (i *inspection) fetch(ctx context.Context, address, path string, into any) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%s is no address: %q", metadataVariable, address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.JoinPath(path).String(), nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", u.Host, err)
	}
	response, err := i.host.Client.Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v", metadataTimeout)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", u.Host, response.Status)
	}
	return decode(response.Body, into)
}

// decode reads one JSON document of bounded size.
func decode(body io.Reader, into any) error {
	content, err := io.ReadAll(io.LimitReader(body, maxMetadata+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no whole answer within %v", metadataTimeout)
	case err != nil:
		return err
	case len(content) > maxMetadata:
		return fmt.Errorf("the answer is larger than %d bytes", maxMetadata)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("the answer is not what ECS answers: %w", err)
	}
	return nil
}

// within is a limit, or 0 (none) where it is none that a machine could have.
func within(limit, most float64) float64 {
	if limit > 0 && limit <= most {
		return limit
	}
	return 0
}

// clean makes text from outside fit for one line of a terminal.
func clean(s string) string {
	s = strings.ToValidUTF8(s[:min(len(s), maxName)], "")
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
}
