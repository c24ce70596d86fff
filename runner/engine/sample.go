package engine

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// Sample is one failed operation.
type Sample struct {
	Step    int // of the layout
	Class   metrics.Class
	At      int64 // intended start
	Message string
	Request string // method and URL, or what was sent
	Answer  string // status line and the beginning of the body
}

// samples keep the first failure of each step and class. It may be used concurrently.
type samples struct {
	secrets plan.Secrets
	taken   []atomic.Bool // by step and class: looked at first, since failures may be many
	mu      sync.Mutex
	kept    []Sample
}

func newSamples(steps int, secrets plan.Secrets) *samples {
	return &samples{secrets: secrets, taken: make([]atomic.Bool, steps*metrics.NumClasses)}
}

// claim reports whether the failure is the first of its kind.
func (s *samples) claim(step int, class metrics.Class) bool {
	i := step*metrics.NumClasses + int(class)
	return i < len(s.taken) && !s.taken[i].Load() && s.taken[i].CompareAndSwap(false, true)
}

func (s *samples) add(sample Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, sample)
}

// all is a copy, by step and class.
func (s *samples) all() []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.kept)
	slices.SortFunc(all, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Class, b.Class))
	})
	return all
}

// excerpt is how much of an answer a sample shows, in bytes.
const excerpt = 300

// note takes a sample of a failure, if it is the first of its kind, and keeps why a flow that runs once has failed.
func (u *user) note(c *carrier, class metrics.Class, at int64, err error) {
	if u.berth != nil {
		u.berth.class = class
	}
	if u.quiet {
		u.trouble = &trouble{class, errors.New(u.secrets().Redact(err.Error()))}
		return
	}
	if !u.engine.samples.claim(u.last, class) {
		return
	}
	secrets := u.secrets()
	u.engine.samples.add(Sample{
		Step:    u.last,
		Class:   class,
		At:      at,
		Message: secrets.Redact(err.Error()),
		Request: secrets.Redact(requested(c)),
		Answer:  secrets.Redact(answer(c)),
	})
}

// secrets are the plan's and those that the session has saved.
func (u *user) secrets() plan.Secrets {
	all := u.engine.samples.secrets
	for slot, hidden := range u.flow.sensitive {
		if text, isText := u.variables[slot].(string); hidden && isText {
			all = all.With(text)
		}
	}
	return all
}

// requested is the method and URL of what was sent; headers never are.
func requested(c *carrier) string {
	method, target := requestLine(c.sent())
	if at := c.asked(); at != nil {
		target = at.String()
	}
	return strings.TrimSpace(method + " " + target)
}

// answer is the status line and the beginning of the body, or that of a message.
func answer(c *carrier) string {
	x := &c.exchange
	body := x.Answer
	line := ""
	if x.Status != 0 {
		version := "HTTP/1.1"
		if c.to.target.HTTP2 {
			version = "HTTP/2"
		}
		line = fmt.Sprintf("%s %d %s\n", version, x.Status, bytes.TrimSpace(x.Header.StatusMessage()))
	} else {
		body = c.scope.Body
	}
	body = body[:min(len(body), excerpt)]
	return strings.TrimSpace(strings.ToValidUTF8(line+string(body), "\uFFFD"))
}
