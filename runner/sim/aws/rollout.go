package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// States of a deployment's rollout.
const (
	rolloutInProgress = "IN_PROGRESS"
	rolloutCompleted  = "COMPLETED"
	rolloutFailed     = "FAILED"
)

// mostEvents is how many events of a service ECS shows.
const mostEvents = 100

// A rolloutRule is the part of a deployment configuration that the model follows.
type rolloutRule struct {
	MaximumPercent        *int `json:"maximumPercent"`        // of the desired count, that may live at once; 200
	MinimumHealthyPercent *int `json:"minimumHealthyPercent"` // that must serve; 100
	CircuitBreaker        struct {
		Enable   bool `json:"enable"`
		Rollback bool `json:"rollback"`
	} `json:"deploymentCircuitBreaker"`
}

// bounds are the most tasks that may live and the fewest that must serve.
func (s *Service) bounds() (most, fewest int, rule rolloutRule) {
	_ = json.Unmarshal(s.DeploymentConfiguration, &rule) // what cannot be read is not set
	share := func(percent *int, otherwise int) int {
		if percent == nil {
			percent = &otherwise
		}
		return s.DesiredCount * *percent
	}
	return share(rule.MaximumPercent, 200) / 100, (share(rule.MinimumHealthyPercent, 100) + 99) / 100, rule
}

// moor starts a service of the initial fleet, whose tasks have been running for long.
func (m *model) moor(s *Service) {
	s.Deployments, s.unsettled, s.revision = nil, false, 1
	d := m.newDeployment(s)
	d.RolloutState, d.RolloutStateReason = rolloutCompleted, "ECS deployment "+d.ID+" completed."
	for range s.DesiredCount {
		t := m.newTask(s, d)
		t.becomes(taskRunning)
		t.StartedAt, t.HealthStatus, t.healthy = m.stamp(), "HEALTHY", true
	}
	m.count(s)
}

func (m *model) newDeployment(s *Service) *Deployment {
	d := &Deployment{
		ID: fmt.Sprintf("ecs-svc/%019d", m.random.Uint64N(1e18)), Status: "PRIMARY", TaskDefinition: s.TaskDefinition,
		DesiredCount: s.DesiredCount, LaunchType: s.LaunchType, PlatformVersion: s.PlatformVersion,
		CreatedAt: m.stamp(), UpdatedAt: m.stamp(),
	}
	for _, old := range s.Deployments {
		old.Status = "ACTIVE"
	}
	s.Deployments = append([]*Deployment{d}, s.Deployments...)
	return d
}

// deploy begins to replace a service's tasks.
func (m *model) deploy(s *Service) *Deployment {
	d := m.newDeployment(s)
	d.RolloutState, d.RolloutStateReason = rolloutInProgress, "ECS deployment "+d.ID+" in progress."
	s.unsettled = true
	return d
}

// deploying tells whether a rollout is under way.
func (s *Service) deploying() bool { return s.Deployments[0].RolloutState == rolloutInProgress }

// reconcile starts and stops tasks until a service is as it should be, within the bounds of its
// deployment configuration: old tasks leave as far as enough serve, new ones come as far as there is room.
func (m *model) reconcile(s *Service) {
	primary := s.Deployments[0]
	most, fewest, _ := s.bounds()
	if n := len(s.of(primary, (*Task).alive)); n != s.DesiredCount || len(s.Deployments) > 1 {
		s.unsettled = true
	}
	for _, old := range s.Deployments[1:] {
		for _, t := range s.of(old, (*Task).alive) {
			if !t.serves() || len(s.of(nil, (*Task).serves)) > fewest {
				m.stop(s, t, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment "+old.ID+")")
			}
		}
	}
	surplus := s.of(primary, (*Task).alive)
	for n := len(surplus); n > s.DesiredCount; n-- {
		m.stop(s, surplus[n-1], "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment "+primary.ID+")")
	}
	for primary.RolloutState != rolloutFailed && len(s.of(primary, (*Task).alive)) < s.DesiredCount && len(s.of(nil, (*Task).alive)) < max(most, s.DesiredCount) {
		m.launch(s, primary)
	}
	m.count(s)
	m.complete(s)
}

