package runner

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/result"
)

// holder is a load that holds connections; engine.Engine says what each method means.
type holder interface {
	Open(ctx context.Context, o engine.Opening) error
	Census() engine.Census
	Release(ctx context.Context, grace time.Duration)
}

var _ holder = (*engine.Engine)(nil)

const (
	openingSuffix = "-opening" // of the phase in which the connections of a level are opened
	emptying      = 2 * time.Second
	emptyAgain    = 20 * time.Millisecond
)

// capacity is the search for how many connections a service holds.
type capacity struct {
	*stage
	holder
	plan   *plan.Levels
	levels []result.Level
	ours   []bool        // by level: the generator kept it from being good
	phases map[*held]int // the level of a phase
	why    *cause        // of the last level that was not good
}

// level is one under way, with what is known of it besides its result.
type level struct {
	*result.Level
	census   engine.Census
	strained string // why the generator could not open connections faster
	short    bool   // the plan's rate left connections that were never tried
}

func newCapacity(s *stage) *capacity {
	return &capacity{stage: s, holder: s.loaded.load.(holder), plan: s.sc.Load.Levels, phases: map[*held]int{}}
}

// climb holds level after level.
func (c *capacity) climb(ctx context.Context) error {
	refines := false
	for {
		asked, refined, more := climb(c.plan, c.rungs())
		if !more {
			c.complete = true
			return nil
		}
		if refined && !refines {
			good, bad := bounds(c.rungs())
			c.progress.event(fmt.Sprintf("refining between %d and %d …", good.asked, bad.asked))
			refines = true
		}
		if len(c.levels) > 0 && !c.idle(ctx, c.plan.Pause) {
			return nil
		}
		if err := c.level(ctx, asked, refined); err != nil || c.stopped(ctx) {
			return err
		}
	}
}

func (c *capacity) rungs() []rung {
	var all []rung
	for i, l := range c.levels {
		all = append(all, rung{asked: l.Asked, held: l.Held, good: l.Good, ours: c.ours[i]})
	}
	return all
}

// level opens the connections of a level, holds them, and closes them unless the next adds to them.
func (c *capacity) level(ctx context.Context, asked int, refined bool) error {
	l := &level{Level: &result.Level{Asked: asked, Refined: refined}}
	tasks, began := c.tasks(ctx), c.loaded.recorder.Now()
	if err := c.opening(ctx, l); err != nil {
		return err
	}
	h, whole := c.holding(ctx, l)
	if whole {
		if now := c.tasks(ctx); now == tasks && c.constant(began) {
			l.Tasks = tasks
		}
		c.judge(l, h)
		c.record(l, h)
	}
	if whole && l.Good && c.plan.Additive && !refined && len(c.levels) < len(c.plan.Counts) {
		return nil
	}
	c.during(func() { c.Release(ctx, c.sc.Grace) })
	c.emptied(ctx)
	return nil
}

// opening is the phase in which a level is opened.
func (c *capacity) opening(ctx context.Context, l *level) (err error) {
	name := strconv.Itoa(l.Asked)
	c.next = c.loaded.recorder.Now()
	there := c.Census().Held
	h := c.begin(stretch{name: name + openingSuffix, from: float64(there), to: float64(l.Asked), length: c.planned(c.plan.Timeout), passing: true})
	busy := read()
	began := time.Now()
	c.during(func() {
		err = c.Open(ctx, engine.Opening{Count: max(l.Asked-there, 0), Rate: c.plan.Rate, Timeout: c.plan.Timeout})
	})
	took := time.Since(began)
	c.end(h, c.loaded.recorder.Now())
	l.census = c.Census()
	l.Seconds = took.Seconds()
	l.strained = strained(busy, read(), took)
	l.short = l.census.Attempted < l.Asked-there && c.plan.Rate > 0 && float64(l.Asked-there) > c.plan.Rate*c.plan.Timeout.Seconds()
	return err
}

// holding is the phase in which a level is held; whole is that it was for as long as the plan says.
func (c *capacity) holding(ctx context.Context, l *level) (h *held, whole bool) {
	h = c.begin(stretch{name: strconv.Itoa(l.Asked), from: float64(l.Asked), to: float64(l.Asked), length: c.planned(c.plan.Hold), passing: true})
	whole = c.idle(ctx, c.plan.Hold)
	h.left = !whole
	l.census = c.Census()
	c.end(h, c.loaded.recorder.Now())
	c.loaded.recorder.EndPhase(c.next)
	return h, whole
}

// judge says what came of a level.
func (c *capacity) judge(l *level, h *held) {
	n := l.census
	l.Attempted, l.Opened, l.Held, l.Lost = n.Attempted, n.Opened, n.Held, n.Lost
	l.Success = float64(l.Held) / float64(l.Asked)
	l.Connect = result.Sum(n.Connect)
	l.Errors, l.Losses = result.Classes(n.Failed), result.Classes(n.Fates)
	m := c.measures(h)
	l.Latency, l.ErrorRate = m.Latency, m.ErrorRate
	enough := l.Success >= c.plan.Success-1e-9
	broke := h.truth() == expr.False || c.openingOf(h).truth() == expr.False
	l.Good = enough && !broke
	if enough && broke {
		l.Reasons = append(c.openingOf(h).breaches(), h.breaches()...)
	}
}

