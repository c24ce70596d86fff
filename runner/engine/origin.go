package engine

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"plimsoll/runner/engine/wire"
)

// origin is a host that the engine connects to.
type origin struct {
	url    *url.URL
	target *wire.Target
}

// dial makes a connection in place of the network.
type dial func(ctx context.Context, to netip.AddrPort) (net.Conn, error)

// newOrigin prepares connections to an endpoint, with the service's settings.
func (e *Engine) newOrigin(endpoint string) (*origin, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("read the endpoint: %w", err)
	}
	port := u.Port()
	secure := false
	switch u.Scheme {
	case "http", "ws":
		port = defaultTo(port, "80")
	case "https", "wss":
		port, secure = defaultTo(port, "443"), true
	default:
		return nil, fmt.Errorf("the endpoint %q begins with neither http:// nor https://", endpoint)
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("the endpoint %q names no host", endpoint)
	}
	service := e.program.scenario.Service
	t := &wire.Target{
		Host: u.Hostname(), Port: port, Start: e.start,
		Connect: service.Connect, MaxAge: service.MaxAge, BodyLimit: service.BodyLimit, Through: e.through,
	}
	if net.ParseIP(t.Host) == nil {
		t.Names = wire.NewNames(nil, t.Host, service.DNS)
	}
	if secure {
		if t.TLS, err = e.clientTLS(t.Host); err != nil {
			return nil, err
		}
	}
	return &origin{url: u, target: t}, nil
}

func (e *Engine) clientTLS(host string) (*tls.Config, error) {
	s := e.program.scenario.Service.TLS
	ca := s.CA
	if e.options.CA != "" {
		ca += "\n" + e.options.CA
	}
	return wire.ClientTLS(ca, s.Cert, s.Key, defaultTo(s.ServerName, host), s.InsecureSkipVerify)
}

func defaultTo(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// address is what requests to this origin say of it.
func (o *origin) address(userAgent string) address {
	a := address{
		baseHole: strings.TrimSuffix(o.url.EscapedPath(), "/"),
		hostHole: "Host: " + o.url.Host + "\r\n",
	}
	if userAgent != "" {
		a[agentHole] = "User-Agent: " + userAgent + "\r\n"
	}
	return a
}

func (o *origin) close() {
	if o.target.Names != nil {
		o.target.Names.Close()
	}
}
