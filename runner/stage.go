package runner

import (
	"context"
	"fmt"
	"strings"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

const (
	beat          = 100 * time.Millisecond // how often a scenario under way is looked at
	politeDrain   = 3 * time.Second        // for users to leave when the run is interrupted
	politeAfter   = 2 * time.Second        // for the flow after it, then
	longestAfter  = 5 * time.Minute        // for it otherwise
	readyInterval = time.Second            // of plan time, between two questions
)

// stage is one scenario under way.
type stage struct {
	run       *run
	sc        *plan.Scenario
	speed     float64
	loaded    loaded
	out       *result.Scenario
	standards []*standard
	held      []*held
	trackers  []*tracker
	spike     *recoveries // nil but in a spike
	capacity  *capacity   // nil but in a capacity
	watch     *watch
	fleet     observation
	progress  pulse
	origin    int64 // instant of the scenario's start
	next      int64 // instant at which the next phase begins
	abort     plan.Abort
	complete  bool     // the scenario ran to the end that the plan means
	broken    []string // why it cannot be judged
}

// scenario runs one scenario and adds it to the document. An error means that it could not begin.
func (r *run) scenario(ctx context.Context, sc *plan.Scenario) error {
	s, err := r.stage(sc)
	if err != nil {
		return err
	}
	defer s.loaded.load.Close()
	r.journal.append(result.Record{Begin: s.out})
	s.observe(ctx)
	s.perform(ctx)
	s.part(ctx)
	s.close(ctx)
	r.doc.Scenarios = append(r.doc.Scenarios, *s.out)
	r.proofs = append(r.proofs, s.proofs()...)
	r.journal.end(s.out)
	if s.abort == plan.AbortRun {
		r.aborted = fmt.Sprintf("an SLA of %s that aborts the run failed", sc.Title())
	}
	return nil
}

func (r *run) stage(sc *plan.Scenario) (*stage, error) {
	all, err := standards(r.plan, sc)
	if err != nil {
		return nil, err
	}
	speed := r.speed(sc.Service)
	l, err := r.open(sc, r.engineOptions(sc), wall(time.Second, speed))
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s := &stage{run: r, sc: sc, speed: speed, loaded: l, standards: all, watch: newWatch()}
	s.out = &result.Scenario{
		Name: sc.Title(), Kind: sc.Kind.String(), Service: sc.Service.Title(), Digest: sc.Digest, Open: sc.Load.Open,
		Speed: speed, Started: r.options.Now(), Required: required(sc.Service.Requirement),
	}
	switch sc.Kind {
	case plan.Spike:
		s.spike = newRecoveries(s)
	case plan.Capacity:
		s.capacity = newCapacity(s)
	}
	return s, nil
}

// perform makes the service ready, runs the flows around the load, and the load.
func (s *stage) perform(ctx context.Context) {
	if !s.ready(ctx) {
		return
	}
	defer s.after(ctx)
	if s.sc.Before != nil {
		if err := s.loaded.load.Once(ctx, s.sc.Before); err != nil {
			s.breaks("its before flow failed: %v", err)
			return
		}
	}
	s.origin = s.loaded.recorder.Now()
	s.next = s.origin
	load, halt := context.WithCancel(ctx)
	defer halt()
	if s.fleet.halt = halt; s.fleet.following != nil {
		s.fleet.following.Start()
	}
	if err := s.phases(load); err != nil {
		s.breaks("the load could not go on: %v", err)
	}
	s.loaded.recorder.EndPhase(s.next)
	s.drain(ctx)
}

// breaks notes why the scenario cannot be judged.
func (s *stage) breaks(format string, err error) {
	s.broken = append(s.broken, fmt.Sprintf(format, err))
}

// phases holds the phases of the scenario's kind, one after another without a gap.
func (s *stage) phases(ctx context.Context) error {
	switch s.sc.Kind {
	case plan.Stress:
		return s.search(ctx)
	case plan.Spike:
		return s.sequence(ctx, surge(s.sc)...)
	case plan.Capacity:
		return s.capacity.climb(ctx)
	}
	return s.sequence(ctx, steady(s.sc))
}

// sequence holds one stretch after another.
func (s *stage) sequence(ctx context.Context, all ...stretch) error {
	for i, st := range all {
		h, err := s.hold(ctx, st)
		if err != nil {
			return err
		}
		s.complete = i == len(all)-1 && !h.left
		if s.stopped(ctx) {
			break
		}
	}
	return nil
}

// stopped reports whether no further phase must begin.
func (s *stage) stopped(ctx context.Context) bool {
	return ctx.Err() != nil || s.abort != plan.AbortNothing
}

// ready pauses, then asks until the service is as expected; false where it was not in time.
func (s *stage) ready(ctx context.Context) bool {
	if !sleep(ctx, wall(s.sc.Pause, s.speed)) {
		return false
	}
	r := s.sc.Ready
	if r == nil {
		return s.sc.Pause > 0 || s.moored(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, wall(r.Timeout, s.speed))
	defer cancel()
	answer := "it did not answer as expected"
	for {
		ok, err := s.loaded.load.Ask(limited, r.Path, r.Expect)
		if ok {
			return true
		}
		if err != nil && limited.Err() == nil {
			answer = err.Error()
		}
		if sleep(limited, wall(readyInterval, s.speed)) {
			continue
		}
		if ctx.Err() == nil {
			s.out.Ready = fmt.Sprintf("not ready within %s: %s", fact.Time.Format(r.Timeout.Seconds()), answer)
		}
		return false
	}
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// drain lets the users leave, within the plan's grace, or a few seconds where someone waits for the end.
func (s *stage) drain(ctx context.Context) {
	grace := s.sc.Grace
	if ctx.Err() != nil {
		grace = min(grace, politeDrain)
	}
	left := make(chan struct{})
	rest, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		defer close(left)
		s.loaded.load.Drain(rest, grace)
	}()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	interrupted := ctx.Done()
	var hurry <-chan time.Time
	for {
		select {
		case <-left:
			return
		case <-ticker.C:
			s.look()
		case <-interrupted:
			interrupted, hurry = nil, time.After(politeDrain)
		case <-hurry:
			cancel()
		}
	}
}

// after runs the flow that always runs at the end.
func (s *stage) after(ctx context.Context) {
	if s.sc.Finally == nil {
		return
	}
	limit := longestAfter
	if ctx.Err() != nil {
		limit = politeAfter
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := s.loaded.load.Once(ctx, s.sc.Finally); err != nil {
		s.breaks("its flow after the load failed: %v", err)
	}
}

// seconds is plan time since the scenario's start.
func (s *stage) seconds(at int64) float64 { return time.Duration(at-s.origin).Seconds() * s.speed }

// live lists the standards that spans of this phase are judged by as they come.
func (s *stage) live(phase string) []*standard {
	var all []*standard
	for _, st := range s.standards {
		if !st.final && st.covers(phase) && (s.capacity == nil || st.opens() == strings.HasSuffix(phase, openingSuffix)) {
			all = append(all, st)
		}
	}
	return all
}

var _ scope = (*metrics.Recorder)(nil)

// truths is one judgement over several: false beats unknown beats true; of none it is unknown.
func truths(all ...expr.Truth) expr.Truth {
	result := expr.Unknown
	for i, t := range all {
		switch {
		case t == expr.False:
			return expr.False
		case i == 0:
			result = t
		case t == expr.Unknown:
			result = expr.Unknown
		}
	}
	return result
}
