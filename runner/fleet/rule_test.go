package fleet_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

// ruleCase breaks a faultless service in one way, and says what is found then.
type ruleCase struct {
	name    string
	breaks  func(*review)
	rule    string   // severity and id; more, separated by blanks
	says    []string // in the evidence of the first
	remedy  string   // in its recommendation
	compare string   // its comparison
}

func ruleCases() []ruleCase {
	return slices.Concat(requirementCases(), capacityCases(), scalingCases(), connectionCases(), alarmAndDeploymentCases(), mirrorCases(), accountCases())
}

func TestRules(t *testing.T) {
	for _, c := range ruleCases() {
		t.Run(c.name, func(t *testing.T) {
			r := faultless()
			c.breaks(r)
			found := r.report().All()
			var ids []string
			for _, f := range found {
				ids = append(ids, f.Severity+" "+f.ID)
			}
			if d := cmp.Diff(c.rule, strings.Join(ids, " ")); d != "" {
				t.Fatalf("%s\n%+v", d, found)
			}
			if len(found) == 0 {
				return
			}
			for _, text := range c.says {
				if !strings.Contains(found[0].Evidence, text) {
					t.Errorf("evidence %q lacks %q", found[0].Evidence, text)
				}
			}
			if !strings.Contains(found[0].Recommendation, c.remedy) || found[0].Recommendation == "" {
				t.Errorf("recommendation %q lacks %q", found[0].Recommendation, c.remedy)
			}
			if found[0].Comparison != c.compare {
				t.Errorf("comparison %q, not %q", found[0].Comparison, c.compare)
			}
		})
	}
}

// Every rule is listed once, with a severity and what it looks for, and has a case in which it finds something.
func TestEveryRule(t *testing.T) {
	tried := map[string]bool{"drift": true, "drift_refused": true} // which the change set judges
	for _, c := range ruleCases() {
		for _, word := range strings.Fields(c.rule) {
			tried[word] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range fleet.Rules() {
		if seen[r.ID] || !tried[r.ID] || r.Doc == "" || !slices.Contains([]string{"must", "should", "note"}, r.Severity) {
			t.Errorf("%+v stands twice, was not tried, or lacks something", r)
		}
		seen[r.ID] = true
	}
}

func TestFaultless(t *testing.T) {
	for name, change := range map[string]func(*review){
		"as it is":             func(*review) {},
		"desired as it is":     func(r *review) { r.desire() },
		"with larger tasks":    func(r *review) { r.ecs.Policies[0].HighResolution = true },
		"a second day of rest": func(r *review) { r.options.Now = reviewDay.AddDate(0, 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			r := faultless()
			change(r)
			got := r.report()
			if len(got.All()) != 0 || len(got.Unchecked) != 0 || !got.Clean() {
				t.Errorf("found %+v, not checked %+v", got.All(), got.Unchecked)
			}
		})
	}
}
