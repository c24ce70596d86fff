package cloud

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
)

// How calls are spread. AWS throttles by token buckets of each API, account and region, tells the size of few (ECS: 50 to 100,
// refilled by 20 a second), and sets others for an account: so the rate of an API is learned from its own throttling.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
const (
	atOnce    = 16  // attempts under way at once, to all APIs of a place together
	burst     = 100 // attempts at one API that need not wait
	rate      = 100 // a second at one API beyond the burst
	leastRate = 2   // a second that a throttled API is still asked at
	recovery  = 0.5 // what an answered attempt adds to the rate of an API that was throttled
)

// politeness keeps the calls of one place from crowding others who use the account: few at once, and each API no faster
// than it bears. It is safe for concurrent use.
type politeness struct {
	slots chan struct{}

	mu      sync.Mutex
	buckets map[string]*bucket
}

func newPoliteness() *politeness {
	return &politeness{slots: make(chan struct{}, atOnce), buckets: map[string]*bucket{}}
}

// attach makes every attempt of a client's calls wait for its turn.
func (p *politeness) attach(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Politeness", p.turn), "Retry", middleware.After)
}

func (p *politeness) turn(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	api := awsmiddleware.GetServiceID(ctx) + ":" + awsmiddleware.GetOperationName(ctx)
	if err := pause(ctx, p.take(api)); err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return middleware.FinalizeOutput{}, middleware.Metadata{}, ctx.Err()
	}
	out, metadata, err := next.HandleFinalize(ctx, in)
	<-p.slots
	p.learn(api, throttled(err))
	return out, metadata, err
}

// take takes a token of an API, and says how long to wait until it is there.
func (p *politeness) take(api string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.buckets[api]
	if b == nil {
		b = &bucket{tokens: burst, rate: rate, filled: time.Now()}
		p.buckets[api] = b
	}
	return b.take(time.Now())
}

// learn slows an API down that throttles, and lets it recover.
func (p *politeness) learn(api string, throttled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.buckets[api]
	if throttled {
		b.rate, b.tokens = max(leastRate, b.rate/2), min(0, b.tokens)
		return
	}
	b.rate = min(rate, b.rate+recovery)
}

// bucket holds the tokens of one API; fewer than none are those that attempts wait for.
type bucket struct {
	tokens, rate float64
	filled       time.Time
}

func (b *bucket) take(now time.Time) time.Duration {
	b.tokens = min(burst, b.tokens+b.rate*now.Sub(b.filled).Seconds()) - 1
	b.filled = now
	return time.Duration(max(0, -b.tokens) / b.rate * float64(time.Second))
}

// pause waits, or returns why it did not.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Bounds of trying again: what is throttled for about a minute, anything else for a second or two.
const (
	attempts      = 12
	otherAttempts = 4
	maxBackoff    = 8 * time.Second
	otherBackoff  = 200 * time.Millisecond // mean before the second attempt, doubled for each after it
)

// patience is the SDK's standard retrying, but it holds out longer when throttled than when the network is gone.
type patience struct{ aws.RetryerV2 }

func newPatience() patience {
	return patience{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = attempts, maxBackoff, ratelimit.None
	})}
}

// RetryDelay is how long to wait after an attempt, counted from 1; the error itself where there is to be no other.
func (p patience) RetryDelay(attempt int, err error) (time.Duration, error) {
	switch {
	case throttled(err):
		return p.RetryerV2.RetryDelay(attempt, err)
	case attempt >= otherAttempts:
		return 0, err
	}
	return rand.N(otherBackoff << attempt), nil
}

// throttled tells whether AWS asked for fewer calls.
func throttled(err error) bool {
	return err != nil && retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary
}

// agent tells AWS who calls.
func agent(version string) func(*middleware.Stack) error {
	if version == "" {
		version = "devel"
	}
	return awsmiddleware.AddUserAgentKeyValue("plimsoll", version)
}
