package runner

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// script is a scope of seconds that are made up: what has ended and what is pending in each.
type script []second

type second struct {
	fast, slow, failed int64 // operations of 0.1 s, of 2 s, and failed ones
	pending            int64
	oldest             time.Duration
}

var scriptLayout = metrics.Layout{Steps: []metrics.Step{{Flow: "ask", Name: "login"}}}

func (s script) Window(_, from, to int) metrics.View {
	v := metrics.View{Steps: make([]metrics.StepView, 1), Latency: new(metrics.Histogram), Measured: time.Duration(to-from) * time.Second}
	for _, second := range s[min(from, len(s)):min(to, len(s))] {
		v.Latency.AddN(0.1, second.fast)
		v.Latency.AddN(2, second.slow)
		v.Operations += second.fast + second.slow + second.failed
		v.Failed += second.failed
		v.Pending += second.pending
		v.Steps[0].Pending += second.pending
		if second.pending > 0 {
			v.Oldest = second.oldest
		}
	}
	v.Steps[0].Operations, v.Steps[0].Failed, v.Steps[0].Latency = v.Operations, v.Failed, v.Latency
	return v
}

func (s script) Phase(int) metrics.View { return s.Window(0, 0, len(s)) }

// seconds are n alike.
func seconds(n int, s second) script {
	var all script
	for range n {
		all = append(all, s)
	}
	return all
}

func compiled(t *testing.T, assert string) *expr.Assertion {
	t.Helper()
	a, problems := expr.NewVocabulary(fact.Names{Steps: map[string][]string{"ask": {"login"}}}).Compile(assert)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return a
}

var brisk, hang = second{fast: 100}, second{pending: 1, oldest: 900 * time.Millisecond}

func join(all ...script) script {
	var s script
	for _, part := range all {
		s = append(s, part...)
	}
	return s
}

type trackerCase struct {
	name          string
	assert        string // latency.p95 < 800ms
	window        int
	seconds       script
	ended         bool
	want          []string
	joined, empty int
}

var trackerCases = []trackerCase{
	{name: "the whole phase waits for its end", window: 0, seconds: seconds(10, brisk)},
	{name: "the whole phase", window: 0, seconds: seconds(10, brisk), ended: true, want: []string{"0-10 true"}},
	{name: "the whole phase waits for what is pending", window: 0, seconds: join(seconds(9, brisk), seconds(1, hang)), ended: true},
	{name: "windows tumble", window: 5, seconds: seconds(12, brisk), want: []string{"0-5 true", "5-10 true"}},
	{name: "what is left at the end is judged, if it is enough", window: 5, seconds: seconds(12, brisk), ended: true, want: []string{"0-5 true", "5-10 true", "10-12 true"}},
	{name: "too little is left", window: 5, seconds: join(seconds(10, brisk), seconds(2, second{slow: 10})), ended: true,
		want: []string{"0-5 true", "5-10 true", "5-12 true"}, joined: 1},
	{name: "too little is left behind a window that failed", window: 5, seconds: join(seconds(5, brisk), seconds(5, second{slow: 100}), seconds(2, second{slow: 10})), ended: true,
		want: []string{"0-5 true", "5-10 false"}, joined: 1},
	{name: "a bad window", window: 5, seconds: join(seconds(5, brisk), seconds(5, second{fast: 90, slow: 10})), want: []string{"0-5 true", "5-10 false"}},
	{name: "a thin window joins the next", window: 5, seconds: seconds(20, second{fast: 30}), want: []string{"0-10 true", "10-20 true"}, joined: 2},
	{name: "thin windows join until it is enough", window: 5, seconds: seconds(20, second{fast: 10}), want: []string{"0-20 true"}, joined: 3},
	{name: "a phase of which all is thin is judged at its end", window: 5, seconds: seconds(12, second{fast: 1}), ended: true, want: []string{"0-12 true"}, joined: 2},
	{name: "windows in which nobody was due", window: 5, seconds: join(seconds(5, brisk), seconds(10, second{}), seconds(5, brisk)),
		want: []string{"0-5 true", "15-20 true"}, empty: 2},
	{name: "an empty window behind a thin one joins", window: 5, seconds: join(seconds(5, second{fast: 1}), seconds(5, second{}), seconds(5, brisk)),
		want: []string{"0-15 true"}, joined: 2},
	{name: "what is pending may still decide", window: 5, seconds: seconds(5, second{fast: 100, pending: 10, oldest: 100 * time.Millisecond})},
	{name: "what is pending has decided", window: 5, seconds: seconds(5, second{fast: 100, pending: 10, oldest: 900 * time.Millisecond}), want: []string{"0-5 false"}},
	{name: "few that are pending are waited for", window: 5, seconds: seconds(5, second{fast: 100, pending: 1, oldest: 900 * time.Millisecond})},
	{name: "a hang fails a thin window", window: 5, seconds: seconds(5, second{fast: 1, pending: 3, oldest: 900 * time.Millisecond}), want: []string{"0-5 false"}},
	{name: "a hang of few is no evidence", window: 5, seconds: seconds(5, hang), joined: 1},
	{name: "a hang of few at the end of the phase is", window: 5, seconds: seconds(5, hang), ended: true, want: []string{"0-5 false"}},
	{name: "errors need 1/x operations", assert: "error_rate < 1%", window: 5, seconds: seconds(10, second{fast: 11}), want: []string{"0-10 true"}, joined: 1},
	{name: "pending ones may yet succeed", assert: "error_rate < 10%", window: 5, seconds: seconds(5, second{fast: 80, failed: 10, pending: 11})},
	{name: "too many failed already", assert: "error_rate < 10%", window: 5, seconds: seconds(5, second{fast: 80, failed: 10, pending: 10}), want: []string{"0-5 false"}},
	{name: "a step", assert: "step.ask.login.latency.p95 < 800ms", window: 5, seconds: seconds(5, second{slow: 100}), want: []string{"0-5 false"}},
	{name: "no data", assert: "connect.p95 < 1s", window: 5, seconds: seconds(5, second{slow: 100}), want: []string{"0-5 unknown"}},
}

