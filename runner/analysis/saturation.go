package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

const (
	moreUsers     = 1.5  // times as many, for two levels to be compared
	moreWork      = 1.1  // times the throughput, below which a service does not follow
	fewErrors     = 0.01 // share of errors up to which a level seems healthy
	leastMeasured = 1.0  // seconds that a level must have been measured for
)

// kin are the levels of one service whose users take the same steps.
type kin struct{ service, steps string }

// level is a closed load that was held, and how the service answered.
type level struct {
	scenario *result.Scenario
	users    float64
	measures *result.Measures
}

// saturated names services that took more users without doing more work: what grew is the time that each one waits, though
// nothing failed. Levels are compared over all scenarios whose users take the same steps.
func saturated(d *result.Document) []result.Finding {
	var all []result.Finding
	groups := map[kin][]level{}
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		if s.Open || len(s.Generator.Saturated) > 0 {
			continue
		}
		key := kin{s.Service, strings.Join(slices.Sorted(maps.Keys(s.Total.Steps)), " ")}
		for j := range s.Phases {
			p := &s.Phases[j]
			healthy := p.Measures.ErrorRate < fewErrors && (p.Good == nil || *p.Good)
			if healthy && p.Name != "rise" && p.Measures.Seconds >= leastMeasured && p.Measures.Throughput > 0 {
				groups[key] = append(groups[key], level{s, p.Asked, &p.Measures})
			}
		}
	}
	order := func(a, b kin) int { return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.steps, b.steps)) }
	for _, key := range slices.SortedFunc(maps.Keys(groups), order) {
		if low, high, ok := flat(groups[key]); ok {
			all = append(all, low.saturation(high, key.service))
		}
	}
	return all
}

// flat finds the lowest level from which on the throughput no longer follows the users.
func flat(levels []level) (low, high level, ok bool) {
	slices.SortStableFunc(levels, func(a, b level) int { return cmp.Compare(a.users, b.users) })
	for i, low := range levels {
		for _, high := range levels[i+1:] {
			if high.users < low.users*moreUsers {
				continue
			}
			if high.measures.Throughput < low.measures.Throughput*moreWork {
				return low, high, true
			}
			break
		}
	}
	return level{}, level{}, false
}

func (l level) saturation(high level, service string) result.Finding {
	tell := func(l level) string {
		x := l.measures.Throughput
		return fmt.Sprintf("%s users got %s, %s each (%s)", fact.Count.Format(l.users), fact.Rate.Format(x), fact.Time.Format(Residence(l.users, x)), l.scenario.Name)
	}
	f := result.Finding{
		ID: "saturated", Severity: should, Subject: service,
		Evidence: tell(l) + "; " + tell(high) + ": more users wait longer, and no more work is done (Little's law, think included)",
		Recommendation: fmt.Sprintf("take %s users or fewer as what the service carries, and assert latency so that a longer wait fails",
			fact.Count.Format(l.users)),
	}
	if timely(l.scenario) && timely(high.scenario) {
		f.Severity, f.Recommendation = note, "expect no more work from more users: it takes more tasks, or cheaper requests"
	}
	return f
}

// timely reports whether an SLA judges how long users wait.
func timely(s *result.Scenario) bool {
	return slices.ContainsFunc(s.SLAs, func(a result.SLA) bool { return speaks(a.Assert, timed) })
}
