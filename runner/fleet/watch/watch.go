// Package watch tells how the ECS services of a plan stand right now: their tasks, utilization, alarms, cost, headroom to
// what was proven, and whether their SLAs hold on live metrics. It reads AWS through the interface that it declares, and
// draws nothing.
package watch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// Source is AWS as a watch asks it. Its methods are called concurrently.
type Source interface {
	// Observe reads everything of the plan's services.
	Observe(ctx context.Context, p *plan.Plan) (*fleet.State, error)
	// Look reads one service as it is now, and tells what it could not read.
	Look(ctx context.Context, place fleet.Place, cluster, service string) (fleet.Service, []fleet.Hidden, error)
	// Metrics reads one series for each metric wanted.
	Metrics(ctx context.Context, place fleet.Place, wanted []plan.Metric, from, to time.Time) ([]fleet.Series, error)
	// Now is the time by the clock of a place.
	Now(place fleet.Place) time.Time
}

// Options are what the plan does not say. The zero value watches every service, without prices.
type Options struct {
	Place  func(*plan.Service) fleet.Place
	Only   []string                                                                 // titles or names of services; empty: all with an ecs block
	Window time.Duration                                                            // that live metrics are taken from; 0 is 5 min
	Price  func(region string, cpu, memory int, arm bool) (hourly float64, ok bool) // USD; nil: nothing is priced
	Proven map[string]Proven                                                        // by title: what a task was proven to carry
}

// Proven is what one task of a service was proven to carry. Zero is not proven.
type Proven struct {
	Rate        float64 // successful operations a second
	Connections float64 // held at once
	Users       float64 // whom no metric counts, so that nothing live compares with them
	By          string  // the result and scenario that proved it
}

const (
	defaultWindow = 5 * time.Minute
	atOnce        = 8                // services that are asked about at the same time
	observeEvery  = 10 * time.Minute // wall time that sizes and load balancers are believed for: a look is too brief to read them
)

// Watcher looks at the services of a plan. One goroutine may use it.
type Watcher struct {
	plan     *plan.Plan
	source   Source
	options  Options
	services []*watched
	observed map[string]*fleet.Service // thoroughly, by title
	when     time.Time                 // they were
}

// New prepares to watch a plan. Names that are no service's, and a plan without any service that could be watched, are errors.
func New(p *plan.Plan, source Source, o Options) (*Watcher, error) {
	if o.Window == 0 {
		o.Window = defaultWindow
	}
	w := &Watcher{plan: p, source: source, options: o}
	for _, s := range p.Services {
		if s.ECS != nil && chosen(s, o.Only) {
			w.services = append(w.services, newWatched(p, s))
		}
	}
	for _, name := range o.Only {
		if !known(p, name) {
			return nil, fmt.Errorf("the plan has no service %q with an ecs block", name)
		}
	}
	if len(w.services) == 0 {
		return nil, fmt.Errorf("no service of %s has an ecs block, so there is nothing to watch; add one, as in: plimsoll explain ecs", p.Path)
	}
	return w, nil
}

func chosen(s *plan.Service, only []string) bool {
	if len(only) == 0 {
		return true
	}
	for _, name := range only {
		if s.Name == name || s.Title() == name {
			return true
		}
	}
	return false
}

func known(p *plan.Plan, name string) bool {
	for _, s := range p.Services {
		if s.ECS != nil && chosen(s, []string{name}) {
			return true
		}
	}
	return false
}

// Table is how all services stand.
type Table struct {
	At       time.Time      `json:"at"`
	Services []Status       `json:"services"`
	Verdict  result.Verdict `json:"verdict"` // of all SLAs; pass where there is none and every service could be read
}

// Look asks about every service once. What could not be read is in the table, never an error.
func (w *Watcher) Look(ctx context.Context) Table {
	w.observe(ctx)
	t := Table{Services: make([]Status, len(w.services))}
	var work sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for i, s := range w.services {
		work.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			t.Services[i] = w.look(ctx, s)
		})
	}
	work.Wait()
	t.Verdict = result.Pass
	for _, s := range t.Services {
		t.At = later(t.At, s.At)
		t.Verdict = result.Worst(t.Verdict, s.Verdict)
	}
	return t
}

// observe reads everything once in a while. Where that fails, what was known before is believed on, and the look itself
// tells what is wrong.
func (w *Watcher) observe(ctx context.Context) {
	if w.observed != nil && time.Since(w.when) < observeEvery {
		return
	}
	state, err := w.source.Observe(ctx, w.plan)
	if err != nil {
		return
	}
	w.observed, w.when = map[string]*fleet.Service{}, time.Now()
	for i := range state.Services {
		w.observed[state.Services[i].Title] = &state.Services[i]
	}
}

// complete fills in what a look did not read.
func (w *Watcher) complete(title string, seen *fleet.Service) {
	known := w.observed[title]
	if known == nil {
		return
	}
	seen.TaskDefinition = known.TaskDefinition
	for i := range seen.Balancers {
		b := &seen.Balancers[i]
		for _, k := range known.Balancers {
			if k.TargetGroup == b.TargetGroup {
				k.Healthy, k.Unhealthy = b.Healthy, b.Unhealthy
				*b = k
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
