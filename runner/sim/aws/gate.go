package aws

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Call is one call as it was answered.
type Call struct {
	Service string    // as in IAM: "ecs", "application-autoscaling", "cloudwatch"
	Action  string    // "UpdateService"
	Region  string    // of the caller
	Time    time.Time // plan time
	Write   bool      // it changes something
	Code    string    // of the error that was answered, else empty
}

// maxCalls bounds how many calls are remembered: the newest.
const maxCalls = 100_000

// maxSkew is how far a signature's date may be off.
const maxSkew = 5 * time.Minute

// gate decides what comes of a call before the model sees it: latency, throttling, refusal, a cut
// network. Safe for concurrent use.
type gate struct {
	options Options

	mu      sync.Mutex
	calls   []Call
	buckets map[string]*bucket
	left    int // calls until the cut
	cut     bool
	lost    bool // the call at the cut is carried out, its answer lost
}

// A verdict is what a gate has decided.
type verdict struct {
	err        error
	cut        bool // the client gets no answer
	carriedOut bool // although it gets none, the call counts
}

func newGate(options Options) *gate {
	return &gate{options: options, buckets: map[string]*bucket{}}
}

// wall is the time of the server's wall clock.
func (g *gate) wall() time.Time { return time.Now().Add(g.options.Skew) }

// pass waits for the latency and says whether a call may go on.
func (g *gate) pass(r *http.Request, in incoming) verdict {
	wait(r.Context(), g.options.Latency)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cut {
		if g.left--; g.left < 0 {
			return verdict{cut: true, carriedOut: g.lost && g.left == -1}
		}
	}
	return verdict{err: g.judge(r, in)}
}

func (g *gate) judge(r *http.Request, in incoming) error {
	if slices.Contains(g.options.Expired, in.key) {
		return in.refusal("ExpiredTokenException", "The security token included in the request is expired")
	}
	signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if g.options.Skew != 0 && err == nil && g.wall().Sub(signed).Abs() > maxSkew {
		return in.refusal("InvalidSignatureException", "Signature expired: "+signed.Format(time.RFC3339)+" is more than 5 min off")
	}
	for _, pattern := range g.options.Deny {
		if in.matches(pattern) {
			return in.refusal("AccessDeniedException", fmt.Sprintf("User: %s is not authorized to perform: %s", in.arn(g.options.Account), in.permission()))
		}
	}
	for pattern, rate := range g.options.Throttle {
		if in.do != nil && in.matches(pattern) && !g.bucket(pattern+" "+in.action, rate).take(time.Now()) {
			return in.refusal("ThrottlingException", "Rate exceeded")
		}
	}
	return nil
}

// record remembers a call for Calls.
func (g *gate) record(in incoming, now time.Time, err error) {
	call := Call{Service: in.prefix(), Action: in.action, Region: in.region, Time: now, Write: in.writes()}
	if err != nil {
		call.Code = asAPIError(err).code
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.calls) == maxCalls {
		g.calls = slices.Delete(g.calls, 0, maxCalls/2)
	}
	g.calls = append(g.calls, call)
}

// Calls returns the calls answered so far, the oldest first. Calls without an answer count if they
// were carried out.
func (s *Server) Calls() []Call {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return slices.Clone(s.gate.calls)
}

// CutAfter lets n more calls through and then cuts every connection without an answer, until Mend.
// With lost, the first call without an answer is carried out all the same.
func (s *Server) CutAfter(n int, lost bool) {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	s.gate.left, s.gate.cut, s.gate.lost = n, true, lost
}

// Mend ends what CutAfter began.
func (s *Server) Mend() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	s.gate.cut = false
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A bucket holds a second's worth of calls, one at least, and is filled again at its rate.
type bucket struct {
	rate, tokens float64
	filled       time.Time
}

func (g *gate) bucket(name string, rate float64) *bucket {
	b, ok := g.buckets[name]
	if !ok {
		b = &bucket{rate: rate, tokens: max(1, rate), filled: time.Now()}
		g.buckets[name] = b
	}
	return b
}

func (b *bucket) take(now time.Time) bool {
	b.tokens = min(max(1, b.rate), b.tokens+b.rate*now.Sub(b.filled).Seconds())
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// matches tells whether a pattern of Options means a call: by its action, or by the permission that
// IAM asks for it.
func (in incoming) matches(pattern string) bool {
	for _, name := range []string{in.prefix() + ":" + in.action, in.permission()} {
		if ok, err := path.Match(pattern, name); err == nil && ok {
			return true
		}
	}
	return false
}

// writes tells whether an action changes something.
func (in incoming) writes() bool {
	for _, reading := range []string{"Describe", "List", "Get", "Filter", "Head", "Assume"} {
		if strings.HasPrefix(in.action, reading) {
			return false
		}
	}
	return true
}
