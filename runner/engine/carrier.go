package engine

import (
	"net/url"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// carrier is what a running session needs and a waiting one does not: buffers, an exchange, and the state that expressions read.
type carrier struct {
	user     *user
	scope    expr.Scope
	exchange wire.Exchange
	to       *origin           // that the request goes to
	streams  bool              // the answer is to be read part by part, from
	stream   *wire.Stream      // what is left of it; nil: it is none to stream
	op       metrics.Operation // the pending one, as far as it is known
	began    int64             // when work on it began
	wrote    int64             // when its first byte was written, or never
	worked   time.Duration     // that judging its answer took the generator, which is in nobody's latency
	strayed  *url.URL          // where a redirect led that was not followed
	head     []byte
	body     []byte

	cookies []string // that the answer at hand sets
}

// hoard is the largest buffer that a carrier keeps for the next session.
const hoard = 64 << 10

// newCarrier binds the functions that a scope calls once, as a closure a session would be an allocation each.
func newCarrier(e *Engine) *carrier {
	c := &carrier{}
	c.scope.Cell = func(data, column string) (string, bool) { return c.user.cell(data, column) }
	c.scope.Header = c.header
	c.scope.Random = func() uint64 { return c.user.random.next() }
	c.scope.Now = time.Now
	return c
}

// take makes the carrier work for the user's session.
func (c *carrier) take(u *user) {
	c.user = u
	c.forget(u)
	c.scope.Variables = u.variables
	c.scope.User, c.scope.Iteration = u.id, u.iteration
	if u.arrives() {
		// Each arrival is a new user, whose connections it takes.
		c.scope.User, c.scope.Iteration = u.session.number, 1
	}
}

// forget leaves nothing of the exchange before, which may have been another session's.
func (c *carrier) forget(u *user) {
	c.wrote, c.to = never, u.engine.home
	c.streams, c.stream = false, nil
	c.worked, c.strayed = 0, nil
	c.scope.Reset()
	x := &c.exchange
	x.Request, x.Head, x.Body, x.Status, x.Answer, x.Done = nil, nil, nil, 0, x.Answer[:0], 0
}

func (c *carrier) release() {
	c.user = nil
	c.scope.Reset()
	c.scope.Variables = nil
	c.exchange.Shrink(hoard)
	if cap(c.head) > hoard {
		c.head = nil
	}
	if cap(c.body) > hoard {
		c.body = nil
	}
}

// header is the first value of a field of the answer at hand.
func (c *carrier) header(name string) (string, bool) {
	v := c.exchange.Get(name)
	return string(v), v != nil
}

func since(from, to int64) time.Duration { return time.Duration(to - from) }
