package engine

import (
	"context"
	"fmt"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// trouble is why a flow that runs once has failed.
type trouble struct {
	class metrics.Class
	err   error
}

// single is the course of a user that runs one session.
type single struct{ done chan struct{} }

var _ course = (*single)(nil)

func (s *single) next(u *user) outcome {
	s.left(u)
	return gone
}

func (s *single) left(u *user) {
	u.drop()
	close(s.done)
}

// Reach tries one connection, so that an unreachable service is found before there is any load. Its error holds a *wire.Failure.
func (e *Engine) Reach(ctx context.Context) error {
	conn, err := e.home.target.Dial(ctx, time.Time{}, 0)
	if err != nil {
		return fmt.Errorf("reach %s: %w", e.home.url.Host, err)
	}
	_ = conn.Close()
	return nil
}

// Once runs a flow a single time outside the facts; what it saves before Run can be read in every session.
func (e *Engine) Once(ctx context.Context, flow *plan.Flow) error {
	f, err := e.program.once(flow)
	if err != nil {
		return err
	}
	u, err := e.perform(ctx, f)
	if err != nil {
		return fmt.Errorf("run flow %s: %w", f.name, err)
	}
	if f == e.program.before {
		e.saved = u.variables
	}
	if u.failed {
		return fmt.Errorf("run flow %s: %s: %w", f.name, u.trouble.class, u.trouble.err)
	}
	return nil
}

// perform runs a flow with a user of its own and waits for its end.
func (e *Engine) perform(ctx context.Context, f *flow) (*user, error) {
	alone := &single{make(chan struct{})}
	u := &user{engine: e, shard: e.void.Shard(0), course: alone, ctx: ctx, quiet: true, stage: starting, woken: never}
	u.owner = u
	u.flow = f.bind(e.home.address(e.options.UserAgent))
	u.intended = e.now()
	stop := context.AfterFunc(ctx, func() {
		e.send(u)
		u.lines.interrupt()
	})
	defer stop()
	e.running.Add(1)
	go u.run()
	<-alone.done
	select {
	case <-e.broken:
		return nil, e.faultErr
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	default:
		return u, nil
	}
}

// Ask makes one GET outside the facts and evaluates expect on the answer, for readiness. An error says why there was no answer
// to judge; asking again may help.
func (e *Engine) Ask(ctx context.Context, path string, expect plan.Expression) (bool, error) {
	step := &plan.HTTP{Method: "GET", Path: plan.Static(path)}
	if !expect.Zero() {
		step.Checks = []plan.Expression{expect}
	}
	p := &Program{scenario: e.program.scenario}
	f, err := p.compile(&plan.Flow{Name: "ready", Steps: []plan.Step{step}}, nil, true)
	if err != nil {
		return false, err
	}
	u, err := e.perform(ctx, f)
	switch {
	case err != nil:
		return false, fmt.Errorf("ask %s: %w", path, err)
	case !u.failed:
		return true, nil
	case u.trouble.class == metrics.Check || u.trouble.class == metrics.Status:
		return false, nil
	}
	return false, fmt.Errorf("ask %s: %w", path, u.trouble.err)
}
