package engine

import (
	"errors"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// opening opens a WebSocket on a connection of its own.
type opening struct {
	index     int
	request   int
	timeout   time.Duration
	protocols []string
	deflate   bool
	checks    []condition
	saves     []save
	stay      int // where a held connection stays
}

func (c *compiler) websocket(s *plan.WebSocket) error {
	if c.inSocket {
		return c.wrong(s.Range, errors.New("a websocket inside a websocket is not supported; open one after the other"))
	}
	o := &opening{index: c.operation(s.Name, metrics.Opening), timeout: c.timeout(s.Timeout), protocols: s.Subprotocols, deflate: s.Deflate}
	var err error
	if o.checks, err = c.checks(s.Checks, expr.AfterExchange); err != nil {
		return err
	}
	if o.saves, err = c.saves(s.Save, expr.AfterExchange); err != nil {
		return err
	}
	head, err := c.line("GET", s.Path, s.Query)
	if err != nil {
		return err
	}
	if head, err = c.headers(head, s.Headers, nil, nil); err != nil {
		return err
	}
	o.request = len(c.flow.requests)
	c.flow.requests = append(c.flow.requests, request{method: "GET", head: head, upgrade: true, protocols: s.Subprotocols, deflate: s.Deflate})
	at := c.emit(o, &s.Head)
	c.inSocket = true
	err = c.steps(s.Steps)
	c.inSocket = false
	if o.stay = c.here(); c.program.holds() && !c.silent {
		c.emit(&stay{step: o.index, body: at + 1}, &plan.Head{})
	}
	c.emit(&hangUp{}, &plan.Head{})
	c.flow.steps[at].past = c.here()
	return err
}

// timeout is the step's own, else the service's.
func (c *compiler) timeout(own time.Duration) time.Duration {
	if own > 0 {
		return own
	}
	return c.program.scenario.Service.Timeout
}

func (o *opening) do(u *user, c *carrier) outcome {
	if !u.admit() {
		return held
	}
	u.begin(c, o.index)
	class, err := o.perform(u, c)
	if u.lines.broken.Load() {
		return u.forget()
	}
	switch {
	case class != metrics.OK:
		u.hangUp()
	case u.berth != nil:
		u.berth.hold.depth, u.berth.hold.stay = len(u.marks), o.stay
	}
	return u.end(c, class, err)
}

func (o *opening) perform(u *user, c *carrier) (metrics.Class, error) {
	x := &c.exchange
	c.to = u.engine.sockets[0]
	if o.deflate {
		c.to = u.engine.sockets[1]
	}
	key := wire.NewKey()
	if err := u.flow.requests[o.request].render(u, c, key); err != nil {
		return metrics.Expression, err
	}
	x.NoBody, x.KeepBody = false, false
	x.Deadline = u.by(o.timeout)
	conn, err := u.borrow(c, c.to)
	if err != nil {
		return wire.Classify(err), err
	}
	ws, err := conn.Upgrade(x, key, o.protocols)
	c.tally()
	if err != nil {
		u.giveBack(conn)
		return wire.Classify(err), err
	}
	u.absorb(c)
	u.socket = &socket{ws: ws, step: o.index, asked: never}
	c.scope.Reset()
	c.scope.Status, c.scope.Elapsed = x.Status, since(u.due, x.Done)
	return u.accept(c, o.checks, o.saves)
}

// accept judges an answer and keeps what is to be saved of it.
func (u *user) accept(c *carrier, checks []condition, saves []save) (metrics.Class, error) {
	if len(checks) > 0 {
		if class, err := judge(checks, c); err != nil {
			return class, err
		}
	}
	if len(saves) > 0 {
		if err := u.keep(saves, c); err != nil {
			return metrics.Expression, err
		}
	}
	return metrics.OK, nil
}

// hangUp ends a websocket step.
type hangUp struct{}

func (*hangUp) do(u *user, c *carrier) outcome {
	k := u.socket
	switch {
	case k.err != nil:
		return u.lost(c)
	case !k.closed:
		u.bid(1000, "", goodbye)
	}
	return goOn
}

// goodbye is how long a server has to answer a close frame that the plan does not speak of.
const goodbye = time.Second

// farewell sends a close frame and waits for the server's.
type farewell struct {
	code   int
	reason template
	limit  time.Duration
}

func (c *compiler) close(s *plan.Close) error {
	reason, err := template{}.text(c, s.Reason, plainly)
	k := &farewell{code: s.Code, reason: reason, limit: c.timeout(0)}
	if k.code == 0 {
		k.code = 1000
	}
	c.emit(k, &s.Head)
	return err
}

func (k *farewell) do(u *user, c *carrier) outcome {
	if u.socket.over() {
		return u.lost(c)
	}
	var err error
	if c.body, err = k.reason.render(c.body[:0], &c.scope); err != nil {
		return u.stumble(c, "close", err)
	}
	u.bid(uint16(k.code), string(c.body), k.limit)
	return goOn
}

// bid makes the closing handshake and ends the socket. That the server does not answer in time is no failure of any operation.
func (u *user) bid(code uint16, reason string, limit time.Duration) {
	_ = u.socket.ws.Close(code, reason, u.engine.at(u.engine.now()+int64(limit)))
	u.due = max(u.due, u.engine.now())
	u.hangUp()
}
