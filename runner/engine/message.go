package engine

import (
	"fmt"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// send writes one message. It is no operation, but a receive that follows counts from it.
type send struct {
	payload template
	binary  bool
	timeout time.Duration
}

func (c *compiler) send(s *plan.Send) error {
	m := &send{binary: s.Binary != nil, timeout: c.timeout(0)}
	var err error
	switch {
	case s.JSON != nil:
		m.payload, err = c.json(template{}, *s.JSON)
	case s.Text != nil:
		m.payload, err = template{}.text(c, *s.Text, plainly)
	default:
		m.payload = template{}.join(segment{literal: s.Binary})
	}
	c.emit(m, &s.Head)
	return err
}

func (m *send) do(u *user, c *carrier) outcome {
	k := u.socket
	if k.over() {
		return u.lost(c)
	}
	var err error
	if c.body, err = m.payload.render(c.body[:0], &c.scope); err != nil {
		return u.stumble(c, "send", err)
	}
	began := u.engine.now()
	if _, err = k.ws.Send(m.binary, c.body, u.engine.at(began+int64(m.timeout))); err != nil {
		k.lose(u, err)
		return u.lost(c)
	}
	k.asked, k.wrote = u.due, began
	now := u.engine.now()
	u.shard.Message(k.asked, false, len(c.body))
	u.due = max(u.due, now)
	return goOn
}

// ping sends a ping and goes on; the pong is counted when it comes.
type ping struct{}

func (*ping) do(u *user, c *carrier) outcome {
	k := u.socket
	if k.over() {
		return u.lost(c)
	}
	began := u.engine.now()
	if _, err := k.ws.Ping(nil, u.engine.at(began+int64(goodbye))); err != nil {
		k.lose(u, err)
		return u.lost(c)
	}
	k.pinged = began
	return goOn
}

// receive waits for the message that it is about.
type receive struct {
	index   int
	timeout time.Duration
	until   *expr.Program // nil: the first message
	checks  []condition
	saves   []save
}

func (c *compiler) receive(s *plan.Receive) error {
	r := &receive{index: c.operation(s.Name, metrics.Receive), timeout: c.timeout(s.Timeout)}
	var err error
	if !s.Until.Zero() {
		if r.until, err = c.condition(s.Until, expr.AfterMessage); err != nil {
			return err
		}
	}
	if r.checks, err = c.checks(s.Checks, expr.AfterMessage); err != nil {
		return err
	}
	r.saves, err = c.saves(s.Save, expr.AfterMessage)
	c.emit(r, &s.Head)
	return err
}

func (r *receive) do(u *user, c *carrier) outcome {
	k := u.socket
	if !k.receiving {
		if !u.admit() {
			return held
		}
		r.begin(u, c)
	}
	c.resume(u)
	for {
		k.collect(u)
		data, at, ok := k.inbox.pop()
		if !ok {
			break
		}
		done, class, err := r.consider(u, c, data, at)
		if done {
			return r.end(u, c, max(at, u.pending.intended), class, err)
		}
		c.worked = 0
	}
	now := u.engine.now()
	switch {
	case u.lines.broken.Load():
		k.receiving = false
		return u.forget()
	case k.err != nil:
		return r.end(u, c, now, wire.Classify(k.err), k.err)
	case k.closed:
		return r.end(u, c, now, metrics.Closed, errOver)
	case now >= k.deadline:
		return r.end(u, c, now, metrics.Timeout, fmt.Errorf("no message that it waits for came within %v", r.timeout))
	}
	u.pc--
	u.wake = k.deadline
	return wait
}

// begin starts to wait. The operation counts from the send that it answers.
func (r *receive) begin(u *user, c *carrier) {
	k := u.socket
	intended := u.due
	if k.asked != never {
		intended = k.asked
	}
	u.beginFrom(c, r.index, intended)
	k.receiving, k.stamp = true, never
	k.deadline = max(u.due, u.engine.now()) + int64(r.timeout)
}

// consider looks at one message; done if it ends the wait.
func (r *receive) consider(u *user, c *carrier, data []byte, at int64) (done bool, class metrics.Class, err error) {
	k := u.socket
	if k.stamp == never {
		u.shard.FirstMessage(r.index, u.pending.intended, since(u.pending.intended, max(at, u.pending.intended)))
	} else {
		u.shard.Gap(r.index, u.pending.intended, since(k.stamp, at))
	}
	k.stamp = at
	c.scope.Reset()
	c.scope.Body, c.scope.Elapsed = data, since(u.pending.intended, at)
	u.study(c)
	defer u.studied(c, u.engine.now())
	if class, err = judge(r.checks, c); err != nil {
		return true, class, err
	}
	if r.until != nil {
		holds, err := r.until.Holds(&c.scope)
		if err != nil {
			return true, metrics.Expression, fmt.Errorf("until: %w", err)
		}
		if !holds {
			return false, metrics.OK, nil
		}
	}
	class, err = u.accept(c, nil, r.saves)
	return true, class, err
}

func (r *receive) end(u *user, c *carrier, at int64, class metrics.Class, err error) outcome {
	k := u.socket
	k.receiving = false
	if k.asked != never && k.wrote <= at {
		c.wrote = k.wrote
	}
	c.op.Received += k.rest()
	return u.endAt(c, at, class, err)
}
