package fleet

import (
	"fmt"

	"plimsoll/dsl/plan"
)

// How much of its size a task may use at most, so that there is headroom: the rest is for load that a mean over tasks and a
// minute does not show. Tasks that used more than busyCPU were held up by it: what they would have used is not known.
const (
	fullCPU    = 0.70
	fullMemory = 0.80
	busyCPU    = 0.90
)

// RightSize is the cheapest size that holds what a task was seen to use, with headroom.
type RightSize struct {
	From   plan.Size `json:"from"`
	To     plan.Size `json:"to"`
	Used   Use       `json:"used"`
	Saving *float64  `json:"saving"` // USD a month at the least tasks, negative where it costs more; null: unpriced
	Reason string    `json:"reason"` // the arithmetic
}

// Cheapest is the cheapest size of Fargate that has at least so many CPU units and MiB; false where none has. Of equals it is
// the one with less CPU. A rate without prices ranks as us-east-1 does.
func Cheapest(cpu, memory float64, rate Rate, arm bool) (plan.Size, bool) {
	prices := Prices{Regions: map[string]Rate{"": rate}}
	if _, ok := prices.Task("", 1024, 1024, arm); !ok {
		prices.Regions[""] = EmbeddedPrices().Regions["us-east-1"]
	}
	var best plan.Size
	least, found := 0.0, false
	for _, size := range plan.FargateSizes() {
		if float64(size.CPU) < cpu || float64(size.Memory) < memory {
			continue
		}
		if cost, _ := prices.Task("", size.CPU, size.Memory, arm); !found || cost < least {
			best, least, found = size, cost, true
		}
	}
	return best, found
}

// rightSize looks for a better size than the wanted one; nil where use or size are not known, or no size is better.
func (s *subject) rightSize() *RightSize {
	u := s.used
	if u == nil || u.CPU <= 0 || u.Memory <= 0 || u.Size.CPU == 0 || u.Size.Memory == 0 || s.service.ECS == nil || s.there() && !s.ecs.TaskDefinition.Fargate {
		return nil
	}
	now := plan.Size{CPU: s.wanted.CPU, Memory: s.wanted.Memory}
	size, reason, ok := s.enough(u)
	if !ok || size == now {
		return nil
	}
	r := &RightSize{From: now, To: size, Used: *u, Reason: reason}
	sized := s.wanted
	sized.CPU, sized.Memory = size.CPU, size.Memory
	before, why := s.wanted.monthly(s.prices, s.region())
	after, whyNot := sized.monthly(s.prices, s.region())
	if why == "" && whyNot == "" {
		saving := (before - after) * float64(s.wanted.Min)
		r.Saving = &saving
	}
	return r
}

// enough is the cheapest size that holds what was used, and the arithmetic. A service that scales is given no more CPU than
// it is wanted to have: where that is short, more tasks come.
func (s *subject) enough(u *Use) (size plan.Size, reason string, ok bool) {
	cpu, memory := u.CPU*float64(u.Size.CPU), u.Memory*float64(u.Size.Memory)
	reason = fmt.Sprintf("a task used at most %s of %s CPU units (%s) and %s of %s MiB (%s), by %s; it should use no more than %s and %s of what it has",
		count(cpu), count(float64(u.Size.CPU)), share(u.CPU), count(memory), count(float64(u.Size.Memory)), share(u.Memory), u.By, share(fullCPU), share(fullMemory))
	needCPU := cpu / fullCPU
	if u.CPU >= busyCPU {
		needCPU = max(needCPU, float64(max(u.Size.CPU, s.wanted.CPU)))
		reason += fmt.Sprintf("; at %s CPU held the tasks up, and would have used more", share(u.CPU))
	}
	if wanted := float64(s.wanted.CPU); s.wanted.Scales && wanted > 0 && needCPU > wanted {
		needCPU = wanted
		reason += fmt.Sprintf("; for more than %d CPU units scaling adds tasks", s.wanted.CPU)
	}
	size, ok = Cheapest(needCPU, memory/fullMemory, s.prices.Regions[s.region()], s.wanted.ARM)
	return size, reason, ok
}