func TestTracker(t *testing.T) {
	for _, test := range trackerCases {
		t.Run(test.name, func(t *testing.T) {
			if test.assert == "" {
				test.assert = "latency.p95 < 800ms"
			}
			a := compiled(t, test.assert)
			var got []string
			var counts result.SLA
			tracker := (&tracker{
				window: test.window, layout: &scriptLayout, thin: needs(a), judge: a.Judge, counts: &counts,
				emit: func(s span) {
					truth := map[expr.Truth]string{expr.True: "true", expr.False: "false", expr.Unknown: "unknown"}[s.truth]
					got = append(got, fmt.Sprintf("%d-%d %s", s.from, s.to, truth))
				},
			}).ready()
			tracker.advance(len(test.seconds), test.ended, test.seconds)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if counts.Joined != test.joined || counts.Empty != test.empty {
				t.Errorf("%d joined, %d empty; want %d and %d", counts.Joined, counts.Empty, test.joined, test.empty)
			}
		})
	}
}

// TestTrackerMayBeAskedOften holds that the judgement does not depend on when it is asked for.
func TestTrackerMayBeAskedOften(t *testing.T) {
	all := append(seconds(13, second{fast: 30}), seconds(10, second{fast: 50, slow: 5})...)
	judged := func(each int) (got []string) {
		a := compiled(t, "latency.p95 < 800ms")
		tracker := (&tracker{
			window: 3, layout: &scriptLayout, thin: needs(a), judge: a.Judge,
			emit: func(s span) { got = append(got, fmt.Sprintf("%d-%d %d", s.from, s.to, s.truth)) },
		}).ready()
		for now := 0; now < len(all); now += each {
			tracker.advance(now, false, all)
		}
		tracker.advance(len(all), true, all)
		return got
	}
	if diff := cmp.Diff(judged(1), judged(100)); diff != "" {
		t.Error(diff)
	}
}

// TestWhatWasCutLeavesAnEmptyWindow has operations under way that a stop then cuts: a window of which nothing is left is one in
// which nobody was due, not one without data.
func TestWhatWasCutLeavesAnEmptyWindow(t *testing.T) {
	a := compiled(t, "latency.p95 < 800ms")
	var counts result.SLA
	tracker := (&tracker{
		window: 2, layout: &scriptLayout, thin: needs(a), judge: a.Judge, counts: &counts,
		emit: func(s span) { t.Errorf("%d-%d was judged", s.from, s.to) },
	}).ready()
	tracker.advance(2, false, seconds(2, second{pending: 5}))
	tracker.advance(3, true, seconds(3, second{}))
	if counts.Joined != 1 || counts.Empty != 1 || !tracker.done {
		t.Errorf("%d joined, %d empty, done %v", counts.Joined, counts.Empty, tracker.done)
	}
}

func TestForcedTrackerWaitsForNothing(t *testing.T) {
	a := compiled(t, "latency.p95 < 800ms")
	var truths []expr.Truth
	tracker := (&tracker{
		layout: &scriptLayout, judge: a.Judge, force: true, emit: func(s span) { truths = append(truths, s.truth) },
	}).ready()
	tracker.advance(1, true, script{{fast: 100, pending: 20}})
	if diff := cmp.Diff([]expr.Truth{expr.Unknown}, truths); diff != "" || !tracker.done {
		t.Errorf("%s, done %v", diff, tracker.done)
	}
}

func TestPresent(t *testing.T) {
	v := script{{fast: 80, slow: 10, failed: 10, pending: 25, oldest: 3 * time.Second}}.Phase(0)
	v.Measured = 2 * time.Second
	p := present{&v, &scriptLayout}
	inf := fact.AtLeast(0).High
	tests := map[string]fact.Interval{
		"error_rate":                    {Low: 0.08, High: 0.28},
		"throughput":                    {Low: 45, High: 57.5},
		"operations":                    {Low: 100, High: 125},
		"failed.count":                  {Low: 10, High: 35},
		"dropped.full":                  {Low: 0, High: 0},
		"dropped.late":                  {Low: 0, High: 0},
		"latency.count":                 {Low: 90, High: 115},
		"latency.min":                   {Low: 0.1, High: 0.1},
		"latency.max":                   {Low: 3, High: inf},
		"latency.median":                {Low: 0.1, High: inf},
		"latency.p95":                   {Low: 3, High: inf},
		"latency.stddev":                fact.Unknown(),
		"connect.p95":                   fact.Unknown(),
		"step.ask.login.error_rate":     {Low: 0.08, High: 0.28},
		"step.ask.login.latency.max":    {Low: 3, High: inf},
		"step.ask.nowhere.latency.mean": fact.Unknown(),
	}
	near := cmp.Comparer(func(a, b fact.Interval) bool { return alike(a.Low, b.Low) && alike(a.High, b.High) })
	for path, want := range tests {
		if diff := cmp.Diff(want, p.Value(path), near); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func alike(a, b float64) bool { return a == b || a-b < 0.02*b && b-a < 0.02*b }
