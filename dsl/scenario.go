package dsl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// scenario reads one scenario. The scenarios that it runs behind are bound later, when all are read.
func (l *loader) scenario(b *block) *plan.Scenario {
	s := &plan.Scenario{
		Kind: plan.Kind(slices.Index(language.Scenarios(), b.schema.Name)), Name: b.label, Key: b.key,
		Grace: b.duration("grace"), Retry: b.duration("retry"), SLAs: l.slas(b), Ramp: -1, Range: b.head,
	}
	b.constant("description")
	if !hclsyntax.ValidIdentifier(b.label) {
		b.fail(fmt.Sprintf("a scenario cannot be named %q", b.label), "It is named as "+b.schema.Name+".<name>: use letters, digits, _ and -, a letter first.")
	}
	if target, ok := b.reference("service"); ok {
		s.Service = l.services[target]
	}
	if target, ok := b.reference("before"); ok {
		s.Before = l.flows[target]
	}
	if inner := b.only("ready"); inner != nil {
		s.Ready = &plan.Ready{Path: inner.constant("path"), Expect: inner.expression("expect"), Timeout: inner.duration("timeout")}
		inner.path("path")
	}
	if s.Kind == plan.Capacity {
		b.capacity(s)
	} else {
		b.users(s)
	}
	return s
}

// users reads what scenarios have whose load is users.
func (b *block) users(s *plan.Scenario) {
	s.Load, s.Mix = b.load(), b.mix()
	s.WarmUp, s.Pace, s.Pause = b.duration("warm_up"), b.duration("pace"), b.duration("pause")
	s.Reconnect, s.Fresh, s.Poisson = b.bool("reconnect"), b.choice("connections") == 1, b.choice("arrivals") == 1
	s.MaxUsers, s.Patience = int(b.count("max_users")), b.duration("patience")
	if b.has("ramp") {
		s.Ramp = b.duration("ramp")
	}
	b.kindly(s)
	b.idle(s)
}

// kindly reads what only scenarios of its kind have.
func (b *block) kindly(s *plan.Scenario) {
	switch s.Kind {
	case plan.Baseline:
		switch b.exactlyOne("duration", "requests", "sessions") {
		case "duration":
			s.Duration = b.duration("duration")
		case "requests":
			s.Requests = b.count("requests")
		case "sessions":
			s.Sessions = b.count("sessions")
		}
	case plan.Endurance:
		s.Duration = b.duration("duration")
	case plan.Stress:
		s.Confirm, s.StopWhen = b.bool("confirm"), b.expression("stop_when")
	}
}

// idle warns of attributes that have no effect on this kind of load.
func (b *block) idle(s *plan.Scenario) {
	names, load := []string{"connections", "arrivals", "max_users", "patience"}, "closed load (users)"
	if s.Load.Open {
		names, load = []string{"pace", "reconnect"}, "open load (rate)"
	}
	for _, name := range names {
		if b.has(name) {
			b.l.warn(b.cells[name].rng, fmt.Sprintf("%s has no effect on %s", name, load), "Leave it out.")
		}
	}
}

// mix reads the flows of a scenario and their shares.
func (b *block) mix() []plan.Share {
	blocks := b.all("mix")
	if len(blocks) == 0 {
		if !b.has("flow") {
			b.fail(fmt.Sprintf("%s needs flow", b.called), "Name what every user does, as in flow = flow."+b.l.someName("flow")+", or give several in mix blocks.")
			return nil
		}
		return b.everyone()
	}
	if b.has("flow") {
		b.l.fail(b.cells["flow"].rng, "both flow and mix", "Name the flow in a mix block as well, or leave them out.")
	}
	var shares []plan.Share
	for _, m := range blocks {
		weight := m.weight()
		d := b.l.declared["flow"][m.label]
		if d == nil {
			m.fail(fmt.Sprintf("there is no flow %s", m.label), suggestion(m.label, b.l.named("flow")))
			continue
		}
		flow := b.l.flows[d.instances()[0]]
		if slices.ContainsFunc(shares, func(s plan.Share) bool { return s.Flow == flow }) {
			m.fail(fmt.Sprintf("the flow %s stands twice in the mix", m.label), "Add the weights.")
			continue
		}
		shares = append(shares, plan.Share{Flow: flow, Weight: weight})
	}
	return shares
}

// everyone is the mix of one flow.
func (b *block) everyone() []plan.Share {
	target, ok := b.reference("flow")
	if !ok || b.l.flows[target] == nil {
		return nil
	}
	return []plan.Share{{Flow: b.l.flows[target], Weight: 1}}
}

// load reads how much load there is: users or rate.
func (b *block) load() plan.Load {
	kind := b.exactlyOne("users", "rate")
	if kind == "" {
		return plan.Load{Range: b.head}
	}
	n, a, _ := b.attribute(kind)
	load := plan.Load{Open: kind == "rate", Range: n.rng}
	if a.Type != language.Object {
		load.Steady = b.level(kind)
		if load.Steady == 0 && n.value().IsWhollyKnown() {
			n.fail(kind+" must be above zero", example(a))
		}
		return load
	}
	o, ok := n.fields(a)
	switch {
	case !ok:
	case b.schema.Name == "stress":
		load.Stairs = o.stairs()
	default:
		load.Surge = o.surge()
	}
	return load
}

// level reads a number of users, or a rate, as described.
func (b *block) level(name string) float64 {
	if describe(b, name).Type == language.Rate {
		return b.rate(name)
	}
	return b.number(name)
}

// stairs reads the shape of a stress; nil where it makes no stairs.
func (b *block) stairs() *plan.Stairs {
	s := &plan.Stairs{From: b.level("from"), To: b.level("to"), Step: b.level("step"), Every: b.duration("every")}
	const remedy = "It goes from one level up to another, as in { from = 100, to = 1000, step = 100, every = \"1m\" }."
	switch {
	case !b.complete():
	case s.Step <= 0:
		b.fail("step must be above zero", remedy)
	case s.From <= 0:
		b.fail("from must be above zero", remedy)
	case s.To < s.From:
		b.fail("to is less than from", remedy)
	case (s.To-s.From)/s.Step > maxLevels:
		b.fail(fmt.Sprintf("more than %d levels", maxLevels), "Take larger steps.")
	case s.Every > 0:
		return s
	}
	return nil
}

// surge reads the shape of a spike.
func (b *block) surge() *plan.Surge {
	s := &plan.Surge{
		Base: b.level("base"), Peak: b.level("peak"), Before: b.duration("before"),
		Rise: b.duration("rise"), Hold: b.duration("hold"), Settle: b.duration("settle"),
	}
	if b.complete() && s.Peak <= s.Base {
		b.fail("peak is not above base", "A spike rises from its base, as in { base = 50, peak = 500, … }.")
	}
	return s
}

// complete reports whether every attribute that must be given is, and could be evaluated.
func (b *block) complete() bool {
	for _, a := range b.schema.Attributes {
		c := b.cells[a.Name]
		if c == nil && a.Required || c != nil && !c.resolve().IsWhollyKnown() {
			return false
		}
	}
	return true
}
