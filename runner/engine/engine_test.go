package engine

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/pace"
)

// pipes is a listener whose connections are in memory, so that they run on virtual time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	dialed int
	mu     sync.Mutex
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	here, there := net.Pipe()
	p.mu.Lock()
	p.dialed++
	p.mu.Unlock()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// trial runs a scenario against a handler, in virtual time.
type trial struct {
	t        *testing.T
	engine   *Engine
	recorder *metrics.Recorder
	pipes    *pipes
	server   *http.Server
}

func service() *plan.Service {
	return &plan.Service{Name: "web", Endpoint: "http://127.0.0.1:1/base", Timeout: 30 * time.Second, Connect: 10 * time.Second}
}

func expression(source string) plan.Expression { return plan.Expression{Source: source} }

func get(name string, checks ...string) *plan.HTTP {
	h := &plan.HTTP{Head: plan.Head{Name: name}, Method: "GET", Path: plan.Static("/" + name)}
	for _, k := range checks {
		h.Checks = append(h.Checks, expression(k))
	}
	return h
}

func pause(d time.Duration) *plan.Think { return &plan.Think{Min: d} }

// closed is a scenario of closed load.
func closed(steps ...plan.Step) *plan.Scenario {
	flow := &plan.Flow{Name: "f", Steps: steps}
	return &plan.Scenario{Name: "s", Service: service(), Mix: []plan.Share{{Flow: flow, Weight: 1}}, Grace: 30 * time.Second, Retry: time.Second}
}

func open(steps ...plan.Step) *plan.Scenario {
	sc := closed(steps...)
	sc.Load.Open = true
	sc.MaxUsers = 10000
	sc.Patience = 5 * time.Second
	return sc
}

func try(t *testing.T, sc *plan.Scenario, handler http.HandlerFunc) *trial {
	t.Helper()
	p, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r := &trial{t: t, pipes: newPipes(), recorder: metrics.NewRecorder(p.Layout(), 2, time.Now())}
	r.engine, err = newEngine(p, Options{Seed: 1, Recorder: r.recorder, UserAgent: "plimsoll/test"}, newSoftNap(), r.pipes.dial)
	if err != nil {
		t.Fatal(err)
	}
	r.engine.freshness = time.Hour
	r.server = &http.Server{Handler: handler}
	go r.server.Serve(r.pipes)
	return r
}

func (r *trial) run(shape ...pace.Segment) int64 {
	r.t.Helper()
	return r.phase(Phase{Shape: shape})
}

func (r *trial) phase(p Phase) int64 {
	r.t.Helper()
	p.Start = r.recorder.Now()
	r.recorder.BeginPhase("steady", p.Start, p.Start)
	end, err := r.engine.Run(context.Background(), p)
	if err != nil {
		r.t.Fatal(err)
	}
	return end
}

// stop ends the trial and returns what was measured.
func (r *trial) stop() metrics.View {
	r.t.Helper()
	r.engine.Drain(context.Background(), time.Minute)
	r.engine.Close()
	r.server.Close()
	r.pipes.Close()
	return r.recorder.Total()
}

func level(users float64, d time.Duration) pace.Segment {
	return pace.Segment{From: users, To: users, Length: d}
}

func steadily(users float64, d time.Duration) pace.Shape { return pace.Shape{level(users, d)} }
