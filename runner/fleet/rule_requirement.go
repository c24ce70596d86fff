package fleet

import (
	"fmt"
	"strings"
	"time"

	"plimsoll/dsl/plan"
)

// requirementRules look at what a service must carry, and who said so.
func requirementRules() []rule[*subject] {
	return []rule[*subject]{
		{"no_requirement", should, "Nobody said what the service must carry.", nil, noRequirement},
		{"requirement_unsigned", should, "A requirement lacks its source, who agreed to it and when, when it is to be looked at again, or when its peak is.", nil, unsigned},
		{"requirement_overdue", must, "The day has passed on which a requirement was to be looked at again.", nil, overdue},
		{"requirement_outgrown", must, "The peaks of the last 14 days exceed what the service must carry.", needPeaks, outgrown},
		{"requirement_not_met", must, "A result shows that the service does not carry what it must.", nil, notMet},
		{"requirement_unproven", should, "What the service must carry was never shown to be carried.", nil, unproven},
	}
}

func noRequirement(s *subject) []remark {
	if len(loads(s.service.Requirement)) > 0 {
		return nil
	}
	evidence := "it has no requirement"
	if s.service.Requirement != nil {
		evidence = "its requirement asks for no load"
	}
	return says(evidence, "agree on the users, rate or connections that it must carry, normally and at its peak, and write them into a requirement block")
}

func unsigned(s *subject) []remark {
	r := s.service.Requirement
	if r == nil {
		return nil
	}
	var missing, say []string
	for _, part := range []struct {
		name, says string
		given      bool
	}{
		{"source", "where its numbers come from", r.Source != ""},
		{"agreed_by", "who agreed to them", r.AgreedBy != ""},
		{"agreed_on", "when that was", !r.AgreedOn.IsZero()},
		{"review_after", "when they are to be looked at again", !r.ReviewAfter.IsZero()},
		{"peak_hours", "when its peak is", r.PeakHours != ""},
	} {
		if !part.given {
			missing, say = append(missing, part.name), append(say, part.says)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return says("its requirement lacks "+strings.Join(missing, ", "), "say "+strings.Join(say, ", "))
}

func overdue(s *subject) []remark {
	r := s.service.Requirement
	if r == nil || r.ReviewAfter.IsZero() {
		return nil
	}
	days := int(s.at.Sub(r.ReviewAfter).Hours() / 24) // of which the first is the day itself
	if days < 1 {
		return nil
	}
	return says(fmt.Sprintf("it was to be looked at again after %s, %s ago", r.ReviewAfter.Format(time.DateOnly), plural(days, "day")),
		"agree on the numbers anew, then move agreed_on and review_after")
}

// outgrownDays is how far back peaks count.
const outgrownDays = 14

// needPeaks asks for a history of what the requirement speaks of.
func needPeaks(s *subject) string {
	all := loads(s.service.Requirement)
	if len(all) == 0 {
		return ""
	}
	why := "no history was read"
	for _, l := range all {
		_, _, ok := s.peak(l)
		switch {
		case ok:
			return ""
		case len(s.days) > 0 && l.counted:
			why = fmt.Sprintf("no metric %q of the service counts its %s", counter(l.unit), l.unit)
		case len(s.days) > 0 && l.measure == measureRate:
			why = "no result says how many requests a session has"
		case len(s.days) > 0:
			why = "CloudWatch counted no " + l.unit
		}
	}
	return why
}

// peak is the highest that the last days saw of a load.
func (s *subject) peak(l load) (most float64, on time.Time, ok bool) {
	return highest(s.recent(), s.service, l, OperationsPerSession(s.service, s.results))
}

func outgrown(s *subject) []remark {
	var all []remark
	for _, l := range loads(s.service.Requirement) {
		most, on, ok := s.peak(l)
		if !ok || most <= l.peak {
			continue
		}
		all = append(all, remark{
			evidence:       fmt.Sprintf("on %s it carried %s, and its requirement ends at %s", on.Format(time.DateOnly), l.amount(most), count(l.peak)),
			recommendation: fmt.Sprintf("agree on a peak above %s, and prove it with a run", l.amount(most)),
		})
	}
	return all
}

func notMet(s *subject) []remark {
	var all []remark
	for _, d := range s.demands {
		if d.Status == demandNotMet {
			all = append(all, remark{
				evidence:       fmt.Sprintf("%s = %s is required, %s proven: %s", d.Measure, count(d.Required), count(d.Proven), Line(d.Reason)),
				recommendation: "see what broke first in the result, give the service more or larger tasks, or agree on less; then run again",
			}.as(must, RequirementProven))
		}
	}
	return all
}

func unproven(s *subject) []remark {
	var claims []string
	for _, d := range s.demands {
		if d.Status == demandUntested || d.Status == demandUnproven {
			claims = append(claims, claim(d))
		}
	}
	if len(claims) == 0 {
		return nil
	}
	m := remark{evidence: strings.Join(claims, "; "), recommendation: "run a scenario that holds this load with its SLAs: plimsoll run"}
	if s.service.Requirement.Unit != "" {
		m.recommendation = fmt.Sprintf("count them with metric %q, and prove what one task carries by other means", counter(s.service.Requirement.Unit))
	}
	if hint := s.seed(); hint != "" {
		m.evidence += "; " + hint
	}
	if s.service.Requirement.Unit != "" {
		return []remark{m.as(note, RequirementProven)}
	}
	return []remark{m.as(should, RequirementProven)}
}

func claim(d Demand) string {
	text := fmt.Sprintf("%s = %s is claimed, and %s", d.Measure, count(d.Required), Line(d.Reason))
	if d.Unit != "" {
		text = fmt.Sprintf("%s %s are claimed (%s), unproven", count(d.Required), d.Unit, d.Measure)
	}
	if d.Seen != nil {
		text += fmt.Sprintf("; the most that was seen is %s", count(*d.Seen))
	}
	return text
}

// seeds are what people expect a task of a size to hold, in connections: a hint where nothing was tried.
var seeds = map[plan.Size][2]float64{
	{CPU: 256, Memory: 512}: {200, 500}, {CPU: 512, Memory: 1024}: {500, 1000},
	{CPU: 1024, Memory: 2048}: {1000, 2000}, {CPU: 2048, Memory: 4096}: {2000, 5000},
}

// seed is that hint, where connections are required and unproven; "" where there is none.
func (s *subject) seed() string {
	untested := false
	for _, d := range s.demands {
		untested = untested || d.Status == demandUntested && strings.HasSuffix(d.Measure, measureConnections)
	}
	seed, known := seeds[plan.Size{CPU: s.wanted.CPU, Memory: s.wanted.Memory}]
	if !untested || !known || strongest(s.proofs, measureConnections) != nil {
		return ""
	}
	most := float64(s.wanted.Max)
	return fmt.Sprintf("tasks of %s are often expected to hold %s to %s connections, so that %s would hold %s to %s: a hint, no proof",
		s.wanted.size(), count(seed[0]), count(seed[1]), plural(s.wanted.Max, "task"), count(seed[0]*most), count(seed[1]*most))
}
