package analysis

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"plimsoll/runner/result"
)

// held is a baseline that passed at so many users and operations per second.
func held(name string, users, perSecond float64, change ...func(*result.Scenario)) result.Scenario {
	m := result.Measures{
		Seconds: 60, Operations: int64(perSecond * 60), Throughput: perSecond, Users: result.Users{Asked: users, Present: users},
		Latency: result.Stats{Count: 1, Mean: users / perSecond}, Steps: map[string]result.Step{"ask.page": {}},
	}
	s := result.Scenario{
		Name: name, Service: "web", Verdict: result.Pass, Total: m, Phases: []result.Phase{{Name: "steady", Asked: users, Measures: m}},
		SLAs: []result.SLA{{Assert: "error_rate < 1% and latency.p95 < 1m"}},
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func TestResidence(t *testing.T) {
	// Requests per second and users of three tests that were marked as passed because nothing failed.
	for _, test := range []struct{ users, perSecond, want float64 }{
		{20, 11.06, 1.81}, {50, 2000.0 / 182, 4.55}, {100, 5000.0 / 293, 5.86}, {10, 0, 0},
	} {
		if got := Residence(test.users, test.perSecond); math.Abs(got-test.want) > 0.01 {
			t.Errorf("%v users at %.2f/s: %.3f s, want %.2f", test.users, test.perSecond, got, test.want)
		}
	}
}

func silent(s *result.Scenario) { s.SLAs = []result.SLA{{Assert: "error_rate < 1%"}} }

func failed(s *result.Scenario) { s.Verdict = result.Fail } // and so no finding of its own

func saturation(evidence, users string) []result.Finding {
	return []result.Finding{{
		ID: "saturated", Severity: "should", Subject: "web", Evidence: evidence + ": more users wait longer, and no more work is done (Little's law, think included)",
		Recommendation: "take " + users + " users or fewer as what the service carries, and assert latency so that a longer wait fails",
	}}
}

func late(s *result.Scenario) { s.Generator.Saturated = []string{"late"} }

// ended has seconds with one failure each and so many successes; -1: nothing ended.
func ended(successes ...int64) func(*result.Scenario) {
	return func(s *result.Scenario) {
		for i, n := range successes {
			p := result.Point{At: float64(i), Seconds: 1, Operations: n + 1, Failed: 1}
			if n < 0 {
				p.Failed = 0
			}
			s.Series = append(s.Series, p)
		}
	}
}

type findingsCase struct {
	name string
	doc  result.Document
	want []result.Finding
}

var findingsCases = []findingsCase{
	{name: "nothing"},
	{
		name: "a certificate that nobody checks",
		doc:  result.Document{Services: []result.Service{{Name: "a"}, {Name: "b", Warnings: []string{UnverifiedWarning}}}},
		want: []result.Finding{{
			ID: "tls_unverified", Severity: "should", Subject: "b", Evidence: "the certificate of the service is not verified",
			Recommendation: "give the certificate authority as tls { ca } in place of insecure_skip_verify",
		}},
	},
	{
		name: "throughput that stays while users grow",
		doc:  result.Document{Scenarios: []result.Scenario{held("moderate", 20, 11.06, failed, silent), held("sustained", 50, 10.99)}},
		want: saturation("20 users got 11/s, 1.8 s each (moderate); 50 users got 11/s, 4.5 s each (sustained)", "20"),
	},
	{
		name: "in whatever order it was measured",
		doc:  result.Document{Scenarios: []result.Scenario{held("sustained", 50, 10.99), held("light", 4, 2.2), held("moderate", 20, 11.06, failed, silent)}},
		want: saturation("20 users got 11/s, 1.8 s each (moderate); 50 users got 11/s, 4.5 s each (sustained)", "20"),
	},
	{
		name: "where latency is judged it is worth a note",
		doc:  result.Document{Scenarios: []result.Scenario{held("moderate", 20, 11.06), held("sustained", 50, 10.99)}},
		want: []result.Finding{{
			ID: "saturated", Severity: "note", Subject: "web",
			Evidence:       "20 users got 11/s, 1.8 s each (moderate); 50 users got 11/s, 4.5 s each (sustained): more users wait longer, and no more work is done (Little's law, think included)",
			Recommendation: "expect no more work from more users: it takes more tasks, or cheaper requests",
		}},
	},
	{name: "throughput that follows", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11), held("b", 50, 27)}}},
	{name: "too near to each other", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11), held("b", 25, 11)}}},
	{name: "another service", doc: result.Document{Scenarios: []result.Scenario{
		held("a", 20, 11), held("b", 50, 11, func(s *result.Scenario) { s.Service = "api" }),
	}}},
	{name: "other steps", doc: result.Document{Scenarios: []result.Scenario{
		held("a", 20, 11), held("b", 50, 11, func(s *result.Scenario) { s.Total.Steps = map[string]result.Step{"ask.other": {}} }),
	}}},
	{
		name: "a saturated generator says nothing of the service", doc: result.Document{Scenarios: []result.Scenario{
			held("a", 20, 11), held("b", 50, 11, late), held("c", 50, 11, late),
		}},
		want: []result.Finding{{
			ID: "generator_saturated", Severity: "should", Subject: "generator", Recommendation: "close other programs, or use more CPUs: plimsoll doctor",
			Evidence: "it did not keep up in 2 of 3 scenarios: what they measured is not the service's alone",
		}},
	},
	{name: "one failure at a time is no silence", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11, ended(1, 0, 0, 9, 1, 0, 0))}}},
	{name: "nothing ended, and nothing failed", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11, ended(1, -1, -1, -1, 1))}}},
	{
		name: "gone for a while", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11, ended(1, 0, 1, 0, -1, 0, 0, 1))}},
		want: []result.Finding{{
			ID: "silence", Severity: "should", Subject: "a", Evidence: "no operation succeeded from 3 s to 7 s; 3 failed meanwhile",
			Recommendation: `see what the service did then; an SLA with a window, as window = "10s", fails for it`,
		}},
	},
	{name: "open load sets its throughput", doc: result.Document{Scenarios: []result.Scenario{
		held("a", 20, 11), held("b", 50, 11, func(s *result.Scenario) { s.Open = true }),
	}}},
	{name: "a step that broke is known already", doc: result.Document{Scenarios: []result.Scenario{
		held("a", 20, 11), held("b", 50, 11, func(s *result.Scenario) { s.Phases[0].Good = new(bool) }),
	}}},
	{
		name: "passed because nothing failed", doc: result.Document{Scenarios: []result.Scenario{held("moderate", 20, 11.06, silent)}},
		want: []result.Finding{{
			ID: "latency_unjudged", Severity: "should", Subject: "moderate", Recommendation: "assert what users notice, as latency.p95 < 800ms",
			Evidence: "passed without any SLA on time; operations took 1.8 s in the mean, and 20 users at 11/s spend 1.8 s on each (Little's law, think included)",
		}},
	},
	{
		name: "quick, and nobody asked", doc: result.Document{Scenarios: []result.Scenario{held("quick", 1, 20, silent, func(s *result.Scenario) { s.Open = true })}},
		want: []result.Finding{{
			ID: "latency_unjudged", Severity: "note", Subject: "quick", Recommendation: "assert what users notice, as latency.p95 < 800ms",
			Evidence: "passed without any SLA on time; operations took 50 ms in the mean",
		}},
	},
	{name: "failed anyway", doc: result.Document{Scenarios: []result.Scenario{held("a", 20, 11, silent, func(s *result.Scenario) { s.Verdict = result.Fail })}}},
}

func TestFindings(t *testing.T) {
	for _, test := range findingsCases {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Findings(&test.doc), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
