package engine

import (
	"encoding/base64"
	"net/url"
	"strings"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
)

// request is a request as a template: its head up to where cookies and the length of the body come, and its body.
type request struct {
	method    string
	head      template
	body      template
	kind      bodyKind
	upgrade   bool     // it asks for a WebSocket
	protocols []string // that it offers then
	deflate   bool     // and compression
	whole     []byte   // where nothing varies and there are no cookies: all of it
}

type bodyKind uint8

const (
	noBody     bodyKind = iota
	emptyBody           // none, but the method means that there is one: its length must be told
	filledBody          // the body template
)

// bind encodes the request for an address.
func (r request) bind(a address) request {
	r.head = r.head.bind(a)
	r.body = r.body.bind(a)
	head, fixed := r.head.static()
	body, same := r.body.static()
	if fixed && same && !r.upgrade {
		r.whole = append(r.end(head, len(body)), body...)
	}
	return r
}

// end finishes a head: with the length of the body, where there is any, and the empty line.
func (r *request) end(head []byte, length int) []byte {
	if r.kind != noBody {
		head = append(head, "Content-Length: "...)
		head, _ = appendNumber(head, float64(length))
		head = append(head, "\r\n"...)
	}
	return append(head, "\r\n"...)
}

// render encodes the request into the carrier's exchange. The key is that of a WebSocket.
func (r *request) render(u *user, c *carrier, key string) error {
	x := &c.exchange
	x.Request, x.Head, x.Body = nil, nil, nil
	if r.whole != nil && u.jar == nil {
		x.Request = r.whole
		return nil
	}
	var err error
	if c.body, err = r.body.render(c.body[:0], &c.scope); err != nil {
		return err
	}
	if c.head, err = r.head.render(c.head[:0], &c.scope); err != nil {
		return err
	}
	if u.jar != nil {
		x.Head = c.head
		c.head = u.appendCookies(c.head, c.asked())
	}
	if r.upgrade {
		c.head = wire.AppendUpgrade(c.head, key, r.protocols)
		if r.deflate {
			c.head = wire.AppendDeflate(c.head)
		}
	}
	c.head = r.end(c.head, len(c.body))
	x.Head, x.Body = c.head, c.body
	return nil
}

// line adds the request line of a request: the path's literal parts as they stand, then the query.
func (c *compiler) line(method string, path plan.Text, query []plan.Field) (template, error) {
	t := template{}.literally(method + " ")
	t = append(t, segment{hole: baseHole})
	t, err := t.text(c, path, inPath)
	if err != nil {
		return nil, err
	}
	separator := "?"
	for _, p := range path.Parts {
		if strings.Contains(p.Literal, "?") {
			separator = "&"
		}
	}
	if t, err = c.pairs(t, separator, query); err != nil {
		return nil, err
	}
	return t.literally(" HTTP/1.1\r\n"), nil
}

// pairs adds name=value pairs as a query or form has them.
func (c *compiler) pairs(t template, first string, fields []plan.Field) (template, error) {
	for i, f := range fields {
		separator := "&"
		if i == 0 {
			separator = first
		}
		t = t.literally(separator + url.QueryEscape(f.Name) + "=")
		var err error
		if t, err = t.text(c, f.Value, inQuery); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// headers adds the service's and the step's own, which stand in place of the service's and of ours.
func (c *compiler) headers(t template, own []plan.Field, auth *plan.Auth, ours []plan.Field) (template, error) {
	service := c.program.scenario.Service
	var all []plan.Field
	for _, list := range [][]plan.Field{own, service.Headers, ours} {
		for _, f := range list {
			if !named(all, f.Name) {
				all = append(all, f)
			}
		}
	}
	if !named(all, "Host") {
		t = append(t, segment{hole: hostHole})
	}
	if !named(all, "User-Agent") {
		t = append(t, segment{hole: agentHole})
	}
	for _, f := range all {
		var err error
		if t, err = t.literally(f.Name+": ").text(c, f.Value, inHeader); err != nil {
			return nil, err
		}
		t = t.literally("\r\n")
	}
	if auth == nil {
		auth = service.Auth
	}
	if auth == nil || named(all, "Authorization") {
		return t, nil
	}
	return c.authorization(t, auth)
}

func named(fields []plan.Field, name string) bool {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

func (c *compiler) authorization(t template, auth *plan.Auth) (template, error) {
	if len(auth.Bearer.Parts) > 0 {
		t, err := t.literally("Authorization: Bearer ").text(c, auth.Bearer, inHeader)
		return t.literally("\r\n"), err
	}
	pair, err := template{}.text(c, auth.User, plainly)
	if err != nil {
		return nil, err
	}
	if pair, err = pair.literally(":").text(c, auth.Password, plainly); err != nil {
		return nil, err
	}
	t = t.literally("Authorization: Basic ")
	if plain, fixed := pair.static(); fixed {
		t = t.literally(base64.StdEncoding.EncodeToString(plain))
	} else {
		t = append(t, segment{basic: pair})
	}
	return t.literally("\r\n"), nil
}

// content compiles a body and says what type it is by default.
func (c *compiler) content(b plan.Body) (body template, mime string, err error) {
	switch {
	case b.JSON != nil:
		body, err = c.json(template{}, *b.JSON)
		mime = "application/json"
	case b.Form != nil:
		body, err = c.pairs(template{}, "", b.Form)
		mime = "application/x-www-form-urlencoded"
	case b.Text != nil:
		body, err = template{}.text(c, *b.Text, plainly)
		mime = "text/plain; charset=utf-8"
	case b.File != nil:
		body = template{}.join(segment{literal: b.File})
		mime = "application/octet-stream"
	}
	if b.Type != "" {
		mime = b.Type
	}
	return body, mime, err
}

// json flattens a JSON value into a template.
func (c *compiler) json(t template, v plan.Value) (template, error) {
	switch v.Kind {
	case plan.Bool:
		encoded, _ := appendJSON(nil, v.Bool)
		return t.literally(string(encoded)), nil
	case plan.Number:
		return t.literally(v.Number), nil
	case plan.String:
		return c.jsonString(t, v.Text)
	case plan.List:
		return c.jsonList(t, v.List)
	case plan.Object:
		return c.jsonObject(t, v.Object)
	}
	return t.literally("null"), nil
}

func (c *compiler) jsonString(t template, text plan.Text) (template, error) {
	if lone, ok := text.Lone(); ok {
		value, err := c.value(*lone, expr.Anytime)
		return append(t, segment{value: value, as: asJSON}), err
	}
	t, err := t.literally(`"`).text(c, text, inJSON)
	return t.literally(`"`), err
}

func (c *compiler) jsonList(t template, list []plan.Value) (template, error) {
	t = t.literally("[")
	for i, v := range list {
		if i > 0 {
			t = t.literally(",")
		}
		var err error
		if t, err = c.json(t, v); err != nil {
			return nil, err
		}
	}
	return t.literally("]"), nil
}

func (c *compiler) jsonObject(t template, members []plan.Member) (template, error) {
	t = t.literally("{")
	for i, m := range members {
		if i > 0 {
			t = t.literally(",")
		}
		name, err := appendJSON(nil, m.Name)
		if err != nil {
			return nil, err
		}
		if t, err = c.json(t.literally(string(name)+":"), m.Value); err != nil {
			return nil, err
		}
	}
	return t.literally("}"), nil
}