// openingOf is the phase before.
func (c *capacity) openingOf(h *held) *held { return c.held[h.index-1] }

// record keeps a level, and tells of it.
func (c *capacity) record(l *level, h *held) {
	c.phases[h] = len(c.levels)
	c.levels = append(c.levels, *l.Level)
	ours := false
	if !l.Good {
		c.why = c.cause(l, h)
		ours = c.why.side == result.SideGenerator
	}
	c.ours = append(c.ours, ours)
	c.progress.level(c.stage, *l.Level)
}

// amend gives a held level's phase what was counted of its connections.
func (c *capacity) amend(h *held, m *result.Measures) {
	i, ok := c.phases[h]
	if !ok {
		return
	}
	l := c.levels[i]
	m.Connect = l.Connect
	m.Connections = result.Connections{
		Opened: int64(l.Opened), Failed: int64(l.Attempted - l.Opened), Lost: int64(l.Lost), Held: int64(l.Held),
		Endings: m.Connections.Endings,
	}
}

// planned is a span of wall time in plan time.
func (c *capacity) planned(d time.Duration) time.Duration { return time.Duration(float64(d) * c.speed) }

// during looks at the stage while something is done.
func (c *capacity) during(do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			c.look()
		}
	}
}

// idle looks at the stage for a while; false if it was stopped before.
func (c *capacity) idle(ctx context.Context, d time.Duration) bool {
	whole := true
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.during(func() { whole = sleep(ctx, d) })
	return whole
}

// tasks is how many healthy tasks there are; 0 if that is not known.
func (c *capacity) tasks(ctx context.Context) int {
	if f := c.own(); f != nil {
		c.fleet.now = c.fleet.following.Now()
		return c.own().End.Healthy
	}
	sim := c.sc.Service.Simulate
	if sim == nil {
		return 1
	}
	if c.told(ctx, fmt.Sprintf("json.tasks == %d and json.starting == 0", sim.Tasks)) {
		return sim.Tasks
	}
	return 0
}

// constant reports whether as many tasks have been healthy since an instant, as far as they are observed.
func (c *capacity) constant(since int64) bool {
	f := c.own()
	if f == nil {
		return true
	}
	from := c.seconds(since)
	for i := 1; i < len(f.Series); i++ {
		if f.Series[i].At > from && f.Series[i].Healthy != f.Series[i-1].Healthy {
			return false
		}
	}
	return true
}

// emptied waits until a simulated service has noticed that its connections are gone, lest they count in the next level.
func (c *capacity) emptied(ctx context.Context) {
	if c.sc.Service.Simulate == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, emptying)
	defer cancel()
	for !c.told(ctx, "json.connections == 0") && sleep(ctx, emptyAgain) {
	}
}

// told reports whether a simulated service says that something is so.
func (c *capacity) told(ctx context.Context, what string) bool {
	ok, err := c.loaded.load.Ask(ctx, "/-/stats", plan.Expression{Source: what})
	return ok && err == nil
}

// conclude is what the levels say.
func (c *capacity) conclude() *result.Capacity {
	out := &result.Capacity{Safety: c.plan.Safety, Success: c.plan.Success, Levels: c.levels, Bound: result.BoundAtLeast}
	top := most(c.rungs())
	out.Max, out.Level, out.Safe = top.held, top.asked, result.SafeShare(top.held, c.plan.Safety)
	for _, l := range c.levels {
		if l.Good && l.Asked == top.asked {
			out.Tasks = l.Tasks
		}
	}
	if out.Tasks > 0 {
		out.Assumed = c.sc.Service.Simulate == nil && c.own() == nil
		out.PerTask = float64(out.Max) / float64(out.Tasks)
	}
	if c.why != nil {
		out.StoppedBy, out.Side, out.Remedy = c.why.text, c.why.side, c.why.remedy
		if out.Side == result.SideService {
			out.StoppedBy += c.configured(out.Max)
			if c.complete {
				out.Bound = result.BoundExact
			}
		}
	}
	return out
}

// proofs are what the levels say of requirements: what was held, and where the service held no more.
func (c *capacity) proofs() []proof {
	out := c.out.Capacity
	if out.Level == 0 && out.Bound != result.BoundExact {
		return nil
	}
	amount := func(n int) result.Measures { return result.Measures{Connections: result.Connections{Held: int64(n)}} }
	p := proof{service: c.sc.Service, idle: true, where: fmt.Sprintf("%s, level %d", c.sc.Title(), out.Level), measures: amount(out.Max), held: expr.True}
	if out.Bound != result.BoundExact {
		return []proof{p}
	}
	short := proof{
		service: c.sc.Service, idle: true, where: c.sc.Title(), measures: amount(out.Max + 1), held: expr.False,
		broke: fmt.Sprintf("%s found that it holds %d at most", c.sc.Title(), out.Max),
	}
	return []proof{p, short}
}
