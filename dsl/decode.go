package dsl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// decode makes the blocks of the files into values of the plan; what is referred to comes before what refers.
func (l *loader) decode() {
	l.settings()
	services := l.instances("service")
	for _, b := range services {
		l.services[b] = l.service(b)
		l.plan.Services = append(l.plan.Services, l.services[b])
	}
	l.bindMirrors(services)
	l.account()
	for _, b := range l.instances("data") {
		l.data[b] = l.table(b)
		l.plan.Data = append(l.plan.Data, l.data[b])
	}
	for _, b := range l.instances("flow") {
		l.flows[b] = l.flow(b)
		l.plan.Flows = append(l.plan.Flows, l.flows[b])
	}
	scenarios := l.instances(language.Scenarios()...)
	for _, b := range scenarios {
		l.scenarios[b] = l.scenario(b)
		l.plan.Scenarios = append(l.plan.Scenarios, l.scenarios[b])
	}
	l.bindAfter(scenarios)
	l.topSLAs()
	l.seal()
}

// settings reads the plan block.
func (l *loader) settings() {
	b := l.top("plan")
	if b == nil {
		return
	}
	l.plan.Description, l.plan.Environment, l.plan.Seed = b.constant("description"), b.constant("environment"), uint64(b.count("seed"))
	l.plan.Notify = b.formed("notify", topicForm, "ARN of an SNS topic")
	l.plan.State = b.formed("state", bucketForm, "prefix of an S3 bucket")
}

// top returns the block of the top level that may stand only once; nil without one.
func (l *loader) top(name string) *block {
	var first *block
	for _, b := range l.tops {
		switch {
		case b.schema.Name != name:
		case first != nil:
			b.fail(fmt.Sprintf("a second %s block", name), "The first stands at "+place(first.head)+". Put both into one.")
		default:
			first = b
		}
	}
	return first
}

// topSLAs reads the SLAs of the top level.
func (l *loader) topSLAs() {
	seen := map[string]*block{}
	for _, b := range l.tops {
		if b.schema.Name != "sla" {
			continue
		}
		if first := seen[b.label]; first != nil {
			b.fail(fmt.Sprintf("a second sla %q", b.label), "The first stands at "+place(first.head)+".")
			continue
		}
		seen[b.label] = b
		l.plan.SLAs = append(l.plan.SLAs, b.sla(false))
	}
}

// instances are the blocks of these kinds, in source order.
func (l *loader) instances(kinds ...string) []*block {
	var all []*block
	for _, d := range l.ordered {
		if slices.Contains(kinds, d.kind) {
			all = append(all, d.instances()...)
		}
	}
	return all
}

// named lists the names of the blocks of a kind, sorted.
func (l *loader) named(kind string) []string { return slices.Sorted(maps.Keys(l.declared[kind])) }

// bindAfter binds what each scenario comes after: other scenarios, and the flow to run at its end.
func (l *loader) bindAfter(scenarios []*block) {
	for _, b := range scenarios {
		s := l.scenarios[b]
		for _, target := range b.references("after") {
			if target.schema.Name != "flow" {
				s.After = append(s.After, l.scenarios[target])
				continue
			}
			if s.Finally != nil {
				b.l.fail(b.cells["after"].rng, "two flows in after", "One flow runs at the end: put the steps of both into it.")
			}
			s.Finally = l.flows[target]
		}
		s.Data = l.dataOf(s)
	}
	l.plan.Scenarios = l.order(l.plan.Scenarios)
}

// dataOf is what the flows of a scenario draw from.
func (l *loader) dataOf(s *plan.Scenario) []*plan.Data {
	flows := []*plan.Flow{s.Before, s.Finally}
	for _, share := range s.Mix {
		flows = append(flows, share.Flow)
	}
	var all []*plan.Data
	for _, d := range l.plan.Data {
		drawn := func(u use) bool { return names(u.Source, d.Name) }
		if slices.ContainsFunc(usesOfLevels(s.Load.Levels), drawn) || slices.ContainsFunc(flows, func(f *plan.Flow) bool { return f != nil && draws(f, d) }) {
			all = append(all, d)
		}
	}
	return all
}

// order puts scenarios behind those that they come after, and keeps the order of the source otherwise.
func (l *loader) order(all []*plan.Scenario) []*plan.Scenario {
	var ordered []*plan.Scenario
	states := map[*plan.Scenario]state{}
	var path []string
	var visit func(s *plan.Scenario)
	visit = func(s *plan.Scenario) {
		if s == nil || states[s] == resolved {
			return
		}
		path = append(path, s.Kind.String()+"."+s.Title())
		defer func() { path = path[:len(path)-1] }()
		if states[s] == resolving {
			l.fail(s.Range, "scenarios come after each other in a circle", strings.Join(path, " → ")+". Leave one after out.")
			return
		}
		states[s] = resolving
		for _, before := range s.After {
			visit(before)
		}
		states[s] = resolved
		ordered = append(ordered, s)
	}
	for _, s := range all {
		visit(s)
	}
	return ordered
}
