// Package engine makes the load: sessions, compiled steps, connections. It is the hot path.
package engine

import (
	"context"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// Program is a scenario's flows, compiled: everything static is already encoded. It may be shared.
type Program struct{}

// Compile prepares a scenario. The plan has been checked at load, so an error here is a bug of the checks or a lost file.
func Compile(sc *plan.Scenario) (*Program, error) { panic("unimplemented") }

// Layout is what a recorder of this program must count; its Second is left to the caller.
func (p *Program) Layout() metrics.Layout { panic("unimplemented") }

// Options are what the plan does not say.
type Options struct {
	Endpoint  string // in place of the service's, as for a simulated one
	CA        string // PEM that the endpoint is trusted by, besides the plan's
	Seed      uint64
	Recorder  *metrics.Recorder
	UserAgent string
	Secrets   plan.Secrets
}

// Engine runs one scenario's sessions. Its methods are called by one goroutine, in the order Reach, Once, Run…, Drain, Once, Close.
type Engine struct{}

// New makes an engine; nothing is connected yet.
func New(p *Program, o Options) (*Engine, error) { panic("unimplemented") }

// Reach tries one connection, so that an unreachable service is found before there is any load.
func (e *Engine) Reach(ctx context.Context) error { panic("unimplemented") }

// Ask makes one GET outside the facts and evaluates expect on the answer, for readiness.
func (e *Engine) Ask(ctx context.Context, path string, expect plan.Expression) (bool, error) {
	panic("unimplemented")
}

// Once runs a flow a single time outside the facts; what it saves before Run can be read in every session.
func (e *Engine) Once(ctx context.Context, flow *plan.Flow) error { panic("unimplemented") }

// Phase is a stretch of load. Its shape is in wall time and begins at Start, nanoseconds on the recorder's clock.
type Phase struct {
	Start    int64
	Shape    pace.Shape
	Requests int64 // ends the phase early after that many operations; 0: unbounded
	Sessions int64
}

// Run keeps the number of users, or starts sessions at the rate, that the shape asks for, until the shape ends (returning
// its end instant), a count is reached, or ctx is done. Users stay for the next phase.
func (e *Engine) Run(ctx context.Context, p Phase) (end int64, err error) { panic("unimplemented") }

// Users is how many users are present, by closed load, or sessions in flight, by open load. It may be called at any time.
func (e *Engine) Users() int { panic("unimplemented") }

// Drain lets every user leave: each finishes its operation, think cut short; what is unfinished after grace, or when ctx
// is done, is interrupted.
func (e *Engine) Drain(ctx context.Context, grace time.Duration) { panic("unimplemented") }

// Samples are one redacted failure of each step and class, for the report. It may be called at any time.
func (e *Engine) Samples() []Sample { panic("unimplemented") }

// Sample is one failed operation.
type Sample struct {
	Step    int // of the layout
	Class   metrics.Class
	At      int64 // intended start
	Message string
	Request string // method and URL, or what was sent
	Answer  string // status line and the beginning of the body
}

// Close closes every connection and waits for every goroutine.
func (e *Engine) Close() { panic("unimplemented") }
