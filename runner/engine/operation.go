package engine

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"plimsoll/runner/metrics"
)

// pending is the operation under way.
type pending struct {
	step     int // of the layout
	intended int64
	underWay bool
	drawn    *ration // that it was taken from; nil: none was asked
}

var errCheck = errors.New("a check does not hold")

// statusError is a status of 400 or above that no check asks for.
type statusError int

func (e statusError) Error() string { return "the status is " + strconv.Itoa(int(e)) }

// begin says that an operation intended for the end of the step before is under way.
func (u *user) begin(c *carrier, step int) { u.beginFrom(c, step, u.due) }

func (u *user) beginFrom(c *carrier, step int, intended int64) {
	u.pending.step, u.pending.intended, u.pending.underWay = step, intended, true
	u.last = step
	u.shard.Begin(step, intended)
	c.resume(u)
}

// resume makes the carrier ready for the pending operation.
func (c *carrier) resume(u *user) {
	c.op = metrics.Operation{Step: u.pending.step, Intended: u.pending.intended, Service: -1, First: -1, Connect: -1, TLS: -1}
	c.forget(u)
}

// end records the pending operation.
func (u *user) end(c *carrier, class metrics.Class, err error) outcome {
	done := c.exchange.Done
	if done == 0 {
		done = u.engine.now()
	}
	return u.endAt(c, done, class, err)
}

func (u *user) endAt(c *carrier, done int64, class metrics.Class, err error) outcome {
	c.op.Class = class
	c.op.Latency = since(u.pending.intended, done)
	if c.wrote != never {
		c.op.Service = since(c.wrote, done)
	}
	u.shard.End(c.op)
	u.settle()
	u.due = max(u.due, done) + int64(c.worked)
	u.thought += int64(c.worked)
	if c.worked > noticed {
		u.shard.Lag(done, c.worked)
	}
	if u.berth != nil {
		u.achieve(&c.op)
	}
	if class != metrics.OK {
		u.note(c, class, u.pending.intended, err)
	}
	c.scope.Reset()
	c.exchange.Shrink(large)
	if class == metrics.OK {
		return goOn
	}
	return failed
}

// settle closes the books on the pending operation.
func (u *user) settle() {
	u.pending.underWay = false
	if r := u.pending.drawn; r != nil {
		u.pending.drawn = nil
		r.end(&r.operations)
	}
}

// forget takes back the pending operation, which a stop has cut.
func (u *user) forget() outcome {
	if u.pending.underWay {
		u.shard.Forget(u.pending.step, u.pending.intended)
		u.settle()
	}
	return cut
}

// stumble fails a step that is no operation, because an expression could not be evaluated.
func (u *user) stumble(c *carrier, what string, err error) outcome {
	return u.stumbleAs(c, metrics.Expression, fmt.Errorf("%s: %w", what, err))
}

// stumbleAs notes the failure as a sample of the operation before it, or of the flow's first.
func (u *user) stumbleAs(c *carrier, class metrics.Class, err error) outcome {
	u.note(c, class, u.due, err)
	return failed
}

// judge evaluates checks in order; the first that does not hold, or fails, decides.
func judge(checks []condition, c *carrier) (metrics.Class, error) {
	for i := range checks {
		holds, err := checks[i].holds(&c.scope)
		if err != nil {
			return metrics.Expression, fmt.Errorf("check %q: %w", checks[i].source, err)
		}
		if !holds {
			return metrics.Check, fmt.Errorf("%w: %s", errCheck, checks[i].source)
		}
	}
	return metrics.OK, nil
}

// event counts something beside operations.
func (u *user) event(e metrics.Event, at int64) { u.shard.Event(e, at) }

// at is an instant as the time package has it.
func (e *Engine) at(instant int64) time.Time { return e.start.Add(time.Duration(instant)) }
