package runner

import (
	"context"
	"fmt"

	"plimsoll/dsl/expr"
	"plimsoll/runner/analysis"
	"plimsoll/runner/result"
)

// verdict judges the scenario: fail beats inconclusive beats pass, and only what ran as the plan means, with a service
// that answered, can pass.
func (s *stage) verdict() {
	var failed, unclear []string
	for _, sla := range s.out.SLAs {
		switch {
		case sla.Searched:
		case sla.Verdict == result.Fail:
			failed = append(failed, fmt.Sprintf("SLA %q failed: %s", sla.Name, sla.Worst))
		case sla.Verdict == result.Inconclusive && len(s.held) > 0:
			unclear = append(unclear, fmt.Sprintf("SLA %q is unknown: %s", sla.Name, sla.Reason))
		}
	}
	if s.fleet.guarded != "" {
		failed = append(failed, s.fleet.guarded)
	}
	unclear = append(unclear, s.unclear()...)
	s.out.Verdict = result.Pass
	switch {
	case len(failed) > 0:
		s.out.Verdict = result.Fail
	case len(unclear) > 0:
		s.out.Verdict = result.Inconclusive
	}
	s.out.Reasons = append(failed, unclear...)
}

// unclear lists why the scenario says too little about the service. Where there was no load at all, its reason says it.
func (s *stage) unclear() []string {
	reasons := append([]string(nil), s.broken...)
	if s.out.Ready != "" {
		reasons = append(reasons, s.out.Ready)
	}
	if s.out.Cut != "" {
		reasons = append(reasons, "cut short: "+s.out.Cut)
	}
	reasons = append(reasons, s.ours()...)
	for _, h := range s.held {
		if !h.left && !s.reached(h) {
			reasons = append(reasons, "asked load not delivered: "+missing(h)+", phase "+h.name)
		}
	}
	if len(s.held) > 0 && s.out.Total.Operations == s.out.Total.Failed {
		reasons = append(reasons, "no operation succeeded")
	}
	return reasons
}

// ours is why the generator is to blame. That it was late while it opened connections says nothing about how many there are.
func (s *stage) ours() []string {
	switch {
	case s.capacity == nil:
		return s.out.Generator.Saturated
	case s.out.Capacity.Side == result.SideGenerator:
		return []string{"stopped by this side: " + s.out.Capacity.StoppedBy}
	}
	return nil
}

func missing(h *held) string {
	return fmt.Sprintf("%d of %.0f users came", h.users.most, h.to)
}

// proofs are the phases that say something about requirements: held to their end, with all their users, by a generator
// that kept up.
func (s *stage) proofs() []proof {
	var all []proof
	for _, h := range s.attempts() {
		if h.left || h.passing || !h.over || s.unfair(h) != "" {
			continue
		}
		p := proof{
			service: s.sc.Service, where: s.sc.Title() + ", phase " + h.name, open: s.sc.Load.Open, asked: h.to,
			measures: s.measures(h), held: h.truth(), tasks: s.tasks(h),
		}
		if len(h.truths) == 0 && s.out.Verdict == result.Pass {
			p.held = expr.True
		}
		all = append(all, p)
	}
	if s.capacity != nil {
		all = append(all, s.capacity.proofs()...)
	}
	return all
}

// foremost is why a scenario did not pass, in one line.
func foremost(s result.Scenario) string {
	if len(s.Reasons) > 0 {
		return s.Reasons[0]
	}
	return s.Verdict.String()
}

// finish judges the run: the requirements, what was noticed, and the worst of all.
func (r *run) finish(ctx context.Context) {
	d := r.doc
	d.Requirements = requirements(r.plan.Services, r.proofs)
	verdicts := make([]result.Verdict, 0, len(d.Scenarios))
	for _, s := range d.Scenarios {
		verdicts = append(verdicts, s.Verdict)
		if s.Verdict != result.Pass {
			d.Reasons = append(d.Reasons, s.Name+": "+foremost(s))
		}
	}
	for _, row := range d.Requirements {
		switch {
		case row.Status == notMet:
			verdicts = append(verdicts, result.Fail)
			d.Reasons = append(d.Reasons, fmt.Sprintf("requirement %s of %s is not met: %s", row.Measure, row.Service, row.Reason))
		case row.Status == notTested && r.options.Require:
			verdicts = append(verdicts, result.Inconclusive)
			d.Reasons = append(d.Reasons, fmt.Sprintf("requirement %s of %s was not tested: %s", row.Measure, row.Service, row.Reason))
		}
	}
	d.Verdict = result.Worst(verdicts...)
	switch {
	case ctx.Err() != nil:
		d.Cut = "interrupted"
	case r.aborted != "":
		d.Cut = "aborted"
	}
	d.Ended = r.options.Now()
	d.Findings = analysis.Findings(d)
}
