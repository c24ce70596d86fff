package cloud

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"plimsoll/runner/fleet"
)

// answering is an AWS in this process, so that time can be the test's own.
type answering func(r *http.Request) (*http.Response, error)

func (a answering) Do(r *http.Request) (*http.Response, error) { return a(r) }

// at gives the clients that reach it.
func (a answering) at() *clients {
	return New(Options{Version: "1.2.3"}).clients(fleet.Place{}, aws.Config{
		Region: "us-east-1", HTTPClient: a, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
}

func answer(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(bytes.NewBufferString(body))}, nil
}

// Throttling is waited out for about a minute, everything else that may pass for a few seconds.
func TestPatience(t *testing.T) {
	tests := map[string]struct {
		answer      answering
		tries       int
		least, most time.Duration
		want        string
	}{
		"throttled": {
			answer: func(*http.Request) (*http.Response, error) {
				return answer(400, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
			},
			tries: attempts, least: 50 * time.Second, most: 100 * time.Second, want: "AWS throttles ecs:ListClusters",
		},
		"broken": {
			answer: func(*http.Request) (*http.Response, error) {
				return answer(500, `{"__type":"ServerException","message":"sorry"}`)
			},
			tries: otherAttempts, most: 10 * time.Second, want: "ServerException: sorry",
		},
		"refused": {
			answer: func(*http.Request) (*http.Response, error) {
				return answer(400, `{"__type":"AccessDeniedException","message":"no"}`)
			},
			tries: 1, want: "allow ecs:ListClusters",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, tries := time.Now(), 0
				at := answering(func(r *http.Request) (*http.Response, error) { tries++; return test.answer(r) }).at()
				_, err := at.ecs.ListClusters(t.Context(), &ecs.ListClustersInput{})
				if took := time.Since(began); took < test.least || took > test.most || tries != test.tries {
					t.Errorf("%d tries in %s", tries, took)
				}
				if got := explain(err); got == nil || !strings.HasPrefix(got.line, test.want) {
					t.Errorf("%v, want %s", got, test.want)
				}
			})
		})
	}
}

// Calls of one API spread out beyond the burst, few are under way at once, and they say who calls.
func TestPoliteness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		at := answering(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			if agent := r.Header.Get("User-Agent"); !strings.Contains(agent, "plimsoll/1.2.3") {
				t.Errorf("agent: %s", agent)
			}
			return answer(200, `{}`)
		}).at()
		began, calls := time.Now(), 3*burst
		each(make([]struct{}, calls), func(struct{}) {
			if _, err := at.ecs.ListClusters(t.Context(), &ecs.ListClustersInput{}); err != nil {
				t.Error(err)
			}
		})
		want := time.Duration(calls-burst) * time.Second / rate
		if took := time.Since(began); took < want-time.Second/rate || took > want+100*time.Millisecond || most > atOnce {
			t.Errorf("%d calls took %s, want %s, with at most %d at once", calls, took, want, most)
		}
	})
}

// A throttled API is asked more slowly, and recovers.
func TestPolitenessLearns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPoliteness()
		p.take("api")
		for range 20 {
			p.learn("api", true)
		}
		if wait := p.take("api"); wait != time.Second/leastRate {
			t.Errorf("throttled again and again, a call waits %s", wait)
		}
		for range 1000 {
			p.learn("api", false)
		}
		if b := p.buckets["api"]; b.rate != rate {
			t.Errorf("recovered to %g a second", b.rate)
		}
		if wait := p.take("another"); wait != 0 {
			t.Errorf("another API waits %s", wait)
		}
	})
}

// An interrupted caller waits for nothing.
func TestPolitenessInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := answering(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }).at()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		each(make([]struct{}, 2*atOnce+burst), func(struct{}) {
			if _, err := at.ecs.ListClusters(ctx, &ecs.ListClustersInput{}); !errors.Is(err, ctx.Err()) {
				t.Errorf("%v", err)
			}
		})
	})
}
