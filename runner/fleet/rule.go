package fleet

import (
	"cmp"

	"plimsoll/runner/result"
)

// The severities of findings. What must change makes a review fail.
const (
	must   = "must"
	should = "should"
	note   = "note"
)

// The comparisons of a review.
const (
	RequirementDesired = "requirement ↔ desired" // the plan contradicts itself
	DesiredECS         = "desired ↔ ECS"         // drift, which adjust brings about
	RequirementProven  = "requirement ↔ proven"  // what was shown to be carried
)

// Rule is what a review looks for, for a reader.
type Rule struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // must, should or note; the gravest that it may have
	Doc      string `json:"doc"`
}

// Rules lists what a review looks for, services' rules before accounts'.
func Rules() []Rule {
	all := []Rule{
		{ruleDrift, must, "ECS is not as `desired` says."},
		{ruleRefused, must, "ECS is not as `desired` says, and `adjust` may not write it."},
	}
	for _, r := range serviceRules() {
		all = append(all, Rule{r.id, r.severity, r.doc})
	}
	for _, r := range accountRules() {
		all = append(all, Rule{r.id, r.severity, r.doc})
	}
	return all
}

// rule judges a subject, a service or the account, by what is known of it. It changes nothing.
type rule[T any] struct {
	id, severity string // the gravest; a remark may be milder
	doc          string
	needs        need[T] // nil: nothing
	check        func(T) []remark
}

// need tells why a rule cannot be checked; "" if it can.
type need[T any] func(T) string

// remark is what a rule found.
type remark struct {
	evidence, recommendation string
	severity                 string // "": the rule's
	comparison               string // "": none of the three
}

// Unchecked is a rule that could not be checked, and why.
type Unchecked struct {
	Rule    string `json:"rule"`
	Service string `json:"service,omitempty"` // title; "" of the account
	Why     string `json:"why"`
}

// judge checks the rules in their order.
func judge[T any](rules []rule[T], subject T, title string) (found []result.Finding, unchecked []Unchecked) {
	for _, r := range rules {
		if r.needs != nil {
			if why := r.needs(subject); why != "" {
				unchecked = append(unchecked, Unchecked{r.id, title, why})
				continue
			}
		}
		for _, m := range r.check(subject) {
			found = append(found, result.Finding{
				ID: r.id, Severity: cmp.Or(m.severity, r.severity), Comparison: m.comparison, Subject: title,
				Evidence: m.evidence, Recommendation: m.recommendation,
			})
		}
	}
	return found, unchecked
}

// says makes the remarks of a rule that has at most one.
func says(evidence, recommendation string) []remark {
	return []remark{{evidence: evidence, recommendation: recommendation}}
}

// as gives a remark's severity and comparison.
func (m remark) as(severity, comparison string) remark {
	m.severity, m.comparison = severity, comparison
	return m
}

// compared is the label of what a rule found in the wanted setup, where the plan itself asks for it.
func compared(planned bool) string {
	if planned {
		return RequirementDesired
	}
	return ""
}
