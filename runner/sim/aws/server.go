// Package aws is a simulated AWS on loopback: it speaks the real wire protocols, so that the unchanged
// SDK talks to it, in front of a model of ECS services, target tracking and CloudWatch. It imports
// nothing of ours, checks no signatures, and claims nothing beyond its model: what AWS leaves
// undocumented is an explicit option.
//
// Everything that a call can see or change lives in one model behind one mutex, whose clock is given to
// it (model.go); the protocols are thin codecs in front (codec*.go); each AWS service has files of its
// own, named after it.
package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	headerTimeout = 10 * time.Second
)

// A Server is a simulated AWS that listens on loopback. Its methods are safe for concurrent use.
type Server struct {
	options Options
	url     string
	http    *http.Server
	gate    *gate
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	began   time.Time // wall clock
	wake    chan struct{}
	done    sync.WaitGroup
	served  error // why serving ended, if not by Close

	mu    sync.Mutex // guards model and elsewhere
	model *model
}

// Start serves a fleet until ctx ends or Close is called. Workloads carry the load of services, and are
// told how many tasks serve; the key is "region/cluster/service", "cluster/service" or the service's name.
// Services without a workload idle.
func Start(ctx context.Context, options Options, fleet Fleet, workloads map[string]Workload) (*Server, error) {
	options = options.withDefaults()
	if err := options.validate(); err != nil {
		return nil, fmt.Errorf("start the simulated AWS: %w", err)
	}
	began := time.Now()
	model, err := newModel(options, fleet, workloads)
	if err != nil {
		return nil, fmt.Errorf("start the simulated AWS: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the simulated AWS: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Server{
		options: options, url: "http://" + listener.Addr().String(), gate: newGate(options),
		ctx: ctx, cancel: cancel, began: began, wake: make(chan struct{}, 1), model: model,
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: headerTimeout}
	s.done.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.served = err
		}
	})
	s.done.Go(s.run)
	s.done.Go(func() {
		<-ctx.Done()
		_ = s.http.Close()
	})
	return s, nil
}

// URL is what AWS_ENDPOINT_URL is to be set to.
func (s *Server) URL() string { return s.url }

// Close stops serving and waits until nothing runs any more. It may be called twice.
func (s *Server) Close() error {
	s.cancel()
	s.done.Wait()
	if s.served != nil {
		return fmt.Errorf("serve the simulated AWS: %w", s.served)
	}
	return nil
}

// Now is the time that the simulated AWS has: Options.Start at the start, and Options.Speed times
// faster than the wall clock from there.
func (s *Server) Now() time.Time {
	return s.options.Start.Add(time.Duration(float64(time.Since(s.began)) * s.options.Speed))
}

// Fleet returns the state as it is, from which another Server can be started. History (metrics,
// activities, events, tasks) is not part of it.
func (s *Server) Fleet() (Fleet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.model.advance(s.Now())
	return clone(s.model.whole())
}

// run lets the model's time pass while nobody calls.
func (s *Server) run() {
	for {
		s.mu.Lock()
		s.model.advance(s.Now())
		next := s.model.next()
		s.mu.Unlock()
		// Rounded up: a timer that fires too early finds nothing to do, again and again.
		pause := time.NewTimer(1 + time.Duration(float64(next.Sub(s.Now()))/s.options.Speed))
		select {
		case <-pause.C:
		case <-s.wake:
		case <-s.ctx.Done():
			pause.Stop()
			return
		}
		pause.Stop()
	}
}

// stir makes run look again at what is due next.
func (s *Server) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