// of returns a service's tasks of one deployment, or of all, that are in some state.
func (s *Service) of(d *Deployment, state func(*Task) bool) []*Task {
	var tasks []*Task
	for _, t := range s.tasks {
		if (d == nil || t.StartedBy == d.ID) && state(t) {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// launch places a task, which runs, or fails to, after its start time.
func (m *model) launch(s *Service, d *Deployment) {
	t := m.newTask(s, d)
	m.after(m.options.startTime(s.ServiceName), func() {
		switch broken := t.unpullable(m.options.Unpullable); {
		case !t.alive():
		case broken != "":
			d.FailedTasks++
			m.stop(s, t, "TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref "+broken)
			m.trip(s, d)
			m.reconcile(s)
		default:
			m.run(s, t)
		}
	})
}

func (t *Task) unpullable(images []string) string {
	for _, c := range t.Containers {
		if slices.Contains(images, c.Image) {
			return c.Image
		}
	}
	return ""
}

// run makes a task run; behind a load balancer it serves after the first health check.
func (m *model) run(s *Service, t *Task) {
	t.becomes(taskRunning)
	t.StartedAt, t.HealthStatus = m.stamp(), "HEALTHY"
	check := m.healthCheck(s)
	t.healthy = check == 0
	m.reconcile(s)
	if check > 0 {
		m.after(check, func() {
			t.healthy = true
			m.reconcile(s)
		})
	}
}

// stop takes a task away at once; it is gone after the stop time.
func (m *model) stop(s *Service, t *Task, code, reason string) {
	t.DesiredStatus, t.StopCode, t.StoppedReason, t.StoppingAt = taskStopped, code, reason, m.stamp()
	end := func() {
		t.becomes(taskStopped)
		t.StoppedAt = m.stamp()
		m.forget(s)
	}
	if t.LastStatus == taskPending {
		end()
		return
	}
	t.becomes(taskDeactivating)
	m.after(m.options.StopTime, end)
}

// trip fails a deployment whose tasks fail, where a circuit breaker is on: at half the desired count,
// 3 at least and 200 at most.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
func (m *model) trip(s *Service, d *Deployment) {
	_, _, rule := s.bounds()
	if !rule.CircuitBreaker.Enable || d.RolloutState != rolloutInProgress || d.FailedTasks < min(max(3, (s.DesiredCount+1)/2), 200) {
		return
	}
	d.RolloutState, d.RolloutStateReason = rolloutFailed, "ECS deployment circuit breaker: tasks failed to start."
	m.event(s, fmt.Sprintf("(service %s) (deployment %s) deployment failed: tasks failed to start.", s.ServiceName, d.ID))
	if !rule.CircuitBreaker.Rollback || d.rollback || len(s.Deployments) < 2 {
		return
	}
	last := s.Deployments[len(s.Deployments)-1]
	s.TaskDefinition = last.TaskDefinition
	s.revision++
	back := m.deploy(s)
	back.rollback = true
	back.RolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId " + last.ID + "."
}

// complete notices that a service has become as it should be.
func (m *model) complete(s *Service) {
	primary := s.Deployments[0]
	if !s.unsettled || len(s.of(primary, (*Task).serves)) != s.DesiredCount || len(s.of(nil, (*Task).alive)) != s.DesiredCount {
		return
	}
	s.unsettled = false
	s.Deployments = s.Deployments[:1]
	if primary.RolloutState == rolloutInProgress {
		primary.RolloutState, primary.RolloutStateReason = rolloutCompleted, "ECS deployment "+primary.ID+" completed."
		m.event(s, fmt.Sprintf("(service %s) (deployment %s) deployment completed.", s.ServiceName, primary.ID))
	}
	primary.UpdatedAt = m.stamp()
	m.event(s, fmt.Sprintf("(service %s) has reached a steady state.", s.ServiceName))
	m.fulfil(s)
}

// count brings a service's counts up to date, and tells its workload how many tasks serve.
func (m *model) count(s *Service) {
	pending := func(t *Task) bool { return t.alive() && t.LastStatus == taskPending }
	for _, d := range s.Deployments {
		d.RunningCount, d.PendingCount = len(s.of(d, (*Task).runs)), len(s.of(d, pending))
		d.DesiredCount = d.RunningCount + d.PendingCount
	}
	s.Deployments[0].DesiredCount = s.DesiredCount
	s.RunningCount, s.PendingCount = len(s.of(nil, (*Task).runs)), len(s.of(nil, pending))
	s.CurrentServiceRevisions = []RevisionCounts{{s.revisionARN(), s.DesiredCount, s.RunningCount, s.PendingCount}}
	serving := len(s.of(nil, (*Task).serves))
	if name, w := m.workload(s); w != nil && (!s.told || serving != s.serving) {
		if err := w.SetTasks(name, serving); err != nil {
			m.event(s, fmt.Sprintf("(service %s) the simulated service refuses %d tasks: %v", s.ServiceName, serving, err))
		}
	}
	s.serving, s.told = serving, true
}

// workload finds what a service's tasks are busy with, and by which name it is known.
func (m *model) workload(s *Service) (string, Workload) {
	within := lastPart(s.ClusterArn) + "/" + s.ServiceName
	for _, name := range []string{m.options.Region + "/" + within, within, s.ServiceName} {
		if w, ok := m.workloads[name]; ok {
			return name, w
		}
	}
	return s.ServiceName, nil
}

func (m *model) event(s *Service, message string) {
	s.Events = append([]ServiceEvent{{ID: m.id(), CreatedAt: m.stamp(), Message: message}}, s.Events...)
	s.Events = s.Events[:min(len(s.Events), mostEvents)]
}

// healthCheck is how long a running task waits for its first health check; 0 without a load balancer.
func (m *model) healthCheck(s *Service) (longest time.Duration) {
	for _, target := range s.LoadBalancers {
		if g := m.targetGroup(target.TargetGroupArn); g != nil {
			longest = max(longest, time.Duration(g.HealthCheckIntervalSeconds)*time.Second)
		}
	}
	return longest
}
