package sim

import (
	"fmt"
	"time"
)

// What the model says of memory, which it does not have: a task that idles uses a quarter; the connections it holds fill
// another half up to their bound, and the requests it has taken the last quarter up to its slots and queue. A real service
// must be measured.
const (
	idleMemory        = 0.25
	connectionsMemory = 0.5
	requestsMemory    = 0.25
	unbounded         = 10_000 // connections of a task that count as its bound, where it has none
)

// leastInterval keeps a reader that comes twice at once from dividing by next to nothing.
const leastInterval = 500 * time.Microsecond

// A Workload is one service as the tasks of an ECS service: runner/sim/aws decides how many there are, and reads how busy
// they are. It is for one reader at a time, since each reading runs from the one before.
type Workload struct {
	model   *model
	traffic *traffic
	since   sums
	last    Usage
}

// Usage is how busy the tasks of a service were between two readings. Rates are of all tasks, a second of wall time.
type Usage struct {
	CPU            float64       // share of busy slots, 0 to 1
	Memory         float64       // share by the model's rule, now, 0 to 1
	Tasks          int           // running now
	Connections    int           // open now, kept-alive ones included
	Requests       float64       // taken, as WebSocket messages are, too
	Failed         float64       // of those and of the refused, answered with 500 or 503
	ResponseTime   time.Duration // mean from arrival to the end of the service time; 0 without requests
	Received, Sent float64       // bytes
}

// sums are a model's counters at an instant.
type sums struct {
	usage
	requests, failed uint64
	taken            time.Duration // response times added up
	received, sent   int64         // bytes
}

// Workload returns one of the services, which the caller then scales.
func (s *Server) Workload(service string) (*Workload, error) {
	site, ok := s.sites[service]
	if !ok {
		return nil, fmt.Errorf("scale %q: no such service is simulated", service)
	}
	return &Workload{model: site.model, traffic: &site.traffic}, nil
}

// SetTasks is Server.SetTasks of the workload's service.
func (w *Workload) SetTasks(n int) error { return w.model.resize(n) }

// Usage tells of the time since it was asked before, or since the start.
func (w *Workload) Usage() Usage {
	m := w.model
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if now-w.since.at < leastInterval {
		return w.last
	}
	sums := w.sums(now)
	rate := func(count float64) float64 { return count / (now - w.since.at).Seconds() }
	u := Usage{
		CPU: sums.share(w.since.usage), Memory: m.memory(now), Tasks: len(m.running(now)), Connections: int(w.traffic.open.Load()),
		Requests: rate(float64(sums.requests - w.since.requests)), Failed: rate(float64(sums.failed - w.since.failed)),
		Received: rate(float64(sums.received - w.since.received)), Sent: rate(float64(sums.sent - w.since.sent)),
	}
	if n := sums.requests - w.since.requests; n > 0 {
		u.ResponseTime = (sums.taken - w.since.taken) / time.Duration(n)
	}
	w.since, w.last = sums, u
	return u
}

func (w *Workload) sums(now time.Duration) sums {
	m := w.model
	s := sums{
		usage: m.usage(now), requests: m.requests, failed: m.failed, taken: m.taken,
		received: w.traffic.received.Load(), sent: w.traffic.sent.Load(),
	}
	if m.service.OnFull == OnFull503 {
		s.failed += m.refused
	}
	return s
}

// memory is the mean of the running tasks, 0 if there are none.
func (m *model) memory(now time.Duration) float64 {
	running := m.running(now)
	if len(running) == 0 {
		return 0
	}
	bound := m.service.Connections
	if bound == 0 {
		bound = unbounded
	}
	sum := 0.0
	for _, t := range running {
		t.settle(now)
		sum += idleMemory + connectionsMemory*filled(t.held, bound) + requestsMemory*filled(t.outstanding(), m.service.Slots+m.service.Queue)
	}
	return sum / float64(len(running))
}

// filled is the part of a bound that is used, 1 at most.
func filled(n, bound int) float64 { return min(1, float64(n)/float64(bound)) }
