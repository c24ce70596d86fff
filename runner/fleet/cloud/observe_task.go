package cloud

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// tasksAtOnce is the most tasks that ECS lists or describes in one call.
const tasksAtOnce = 100

// readTaskDefinitions reads the revision that each service runs. ECS describes one in a call.
func (s *survey) readTaskDefinitions(ctx context.Context) {
	groups := by(s.there(), func(b *subject) string { return b.TaskDefinition.ARN })
	delete(groups, "") // a service whose task sets run different ones
	each(slices.Sorted(maps.Keys(groups)), func(arn string) {
		out, err := s.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
			TaskDefinition: &arn, Include: []ecstypes.TaskDefinitionField{ecstypes.TaskDefinitionFieldTags},
		})
		if err == nil && out.TaskDefinition == nil {
			err = errors.New("AWS answered without it")
		}
		if err != nil {
			s.hide(fleet.HiddenTaskDefinition, err, groups[arn]...)
			return
		}
		for _, subject := range groups[arn] {
			subject.TaskDefinition = taskDefinitionFrom(*out.TaskDefinition, out.Tags)
		}
	})
}

// number reads a number that AWS writes as text; 0 where it is none.
func number(text *string) int {
	n, err := strconv.Atoi(aws.ToString(text))
	if err != nil {
		return 0
	}
	return n
}

// readTasks reads the tasks of the services, those included that stopped lately. Where a cluster holds fewer pages of tasks
// than services are asked about, its tasks are listed for all services together.
func (s *survey) readTasks(ctx context.Context) {
	groups := by(s.there(), clusterOf)
	each(slices.Sorted(maps.Keys(groups)), func(cluster string) {
		subjects := groups[cluster]
		if pages := 1 + subjects[0].Cluster.Tasks/tasksAtOnce; subjects[0].Cluster.ARN != "" && pages < len(subjects) {
			s.tasksOf(ctx, cluster, "", subjects)
			return
		}
		each(subjects, func(b *subject) { s.tasksOf(ctx, cluster, b.names.service, []*subject{b}) })
	})
}

// tasksOf reads the tasks of one service, or of all in a cluster where none is named.
func (s *survey) tasksOf(ctx context.Context, cluster, service string, subjects []*subject) {
	tasks, err := s.clients.tasks(ctx, cluster, service)
	if err != nil {
		s.hide(fleet.HiddenTasks, err, subjects...)
		return
	}
	for _, subject := range subjects {
		subject.Tasks = tasks[subject.names.service]
	}
}

// tasks lists and describes tasks, by the service that they belong to, the oldest first.
func (c *clients) tasks(ctx context.Context, cluster, service string) (map[string][]fleet.Task, error) {
	arns, err := c.listTasks(ctx, cluster, service)
	if err != nil {
		return nil, err
	}
	answers, err := ask(slices.Collect(slices.Chunk(arns, tasksAtOnce)), func(part []string) (*ecs.DescribeTasksOutput, error) {
		return c.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: part})
	})
	if err != nil {
		return nil, err
	}
	tasks := map[string][]fleet.Task{}
	for _, answer := range answers {
		for _, t := range answer.Tasks {
			of := strings.TrimPrefix(aws.ToString(t.Group), "service:")
			tasks[of] = append(tasks[of], taskFrom(t))
		}
	}
	for _, of := range tasks {
		slices.SortFunc(of, func(a, b fleet.Task) int { return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ARN, b.ARN)) })
	}
	return tasks, nil
}

// listTasks names the tasks that are to run and those that were stopped, which ECS shows for about an hour.
func (c *clients) listTasks(ctx context.Context, cluster, service string) ([]string, error) {
	both := []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped}
	lists, err := ask(both, func(status ecstypes.DesiredStatus) ([]string, error) {
		in := &ecs.ListTasksInput{Cluster: &cluster, DesiredStatus: status}
		if service != "" {
			in.ServiceName = &service
		}
		var arns []string
		err := pages(ctx, ecs.NewListTasksPaginator(c.ecs, in), func(page *ecs.ListTasksOutput) { arns = append(arns, page.TaskArns...) })
		return arns, err
	})
	return slices.Concat(lists...), err
}
