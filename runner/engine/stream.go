package engine

import (
	"errors"
	"fmt"
	"io"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// subscription is an exchange whose answer is read part by part. While the session waits for a part, the poller watches its
// connection.
type subscription struct {
	exchange               // up to the head of the answer, and what is asked of that
	whole    time.Duration // bound on all of it
	raw      bool          // parts are chunks; else events
	until    *expr.Program // nil: the end of the answer
	each     []condition   // checks of each part
	kept     []save        // of the last part
}

var errEnded = errors.New("the answer ended before the part that the stream waits for")

func (c *compiler) subscribe(s *plan.HTTP) error {
	if err := c.streamable(s); err != nil {
		return c.wrong(s.Range, err)
	}
	p, m := s.Stream, expr.AfterEvent
	if p.Raw {
		m = expr.AfterMessage
	}
	head, err := c.answered(s, metrics.Stream, expr.AfterHead)
	if err != nil {
		return err
	}
	r := &subscription{exchange: *head, raw: p.Raw, whole: p.Timeout}
	if r.whole == 0 {
		r.whole = r.timeout
	}
	r.timeout = min(r.timeout, r.whole)
	if !p.Until.Zero() {
		if r.until, err = c.condition(p.Until, m); err != nil {
			return err
		}
	}
	if r.each, err = c.checks(p.Checks, m); err != nil {
		return err
	}
	r.kept, err = c.saves(p.Save, m)
	c.emit(r, &s.Head)
	return err
}

// streamable refuses what cannot be done.
func (c *compiler) streamable(s *plan.HTTP) error {
	service, held := c.program.scenario.Service, c.program.scenario.Load.Levels
	switch {
	case c.inSocket:
		return errors.New("a stream inside a websocket is not supported; put it before or after")
	case s.Method == "HEAD":
		return errors.New("the answer to a HEAD has nothing to stream; use get")
	case held != nil && held.Protocol == plan.KeepAlive && !c.silent && !service.HTTP2 && !s.Stream.Until.Zero():
		return errors.New("until would close the connection that is held; leave it out, or set http = 2 for the service")
	}
	return nil
}

func (r *subscription) do(u *user, c *carrier) outcome {
	if u.feed != nil {
		c.resume(u)
		c.op, c.wrote = u.feed.op, u.feed.wrote
		return r.read(u, c)
	}
	if !u.admit() {
		return held
	}
	u.begin(c, r.index)
	class, err := r.open(u, c)
	switch {
	case u.lines.broken.Load():
		u.unsubscribe()
		return u.forget()
	case err != nil || u.feed == nil:
		u.unsubscribe()
		return u.end(c, class, err)
	}
	return r.read(u, c)
}

// open reads the head of the answer. Without an error and without a feed, the answer is none to stream, as the plan expects.
func (r *subscription) open(u *user, c *carrier) (metrics.Class, error) {
	c.streams = true
	deadline := u.engine.now() + int64(r.whole)
	class, err := r.ask(u, c)
	if s := c.stream; s != nil {
		c.stream = nil
		u.feed = &feed{stream: s, op: c.op, wrote: c.wrote, deadline: deadline, stamp: never, counted: c.exchange.Received}
	}
	if err != nil {
		return class, err
	}
	if class, err = r.judge(u, c); err != nil {
		return class, err
	}
	switch {
	case u.feed == nil && r.until != nil:
		return metrics.Closed, fmt.Errorf("the answer with status %d has no parts: %w", c.exchange.Status, errEnded)
	case u.feed == nil:
		return metrics.OK, nil
	case r.raw:
		u.feed.stream.Events = false
	case !u.feed.stream.Events:
		kind := c.exchange.Header.ContentType()
		return metrics.Protocol, fmt.Errorf("the answer is %.64q, not text/event-stream; set raw = true to read it chunk by chunk", kind)
	}
	return metrics.OK, nil
}

// read takes the parts that have come, and parks the session for the rest.
func (r *subscription) read(u *user, c *carrier) outcome {
	f := u.feed
	for range burst {
		part, ok, err := f.stream.Poll(u.engine.largest())
		if err != nil {
			return r.over(u, c, err)
		}
		if !ok {
			break
		}
		done, class, err := r.consider(u, c, part)
		if done {
			return r.end(u, c, max(part.At, u.pending.intended), class, err)
		}
		c.worked = 0
	}
	now := u.engine.now()
	if now >= f.deadline {
		return r.end(u, c, now, metrics.Timeout, fmt.Errorf("the stream did not end within %v", r.whole))
	}
	u.pc--
	u.wake = f.deadline
	return wait
}

// consider looks at one part; done if it ends the stream.
func (r *subscription) consider(u *user, c *carrier, part wire.Event) (done bool, class metrics.Class, err error) {
	f := u.feed
	f.note(u, &part)
	c.scope.Reset()
	c.scope.Event, c.scope.Body, c.scope.Elapsed = f.kind, part.Data, since(u.pending.intended, part.At)
	u.study(c)
	defer u.studied(c, u.engine.now())
	if class, err = judge(r.each, c); err != nil {
		return true, class, err
	}
	if r.until == nil {
		if len(r.kept) > 0 {
			f.last = append(f.last[:0], part.Data...)
		}
		return false, metrics.OK, nil
	}
	holds, err := r.until.Holds(&c.scope)
	if err != nil {
		return true, metrics.Expression, fmt.Errorf("until: %w", err)
	}
	if !holds {
		return false, metrics.OK, nil
	}
	class, err = u.accept(c, nil, r.kept)
	return true, class, err
}

// over ends a stream that has ended by itself.
func (r *subscription) over(u *user, c *carrier, err error) outcome {
	f, now := u.feed, u.engine.now()
	switch {
	case u.lines.broken.Load():
		u.unsubscribe()
		return u.forget()
	case err != io.EOF:
		return r.end(u, c, now, wire.Classify(err), err)
	case r.until != nil:
		return r.end(u, c, now, metrics.Closed, errEnded)
	case len(r.kept) == 0:
		return r.end(u, c, now, metrics.OK, nil)
	case f.stamp == never:
		return r.end(u, c, now, metrics.Closed, errors.New("the answer ended without a part to save from"))
	}
	c.scope.Reset()
	c.scope.Event, c.scope.Body, c.scope.Elapsed = f.kind, f.last, since(u.pending.intended, f.stamp)
	u.study(c)
	class, err := u.accept(c, nil, r.kept)
	u.studied(c, now)
	return r.end(u, c, now, class, err)
}

func (r *subscription) end(u *user, c *carrier, at int64, class metrics.Class, err error) outcome {
	f := u.feed
	if class == metrics.OK && r.until != nil {
		// Where the answer ends with this part, the connection can be kept.
		_, _, _ = f.stream.Poll(u.engine.largest())
	}
	c.op.Received += f.stream.Received() - f.counted
	o := u.endAt(c, at, class, err)
	u.unsubscribe()
	return o
}
