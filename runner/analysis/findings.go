package analysis

import (
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

// UnverifiedWarning is what a service's entry in the document says when its certificate is not checked.
const UnverifiedWarning = "the certificate of the service is not verified"

// The severities of findings.
const (
	should = "should"
	note   = "note"
)

// Findings lists what is noticed in a document beside its verdict, each with its evidence and what to do.
func Findings(d *result.Document) []result.Finding {
	var all []result.Finding
	for _, find := range []func(*result.Document) []result.Finding{unverified, strained, silences, timeouts, saturated, unjudged, fleets} {
		all = append(all, find(d)...)
	}
	return all
}

// unverified names services that anyone in between could have played.
func unverified(d *result.Document) []result.Finding {
	var all []result.Finding
	for _, s := range d.Services {
		if slices.Contains(s.Warnings, UnverifiedWarning) {
			all = append(all, result.Finding{
				ID: "tls_unverified", Severity: should, Subject: s.Name, Evidence: UnverifiedWarning,
				Recommendation: "give the certificate authority as tls { ca } in place of insecure_skip_verify",
			})
		}
	}
	return all
}

// timed are the facts that say how long users wait.
var timed = []string{"latency", "service_time", "first_byte", "first_message", "gap", "session.", "group.", "recovery.", "limit."}

// unjudged names scenarios that passed because nothing failed: no SLA asked how long it took.
func unjudged(d *result.Document) []result.Finding {
	var all []result.Finding
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		if s.Verdict != result.Pass || timely(s) || s.Capacity != nil && s.Total.Latency.Count == 0 {
			continue
		}
		f := result.Finding{
			ID: "latency_unjudged", Severity: note, Subject: s.Name,
			Evidence:       fmt.Sprintf("passed without any SLA on time; %s", wait(s.Total, s.Open)),
			Recommendation: "assert what users notice, as latency.p95 < 800ms",
		}
		if s.Total.Latency.Mean >= 1 {
			f.Severity = should
		}
		all = append(all, f)
	}
	return all
}

func speaks(assert string, of []string) bool {
	return slices.ContainsFunc(of, func(name string) bool { return strings.Contains(assert, name) })
}

// wait tells how long an operation took; of closed load also by Little's law, which no clock of ours can get wrong.
func wait(m result.Measures, open bool) string {
	text := "operations took " + fact.Time.Format(m.Latency.Mean) + " in the mean"
	if !open && m.Throughput > 0 {
		text += fmt.Sprintf(", and %s users at %s spend %s on each (Little's law, think included)",
			fact.Count.Format(m.Users.Present), fact.Rate.Format(m.Throughput), fact.Time.Format(Residence(m.Users.Present, m.Throughput)))
	}
	return text
}

// Residence is the mean time, in seconds, that each operation keeps a user, think included, when that many users together
// complete that many operations per second: Little's law, W = N / X (https://doi.org/10.1287/opre.9.3.383).
func Residence(users, perSecond float64) float64 {
	if perSecond <= 0 {
		return 0
	}
	return users / perSecond
}
