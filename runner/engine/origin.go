package engine

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

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
	if e.program.holds() {
		t.Vanished = service.Timeout // nobody else would notice
	}
	if net.ParseIP(t.Host) == nil {
		t.Names = wire.NewNames(nil, t.Host, service.DNS)
	}
	o := &origin{url: u, target: t}
	if secure {
		if t.TLS, err = e.clientTLS(t.Host); err != nil {
			o.close()
			return nil, err
		}
	}
	if t.Sources, err = e.sources(t); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// forSockets is the origin as WebSockets reach it: by HTTP/1.1, whatever its exchanges speak.
func (o *origin) forSockets(deflate bool) *origin {
	t := o.target
	return &origin{url: o.url, target: &wire.Target{
		Host: t.Host, Port: t.Port, TLS: t.TLS, Names: t.Names, Start: t.Start, Connect: t.Connect, BodyLimit: t.BodyLimit,
		Sources: t.Sources, Vanished: t.Vanished, Through: t.Through, Deflate: deflate,
	}}
}

// sources are the addresses that the plan has connections to the target come from. Where the target is a name, it is looked up.
func (e *Engine) sources(t *wire.Target) ([]netip.Addr, error) {
	service := e.program.scenario.Service
	if len(service.Sources) == 0 {
		return nil, nil
	}
	to, err := netip.ParseAddr(t.Host)
	if err != nil {
		ctx, cancel := context.WithTimeout(context.Background(), lookup)
		defer cancel()
		if to, err = t.Names.Next(ctx); err != nil {
			return nil, fmt.Errorf("look up %s to choose source addresses: %w", t.Host, err)
		}
	}
	return wire.ParseSources(service.Sources, to)
}

// lookup bounds how long a name is looked up before there is any load.
const lookup = 10 * time.Second

func (e *Engine) clientTLS(host string) (*tls.Config, error) {
	s := e.program.scenario.Service.TLS
	ca := s.CA
	if e.options.CA != "" {
		ca += "\n" + e.options.CA
	}
	config, err := wire.ClientTLS(ca, s.Cert, s.Key, defaultTo(s.ServerName, host), s.InsecureSkipVerify)
	if err == nil && s.Resume {
		config.SessionTicketsDisabled = false
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1) // of one host
	}
	return config, err
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
