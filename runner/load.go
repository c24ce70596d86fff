package runner

import (
	"context"
	"runtime"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine"
	"plimsoll/runner/metrics"
)

// load is what the runner asks of an engine; engine.Engine says what each method means.
type load interface {
	Reach(ctx context.Context) error
	Ask(ctx context.Context, path string, expect plan.Expression) (bool, error)
	Once(ctx context.Context, flow *plan.Flow) error
	Run(ctx context.Context, p engine.Phase) (end int64, err error)
	Users() int
	Drain(ctx context.Context, grace time.Duration)
	Samples() []engine.Sample
	Close()
}

var _ load = (*engine.Engine)(nil)

// loaded is an engine that is ready for a scenario, and the recorder that it writes to.
type loaded struct {
	load     load
	recorder *metrics.Recorder
	layout   metrics.Layout
}

// opener makes one; second is the wall length of a second of plan time.
type opener func(sc *plan.Scenario, o engine.Options, second time.Duration) (loaded, error)

func openEngine(sc *plan.Scenario, o engine.Options, second time.Duration) (loaded, error) {
	program, err := engine.Compile(sc)
	if err != nil {
		return loaded{}, err
	}
	layout := program.Layout()
	layout.Second = second
	o.Recorder = metrics.NewRecorder(layout, runtime.GOMAXPROCS(0), time.Now())
	e, err := engine.New(program, o)
	if err != nil {
		return loaded{}, err
	}
	return loaded{e, o.Recorder, layout}, nil
}

func (r *run) engineOptions(sc *plan.Scenario) engine.Options {
	e := r.options.Endpoints[sc.Service.Title()]
	return engine.Options{
		Endpoint: e.URL, CA: e.CA, Seed: r.doc.Seed, Secrets: r.plan.Secrets,
		UserAgent: "plimsoll/" + r.options.Version + " run/" + r.doc.Run,
	}
}
