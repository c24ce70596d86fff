package analysis

import (
	"fmt"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	leastSilence = 1.0 // plan seconds without a success, from which they are told
	leastFailed  = 3   // operations that failed meanwhile
)

// gap is a span of plan seconds in which operations ended and none succeeded.
type gap struct {
	from, to float64
	failed   int64
}

// silences names scenarios whose service was gone for a while; retries and pauses keep that out of an error rate. One in which
// nothing succeeded at all says so itself.
func silences(d *result.Document) []result.Finding {
	var all []result.Finding
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		g := longestGap(s.Series)
		if g.failed < leastFailed || g.to-g.from < leastSilence || s.Total.Failed == s.Total.Operations {
			continue
		}
		all = append(all, result.Finding{
			ID: "silence", Severity: should, Subject: s.Name,
			Evidence: fmt.Sprintf("no operation succeeded from %s to %s; %d failed meanwhile",
				fact.Time.Format(g.from, g.to), fact.Time.Format(g.to, g.from), g.failed),
			Recommendation: "see what the service did then; an SLA with a window, as window = \"10s\", fails for it",
		})
	}
	return all
}

// longestGap finds the longest stretch of points without a success; those in which nothing ended neither begin nor end one.
func longestGap(series []result.Point) gap {
	var now, longest gap
	for _, p := range series {
		switch {
		case p.Operations > p.Failed:
			now = gap{}
			continue
		case p.Failed == 0:
			continue
		case now.failed == 0:
			now.from = p.At
		}
		now.to, now.failed = p.At+p.Seconds, now.failed+p.Failed
		if now.to-now.from > longest.to-longest.from {
			longest = now
		}
	}
	return longest
}

// strained says once what helps where the generator did not keep up, whichever scenarios it was in.
func strained(d *result.Document) []result.Finding {
	n := 0
	for i := range d.Scenarios {
		if len(d.Scenarios[i].Generator.Saturated) > 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []result.Finding{{
		ID: "generator_saturated", Severity: should, Subject: "generator",
		Evidence:       fmt.Sprintf("it did not keep up in %d of %d scenarios: what they measured is not the service's alone", n, len(d.Scenarios)),
		Recommendation: "close other programs, or use more CPUs: plimsoll doctor",
	}}
}
