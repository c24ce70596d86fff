package analysis

import (
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/runner/result"
)

// fleets lists what is noticed of the ECS services that were observed.
func fleets(d *result.Document) []result.Finding {
	all := unobserved(d)
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		for k := range s.Fleet {
			if f := &s.Fleet[k]; f.Unobserved == "" && f.To > 0 {
				all = append(all, observed(s, f)...)
			}
		}
	}
	return all
}

// observed is what is noticed of one service in one scenario. That scaling fell short is said of the service under load.
func observed(s *result.Scenario, f *result.Fleet) []result.Finding {
	finds := []func(*result.Scenario, *result.Fleet) *result.Finding{stopped, unstable, flapping, hasty, meddled}
	if f.Service == s.Service {
		finds = append(finds, unscaled, slow, full, stuckOut, moving, bound, throttled)
	}
	var all []result.Finding
	for _, find := range finds {
		if found := find(s, f); found != nil {
			found.Subject = s.Name
			if f.Service != s.Service {
				found.Subject += ", " + f.Service
			}
			all = append(all, *found)
		}
	}
	return all
}

// unobserved says once for each reason why nothing, or not all, is known of services.
func unobserved(d *result.Document) []result.Finding {
	var all []result.Finding
	note := func(f *result.Fleet, evidence, remedy string) {
		known := slices.ContainsFunc(all, func(k result.Finding) bool { return k.Subject == f.Service && k.Evidence == evidence })
		if !known {
			all = append(all, result.Finding{ID: "fleet_unseen", Severity: should, Subject: f.Service, Evidence: evidence, Recommendation: remedy})
		}
	}
	for _, s := range d.Scenarios {
		for i := range s.Fleet {
			f := &s.Fleet[i]
			switch {
			case f.Unobserved != "":
				note(f, "its ECS service could not be observed: "+f.Unobserved, "until then, SLAs on ecs and metric facts are inconclusive")
			case f.Lost != "":
				note(f, f.Lost, "SLAs on its ecs and metric facts are inconclusive")
			}
			for _, h := range f.Hidden {
				remedy := "try again"
				if h.Permission != "" {
					remedy = "allow " + h.Permission
				}
				note(f, h.What+" could not be read: "+h.Reason, remedy)
			}
		}
	}
	return all
}

// stopped names tasks that ended by themselves.
func stopped(_ *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Stopped == 0 {
		return nil
	}
	var why []string
	for _, e := range f.Events {
		text := strings.TrimSuffix(e.State+": "+e.Text, ": ")
		if e.Kind == result.EventStopped && !e.Asked && !slices.Contains(why, text) && len(why) < 3 {
			why = append(why, text)
		}
	}
	return &result.Finding{
		ID: "tasks_stopped", Severity: should,
		Evidence:       fmt.Sprintf("%d tasks stopped though neither scaling nor a deployment asked for it (%s)", f.Stopped, strings.Join(why, "; ")),
		Recommendation: "look at the task's logs at that time; a container that is short of memory exits with 137",
	}
}

func unstable(_ *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Stable {
		return nil
	}
	return &result.Finding{
		ID: "deployment", Severity: should, Evidence: "a deployment was under way, or had failed, while it was measured",
		Recommendation: "run again when the service is stable: these figures are of two revisions, or of fewer tasks than there should be",
	}
}

func flapping(_ *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Scaling == nil || f.Scaling.Flaps == 0 {
		return nil
	}
	return &result.Finding{
		ID: "flapping", Severity: should,
		Evidence:       fmt.Sprintf("%d of %d scalings were undone by the opposite one within the cooldown", f.Scaling.Flaps, f.Scaling.Activities),
		Recommendation: "lengthen the cooldown of scaling in, or lower the target, so that what is left after scaling in is not too little",
	}
}

func hasty(_ *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Scaling == nil || f.Scaling.CooldownsKept {
		return nil
	}
	return &result.Finding{
		ID: "cooldown", Severity: should,
		Evidence:       fmt.Sprintf("it scaled in again before its cooldown of %s had passed", fact.Time.Format(f.Scaling.CooldownIn)),
		Recommendation: "see whether something else sets the desired count, as a schedule or a deployment",
	}
}

// throttled compares what was sent with a rate rule in front of the service.
func throttled(s *result.Scenario, f *result.Fleet) *result.Finding {
	if f.Throttle == nil {
		return nil
	}
	most := 0.0
	for _, p := range s.Phases {
		if length := p.End - p.Measured; length > 0 {
			most = max(most, float64(p.Measures.Operations)/length*f.Throttle.Window)
		}
	}
	if most <= float64(f.Throttle.Rate) {
		return nil
	}
	does := "counts them only"
	if f.Throttle.Block {
		does = "blocks what comes on top, so that this scenario measured the rule"
	}
	return &result.Finding{
		ID: "throttled", Severity: should,
		Evidence: fmt.Sprintf("up to %s requests within %s; rule %s allows %s of one address, and %s",
			fact.Count.Format(most, float64(f.Throttle.Rate)), fact.Time.Format(f.Throttle.Window), f.Throttle.Rule, fact.Count.Format(float64(f.Throttle.Rate)), does),
		Recommendation: "except the generator's address from the rule, or its User-Agent, which begins with plimsoll/",
	}
}
