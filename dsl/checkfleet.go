package dsl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// checkFleet looks for what is wrong between the services' ECS blocks.
func (l *loader) checkFleet() {
	l.checkOnce()
	l.checkAlarms()
	l.checkSpeed()
	l.checkInsights()
	l.checkExempt()
}

// checkOnce reports ECS services that stand behind two services.
func (l *loader) checkOnce() {
	seen := map[plan.ECS]*plan.Service{}
	for _, s := range l.plan.Services {
		if s.ECS == nil || s.ECS.Cluster == "" || s.ECS.Service == "" {
			continue
		}
		key := plan.ECS{Cluster: s.ECS.ClusterName(), Service: s.ECS.ServiceName(), Region: s.ECS.Region, Account: s.ECS.Account, Profile: s.ECS.Profile, Role: s.ECS.Role}
		if first := seen[key]; first != nil {
			l.fail(s.ECS.Range, fmt.Sprintf("the ECS service %s/%s stands behind %s and %s", key.Cluster, key.Service, first.Title(), s.Title()), "The first stands at "+place(first.ECS.Range)+". Each belongs to one service of a plan.")
			continue
		}
		seen[key] = s
	}
}

// checkAlarms reports alarms that would overwrite each other.
func (l *loader) checkAlarms() {
	type named struct{ account, region, name string }
	seen := map[named]hcl.Range{}
	for _, s := range l.plan.Services {
		if s.Desired == nil {
			continue
		}
		for _, a := range s.Desired.Alarms {
			key := named{s.ECS.Account, s.ECS.Region, s.ECS.Named(a.Name, a.Label)}
			if first, again := seen[key]; again {
				l.fail(a.Range, fmt.Sprintf("a second alarm would be called %s in AWS", key.name), "The first stands at "+place(first)+". Give one of them a name = \"…\".")
				continue
			}
			seen[key] = a.Range
		}
	}
}

// checkSpeed reports simulated services whose clocks differ, though one simulated AWS scales them all.
func (l *loader) checkSpeed() {
	var first *plan.Service
	for _, s := range l.plan.Services {
		switch {
		case s.ECS == nil || s.Simulate == nil:
		case first == nil:
			first = s
		case s.Simulate.Speed != first.Simulate.Speed:
			l.fail(s.Simulate.Range, fmt.Sprintf("%s is simulated at speed %g, and %s at %g", s.Title(), s.Simulate.Speed, first.Title(), first.Simulate.Speed), "One simulated AWS with one clock scales them all: give them the same speed.")
		}
	}
}

// checkInsights reports services that want Container Insights on and off in one cluster.
func (l *loader) checkInsights() {
	type cluster struct{ account, region, name string }
	seen := map[cluster]*plan.Service{}
	for _, s := range l.plan.Services {
		if s.Desired == nil || s.Desired.ContainerInsights == nil {
			continue
		}
		key := cluster{s.ECS.Account, s.ECS.Region, s.ECS.ClusterName()}
		first := seen[key]
		switch {
		case first == nil:
			seen[key] = s
		case *first.Desired.ContainerInsights != *s.Desired.ContainerInsights:
			l.fail(s.Desired.Range, fmt.Sprintf("%s wants Container Insights %s, and %s %s", s.Title(), onOff(s), first.Title(), onOff(first)), "It is set for the cluster, and both are in "+key.name+": give them the same container_insights.")
		}
	}
}

func onOff(s *plan.Service) string {
	if *s.Desired.ContainerInsights {
		return "on"
	}
	return "off"
}

// checkExempt reports services of the plan that are out of its scope.
func (l *loader) checkExempt() {
	f := l.plan.Fleet
	if f == nil {
		return
	}
	clusters := f.ClusterNames()
	for _, s := range l.plan.Services {
		if s.ECS == nil || !slices.Contains(clusters, s.ECS.ClusterName()) {
			continue
		}
		if _, exempt := f.Exempt[s.ECS.ServiceName()]; exempt {
			l.fail(f.Range, fmt.Sprintf("%s is exempt, and stands in the plan", s.ECS.ServiceName()), "It is the service "+s.Title()+", at "+place(s.Range)+": leave one of them out.")
		}
	}
}

// scaleInTime is the least in which scaling in can be seen: its alarm looks back 15 min, and then it takes a while.
const scaleInTime = 16 * time.Minute

// checkScaling foresees that a spike is over before what an SLA asserts of its scaling can be seen.
func (l *loader) checkScaling(sla plan.SLA, a *expr.Assertion, scenarios []*plan.Scenario) {
	for _, path := range a.Paths() {
		out, in := strings.Contains(path, ".scale_out."), strings.Contains(path, ".scale_in.")
		i := slices.IndexFunc(scenarios, func(s *plan.Scenario) bool { return s.Load.Surge != nil })
		if !strings.HasPrefix(path, "ecs.") || !out && !in || i < 0 {
			continue
		}
		s := scenarios[i]
		surge := s.Load.Surge
		limit, bounded := a.Limit(path)
		switch most := time.Duration(limit * float64(time.Second)); {
		case out && bounded && surge.Rise+surge.Hold < most:
			l.warn(sla.Range, fmt.Sprintf("the peak of spike.%s is over after %s, and the sla %q allows scaling out %s", s.Title(), length(surge.Rise+surge.Hold), sla.Name, length(most)),
				"Hold the peak for as long, or the load ends before new tasks can help.")
		case in && surge.Settle < scaleInTime:
			l.warn(sla.Range, fmt.Sprintf("settle of spike.%s is %s, and the sla %q asserts that it scales in", s.Title(), length(surge.Settle), sla.Name),
				fmt.Sprintf("Tasks are taken away after 15 min below the target, and the cooldown: settle for at least %s.", length(scaleInTime)))
		}
	}
}

// checkRequired reports assertions on what is required of a service that requires nothing.
func (l *loader) checkRequired(sla plan.SLA, a *expr.Assertion, scenarios []*plan.Scenario) {
	for _, path := range a.Paths() {
		i := slices.IndexFunc(scenarios, func(s *plan.Scenario) bool { return s.Service != nil && s.Service.Requirement == nil })
		if i >= 0 && strings.HasPrefix(path, "requirement.") {
			l.fail(l.find(sla.Assert, path), fmt.Sprintf("the service %s has no requirement", scenarios[i].Service.Title()), "Give it one: requirement { users = 100 }.")
			return
		}
	}
}
