package fleet

import (
	"fmt"
	"strings"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
)

// capacityRules look at how much the tasks carry, and how large they are.
func capacityRules() []rule[*subject] {
	return []rule[*subject]{
		{"max_below_peak", must, "The most tasks × what one was proven to carry is less than the peak.", needUnless((*subject).bounded, HiddenTarget), belowPeak},
		{"size_invalid", must, "Fargate has no task of that size.", needECS(HiddenTaskDefinition), invalidSize},
		{"size_below_use", must, "A task is to have less CPU or memory than it was seen to use.", needUse, belowUse},
		{"size_oversized", note, "A cheaper size holds what tasks were seen to use, with headroom.", needUse, oversized},
		{"size_undersized", should, "Tasks were seen to use so much that no headroom is left.", needUse, undersized},
		{"size_untested", should, "A task is smaller than those of which its capacity was proven.", nil, untestedSize},
		{"single_task", should, "One task is the minimum, so that losing it is an outage.", needUnless((*subject).bounded, HiddenTarget), singleTask},
		{"desired_at_max", should, "As many tasks are desired as may be: there is no room to scale out.", needECS(HiddenTarget), atMax},
	}
}

// belowPeak judges the plan's bounds, and ECS's where they differ.
func belowPeak(s *subject) []remark {
	var all []remark
	for _, l := range loads(s.service.Requirement) {
		proof := strongest(s.proofs, l.measure)
		if proof == nil || l.counted {
			continue
		}
		if s.bounded() {
			all = append(all, l.short(proof, s.wanted.Max, "desired allows", RequirementDesired)...)
		}
		if s.there() && needECS(HiddenTarget)(s) == "" && (!s.bounded() || s.wanted.Max != s.now.Max) {
			all = append(all, l.short(proof, s.now.Max, "ECS allows", RequirementProven)...)
		}
	}
	return all
}

// findOut is what to do where tasks were idle: no number follows from what they carried then.
const findOut = "run a stress to find what a task carries"

// short remarks that so many tasks do not carry the peak. Where a task may carry more than was tried, it is no more than a
// lack of proof.
func (l load) short(proof *Proof, most int, who, comparison string) []remark {
	carried := float64(most) * proof.PerTask
	if carried >= l.peak {
		return nil
	}
	m := remark{evidence: fmt.Sprintf("%s %s; × %s = %s, and the peak is %s", who, plural(most, "task"), proof.amount(l.unit), count(carried), count(l.peak))}
	if proof.idle() {
		m.recommendation = findOut
		return []remark{m.as(should, comparison)}
	}
	if n, arithmetic, ok := analysis.Tasks(l.peak, proof.PerTask, l.unit); ok {
		m.recommendation = fmt.Sprintf("allow %d: %s", n, arithmetic)
	}
	if !proof.Exact {
		m.recommendation += "; or find out how much more a task carries"
		return []remark{m.as(should, comparison)}
	}
	return []remark{m.as(must, comparison)}
}

func invalidSize(s *subject) []remark {
	if !s.there() || !s.ecs.TaskDefinition.Fargate || plan.FargateValid(s.wanted.CPU, s.wanted.Memory) {
		return nil
	}
	return says("a task has "+s.wanted.size(), "choose a size of Fargate's: "+sizes(plan.FargateNearest(s.wanted.CPU, s.wanted.Memory)))
}

func sizes(all []plan.Size) string {
	var texts []string
	for _, size := range all {
		texts = append(texts, sized(size))
	}
	return strings.Join(texts, ", ")
}

func belowUse(s *subject) []remark {
	u := s.used
	if u == nil || s.wanted.CPU == 0 && s.wanted.Memory == 0 {
		return nil
	}
	var all []remark
	for _, part := range []struct {
		name     string
		used     float64
		has      int
		planned  int
		severity string
		means    string
	}{
		{"MiB of memory", u.Memory * float64(u.Size.Memory), s.wanted.Memory, s.desired().Memory, must, "a task beyond its memory is killed"},
		{"CPU units", u.CPU * float64(u.Size.CPU), s.wanted.CPU, s.desired().CPU, should, "a task beyond its CPU is throttled"},
	} {
		if part.has > 0 && part.used > float64(part.has) {
			all = append(all, remark{
				evidence:       fmt.Sprintf("a task of %s used %s %s (%s), and is to have %s", sized(u.Size), count(part.used), part.name, u.By, count(float64(part.has))),
				recommendation: fmt.Sprintf("give it more than %s: %s", count(part.used), part.means),
			}.as(part.severity, compared(part.planned > 0)))
		}
	}
	return all
}

func oversized(s *subject) []remark { return s.resize(true) }

func undersized(s *subject) []remark { return s.resize(false) }

// resize remarks on the right size, where it has less than the wanted one, or more.
func (s *subject) resize(less bool) []remark {
	r := s.right
	if r == nil || s.wanted.CPU == 0 || r.less() != less {
		return nil
	}
	text := fmt.Sprintf("desire cpu = %d, memory = %d in place of %s", r.To.CPU, r.To.Memory, s.wanted.size())
	switch {
	case r.Saving == nil:
	case *r.Saving > 0:
		text += fmt.Sprintf(", which saves %s a month at the minimum of tasks", fact.Money.Format(*r.Saving))
	default:
		text += fmt.Sprintf(", which costs %s more a month at the minimum of tasks", fact.Money.Format(-*r.Saving))
	}
	return says(r.Reason, text+"; then run again: what a task carries changes with its size")
}

// less reports whether the right size has no more of anything.
func (r *RightSize) less() bool { return r.To.CPU <= r.From.CPU && r.To.Memory <= r.From.Memory }

func untestedSize(s *subject) []remark {
	var proven []string
	for _, p := range s.proofs {
		if p.Size.CPU > 0 && s.wanted.CPU > 0 && (s.wanted.CPU < p.Size.CPU || s.wanted.Memory < p.Size.Memory) {
			proven = append(proven, fmt.Sprintf("%s each by tasks of %s (%s)", amountOf(p.PerTask, units[p.Measure]), sized(p.Size), p.By))
		}
	}
	if len(proven) == 0 {
		return nil
	}
	planned := s.desired().CPU > 0 || s.desired().Memory > 0
	return []remark{remark{
		evidence:       fmt.Sprintf("proven were %s, and a task is to have %s", strings.Join(proven, ", "), s.wanted.size()),
		recommendation: "run again once the tasks have their new size: what was proven of larger ones holds for them only",
	}.as(should, compared(planned))}
}

func singleTask(s *subject) []remark {
	if s.wanted.Min != 1 {
		return nil
	}
	return says("the minimum is 1 task", "set the minimum to 2: a task that stops leaves none until the next has started")
}

func atMax(s *subject) []remark {
	if !s.there() || s.ecs.Target == nil || s.ecs.Desired < s.ecs.Target.Max || s.ecs.Target.Max <= s.ecs.Target.Min {
		return nil
	}
	return says(fmt.Sprintf("%s are desired, and %d is the maximum", plural(s.ecs.Desired, "task"), s.ecs.Target.Max),
		"raise the maximum, or find out why the load needs that many")
}
