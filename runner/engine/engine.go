// Package engine makes the load: sessions, compiled steps, connections. It is the hot path. It opens sockets by its room wire,
// writes what it measures to a recorder, and touches nothing else.
package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// Options are what the plan does not say.
type Options struct {
	Endpoint  string // in place of the service's, as for a simulated one
	CA        string // PEM that the endpoint is trusted by, besides the plan's
	Seed      uint64
	Recorder  *metrics.Recorder
	UserAgent string
	Secrets   plan.Secrets
}

// Engine runs one scenario's sessions. Its methods are called by one goroutine, in the order Reach, Once, Run… (or Open, Release…), Drain, Once,
// Close, but for those that say otherwise.
type Engine struct {
	program  *Program
	options  Options
	seed     uint64
	start    time.Time // of the recorder
	recorder *metrics.Recorder
	void     *metrics.Recorder // takes what is outside the facts
	samples  *samples

	timers   *timers
	poller   wire.Poller
	carriers sync.Pool
	running  sync.WaitGroup // users that a goroutine or the timers have

	freshness time.Duration
	through   dial
	home      *origin
	sockets   [2]*origin // as WebSockets reach it: plainly, and offering compression
	awayMu    sync.Mutex
	away      map[string]*origin

	ctx    context.Context // of all sessions' dialling
	cancel context.CancelFunc

	mix      []*flow
	tables   []table
	saved    []any // by the before flow
	users    atomic.Int64
	numbers  atomic.Int64 // of sessions
	crowd    crowd
	course   course
	arrivals *arrivals // nil but under open load
	holding  *holding  // nil but where connections are held
	ration   atomic.Pointer[ration]

	desks     chan struct{} // holds one for each large answer that is judged
	broken    chan struct{} // closed when the run cannot go on
	faultOnce sync.Once
	faultErr  error
}

// Phase is a stretch of load. Its shape is in wall time and begins at Start, nanoseconds on the recorder's clock.
type Phase struct {
	Start    int64
	Shape    pace.Shape
	Requests int64 // ends the phase early after that many operations; 0: unbounded
	Sessions int64
}

// New makes an engine; nothing is connected yet.
func New(p *Program, o Options) (*Engine, error) {
	nap, err := newNap()
	if err != nil {
		return nil, err
	}
	e, err := newEngine(p, o, nap, nil)
	if err != nil {
		nap.close()
		return nil, err
	}
	return e, nil
}

// newEngine makes an engine whose timers nap as told, and whose connections are made by dial; nil: by the network.
func newEngine(p *Program, o Options, nap napper, through dial) (*Engine, error) {
	if o.Recorder == nil {
		return nil, errors.New("make an engine: it has no recorder")
	}
	start := o.Recorder.Start()
	e := &Engine{
		program: p, options: o, seed: o.Seed, start: start, recorder: o.Recorder,
		void:      metrics.NewRecorder(p.layout, 1, start),
		samples:   newSamples(len(p.layout.Steps), o.Secrets),
		poller:    wire.NewPoller(),
		away:      map[string]*origin{},
		tables:    make([]table, len(p.data)),
		broken:    make(chan struct{}),
		desks:     make(chan struct{}, runtime.GOMAXPROCS(0)),
		through:   through,
		freshness: freshness,
	}
	for i, d := range p.data {
		e.tables[i].Data = d
	}
	endpoint := p.scenario.Service.Endpoint
	if o.Endpoint != "" {
		endpoint = o.Endpoint
	}
	var err error
	if e.home, err = e.newOrigin(endpoint); err != nil {
		return nil, fmt.Errorf("make an engine for service %s: %w", p.scenario.Service.Title(), err)
	}
	e.sockets = [2]*origin{e.home.forSockets(false), e.home.forSockets(true)}
	e.home.target.HTTP2 = p.scenario.Service.HTTP2
	for _, f := range p.mix {
		e.mix = append(e.mix, f.bind(e.home.address(o.UserAgent)))
	}
	e.course = e.newCourse()
	e.carriers.New = func() any { return newCarrier(e) }
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.timers = newTimers(e.now, nap)
	return e, nil
}

// newCourse is what the scenario makes of users whose session has ended.
func (e *Engine) newCourse() course {
	sc := e.program.scenario
	if e.program.holds() {
		e.home.target.MaxAge = 0
		e.holding = newHolding(e)
		return e.holding
	}
	if !sc.Load.Open {
		return &repeats{engine: e, retry: sc.Retry, pace: sc.Pace, reconnect: sc.Reconnect}
	}
	e.arrivals = &arrivals{engine: e, most: sc.MaxUsers, patience: sc.Patience, fresh: sc.Fresh}
	e.arrivals.owner = e.arrivals
	return e.arrivals
}

// now is the present instant on the recorder's clock.
func (e *Engine) now() int64 { return e.recorder.Now() }

// fault ends the run: no session can go on. Only the first counts.
func (e *Engine) fault(err error) {
	e.faultOnce.Do(func() {
		e.faultErr = err
		close(e.broken)
	})
}

// Users is how many users are present, by closed load, or sessions in flight, by open load. It may be called at any time.
func (e *Engine) Users() int {
	e.crowd.mu.Lock()
	defer e.crowd.mu.Unlock()
	if e.arrivals != nil {
		return e.arrivals.flying
	}
	return len(e.crowd.all)
}

// Samples are one redacted failure of each step and class, for the report. It may be called at any time.
func (e *Engine) Samples() []Sample { return e.samples.all() }
