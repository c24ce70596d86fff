package fleet

import (
	"fmt"
	"math"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
)

// scalingRules look at whether tasks come in time, and go in time.
func scalingRules() []rule[*subject] {
	needs := needECS(HiddenTarget, HiddenPolicies)
	return []rule[*subject]{
		{"scaling_suspended", must, "Scaling is suspended, though the plan desires it.", needECS(HiddenTarget), suspended},
		{"no_autoscaling", should, "Nothing adds tasks when the load grows.", needs, noScaling},
		{"no_memory_policy", should, "No policy follows memory, so that a service short of it is not scaled out.", needs, noMemoryPolicy},
		{"cooldown_flaps", should, "The scale-in cooldown is so short that tasks are taken away before those added serve.", needs, flappingCooldown},
		{"cooldown_zero", note, "A cooldown of 0 s is taken for instant scaling.", needs, zeroCooldown},
		{"target_too_high", should, "Tasks kept at the target have no room for the users that arrive while scaling out.", needUnless((*subject).tracksCPU, HiddenPolicies), targetTooHigh},
		{"target_beyond_limit", must, "No policy had reached its target when the service was at its limit: it breaks before it scales.", needUnless((*subject).tracksCPU, HiddenPolicies), targetBeyondLimit},
	}
}

// suspended is drift where the plan desires bounds or tracks, and worth a word where it does not.
func suspended(s *subject) []remark {
	if !s.now.Suspended {
		return nil
	}
	m := remark{
		evidence:       fmt.Sprintf("scaling is suspended: %s running, whatever the load", plural(s.ecs.Running, "task")),
		recommendation: fmt.Sprintf("plimsoll rollback %s --resume %s", s.plan.Path, s.service.Title()),
	}
	if s.bounded() || len(s.desired().Tracks) > 0 {
		return []remark{m.as(must, DesiredECS)}
	}
	return []remark{m.as(should, "")}
}

func noScaling(s *subject) []remark {
	if !s.there() || s.wanted.Scales || s.now.Suspended {
		return nil
	}
	evidence := fmt.Sprintf("%s are desired, whatever the load", plural(s.ecs.Desired, "task"))
	if s.ecs.Target != nil {
		evidence = fmt.Sprintf("%d to %d tasks may run, and no policy scales between", s.ecs.Target.Min, s.ecs.Target.Max)
	}
	return says(evidence, `desire tasks = { min, max } and track "cpu" { target = "65%" }`)
}

func noMemoryPolicy(s *subject) []remark {
	if !s.wanted.Scales || s.wanted.track(plan.TrackMemory) != nil {
		return nil
	}
	evidence := "policies follow no memory"
	if s.used != nil && s.used.Memory > 0 {
		evidence += fmt.Sprintf("; a task used up to %s of its memory (%s)", share(s.used.Memory), s.used.By)
	}
	return says(evidence, `desire track "memory" { target = "70%" }`)
}

// scaleOut is how long scaling out takes by the policies of a setup, and where that is known from: a result saw it, else AWS's
// figures.
func (s *subject) scaleOut() (time.Duration, string) {
	for _, doc := range s.results {
		for i := range doc.Scenarios {
			f := doc.Scenarios[i].ObservedFleet(s.service.Title())
			if f != nil && f.ScaleOut != nil && f.ScaleOut.Healthy != nil && speaksOf(doc, s.service) {
				return time.Duration(*f.ScaleOut.Healthy * float64(time.Second)), fmt.Sprintf("as measured by run %s", doc.Run)
			}
		}
	}
	for _, t := range s.wanted.Tracks {
		if t.HighResolution {
			return analysis.ScaleOutHighResolution, "with metrics of 20 s"
		}
	}
	return analysis.ScaleOut, "with metrics of 60 s"
}

func flappingCooldown(s *subject) []remark {
	takes, by := s.scaleOut()
	for _, t := range s.wanted.Tracks {
		if !s.wanted.Scales || t.In >= takes.Seconds() && t.In >= t.Out {
			continue
		}
		evidence := fmt.Sprintf("tasks may go %s after others went, and one that is added serves only after %s (%s)", lasting(t.In), lasting(takes.Seconds()), by)
		if t.In < t.Out {
			evidence += fmt.Sprintf("; they come at most every %s", lasting(t.Out))
		}
		if n := flaps(s.ecs, t.In); n > 0 {
			evidence += fmt.Sprintf("; %s of scaling in just after scaling out", plural(n, "case"))
		}
		return []remark{remark{
			evidence: evidence, recommendation: `desire cooldown = { in = "600s" }, which keeps capacity over a short pause of the load`,
		}.as(should, "")}
	}
	return nil
}

// flaps counts activities that scaled in within a span after scaling out.
func flaps(s *Service, within float64) int {
	if s == nil {
		return 0
	}
	n := 0
	for i := 0; i+2 < len(s.Activities); i++ {
		newest, before, first := s.Activities[i], s.Activities[i+1], s.Activities[i+2]
		known := newest.To >= 0 && before.To >= 0 && first.To >= 0
		if known && newest.To < before.To && before.To > first.To && newest.StartedAt.Sub(before.StartedAt).Seconds() <= within {
			n++
		}
	}
	return n
}

