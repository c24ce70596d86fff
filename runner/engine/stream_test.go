package engine

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// news is a step that reads events until one satisfies the condition; "": all.
func news(until string) *plan.HTTP {
	h := get("news")
	h.Stream = &plan.Stream{Timeout: 10 * time.Second}
	if until != "" {
		h.Stream.Until = expression(until)
	}
	return h
}

// pieces serves the path /base/news with a body in pieces, each a second after the one before, and all else with nothing.
func pieces(contentType string, all ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/base/news" {
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(http.StatusOK)
		for _, piece := range all {
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

const eventStream = "text/event-stream; charset=utf-8"

func TestStreamEnds(t *testing.T) {
	parts := []string{"data: {\"n\": 1}\n\n", "data: {\"n\": 2}\n\nevent: do", "ne\ndata: {\"n\": 3}\n", "\n"}
	saving := func(h *plan.HTTP, source string) *plan.HTTP {
		h.Stream.Save = []plan.Save{{Name: "v", Expr: expression(source)}}
		return h
	}
	checking := func(h *plan.HTTP, check string) *plan.HTTP {
		h.Stream.Checks = []plan.Expression{expression(check)}
		return h
	}
	raw := func(h *plan.HTTP) *plan.HTTP {
		h.Stream.Raw = true
		return h
	}
	within := func(h *plan.HTTP, limit time.Duration) *plan.HTTP {
		h.Stream.Timeout = limit
		return h
	}
	asking := func(h *plan.HTTP, check string) *plan.HTTP {
		h.Checks = append(h.Checks, expression(check))
		return h
	}
	tests := []struct {
		name    string
		step    *plan.HTTP
		kind    string
		want    metrics.Class
		latency time.Duration
		gaps    int64
		saved   string
	}{
		{"until an event", saving(news("event == 'done'"), "json.n"), eventStream, metrics.OK, 4 * time.Second, 2, "3"},
		{"until the first", saving(news("json.n == 1"), "event"), eventStream, metrics.OK, time.Second, 0, "message"},
		{"to the end", saving(news(""), "[event, json.n]"), eventStream, metrics.OK, 4 * time.Second, 2, "%5B%22done%22%2C3%5D"},
		{"an end before what is waited for", news("json.n == 4"), eventStream, metrics.Closed, 0, 2, ""},
		{"too late", within(news(""), 2500*time.Millisecond), eventStream, metrics.Timeout, 2500 * time.Millisecond, 1, ""},
		{"a check of each", checking(news(""), "json.n < 2"), eventStream, metrics.Check, 0, 1, ""},
		{"a check of the head", asking(news(""), "header['Content-Type'] == 'text/plain'"), eventStream, metrics.Check, 0, 0, ""},
		{"an absent field", news("json.absent == 4"), eventStream, metrics.Expression, 0, 0, ""},
		{"a save of what is absent", saving(news(""), "json.absent"), eventStream, metrics.Expression, 0, 2, ""},
		{"chunks", saving(raw(news("message contains 'do'")), "message"), "text/plain", metrics.OK, 2 * time.Second, 1, "data%3A%20%7B%22n%22%3A%202%7D%0A%0Aevent%3A%20do"},
		{"no events", news(""), "text/plain", metrics.Protocol, 0, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				steps := []plan.Step{tt.step}
				if tt.saved != "" {
					steps = append(steps, visit("{{ v }}"))
				}
				var h heard
				serve := pieces(tt.kind, parts...)
				v, samples := session1(t, closed(steps...), func(w http.ResponseWriter, q *http.Request) {
					h.add(q)
					serve(w, q)
				})
				time.Sleep(time.Minute) // until the server has noticed
				s := v.Steps[0]
				// Of failures only a timeout has a latency.
				if s.Classes[tt.want] != 1 || s.Latency.Count() > 0 && ms(s.Latency.Max()) != tt.latency || s.Gap.Count() != tt.gaps {
					t.Errorf("classes %v, latency %v, %d gaps, samples %+v", s.Classes, ms(s.Latency.Max()), s.Gap.Count(), samples)
				}
				if s.FirstMessage.Count() > 0 && ms(s.FirstMessage.Max()) != time.Second {
					t.Errorf("first event after %v", ms(s.FirstMessage.Max()))
				}
				if last := h.all[len(h.all)-1]; tt.saved != "" && !strings.HasSuffix(last, "/"+tt.saved) {
					t.Errorf("saved: %s", last)
				}
			})
		})
	}
}

