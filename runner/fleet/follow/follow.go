// Package follow observes ECS services while a scenario runs, on goroutines of its own, and puts what it saw on the
// scenario's timeline. It reads AWS only through the Source that it declares, politely, and changes nothing.
package follow

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// Source is what is asked of AWS. Its methods are called concurrently.
type Source interface {
	// Observe reads everything that is known of a plan's services; an error means that nothing could be read.
	Observe(ctx context.Context, p *plan.Plan) (*fleet.State, error)
	// Look reads what changes while a service runs, and what of it could not be read.
	Look(ctx context.Context, place fleet.Place, cluster, service string) (fleet.Service, []fleet.Hidden, error)
	// Metrics reads one series for each wanted metric.
	Metrics(ctx context.Context, place fleet.Place, wanted []plan.Metric, from, to time.Time) ([]fleet.Series, error)
	// Now is the time by the clock of a place.
	Now(place fleet.Place) time.Time
}

// Options say how closely services are followed. The zero value is as users want it, but for prices.
type Options struct {
	// Price is what a running task costs an hour, in USD, with CPU units and MiB; false where that is not known. nil: it is
	// never known.
	Price func(region string, cpu, memory int, arm bool) (float64, bool)
	Begin time.Duration // wall time that the first look may take; 0 is 30 s
	Every time.Duration // AWS time between two looks at a service; 0 is 2 s, more with many services
	Late  time.Duration // AWS time for which the last points of metrics are waited for, never more than that much wall time; 0 is 3 min
}

const (
	firstLook    = 30 * time.Second
	lastLook     = 15 * time.Second // wall time
	everyLook    = 2 * time.Second
	latePoints   = 3 * time.Minute
	looksASecond = 2                      // wall time, over all services: what AWS's limits leave room for
	shortestWait = 250 * time.Millisecond // wall time, however fast the clock
)

// Follower follows the services of one plan. It is safe for concurrent use.
type Follower struct {
	plan    *plan.Plan
	source  Source
	options Options
}

// New makes a follower, which asks for nothing until it is told to follow.
func New(p *plan.Plan, source Source, o Options) *Follower {
	if o.Begin <= 0 {
		o.Begin = firstLook
	}
	if o.Every <= 0 {
		o.Every = everyLook
	}
	if o.Late <= 0 {
		o.Late = latePoints
	}
	if o.Price == nil {
		o.Price = func(string, int, int, bool) (float64, bool) { return 0, false }
	}
	return &Follower{p, source, o}
}

// Following are services being followed. Start and End are called once each, by the goroutine that runs the scenario; Now
// at any time.
type Following struct {
	follower *Follower
	speed    float64
	stop     context.CancelFunc
	looking  sync.WaitGroup
	watches  []*watch
}

// Follow looks at services once, and goes on looking until End or Close, or until ctx is done. The clock of their AWS runs
// speed times as fast as the wall's. A service that cannot be seen is in what Now and End return, with the reason.
func (f *Follower) Follow(ctx context.Context, services []*plan.Service, speed float64) *Following {
	ctx, stop := context.WithCancel(ctx)
	all := &Following{follower: f, speed: max(speed, 1), stop: stop}
	state, err := f.observe(ctx, services)
	for _, s := range services {
		w := f.watch(s, state, err)
		all.watches = append(all.watches, w)
	}
	every := all.interval()
	for i, w := range all.watches {
		if w.seen() {
			offset := every * time.Duration(i) / time.Duration(len(all.watches))
			all.looking.Go(func() { w.run(ctx, offset, every, all.speed) })
		}
	}
	return all
}

// interval is the wall time between two looks at one service.
func (f *Following) interval() time.Duration {
	polite := time.Duration(len(f.watches)) * time.Second / looksASecond
	return max(time.Duration(float64(max(f.follower.options.Every, polite))/f.speed), shortestWait)
}

// observe reads a plan that consists of these services alone.
func (f *Follower) observe(ctx context.Context, services []*plan.Service) (*fleet.State, error) {
	ctx, cancel := context.WithTimeout(ctx, f.options.Begin)
	defer cancel()
	reduced := &plan.Plan{Path: f.plan.Path, Services: services}
	if f.plan.Fleet != nil {
		reduced.Fleet = &plan.Fleet{Simulate: f.plan.Fleet.Simulate, Region: f.plan.Fleet.Region}
	}
	return f.source.Observe(ctx, reduced)
}

// watch begins the record of one service.
func (f *Follower) watch(s *plan.Service, state *fleet.State, err error) *watch {
	w := &watch{follower: f, record: record{service: s, price: f.options.Price}}
	switch {
	case err != nil:
		w.record.unobserved = bounded(err.Error())
	default:
		w.record.unobserved = "nothing was read of it"
		for _, found := range state.Services {
			if found.Title == s.Title() {
				w.record.begin(found, hiddenOf(state, found.Title), f.source.Now(found.Place))
			}
		}
	}
	return w
}

// What must be read for every stage of a scaling to be seen, and what for a service's cost and cooldowns besides.
var (
	stages   = []string{fleet.HiddenService, fleet.HiddenTasks, fleet.HiddenTarget, fleet.HiddenActivities, fleet.HiddenAlarms, fleet.HiddenHealth}
	settings = []string{fleet.HiddenTaskDefinition, fleet.HiddenPolicies, fleet.HiddenThrottle}
)

// hiddenOf are those entries about a service that what is followed rests on.
func hiddenOf(state *fleet.State, title string) []fleet.Hidden {
	var some []fleet.Hidden
	for _, h := range state.Hidden {
		if (h.Service == title || h.Service == "") && (slices.Contains(stages, h.What) || slices.Contains(settings, h.What)) {
			some = append(some, h)
		}
	}
	return some
}

// Start says that the scenario's time begins now.
func (f *Following) Start() {
	for _, w := range f.watches {
		w.start()
	}
}

// Now is what is known of each service. It asks AWS for nothing.
func (f *Following) Now() []result.Fleet {
	all := make([]result.Fleet, 0, len(f.watches))
	for _, w := range f.watches {
		all = append(all, w.now())
	}
	return all
}

// End says that the scenario's load ended at that plan second, looks once more, and waits for the points of metrics that
// are still to come, until ctx is done. It returns what is known in the end.
func (f *Following) End(ctx context.Context, at float64) []result.Fleet {
	f.Close()
	var ends sync.WaitGroup
	for _, w := range f.watches {
		w.end(at)
		if w.seen() {
			ends.Go(func() { w.finish(ctx, f.speed) })
		}
	}
	ends.Wait()
	return f.Now()
}

// Close ends the looking. It may be called again, and after End.
func (f *Following) Close() {
	f.stop()
	f.looking.Wait()
}

// mostText is how much of a text of AWS is kept, in characters.
const mostText = 300

// bounded cuts what AWS says to what a report has room for.
func bounded(text string) string {
	r := []rune(text)
	if len(r) <= mostText {
		return text
	}
	return fmt.Sprintf("%s…", string(r[:mostText]))
}
