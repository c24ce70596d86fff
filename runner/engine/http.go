package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// exchange is one HTTP exchange, the redirects that it follows included.
type exchange struct {
	index      int // of the operation
	request    int // of the flow's requests
	timeout    time.Duration
	redirects  int
	idempotent bool
	headOnly   bool
	keepBody   bool
	judged     bool // a check names the status, so that 400 and above is for it to judge
	checks     []condition
	saves      []save
}

// acceptEncoding is what browsers send, whether or not the body is read: the service shall do the work that it does for them.
const acceptEncoding = "gzip, deflate, br"

func (c *compiler) exchange(s *plan.HTTP) error {
	if s.Stream != nil {
		return c.subscribe(s)
	}
	h, err := c.answered(s, metrics.Exchange, expr.AfterExchange)
	if err != nil {
		return err
	}
	c.emit(h, &s.Head)
	return nil
}

// answered compiles the request, and what is asked of its answer at the moment.
func (c *compiler) answered(s *plan.HTTP, kind metrics.Kind, m expr.Moment) (*exchange, error) {
	h := &exchange{
		index:      c.operation(s.Name, kind),
		timeout:    c.timeout(s.Timeout),
		redirects:  s.Redirects,
		idempotent: isIdempotent(s.Method),
		headOnly:   s.Method == "HEAD",
	}
	var err error
	if h.checks, err = c.checks(s.Checks, m); err != nil {
		return nil, err
	}
	if h.saves, err = c.saves(s.Save, m); err != nil {
		return nil, err
	}
	h.keepBody = readsBody(h.checks, h.saves)
	h.judged = slices.ContainsFunc(h.checks, func(k condition) bool { return k.program.ReadsStatus() })
	h.request, err = c.httpRequest(s)
	return h, err
}

func (c *compiler) httpRequest(s *plan.HTTP) (int, error) {
	head, err := c.line(s.Method, s.Path, s.Query)
	if err != nil {
		return 0, err
	}
	body, mime, err := c.content(s.Body)
	if err != nil {
		return 0, err
	}
	kind := noBody
	switch {
	case mime != "":
		kind = filledBody
	case s.Method == "POST" || s.Method == "PUT" || s.Method == "PATCH":
		kind = emptyBody
	}
	ours := accepted(s.Stream)
	if mime != "" {
		ours = append(ours, plan.Field{Name: "Content-Type", Value: plan.Static(mime)})
	}
	if head, err = c.headers(head, s.Headers, s.Auth, ours); err != nil {
		return 0, err
	}
	c.flow.requests = append(c.flow.requests, request{method: s.Method, head: head, body: body, kind: kind})
	return len(c.flow.requests) - 1, nil
}

// accepted is what a request says of the answers that it wants. A stream is never encoded, or its parts would not come alone.
func accepted(s *plan.Stream) []plan.Field {
	switch {
	case s == nil:
		return []plan.Field{{Name: "Accept-Encoding", Value: plan.Static(acceptEncoding)}}
	case s.Raw:
		return nil
	}
	return []plan.Field{{Name: "Accept", Value: plan.Static("text/event-stream")}}
}

func isIdempotent(method string) bool {
	return strings.Contains(" GET HEAD PUT DELETE OPTIONS TRACE ", " "+method+" ")
}

func readsBody(checks []condition, saves []save) bool {
	for _, k := range checks {
		if k.program.ReadsBody() {
			return true
		}
	}
	for _, s := range saves {
		if s.program.ReadsBody() {
			return true
		}
	}
	return false
}

func (h *exchange) do(u *user, c *carrier) outcome {
	if !u.admit() {
		return held
	}
	u.begin(c, h.index)
	class, err := h.perform(u, c)
	if u.lines.broken.Load() {
		return u.forget()
	}
	return u.end(c, class, err)
}

// perform makes the exchange and judges the answer.
func (h *exchange) perform(u *user, c *carrier) (metrics.Class, error) {
	if class, err := h.ask(u, c); err != nil {
		return class, err
	}
	return h.judge(u, c)
}

// ask makes the exchange, and goes where redirects lead.
func (h *exchange) ask(u *user, c *carrier) (metrics.Class, error) {
	request := &u.flow.requests[h.request]
	if err := request.render(u, c, ""); err != nil {
		return metrics.Expression, err
	}
	x := &c.exchange
	x.NoBody, x.KeepBody = h.headOnly, h.keepBody
	c.began = u.engine.now()
	x.Deadline = u.by(h.timeout)
	err := h.send(u, c)
	if err == nil && h.redirects > 0 && isRedirect(x.Status) {
		err = h.follow(u, c, request)
	}
	if err != nil {
		return wire.Classify(err), err
	}
	return metrics.OK, nil
}

// send makes one exchange with the service on the user's connection. Where a kept one died before the answer's first byte, an
// idempotent request is sent once more on a new one.
func (h *exchange) send(u *user, c *carrier) error {
	conn, kept, err := u.connect(c)
	if err != nil {
		return err
	}
	err = u.exchange(c, conn)
	if err == nil || !kept || !h.idempotent || !isDeath(err) || u.lines.broken.Load() {
		return err
	}
	u.shard.Event(metrics.OperationRetried, u.due)
	if conn, _, err = u.connect(c); err != nil {
		return err
	}
	return u.exchange(c, conn)
}

// judge decides whether the answer is a success, and keeps what is to be saved of it.
func (h *exchange) judge(u *user, c *carrier) (metrics.Class, error) {
	x := &c.exchange
	c.scope.Reset()
	c.scope.Status, c.scope.Body = x.Status, x.Answer
	c.scope.Elapsed = since(u.due, x.Done)
	if x.Status >= 400 && !h.judged {
		return metrics.Status, statusError(x.Status)
	}
	u.study(c)
	defer u.studied(c, x.Done)
	class, err := u.accept(c, h.checks, h.saves)
	if class == metrics.Check && c.strayed != nil {
		err = fmt.Errorf("%w; the redirect to %.200s was not followed: the host is not in allow_hosts", err, c.strayed)
	}
	return class, err
}