// A chunk may be cut anywhere: in its size, in an event, in a line end.
func TestStreamCutAnywhere(t *testing.T) {
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"10\r\ndata: {\"n\": 1}\n\n\r\n1B\r\nevent: done\ndata: {\"n\": 2}\n\r\n1\r\n\n\r\n0\r\n\r\n"
	synctest.Test(t, func(t *testing.T) {
		v, samples := session1(t, closed(news("event == 'done'"), get("after")), func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path != "/base/news" {
				return
			}
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			for i := range answer {
				time.Sleep(time.Millisecond)
				_, _ = io.WriteString(conn, answer[i:i+1])
			}
		})
		time.Sleep(time.Minute) // until the server has noticed
		if v.Failed != 0 || v.Operations != 2 || v.Steps[0].Gap.Count() != 1 || v.MessagesReceived != 2 {
			t.Errorf("failed %d of %d, gaps %d, %d messages: %+v", v.Failed, v.Operations, v.Steps[0].Gap.Count(), v.MessagesReceived, samples)
		}
	})
}

// The connection is kept where the answer has ended, and only there; a redirect is followed to the stream.
func TestStreamKeepsConnection(t *testing.T) {
	tests := []struct {
		name  string
		until string
		path  string
		want  int64
	}{
		{"ended", "", "news", 1},
		{"ended with what was waited for", "event == 'done'", "news", 1},
		{"broken off", "json.n == 1", "news", 2},
		{"behind a redirect", "", "moved", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				step := news(tt.until)
				step.Path, step.Redirects = plan.Static("/"+tt.path), 1
				v, samples := session1(t, closed(step, get("after")), func(w http.ResponseWriter, q *http.Request) {
					switch q.URL.Path {
					case "/base/moved":
						http.Redirect(w, q, "/base/news", http.StatusSeeOther)
					case "/base/news":
						w.Header().Set("Content-Type", "text/event-stream")
						fmt.Fprint(w, "data: {\"n\": 1}\n\nevent: done\ndata: {\"n\": 2}\n\n")
					}
				})
				got := []int64{v.Failed, v.Events[metrics.ConnectionOpened], v.Events[metrics.ConnectionClosed]}
				if diff := cmp.Diff([]int64{0, tt.want, tt.want}, got); diff != "" {
					t.Errorf("%s\n%+v", diff, samples)
				}
			})
		})
	}
}

// What is no stream is judged by its status.
func TestStreamStatus(t *testing.T) {
	tests := []struct {
		name   string
		step   *plan.HTTP
		status int
		want   metrics.Class
	}{
		{"an error", news(""), 503, metrics.Status},
		{"an error that a check expects", func() *plan.HTTP { h := news(""); h.Checks = []plan.Expression{expression("status == 503")}; return h }(), 503, metrics.OK},
		{"a redirect where an event is waited for", news("true"), 302, metrics.Closed},
		{"a redirect", news(""), 302, metrics.OK},
		{"another protocol", news(""), 101, metrics.Protocol},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v, samples := session1(t, closed(tt.step, get("after")), func(w http.ResponseWriter, q *http.Request) {
					if q.URL.Path == "/base/news" {
						w.WriteHeader(tt.status)
					}
				})
				if v.Steps[0].Classes[tt.want] != 1 || v.Events[metrics.ConnectionOpened] != 1 {
					t.Errorf("classes %v, %d connections, samples %+v", v.Steps[0].Classes, v.Events[metrics.ConnectionOpened], samples)
				}
			})
		})
	}
}

// A user that is to leave reads its stream to the end; past the grace that is interrupted.
func TestLeavingFinishesAStream(t *testing.T) {
	tests := []struct {
		name  string
		grace time.Duration
		want  []int64 // streams, interrupted sessions, failed, pending
	}{
		{"in time", 10 * time.Second, []int64{1, 0, 0, 0}},
		{"too late", 2 * time.Second, []int64{0, 1, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, closed(news("event == 'done'")), pieces(eventStream, "data: 1\n\n", "data: 2\n\n", "data: 3\n\n", "data: 4\n\n", "event: done\ndata: 5\n\n"))
				r.run(level(1, 1500*time.Millisecond))
				r.engine.Drain(context.Background(), tt.grace)
				v := r.stop()
				time.Sleep(time.Minute) // until the server has noticed
				got := []int64{v.Steps[0].Operations, v.Interrupted, v.Failed, v.Pending}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
				if v.Events[metrics.ConnectionOpened] != v.Events[metrics.ConnectionClosed] {
					t.Errorf("events %v", v.Events)
				}
			})
		})
	}
}
