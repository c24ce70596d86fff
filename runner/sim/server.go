package sim

import (
	"context"
	"fmt"
	"sync"
)

// Server serves simulated services. Its methods may be called concurrently.
type Server struct {
	addresses []Address
	sites     map[string]*site
	stop      context.CancelFunc
	work      sync.WaitGroup // every goroutine of the server
}

// Start serves the services on loopback, each on a listener of its own, until ctx ends or Close is
// called. Random draws depend on seed, the service's name and the order of its requests. A description
// that cannot be served is an error that names every mistake.
func Start(ctx context.Context, seed uint64, services []Service) (*Server, error) {
	services, err := prepare(services)
	if err != nil {
		return nil, err
	}
	clock, err := newClock()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	s := &Server{sites: map[string]*site{}, stop: stop}
	s.work.Go(clock.run)
	s.work.Go(func() {
		<-ctx.Done()
		clock.stop()
	})
	for _, service := range services {
		site := newSite(ctx, service, seed, clock, &s.work)
		address, err := s.listen(ctx, site)
		if err != nil {
			_ = s.Close()
			return nil, fmt.Errorf("serve simulated service %q: %w", service.Name, err)
		}
		s.addresses = append(s.addresses, address)
		s.sites[service.Name] = site
	}
	return s, nil
}

// Addresses returns where the services listen, in the order given to Start. The caller must not change it.
func (s *Server) Addresses() []Address { return s.addresses }

// SetTasks asks for n tasks (0 to 1,000) of a service. New ones answer after StartTime ÷ Speed. The newest
// are taken away first, at once: they finish the requests they have taken and close their WebSockets.
func (s *Server) SetTasks(service string, n int) error {
	site, ok := s.sites[service]
	if !ok {
		return fmt.Errorf("set tasks of %q to %d: no such service is simulated", service, n)
	}
	return site.model.resize(n)
}

// Stats reads a service; the zero value where no such service is simulated.
func (s *Server) Stats(service string) Stats {
	site, ok := s.sites[service]
	if !ok {
		return Stats{}
	}
	return site.model.stats()
}

// Close stops listening, breaks off requests in work, closes WebSockets (clients have half a second to
// answer), and returns when every goroutine has ended. It may be called again, and returns nil.
func (s *Server) Close() error {
	s.stop()
	s.work.Wait()
	return nil
}
