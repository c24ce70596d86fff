package follow

import (
	"context"
	"slices"
	"sync"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// cloud is a Source that a test scripts: what the service is like follows from the time.
type cloud struct {
	began  time.Time
	speed  float64
	at     func(since time.Duration) fleet.Service // AWS time since it began
	metric func(m plan.Metric, period time.Duration) (float64, bool)
	delay  time.Duration // AWS time until a point can be read
	refuse func(since time.Duration) error
	hidden []fleet.Hidden
	state  []fleet.Hidden

	mu    sync.Mutex
	looks int
	reads int
}

func (c *cloud) since() time.Duration {
	return time.Duration(float64(time.Since(c.began)) * max(c.speed, 1))
}

func (c *cloud) Now(fleet.Place) time.Time { return c.began.Add(c.since()) }

func (c *cloud) Observe(_ context.Context, p *plan.Plan) (*fleet.State, error) {
	if c.refuse != nil {
		if err := c.refuse(c.since()); err != nil {
			return nil, err
		}
	}
	s := &fleet.State{At: c.Now(fleet.Place{}), Hidden: c.state}
	for _, service := range p.Services {
		found := c.at(c.since())
		found.Title = service.Title()
		s.Services = append(s.Services, found)
	}
	return s, nil
}

func (c *cloud) Look(ctx context.Context, _ fleet.Place, _, _ string) (fleet.Service, []fleet.Hidden, error) {
	c.mu.Lock()
	c.looks++
	c.mu.Unlock()
	if ctx.Err() != nil {
		return fleet.Service{}, nil, ctx.Err()
	}
	if c.refuse != nil {
		if err := c.refuse(c.since()); err != nil {
			return fleet.Service{}, nil, err
		}
	}
	s := c.at(c.since())
	s.TaskDefinition, s.Policies = fleet.TaskDefinition{}, nil
	return s, c.hidden, nil
}

func (c *cloud) Metrics(ctx context.Context, _ fleet.Place, wanted []plan.Metric, from, to time.Time) ([]fleet.Series, error) {
	c.mu.Lock()
	c.reads++
	c.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	all := make([]fleet.Series, len(wanted))
	for i, m := range wanted {
		for at := from.Truncate(m.Period); !at.Add(m.Period + c.delay).After(to); at = at.Add(m.Period) {
			if at.Before(from) {
				continue
			}
			if v, ok := c.metric(m, at.Sub(c.began)); ok {
				all[i] = append(all[i], fleet.Point{At: at, Value: v})
			}
		}
	}
	return all, nil
}

// service is a service of so many tasks, all of which run and are healthy.
func service(tasks int) fleet.Service {
	return fleet.Service{
		Title: "chat", Region: "us-east-1", Cluster: fleet.Cluster{Name: "beta"}, Name: "web", Status: "ACTIVE",
		Desired: tasks, Running: tasks, LaunchType: "FARGATE",
		Deployments:    []fleet.Deployment{{ID: "d1", Status: "PRIMARY", State: "COMPLETED", TaskDefinition: "arn:aws:ecs:us-east-1:1:task-definition/web:7"}},
		TaskDefinition: fleet.TaskDefinition{Family: "web", Revision: 7, CPU: 1024, Memory: 2048, Fargate: true},
		Target:         &fleet.ScalableTarget{Min: 1, Max: 4},
		Policies:       []fleet.Policy{{Track: plan.TrackCPU, CooldownOut: time.Minute, CooldownIn: 5 * time.Minute}},
		Balancers:      []fleet.Balancer{{Healthy: tasks}},
	}
}

// scaling is a service that scales out from 1 to 3 tasks and in again, on a timetable.
type scaling struct {
	began                                               time.Time
	alarm, activity, started, healthy, low, in, stopped time.Duration
}

func timetable(began time.Time) scaling {
	return scaling{
		began: began, alarm: 180 * time.Second, activity: 185 * time.Second, started: 215 * time.Second, healthy: 240 * time.Second,
		low: 1500 * time.Second, in: 1505 * time.Second, stopped: 1550 * time.Second,
	}
}

func (t scaling) at(since time.Duration) fleet.Service {
	s := service(1)
	high := fleet.Alarm{Name: "high", State: "OK", Comparison: "GreaterThanThreshold", Tracking: true, ChangedAt: t.began.Add(-time.Hour)}
	low := fleet.Alarm{Name: "low", State: "ALARM", Comparison: "LessThanThreshold", Tracking: true, ChangedAt: t.began.Add(-time.Hour)}
	if since >= t.alarm {
		high.State, high.ChangedAt = "ALARM", t.began.Add(t.alarm)
		low.State, low.ChangedAt = "OK", t.began.Add(t.alarm)
	}
	if since >= t.activity {
		s.Desired, s.Pending = 3, 2
		s.Activities = []fleet.Activity{{ID: "a1", Status: "InProgress", To: 3, Cause: "monitor alarm high in state ALARM triggered policy cpu", StartedAt: t.began.Add(t.activity)}}
	}
	if since >= t.started {
		s.Running, s.Pending = 3, 0
		for _, arn := range []string{"task/1", "task/2"} {
			s.Tasks = append(s.Tasks, fleet.Task{ARN: arn, Status: "RUNNING", StartedAt: t.began.Add(t.started)})
		}
	}
	if since >= t.healthy {
		s.Balancers[0].Healthy = 3
		s.Activities[0].Status, s.Activities[0].EndedAt = "Successful", t.began.Add(t.healthy)
	}
	if since >= t.low {
		high.State, high.ChangedAt = "OK", t.began.Add(t.low-time.Minute)
		low.State, low.ChangedAt = "ALARM", t.began.Add(t.low)
	}
	if since >= t.in {
		s.Desired, s.Running, s.Balancers[0].Healthy = 1, 1, 1
		s.Activities = slices.Insert(s.Activities, 0, fleet.Activity{ID: "a2", Status: "Successful", To: 1, StartedAt: t.began.Add(t.in), EndedAt: t.began.Add(t.stopped)})
	}
	if since >= t.stopped {
		for i := range s.Tasks {
			s.Tasks[i].Status, s.Tasks[i].StoppedAt = "STOPPED", t.began.Add(t.stopped)
			s.Tasks[i].StopCode, s.Tasks[i].Reason = "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment d1)"
		}
	}
	s.Alarms = []fleet.Alarm{high, low}
	return s
}
