package cloud

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"plimsoll/runner/fleet"
)

const (
	// alarmsKept is how long it is believed which alarms watch a service: to find them, all alarms of a region must be read.
	alarmsKept = 10 * time.Minute
	// tasksKept is how long, by the clock of the place, tasks and bounds of a service are believed whose counts and
	// deployments stay as they are. A task takes longer to be replaced than looks are apart, so that counts betray it.
	tasksKept = 30 * time.Second
)

// lookouts remember of services what need not be asked at every look, by what scaling calls them. They are safe for
// concurrent use, and zero ones remember nothing.
type lookouts struct {
	mu   sync.Mutex
	seen map[string]lookout
}

// lookout is what is remembered of one service.
type lookout struct {
	alarms   []string  // names; nil where they are not known
	alarmsAt time.Time // by the wall clock

	print  string // of the service when its tasks were read
	tasks  []fleet.Task
	target *fleet.ScalableTarget
	at     time.Time // by the clock of the place
}

func (l *lookouts) of(resource string) lookout {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[resource]
}

func (l *lookouts) keep(resource string, change func(*lookout)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string]lookout{}
	}
	kept := l.seen[resource]
	change(&kept)
	l.seen[resource] = kept
}

// watched are the names of the alarms that watch the service; false where they must be found.
func (l lookout) watched() ([]string, bool) {
	return l.alarms, l.alarms != nil && time.Since(l.alarmsAt) < alarmsKept && len(l.alarms) <= alarmsAtOnce
}

// still reports whether the tasks and bounds that were read are believed to be those of a service as it is now.
func (l lookout) still(s *fleet.Service, now time.Time) bool {
	age := now.Sub(l.at)
	return l.print == printOf(s) && age >= 0 && age < tasksKept && s.Pending == 0 && s.Running == s.Desired
}

// printOf changes when tasks come or go.
func printOf(s *fleet.Service) string {
	return fmt.Sprint(s.ARN, s.Desired, s.Running, s.Pending, s.Deployments)
}

// recall gives a service the tasks and bounds that were read before.
func (l lookout) recall(s *fleet.Service) {
	s.Tasks = slices.Clone(l.tasks)
	if l.target != nil {
		target := *l.target
		s.Target = &target
	}
}
