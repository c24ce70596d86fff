package sim

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// Why the model refuses.
var (
	errFull   = errors.New("busy")
	errNoTask = errors.New("no task is running")
)

// model is the arithmetic of one service: which task takes a request, when that ends, what is refused.
// It has no sockets and no timers, and its clock is given to it. Safe for concurrent use.
type model struct {
	service Service
	parent  context.Context      // of every task's
	now     func() time.Duration // since the start, never going back

	mu      sync.Mutex
	random  *rand.Rand
	tasks   []*task // in the order of their readiness
	turn    int     // where the search for the least loaded begins, so that equals take turns
	started int     // tasks ever asked for
	retired usage   // slot time of tasks taken away
	marks   [2]usage

	requests, failed, refused uint64
	taken                     time.Duration // from arrival to end, of all requests
}

func newModel(ctx context.Context, service Service, seed uint64, now func() time.Duration) *model {
	name := fnv.New64a()
	name.Write([]byte(service.Name))
	m := &model{
		service: service, parent: ctx, now: now,
		random: rand.New(rand.NewPCG(seed, name.Sum64())),
	}
	for range service.Tasks {
		m.startTask(0)
	}
	return m
}

// A visit is what becomes of a request that was taken for work.
type visit struct {
	task   *task
	end    time.Duration // when its service time is over
	failed bool          // it is to be answered with an error
}

// arrive takes a request for work by the least loaded running task, or by the given one if it is not
// nil. A request once taken is worked on, whether its client stays or not.
func (m *model) arrive(at *task) (visit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if at == nil {
		at = m.least(now, (*task).outstanding)
	}
	if at == nil {
		m.refused++
		return visit{}, errNoTask
	}
	at.settle(now)
	if m.service.OnFull != OnFullSlow && at.outstanding() >= m.service.Slots+m.service.Queue {
		m.refused++
		return visit{task: at}, errFull
	}
	m.requests++
	v := visit{task: at, end: at.take(now, m.service.ServiceTime.draw(m.random))}
	m.taken += v.end - now
	if m.service.Errors > 0 && m.random.Float64() < m.service.Errors {
		m.failed++
		v.failed = true
	}
	return v, nil
}

// connect finds a place for a WebSocket at the running task that holds the fewest. A connection for
// which there is no place is refused, unless the service is slow: then it may ask again.
func (m *model) connect() (*task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.least(m.now(), (*task).connections)
	if t == nil {
		m.refused++
		return nil, errNoTask
	}
	if bound := m.service.Connections; bound > 0 && t.held >= bound {
		if m.service.OnFull != OnFullSlow {
			m.refused++
		}
		return nil, errFull
	}
	t.held++
	return t, nil
}

// leave gives the place of a WebSocket back.
func (m *model) leave(t *task) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t.held--
}

// least returns the running task with the smallest load, nil if none is running.
func (m *model) least(now time.Duration, load func(*task) int) *task {
	running := m.running(now)
	var best *task
	smallest := 0
	m.turn++
	for i := range running {
		t := running[(m.turn+i)%len(running)]
		t.settle(now)
		if l := load(t); best == nil || l < smallest {
			best, smallest = t, l
		}
		if smallest == 0 {
			break
		}
	}
	return best
}

// up tells whether any task is running.
func (m *model) up() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.running(m.now())) > 0
}

// running returns the tasks that answer at now.
func (m *model) running(now time.Duration) []*task {
	n := len(m.tasks)
	for n > 0 && m.tasks[n-1].ready > now {
		n--
	}
	return m.tasks[:n]
}

// resize asks for n tasks: new ones answer after the start time, the newest are taken away first. A
// task taken away finishes its requests and loses its connections.
func (m *model) resize(n int) error {
	if n < 0 || n > maxTasks {
		return fmt.Errorf("set tasks of %q to %d: it can have 0 to %d", m.service.Name, n, maxTasks)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for len(m.tasks) < n {
		m.startTask(now + time.Duration(float64(m.service.StartTime)/m.service.Speed))
	}
	for len(m.tasks) > n {
		m.stopTask(now)
	}
	return nil
}

func (m *model) startTask(ready time.Duration) {
	m.started++
	t := &task{number: m.started, ready: ready, slots: m.service.Slots}
	t.gone, t.stop = context.WithCancel(m.parent)
	m.tasks = append(m.tasks, t)
}

func (m *model) stopTask(now time.Duration) {
	last := len(m.tasks) - 1
	t := m.tasks[last]
	m.tasks = m.tasks[:last]
	m.retired.busy += t.busy(now)
	m.retired.offered += t.offered(now)
	t.stop()
}
