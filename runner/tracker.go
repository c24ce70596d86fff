package runner

import (
	"slices"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// hanging is how many pending operations are evidence enough against a window that is too thin to be judged, as ten
// samples beyond a percentile are.
const hanging = 10

// scope is what judging looks through: a recorder, or in tests what stands for one.
type scope interface {
	// Window is what is known of the plan seconds from … to of a phase, counted since its facts begin.
	Window(phase, from, to int) metrics.View
	// Phase is the measured part of a phase.
	Phase(i int) metrics.View
}

// tracker judges one condition over the windows of one phase, or over the phase as a whole if window is 0. Windows tumble
// from the first measured second; one with too few operations joins the next, and what is left at the end of the phase
// joins the window before. A window is judged when it is over and its operations have ended, or fails as soon as those that
// are pending cannot save it.
type tracker struct {
	phase  int
	window int // plan seconds
	layout *metrics.Layout
	thin   func(present) bool // nil: never // too few operations to be judged alone
	judge  func(fact.Source) expr.Truth
	emit   func(span) // takes what was judged

	counts *result.SLA // where empty and joined windows are counted

	before, from, to int  // the window judged last began at before, the next is from … to
	looked           int  // when a window that is not over was looked at last
	failed           bool // the window judged last
	force            bool // nothing is waited for any more
	done             bool
}

// span is a judged stretch of a phase, in plan seconds since its facts begin.
type span struct {
	phase, from, to int
	view            metrics.View
	source          fact.Source
	truth           expr.Truth
}

// ready makes the tracker stand before its first window.
func (t *tracker) ready() *tracker {
	t.before, t.from, t.to = -1, 0, t.window
	if t.thin == nil {
		t.thin = func(present) bool { return false }
	}
	if t.counts == nil {
		t.counts = new(result.SLA)
	}
	return t
}

// advance judges what can be judged at the second now of the phase; ended says that the phase ends there.
func (t *tracker) advance(now int, ended bool, in scope) {
	for !t.done {
		if t.window == 0 {
			if !ended || !t.settle(span{phase: t.phase, to: now, view: in.Phase(t.phase)}) {
				return
			}
			t.done = true
			return
		}
		if !t.step(now, ended, in) {
			return
		}
	}
}

// step deals with the next window, and reports whether it is behind.
func (t *tracker) step(now int, ended bool, in scope) bool {
	over, last := t.to <= now, ended && t.to >= now
	if last {
		t.to = now
	}
	joins := t.to-t.from > t.window
	if t.from >= t.to || !over && !last && !(joins && t.looks(now)) {
		t.done = ended
		return false
	}
	s := span{phase: t.phase, from: t.from, to: min(t.to, now), view: in.Window(t.phase, t.from, min(t.to, now))}
	thin := t.thin(present{&s.view, t.layout})
	switch {
	case !over && !last:
		return t.hangs(s) && t.settle(s)
	case s.view.Operations+s.view.Pending == 0 && (!joins || last && t.before < 0): // what had joined was cut, and forgotten
		t.counts.Empty++
		t.from, t.to = t.to, t.to+t.window
		return true
	case thin && !last:
		if t.hangs(s) {
			return t.settle(s)
		}
		t.counts.Joined++
		t.to += t.window
		return true
	case thin && t.before >= 0 && t.before < t.from:
		t.counts.Joined++
		if t.failed {
			t.done = true
			return false
		}
		t.from = t.before
		s = span{phase: t.phase, from: t.from, to: t.to, view: in.Window(t.phase, t.from, t.to)}
	}
	return t.settle(s)
}

// looks reports whether a window that has joined others is looked at before it is over: a hang must not wait for its end,
// but decoding long ones all the time would cost more than the load.
func (t *tracker) looks(now int) bool {
	if now-t.looked < max(t.window/4, 1) {
		return false
	}
	t.looked = now
	return true
}

// settle judges a span and goes on to the next, unless what is pending may still decide; it reports which.
func (t *tracker) settle(s span) bool {
	s.source, s.truth = t.see(s)
	if !t.force && s.view.Pending > 0 && s.truth != expr.False {
		return false
	}
	t.to = max(t.to, s.to)
	t.emit(s)
	t.failed = s.truth == expr.False
	t.before, t.from, t.to = t.from, t.to, t.to+t.window
	return true
}

// see is what is known of a span, and what follows from it.
func (t *tracker) see(s span) (fact.Source, expr.Truth) {
	var source fact.Source = present{&s.view, t.layout}
	if s.view.Pending == 0 {
		measures := result.Measure(&s.view, *t.layout)
		source = result.Facts{Part: &measures}
	}
	return source, t.judge(source)
}

// hangs reports whether the larger part of a span's operations is pending, many enough to be no accident, and long enough
// to fail it.
func (t *tracker) hangs(s span) bool {
	if s.view.Pending < hanging || s.view.Pending <= s.view.Operations {
		return false
	}
	_, truth := t.see(s)
	return truth == expr.False
}

// needed is the first second that may still be looked at.
func (t *tracker) needed() int {
	if t.before >= 0 {
		return t.before
	}
	return t.from
}

// needs is when a window is too thin for an assertion.
func needs(a *expr.Assertion) func(present) bool {
	wanted := a.Needs()
	return func(p present) bool {
		return slices.ContainsFunc(wanted, func(n expr.Need) bool { return p.samples(n.Path) < n.Operations })
	}
}
