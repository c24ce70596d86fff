package sim

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Bounds on what one client can make the server hold.
const (
	headerTimeout = 10 * time.Second
	maxHeader     = 64 << 10
)

// listen opens the listener of one site and answers on it until ctx ends.
func (s *Server) listen(ctx context.Context, site *site) (Address, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Address{}, err
	}
	address := Address{Name: site.model.service.Name, URL: "http://" + listener.Addr().String()}
	server := s.httpServer(ctx, site)
	counted := counting{listener, &site.traffic}
	run := func() error { return server.Serve(counted) }
	if site.model.service.TLS {
		certificate, ca, err := selfSigned(time.Now())
		if err != nil {
			_ = listener.Close()
			return Address{}, err
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
		address.URL, address.CA = "https://"+listener.Addr().String(), ca
		run = func() error { return server.ServeTLS(counted, "", "") }
	}
	s.work.Go(func() { _ = run() }) // ends with ErrServerClosed
	s.work.Go(func() {
		<-ctx.Done()
		_ = server.Close()
	})
	return address, nil
}

// httpServer counts connections and requests as work, since Close of an http.Server waits for neither.
func (s *Server) httpServer(ctx context.Context, site *site) *http.Server {
	routes := site.routes()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true) // for a plan that says http = 2
	return &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.work.Add(1)
			defer s.work.Done()
			routes.ServeHTTP(w, r)
		}),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.work.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.work.Done()
			}
		},
		Protocols:         protocols,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(io.Discard, "", 0), // broken connections are the client's to report
	}
}
