package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
	"plimsoll/runner/result"
)

// Following are ECS services that are observed while a scenario runs, at no cost to the load. The goroutine of the scenario
// calls Start once, when its load begins, then Now as it likes, and End once, with the plan second at which the load ended;
// Close at any time after.
type Following interface {
	Start()
	Now() []result.Fleet
	End(ctx context.Context, at float64) []result.Fleet
	Close()
}

const (
	guarding  = time.Second      // wall time between two thoughts about the fleet
	hindsight = 15 * time.Second // wall time in which a change of the number of tasks is known
	mostCuts  = 64               // of the series, at changes of the number of tasks
)

// observation is what a stage knows of the fleet.
type observation struct {
	following Following // nil: no service is observed
	now       []result.Fleet
	thought   time.Time // when that was asked for
	cuts      []float64 // plan seconds at which the number of the service's tasks changed, as far as the series heeds them
	guarded   string    // the guard that ended the load, with its figures
	halt      context.CancelFunc
}

// observe begins to follow the scenario's service, those that its SLAs speak of, and those that are guarded.
func (s *stage) observe(ctx context.Context) {
	services := s.observed()
	if s.run.options.Fleet == nil || len(services) == 0 {
		return
	}
	s.fleet.following = s.run.options.Fleet(ctx, services, s.speed)
	s.fleet.now = s.fleet.following.Now()
	for _, f := range s.fleet.now {
		if f.Unobserved != "" {
			s.tell("the ECS service of " + f.Service + " is not observed: " + f.Unobserved)
		} else if _, known := s.run.anchors[f.Service]; !known {
			s.run.anchors[f.Service] = f.End
		}
	}
	s.warn()
}

// observed are the services to follow.
func (s *stage) observed() []*plan.Service {
	var all []*plan.Service
	for _, service := range s.run.plan.Services {
		if service.ECS != nil && (service == s.sc.Service || service.Guard != nil || s.asserts(service)) {
			all = append(all, service)
		}
	}
	return all
}

// asserts reports whether an SLA speaks of the ECS service of a service.
func (s *stage) asserts(service *plan.Service) bool {
	of := fact.Path("ecs", service.Title()) + "."
	return slices.ContainsFunc(s.standards, func(st *standard) bool {
		return slices.ContainsFunc(st.assert.Paths(), func(path string) bool { return strings.HasPrefix(path, of) })
	})
}

// heed looks at what is known of the fleet now and then.
func (s *stage) heed() {
	if s.fleet.following == nil || time.Since(s.fleet.thought) < guarding {
		return
	}
	s.fleet.thought = time.Now()
	s.fleet.now = s.fleet.following.Now()
	s.separate()
	s.guard()
}

// own is what is known of the scenario's service; nil for nothing.
func (s *stage) own() *result.Fleet {
	seen := result.Scenario{Service: s.out.Service, Fleet: s.fleet.now}
	return seen.ObservedFleet(s.out.Service)
}

// memory are the readings of the scenario's service, as ratios of its limit; none where it was not seen to the end.
func (s *stage) memory() []result.Reading {
	f := s.own()
	if f == nil || f.Lost != "" || f.Memory == nil {
		return nil
	}
	return f.Memory.Points
}

// separate keeps seconds before and after a change of the number of tasks apart in the series.
func (s *stage) separate() {
	f := s.own()
	if f == nil {
		return
	}
	for i := 1; i < len(f.Series); i++ {
		p := f.Series[i]
		if p.Running == f.Series[i-1].Running || slices.Contains(s.fleet.cuts, p.At) || len(s.fleet.cuts) >= mostCuts {
			continue
		}
		s.fleet.cuts = append(s.fleet.cuts, p.At)
		s.progress.event(fmt.Sprintf("%s from %s on", countTasks(p.Running), fact.Time.Format(p.At)))
		s.loaded.recorder.Cut(s.origin + int64(p.At/s.speed*float64(time.Second)))
	}
}

// part ends the following, once the load is over, and works out how scaling went.
func (s *stage) part(ctx context.Context) {
	if s.fleet.following == nil {
		return
	}
	defer s.fleet.following.Close()
	if len(s.held) == 0 {
		s.out.Fleet = s.fleet.now
		return
	}
	if s.sighted() {
		s.progress.event("waiting for what AWS says last")
	}
	ended := make(chan []result.Fleet, 1)
	go func() { ended <- s.fleet.following.End(ctx, s.seconds(s.next)) }()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.progress.beat(s)
		case s.fleet.now = <-ended:
			s.out.Fleet = s.fleet.now
			for _, f := range s.fleet.now {
				if f.Cost != nil {
					s.run.spent[f.Service] += f.Cost.Run
				}
			}
			s.unguarded()
			s.separate()
			return
		}
	}
}

// manned is how the service stands, in a few words: 2 of 4 tasks, CPU 61 %.
func (s *stage) manned() string {
	f := s.own()
	if f == nil {
		return ""
	}
	text := fmt.Sprintf("%d of %d tasks", f.End.Running, f.End.Desired)
	if f.End.Running == f.End.Desired {
		text = countTasks(f.End.Running)
	}
	if f.CPU != nil {
		text += ", CPU " + fact.Ratio.Format(f.CPU.Last)
	}
	return text
}

// countTasks counts them in words.
func countTasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}

// sighted reports whether any service is observed.
func (s *stage) sighted() bool {
	return slices.ContainsFunc(s.fleet.now, func(f result.Fleet) bool { return f.Unobserved == "" })
}

// tasks are how many tasks of the service ran while a phase was measured; nil: nobody knows.
func (s *stage) tasks(h *held) *result.TaskCount {
	f := s.own()
	if f == nil {
		return nil
	}
	end := h.end
	if !h.over {
		end = s.loaded.recorder.Now()
	}
	n := f.TasksBetween(s.seconds(min(h.measured, end)), s.seconds(end))
	return &n
}

// underWay is the fleet as it stands, with what scaling has done so far.
func (s *stage) underWay() []result.Fleet {
	now := result.Scenario{Service: s.out.Service, Speed: s.speed, Cut: "under way", Fleet: slices.Clone(s.fleet.now)}
	for _, h := range s.held {
		end := h.end
		if !h.over {
			end = s.loaded.recorder.Now()
		}
		now.Phases = append(now.Phases, result.Phase{Name: h.name, Start: s.seconds(h.start), End: s.seconds(end)})
	}
	analysis.Scale(&now)
	return now.Fleet
}

// required is what the plan asks of a service.
func required(r *plan.Requirement) *result.Required {
	if r == nil {
		return nil
	}
	return &result.Required{
		Users: r.Users, PeakUsers: r.PeakUsers, Rate: r.Rate, PeakRate: r.PeakRate,
		Connections: r.Connections, PeakConnections: r.PeakConnections, Think: r.Think.Seconds(),
	}
}
