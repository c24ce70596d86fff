package cloud

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"plimsoll/runner/fleet"
)

// alarmsKept is how long it is believed which alarms watch a service: to find them, all alarms of a region must be read.
const alarmsKept = 10 * time.Minute

// lookouts remember the names of the alarms that watch services, by what scaling calls these. They are safe for concurrent
// use, and zero ones remember nothing.
type lookouts struct {
	mu   sync.Mutex
	seen map[string]lookout
}

type lookout struct {
	names []string
	at    time.Time // by the wall clock
}

// of tells the names, and whether they are fresh and few enough to be asked for.
func (l *lookouts) of(resource string) ([]string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.seen[resource]
	return known.names, ok && time.Since(known.at) < alarmsKept && len(known.names) <= alarmsAtOnce
}

func (l *lookouts) keep(resource string, names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string]lookout{}
	}
	l.seen[resource] = lookout{names, time.Now()}
}

// lookAtAlarms reads the alarms of a service: of all at first, later of those that were found to watch it.
func (s *survey) lookAtAlarms(ctx context.Context, b *subject) {
	names, known := s.lookouts.of(b.names.resource)
	if known && len(names) == 0 {
		return
	}
	in := &cloudwatch.DescribeAlarmsInput{}
	if known {
		in.AlarmNames = names
	}
	alarms, err := s.alarms(ctx, in)
	if err != nil {
		s.hide(fleet.HiddenAlarms, err, b)
		return
	}
	watchers, found := s.watchers(), []string{}
	for _, alarm := range alarms {
		if known || len(watchers.of(alarm)) > 0 {
			b.Alarms, found = append(b.Alarms, alarmFrom(alarm, nil)), append(found, aws.ToString(alarm.AlarmName))
		}
	}
	sortAlarms(b.Alarms)
	if !known && b.Missing == "" {
		s.lookouts.keep(b.names.resource, found)
	}
}
