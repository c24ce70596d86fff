package dsl

import (
	"fmt"
	"net/url"
	"strings"

	"plimsoll/dsl/plan"
)

// service reads one service.
func (l *loader) service(b *block) *plan.Service {
	s := &plan.Service{
		Name: b.label, Key: b.key, Environment: b.constant("environment"), Headers: b.headers("headers"),
		Timeout: b.duration("timeout"), Connect: b.duration("connect_timeout"), DNS: b.duration("dns"), MaxAge: b.duration("max_age"),
		HTTP2: b.count("http") == 2, Sources: b.sources(),
		BodyLimit: b.size("body_limit"), AllowHosts: b.constants("allow_hosts"), SLAs: l.slas(b), Range: b.head,
	}
	if s.Environment == "" {
		s.Environment = l.plan.Environment
	}
	s.Auth = b.auth()
	if inner := b.only("tls"); inner != nil {
		s.TLS = inner.tls()
	}
	if inner := b.only("requirement"); inner != nil {
		s.Requirement = inner.requirement()
	}
	if inner := b.only("simulate"); inner != nil {
		s.Simulate = inner.simulate()
	}
	b.endpoint(s)
	l.fleetOf(b, s)
	return s
}

// schemes are those of an endpoint, and the one that stands for each in the plan.
var schemes = map[string]string{"http": "http", "https": "https", "ws": "http", "wss": "https"}

// endpoint reads where the service answers. Beside simulate it may stand, and is replaced.
func (b *block) endpoint(s *plan.Service) {
	text, ok := b.text("endpoint")
	if !ok {
		return
	}
	n, _ := b.at("endpoint")
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		n.fail("endpoint is no URL with a host", example(describe(b, "endpoint")))
	case schemes[strings.ToLower(u.Scheme)] == "":
		n.fail(fmt.Sprintf("endpoint has the scheme %q", u.Scheme), "It is reached by http, https, ws or wss.")
	case u.RawQuery != "" || u.Fragment != "":
		n.fail("endpoint holds a query or a fragment", "Put parameters into `query` of the steps.")
	case u.User != nil:
		n.fail("endpoint holds a user", "Put it into an auth block: auth { user = …, password = … }.")
	default:
		u.Scheme = schemes[strings.ToLower(u.Scheme)]
		s.Endpoint = strings.TrimSuffix(u.String(), "/")
	}
}

// auth reads an auth block; nil without one.
func (b *block) auth() *plan.Auth {
	inner := b.only("auth")
	if inner == nil {
		return nil
	}
	a := &plan.Auth{User: inner.template("user"), Password: inner.template("password"), Bearer: inner.template("bearer")}
	switch basic, bearer := inner.has("user") || inner.has("password"), inner.has("bearer"); {
	case basic && bearer:
		inner.fail("auth has both a user and a bearer", "Give one of them.")
	case basic && !(inner.has("user") && inner.has("password")):
		inner.fail("auth needs user and password", "Give both; an empty password is written as \"\".")
	case !basic && !bearer:
		inner.fail("auth is empty", "Give user and password, or bearer.")
	}
	return a
}

func (b *block) tls() plan.TLS {
	t := plan.TLS{
		CA: b.pem("ca"), Cert: b.pem("cert"), Key: b.pem("key"), ServerName: b.constant("server_name"),
		InsecureSkipVerify: b.bool("insecure_skip_verify"), Resume: b.bool("session_resumption"), Range: b.head,
	}
	if b.has("cert") != b.has("key") {
		b.fail("tls needs cert and key together", "Give both, or none.")
	}
	return t
}

// pem reads PEM text, or the file that holds it.
func (b *block) pem(name string) string {
	text, ok := b.text(name)
	if !ok {
		return ""
	}
	n, _ := b.at(name)
	if !strings.Contains(text, "-----BEGIN ") {
		text = string(b.file(name))
		if text == "" {
			return ""
		}
	}
	if !strings.Contains(text, "-----BEGIN ") {
		n.fail(name+" holds no PEM", "PEM begins with -----BEGIN …; `openssl x509 -in file -inform der` converts.")
	}
	return text
}

// file reads the file that an attribute names; nil where that fails, which is reported.
func (b *block) file(name string) []byte {
	path, ok := b.text(name)
	if !ok {
		return nil
	}
	n, _ := b.at(name)
	full, ok := b.l.inside(b.scope.dir, path, n.rng)
	if !ok {
		return nil
	}
	source, err := b.l.readAll(full, maxFileBytes)
	if err != nil {
		n.fail(fmt.Sprintf("cannot read %s: %s", full, reason(err)), "Paths are relative to the file that names them.")
	}
	return source
}

func (b *block) requirement() *plan.Requirement {
	r := &plan.Requirement{
		Users: b.number("users"), PeakUsers: b.number("peak_users"), Rate: b.rate("rate"), PeakRate: b.rate("peak_rate"),
		Connections: b.number("connections"), PeakConnections: b.number("peak_connections"), Think: b.duration("think"),
		Source: b.constant("source"), AgreedBy: b.constant("agreed_by"), AgreedOn: b.date("agreed_on"), ReviewAfter: b.date("review_after"),
		PeakHours: b.constant("peak_hours"), Range: b.head,
	}
	if unit := b.constant("unit"); unit != "users" {
		r.Unit = unit
	}
	for _, pair := range []struct {
		name         string
		normal, peak float64
	}{{"users", r.Users, r.PeakUsers}, {"rate", r.Rate, r.PeakRate}, {"connections", r.Connections, r.PeakConnections}} {
		if pair.peak > 0 && pair.peak < pair.normal {
			n, _ := b.at("peak_" + pair.name)
			n.fail(fmt.Sprintf("peak_%[1]s is less than %[1]s", pair.name), "The peak is the most that the service must carry.")
		}
	}
	return r
}

func (b *block) simulate() *plan.Simulate {
	s := &plan.Simulate{
		Tasks: int(b.count("tasks")), Slots: int(b.count("slots")), Queue: int(b.count("queue")), Connections: int(b.count("connections")),
		StartTime: b.duration("start_time"), OnFull: describe(b, "on_full").Values[b.choice("on_full")], Errors: b.percent("errors"),
		Parts: int(b.count("parts")), PartGap: b.duration("part_gap"), Speed: b.number("speed"), Range: b.head,
	}
	n, a, _ := b.attribute("service_time")
	if v := n.value(); v.IsKnown() && (v.Type().IsObjectType() || v.Type().IsMapType()) {
		if o, ok := n.fields(a); ok {
			s.ServiceTime, s.Sigma = o.duration("mean"), o.number("sigma")
		}
	} else {
		s.ServiceTime, _ = n.duration(a)
	}
	return s
}
