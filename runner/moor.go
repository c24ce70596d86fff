package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	mooring   = 30 * time.Minute       // plan time in which a fleet must be as it was
	moorAgain = 500 * time.Millisecond // wall time between two looks at that
)

// moored waits until the fleet is as it was at the start of the run; false where it was not in time.
func (s *stage) moored(ctx context.Context) bool {
	if s.fleet.following == nil {
		return ctx.Err() == nil
	}
	limited, cancel := context.WithTimeout(ctx, wall(mooring, s.speed))
	defer cancel()
	told := ""
	for {
		s.fleet.now = s.fleet.following.Now()
		why := s.adrift()
		if why == "" {
			return ctx.Err() == nil
		}
		if why != told {
			s.tell("waiting until the fleet is as at the start of the run: " + why)
			told = why
		}
		if sleep(limited, moorAgain) {
			continue
		}
		if ctx.Err() == nil {
			s.out.Ready = fmt.Sprintf("the fleet was not as at the start of the run within %s: %s", fact.Time.Format(mooring.Seconds()), why)
		}
		return false
	}
}

// adrift says what is not as it was; "" if all is. Alarms by which target tracking scales in fire at rest.
func (s *stage) adrift() string {
	var all []string
	for _, f := range s.fleet.now {
		was, known := s.run.anchors[f.Service]
		if !known || f.Unobserved != "" {
			continue
		}
		if f.End.Desired != was.Desired {
			all = append(all, fmt.Sprintf("%s desires %d tasks, and desired %d then", f.Service, f.End.Desired, was.Desired))
		}
		if fresh := fires(was, f.End); len(fresh) > 0 {
			all = append(all, fmt.Sprintf("%s: %s fires", f.Service, strings.Join(fresh, ", ")))
		}
	}
	return strings.Join(all, "; ")
}

// fires are the alarms that did not fire before.
func fires(was, now result.FleetState) []string {
	return slices.DeleteFunc(slices.Clone(now.Firing), func(name string) bool { return slices.Contains(was.Firing, name) })
}

// tell tells of something while there is no load yet.
func (s *stage) tell(event string) {
	if s.run.options.Progress == nil {
		return
	}
	s.run.options.Progress(result.Redacted(Progress{
		Scenario: s.sc.Title(), Kind: s.sc.Kind.String(), Expected: expected(s.sc), Open: s.sc.Load.Open, Event: event,
	}, s.run.plan.Secrets.Redact))
}
