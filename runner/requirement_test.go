package runner

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

var chat = &plan.Service{Name: "chat", Requirement: &plan.Requirement{PeakUsers: 500}}

var other = &plan.Service{Name: "other"}

func closed(users float64, held expr.Truth) proof {
	return proof{service: chat, where: "limit, phase " + levelName(users), asked: users, held: held}
}

func connected(most int64, held expr.Truth) proof {
	p := closed(10, held)
	p.measures.Connections.Held = most
	return p
}

func rated(completed int64, seconds float64) proof {
	p := closed(10, expr.True)
	p.measures.Sessions.Completed, p.measures.Seconds = completed, seconds
	return p
}

func open(rate float64, held expr.Truth) proof {
	p := closed(rate, held)
	p.open = true
	return p
}

var users = plan.Requirement{PeakUsers: 500}

func row(measure string, required, proven float64, by, status, reason string) []result.Requirement {
	return []result.Requirement{{Service: "chat", Measure: measure, Required: required, Proven: proven, By: by, Status: status, Reason: reason}}
}

type requirementCase struct {
	name     string
	required plan.Requirement
	proofs   []proof
	want     []result.Requirement
}

var requirementCases = []requirementCase{
	{name: "nothing is asked for", proofs: []proof{closed(500, expr.True)}},
	{name: "met", required: users, proofs: []proof{closed(100, expr.True), closed(600, expr.True), closed(500, expr.True)},
		want: row("peak_users", 500, 600, "limit, phase 600", met, "")},
	{name: "calls, which no load makes", required: plan.Requirement{PeakUsers: 500, Unit: "calls"}, proofs: []proof{closed(600, expr.True)},
		want: []result.Requirement{{Service: "chat", Measure: "peak_users", Required: 500, Unit: "calls", Status: notTested, Reason: "it is judged from metrics: no load makes calls"}}},
	{name: "exactly", required: users, proofs: []proof{closed(500, expr.True)}, want: row("peak_users", 500, 500, "limit, phase 500", met, "")},
	{name: "met in one scenario though another broke", required: users, proofs: []proof{closed(500, expr.False), closed(500, expr.True)},
		want: row("peak_users", 500, 500, "limit, phase 500", met, "")},
	{name: "broke at the load", required: users, proofs: []proof{closed(100, expr.True), closed(500, expr.False)},
		want: row("peak_users", 500, 100, "limit, phase 100", notMet, "its SLAs did not hold at 500, in limit, phase 500")},
	{name: "broke below the load", required: users, proofs: []proof{closed(100, expr.True), closed(200, expr.False)},
		want: row("peak_users", 500, 100, "limit, phase 100", notMet, "its SLAs did not hold at 200, in limit, phase 200")},
	{name: "broke above the load only", required: users, proofs: []proof{closed(400, expr.True), closed(600, expr.False)},
		want: row("peak_users", 500, 400, "limit, phase 400", notTested, "no phase held 500 with its SLAs; the most is 400")},
	{name: "unknown is no proof", required: users, proofs: []proof{closed(500, expr.Unknown)},
		want: row("peak_users", 500, 0, "", notTested, "no phase held this load to its end with its SLAs")},
	{name: "another service", required: users, proofs: []proof{{service: other, asked: 500, held: expr.True}},
		want: row("peak_users", 500, 0, "", notTested, "no phase held this load to its end with its SLAs")},
	{name: "open load proves no users", required: users, proofs: []proof{open(500, expr.True)},
		want: row("peak_users", 500, 0, "", notTested, "no phase held this load to its end with its SLAs")},
	{name: "open load proves its rate", required: plan.Requirement{Rate: 5}, proofs: []proof{open(5, expr.True)},
		want: row("rate", 5, 5, "limit, phase 5", met, "")},
	{name: "closed load proves the rate of its sessions", required: plan.Requirement{PeakRate: 5}, proofs: []proof{rated(300, 60)},
		want: row("peak_rate", 5, 5, "limit, phase 10", met, "")},
	{name: "a closed load without time proves no rate", required: plan.Requirement{PeakRate: 5}, proofs: []proof{rated(300, 0)},
		want: row("peak_rate", 5, 0, "", notTested, "no phase held this load to its end with its SLAs")},
	{name: "connections", required: plan.Requirement{Connections: 10000}, proofs: []proof{connected(9000, expr.True), connected(9500, expr.False)},
		want: row("connections", 10000, 9000, "limit, phase 10", notMet, "its SLAs did not hold at 9,500, in limit, phase 10")},
}

func TestRequirements(t *testing.T) {
	for _, test := range requirementCases {
		t.Run(test.name, func(t *testing.T) {
			chat.Requirement = &test.required
			if diff := cmp.Diff(test.want, requirements([]*plan.Service{chat, other}, test.proofs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRequirementsOfARun goes from the load to the verdict.
func TestRequirementsOfARun(t *testing.T) {
	tests := []struct {
		name    string
		users   float64
		answer  answer
		require bool
		setUp   func(*fake)
		status  string
		verdict result.Verdict
		code    int
	}{
		{name: "met", users: 10, answer: steadily(90 * time.Millisecond), status: met, verdict: result.Pass},
		{name: "more is needed", users: 20, answer: steadily(90 * time.Millisecond), status: notTested, verdict: result.Pass},
		{name: "more is needed, and required", users: 20, answer: steadily(90 * time.Millisecond), require: true, status: notTested, verdict: result.Inconclusive, code: 4},
		{name: "not met", users: 10, answer: steadily(time.Second), status: notMet, verdict: result.Fail, code: 1},
		{name: "users who never came prove nothing", users: 9, answer: steadily(90 * time.Millisecond), setUp: func(f *fake) { f.fewer = 1 },
			status: notTested, verdict: result.Inconclusive, code: 4},
		{name: "a saturated generator proves nothing", users: 10, answer: steadily(90 * time.Millisecond), setUp: func(f *fake) { f.lag = time.Second },
			status: notTested, verdict: result.Inconclusive, code: 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(baseline(), sla("fast", "latency.p95 < 800ms"))
			p.Services[0].Requirement = &plan.Requirement{Users: test.users}
			set := func(f *fake) {
				if test.setUp != nil {
					test.setUp(f)
				}
			}
			d := played(t, p, Options{Require: test.require}, opens(test.answer, set))
			if got := d.Requirements[0].Status; got != test.status {
				t.Errorf("%s, want %s", got, test.status)
			}
			if d.Verdict != test.verdict || d.ExitCode() != test.code {
				t.Errorf("%v, exit %d: %v", d.Verdict, d.ExitCode(), d.Reasons)
			}
		})
	}
}
