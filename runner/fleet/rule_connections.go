package fleet

import (
	"fmt"
	"time"

	"plimsoll/dsl/plan"
)

// connectionRules look at what connections need.
func connectionRules() []rule[*subject] {
	return []rule[*subject]{
		{"nofile_low", must, "A task may hold fewer open files than the connections that it must.", needECS(HiddenTaskDefinition, HiddenTarget), lowNofile},
		{"network_mode", should, "The network mode of tasks on EC2 instances bounds how many connections they hold.", needECS(HiddenTaskDefinition), networkMode},
		{"idle_timeout", should, "The load balancer closes connections that are silent for as long as users think.", needECS(HiddenBalancers), idleTimeout},
		{"deregistration_delay", should, "The load balancer cuts sessions short when a task goes.", needECS(HiddenBalancers), deregistration},
	}
}

// lowNofile compares with the connections of a task at the most tasks, and at the fewest, which meet the load before others come.
func lowNofile(s *subject) []remark {
	l := s.connections()
	if l == nil || s.wanted.Nofile == 0 || s.wanted.Max == 0 {
		return nil
	}
	planned := compared(s.desired().Nofile > 0)
	least, first := l.peak/float64(s.wanted.Max), l.peak/float64(max(s.wanted.Min, 1))
	limit := float64(s.wanted.Nofile)
	raise := "desire nofile = 65536"
	switch {
	case least > limit:
		return []remark{remark{
			evidence:       fmt.Sprintf("%s ÷ %s = %s for each, and nofile is %s", l.amount(l.peak), plural(s.wanted.Max, "task"), count(least), count(limit)),
			recommendation: raise + ": each connection is an open file",
		}.as(must, planned)}
	case first > limit:
		return []remark{remark{
			evidence:       fmt.Sprintf("until others come, %s must hold %s: %s each, and nofile is %s", plural(max(s.wanted.Min, 1), "task"), l.amount(l.peak), count(first), count(limit)),
			recommendation: raise + ", or a higher minimum of tasks",
		}.as(should, planned)}
	}
	return nil
}

// connections is the load of connections that is required; nil without.
func (s *subject) connections() *load {
	for _, l := range loads(s.service.Requirement) {
		if l.measure == measureConnections && !l.counted {
			return &l
		}
	}
	return nil
}

// networkMode speaks of EC2 only: Fargate has but awsvpc.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
func networkMode(s *subject) []remark {
	l := s.connections()
	if l == nil || !s.there() || s.ecs.TaskDefinition.Fargate {
		return nil
	}
	each := l.amount(l.peak / float64(max(s.wanted.Max, 1)))
	switch s.wanted.NetworkMode {
	case "bridge":
		return says("tasks in mode bridge share the address translation of their instance, and each is to hold "+each,
			"check how many connections the instance translates (net.netfilter.nf_conntrack_max), or use host or awsvpc")
	case "host":
		return says("tasks in mode host share the ports of their instance, so that only one of them fits on each, and each is to hold "+each,
			"count instances as you count tasks, or use awsvpc")
	case "awsvpc":
		return []remark{remark{
			evidence:       "tasks in mode awsvpc take a network interface of their instance each, of which it has few: " + plural(s.wanted.Max, "task") + " are to fit, with " + each + " each",
			recommendation: "check how many interfaces the instances have, or turn on awsvpcTrunking",
		}.as(note, "")}
	}
	return nil
}

// idleTimeout compares with the longest silence that users keep while they hold a connection.
func idleTimeout(s *subject) []remark {
	silence, by := s.silence()
	limit := s.wanted.IdleTimeout
	if !s.there() || limit == 0 || silence.Seconds() < limit {
		return nil
	}
	return says(fmt.Sprintf("%s is silent for %s, and the load balancer closes connections that are silent for %s", by, lasting(silence.Seconds()), lasting(limit)),
		fmt.Sprintf("raise its idle timeout above %s, or send pings more often than every %s", lasting(silence.Seconds()), lasting(limit)))
}

// silence is the longest that a held connection is silent, and who keeps it.
func (s *subject) silence() (longest time.Duration, by string) {
	note := func(d time.Duration, who string) {
		if d > longest {
			longest, by = d, who
		}
	}
	if s.connections() != nil {
		note(s.service.Requirement.Think, "a user who thinks, by the requirement,")
	}
	for _, sc := range s.plan.Scenarios {
		if sc.Service != s.service {
			continue
		}
		for _, m := range sc.Mix {
			note(thinking(m.Flow.Steps, false), fmt.Sprintf("a user who thinks, in flow %q,", m.Flow.Name))
		}
		if sc.Load.Levels != nil && len(sc.Mix) == 0 {
			note(sc.Load.Levels.Hold, fmt.Sprintf("a connection held by %s %q", sc.Kind, sc.Title()))
		}
	}
	return longest, by
}

// thinking is the longest think on an open WebSocket: other connections are replaced when they are found closed.
func thinking(steps []plan.Step, open bool) time.Duration {
	longest := time.Duration(0)
	for _, step := range steps {
		if t, ok := step.(*plan.Think); ok && open {
			longest = max(longest, t.Min, t.Max, t.Mean)
		}
		_, opens := step.(*plan.WebSocket)
		for _, inner := range plan.Inner(step) {
			longest = max(longest, thinking(inner, open || opens))
		}
	}
	return longest
}

func deregistration(s *subject) []remark {
	limit := s.wanted.DeregistrationDelay
	if !s.there() || limit == 0 {
		return nil
	}
	for _, doc := range s.results {
		for i := range doc.Scenarios {
			sc := &doc.Scenarios[i]
			length := sc.Total.Sessions.Total.P95
			if sc.Service != s.service.Title() || !speaksOf(doc, s.service) || length <= limit {
				continue
			}
			return says(fmt.Sprintf("one session in twenty lasts longer than %s (%s %q of run %s), and a task that goes is given %s", lasting(length), sc.Kind, sc.Name, doc.Run, lasting(limit)),
				fmt.Sprintf("raise the deregistration delay above %s, or let clients open their connections again", lasting(length)))
		}
	}
	return nil
}