func zeroCooldown(s *subject) []remark {
	for _, t := range s.wanted.Tracks {
		if t.Out > 0 || !s.wanted.Scales {
			continue
		}
		high, low := analysis.ScaleOut.Seconds(), analysis.ScaleOutHighResolution.Seconds()
		evidence := fmt.Sprintf("the scale-out cooldown of %s is 0 s; from the load to a task that serves it still takes %s with metrics of 60 s, %s with metrics of 20 s", t.Track, lasting(high), lasting(low))
		if t.HighResolution {
			return says(evidence, "expect no instant scaling: keep room for the users of that time")
		}
		return says(evidence, "expect no instant scaling: keep room for the users of that time, set high_resolution = true, or schedule more tasks ahead of known peaks")
	}
	return nil
}

// targetTooHigh asks of each surge of the load whether tasks at their target have room for what arrives while scaling out.
func targetTooHigh(s *subject) []remark {
	t := s.wanted.track(plan.TrackCPU)
	if t == nil || !s.wanted.Scales || t.Target <= 0 {
		return nil
	}
	takes, by := s.scaleOut()
	var all []remark
	for _, g := range surges(s.plan, s.service) {
		arrive := g.Arrivals(takes)
		room, how := s.room(g, t.Target)
		if arrive <= room {
			continue
		}
		m := remark{
			evidence:       fmt.Sprintf("%s brings %s more within the %s that scaling out takes (%s); %s", g.by, amountOf(g.come(arrive), g.unit), lasting(takes.Seconds()), by, how),
			recommendation: s.remedy(g, arrive),
		}
		all = append(all, m.as(should, compared(s.tracksCPU())))
	}
	return all
}

// room is how much more load the tasks have room for at the base of a surge: by what a task carries, else by the target alone.
func (s *subject) room(g surge, target float64) (room float64, how string) {
	proof := strongest(s.proofs, g.measure)
	switch {
	case proof == nil && g.measure == measureConnections: // whose number says nothing of CPU
		return math.Inf(1), ""
	case proof == nil:
		room = analysis.Room(g.Base, target)
		return room, fmt.Sprintf("tasks that %s keep at %s have room for %s more, if CPU limits them (nothing proves what one carries)", amountOf(g.Base, g.unit), share(target), count(g.fit(room)))
	}
	at := target
	if proof.Exact && proof.CPU > 0 {
		at = min(target/proof.CPU, 1)
	}
	tasks := max(float64(s.wanted.Min), math.Ceil(g.Base/(proof.PerTask*at)), 1)
	room = max(tasks*proof.PerTask-g.Base, 0)
	return room, fmt.Sprintf("at %s, %s keep %s with room for %s more: %s", share(target), amountOf(g.Base, g.unit), plural(int(tasks), "task"), count(g.fit(room)), proof.amount(g.unit))
}

func (s *subject) remedy(g surge, arrive float64) string {
	proof := strongest(s.proofs, g.measure)
	if proof != nil && proof.idle() {
		return findOut + ", and how many to keep ahead of it"
	}
	if proof != nil {
		if n, arithmetic, ok := analysis.Tasks(g.Base+arrive, proof.PerTask, g.unit); ok {
			return fmt.Sprintf("keep or schedule %d tasks ahead of it: %s", n, arithmetic)
		}
	}
	text := "keep or schedule more tasks ahead of it"
	if t := s.wanted.track(plan.TrackCPU); !t.HighResolution {
		text += ", or set high_resolution = true"
	}
	if at := analysis.ShareFor(g.Base, arrive); at >= lowestTarget {
		return fmt.Sprintf("lower the target to %s, or %s", share(floor(at)), text)
	}
	return text
}

// targetBeyondLimit asks of each limit that was found whether a policy would have scaled out before it.
func targetBeyondLimit(s *subject) []remark {
	t := s.wanted.track(plan.TrackCPU)
	if t == nil || !s.wanted.Scales {
		return nil
	}
	for _, p := range s.proofs {
		if !p.Exact || p.CPU == 0 || s.wanted.scalesBefore(p) {
			continue
		}
		return []remark{remark{
			evidence:       fmt.Sprintf("the target is %s of the CPU, and the service was at its limit of %s with %s", t.target(), p.Measure, share(p.CPU, t.Target)) + " (" + p.By + ")",
			recommendation: fmt.Sprintf("find what limits it besides CPU, and track that, or set the target below %s", share(floor(p.CPU))),
		}.as(must, compared(s.tracksCPU()))}
	}
	return nil
}

// scalesBefore reports whether any policy had reached its target at the limit. Of metrics that a result does not have it is
// taken to have.
func (s Setup) scalesBefore(p Proof) bool {
	return slices.ContainsFunc(s.Tracks, func(t Tracking) bool {
		switch t.Track {
		case plan.TrackCPU:
			return p.CPU >= t.Target
		case plan.TrackMemory:
			return p.Memory >= t.Target
		case plan.TrackConnections:
			return p.Measure == measureConnections && p.PerTask >= t.Target
		}
		return true
	})
}
