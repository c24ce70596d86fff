package engine

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// follow goes where the answer points to, as long as that is allowed; the answer that remains is the operation's.
func (h *exchange) follow(u *user, c *carrier, first *request) error {
	x := &c.exchange
	method, _ := requestLine(c.sent())
	at := c.asked()
	for hop := 0; at != nil && isRedirect(x.Status); hop++ {
		to := resolve(at, string(x.Get("Location")))
		switch {
		case to == nil:
			return nil
		case !u.engine.allows(to):
			c.strayed = to
			return nil
		case hop == h.redirects:
			err := fmt.Errorf("%d redirects followed, and the answer is another, to %.200s", hop, to)
			return &wire.Failure{Class: metrics.Protocol, Answered: true, Err: err}
		}
		if x.Status < 307 && method != "GET" && method != "HEAD" {
			method = "GET"
		}
		redirected(c, first, u, method, to, to.Host == at.Host)
		if err := h.leap(u, c, to); err != nil {
			return err
		}
		at = to
	}
	return nil
}

// leap makes one exchange of a redirect, on the user's own connection where it leads to the service.
func (h *exchange) leap(u *user, c *carrier, to *url.URL) error {
	home := u.engine.home
	if to.Host == home.url.Host && to.Scheme == home.url.Scheme {
		c.to = home
		return h.send(u, c)
	}
	away, err := u.engine.origin(to)
	if err != nil {
		return err
	}
	c.to = away
	conn, err := u.borrow(c, away)
	if err != nil {
		return err
	}
	err = c.call(conn)
	if c.stream == nil {
		defer u.giveBack(conn)
	}
	c.tally()
	if err == nil {
		u.absorb(c)
	}
	return err
}

// sent is the request that was sent last, at least its head.
func (c *carrier) sent() []byte {
	if c.exchange.Request != nil {
		return c.exchange.Request
	}
	return c.exchange.Head
}

// asked is the address of the request that was sent last; nil where it is none.
func (c *carrier) asked() *url.URL {
	_, target := requestLine(c.sent())
	return resolve(c.to.url, target)
}

// redirected makes the carrier's request one for another address. What belongs to the first host alone stays with it; a body
// stays as long as the method does.
func redirected(c *carrier, first *request, u *user, method string, to *url.URL, sameHost bool) {
	x := &c.exchange
	head := c.sent()
	if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 && x.Request != nil {
		x.Body, head = head[i+4:], head[:i+4]
	}
	keepsBody := method == first.method
	next := wire.AppendRequest(nil, method, to.RequestURI(), to.Host)
	lines := strings.Split(string(head), "\r\n")
	for _, line := range lines[1:] {
		name, _, _ := strings.Cut(line, ":")
		if line != "" && staysWith(strings.ToLower(name), sameHost, keepsBody) {
			next = append(append(next, line...), "\r\n"...)
		}
	}
	x.Request, x.Head = nil, append(u.appendCookies(next, to), "\r\n"...)
	if !keepsBody {
		x.Body = nil
	}
}

func staysWith(header string, sameHost, keepsBody bool) bool {
	switch header {
	case "host", "cookie":
		return false
	case "authorization":
		return sameHost
	case "content-length", "content-type":
		return keepsBody
	}
	return true
}

// requestLine takes the method and the target out of a request.
func requestLine(request []byte) (method, target string) {
	line, _, _ := bytes.Cut(request, []byte("\r\n"))
	parts := strings.Split(string(line), " ")
	if len(parts) < 2 {
		return "", ""
	}
	return parts[0], parts[1]
}

// resolve is a reference as seen from an address; nil if it is none.
func resolve(from *url.URL, reference string) *url.URL {
	to, err := url.Parse(reference)
	if err != nil || reference == "" {
		return nil
	}
	return from.ResolveReference(to)
}

// allows reports whether a redirect may be followed: to the service's own host, or to those that the plan allows.
func (e *Engine) allows(to *url.URL) bool {
	if to.Scheme != "http" && to.Scheme != "https" {
		return false
	}
	hosts := e.program.scenario.Service.AllowHosts
	return strings.EqualFold(to.Host, e.home.url.Host) || slices.ContainsFunc(hosts, func(host string) bool {
		return strings.EqualFold(host, to.Host) || strings.EqualFold(host, to.Hostname())
	})
}

// origin is where a redirect outside of the service leads to. Each host is prepared once.
func (e *Engine) origin(to *url.URL) (*origin, error) {
	e.awayMu.Lock()
	defer e.awayMu.Unlock()
	key := to.Scheme + "://" + to.Host
	if o := e.away[key]; o != nil {
		return o, nil
	}
	o, err := e.newOrigin(key)
	if err != nil {
		return nil, fmt.Errorf("follow a redirect to %s: %w", key, err)
	}
	e.away[key] = o
	return o, nil
}
