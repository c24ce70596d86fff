package fleet

import (
	"cmp"
	"fmt"
	"strings"

	"plimsoll/runner/result"
)

// The rules of drift, which the change set judges.
const (
	ruleDrift   = "drift"
	ruleRefused = "drift_refused"
)

// drifts are what a change set says of one service, or of the account for "": the differences between desired and ECS, and
// the findings they are. There is one truth of drift, which adjust brings about. What was refused because it could not be
// read was not checked.
func (r *Report) drifts(title string, state *State, set *ChangeSet) ([]Difference, []result.Finding) {
	differs, found := []Difference{}, []result.Finding{}
	if set == nil {
		r.Unchecked = append(r.Unchecked, Unchecked{ruleDrift, title, "nothing was compared with what is desired"})
		return differs, found
	}
	for _, c := range set.Changes {
		if c.Service != title || len(c.Fields) == 0 {
			continue
		}
		differs = append(differs, Difference{Kind: c.Ref.Kind, ID: c.Ref.ID, Fields: c.Fields})
		found = append(found, result.Finding{
			ID: ruleDrift, Severity: must, Comparison: DesiredECS, Subject: title,
			Evidence: c.evidence(), Recommendation: "plimsoll adjust brings it about, or desire what is there",
		})
	}
	for _, refused := range set.Refused {
		if refused.Service != title || state.missing(title) {
			continue
		}
		if why := state.withheld(title, refused.What); why != "" {
			r.Unchecked = append(r.Unchecked, Unchecked{ruleDrift, title, why})
			continue
		}
		differs = append(differs, Difference{ID: refused.What, Fields: []Field{}, Refused: refused.Why})
		found = append(found, result.Finding{
			ID: ruleRefused, Severity: must, Comparison: DesiredECS, Subject: title,
			Evidence: Line(refused.What) + ": " + Line(refused.Why), Recommendation: refused.Remedy,
		})
	}
	return differs, found
}

// missing reports whether the service is known not to be there, which is a finding of its own: one that could not be read may
// well be.
func (s *State) missing(title string) bool {
	found := s.find(title)
	return found != nil && found.Missing != "" && s.withheld(title, HiddenService) == ""
}

// evidence is what differs, as people read it.
func (c Change) evidence() string {
	var texts []string
	for _, f := range c.Fields {
		texts = append(texts, fmt.Sprintf("%s is %s, desired %s", f.Name, cmp.Or(f.Before, "not set"), cmp.Or(f.After, "not set")))
	}
	return Line(c.Ref.String()) + ": " + strings.Join(texts, "; ")
}

// condition is the service as it is, in plain values.
func (s *Service) condition(setup Setup) *Condition {
	c := &Condition{
		Setup: setup, Status: Line(s.Status), Desired: s.Desired, Running: s.Running, Pending: s.Pending, Owner: Line(s.Owner),
		Revision:    fmt.Sprintf("%s:%d", Line(s.TaskDefinition.Family), s.TaskDefinition.Revision),
		Deployments: []DeploymentLine{}, Policies: []string{}, States: map[string]string{},
	}
	for _, d := range s.Deployments {
		c.Deployments = append(c.Deployments, DeploymentLine{d.State, d.Desired, d.Running, d.Failed, Line(d.Reason)})
	}
	for _, p := range s.Policies {
		c.Policies = append(c.Policies, Line(p.Name))
	}
	for _, a := range s.Alarms {
		if !a.Tracking {
			c.States[Line(a.Name)] = a.State
		}
	}
	return c
}
