package dsl

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// slas reads the SLAs in a service or a scenario.
func (l *loader) slas(b *block) []plan.SLA {
	var all []plan.SLA
	seen := map[string]hcl.Range{}
	for _, inner := range b.all("sla") {
		if first, again := seen[inner.label]; again {
			inner.fail(fmt.Sprintf("a second sla %q in %s", inner.label, language.Article(b.schema.Name)), "The first stands at "+place(first)+".")
			continue
		}
		seen[inner.label] = inner.head
		all = append(all, inner.sla(b.schema.Name != "service"))
	}
	return all
}

// sla reads one SLA; own says that it stands in a scenario.
func (b *block) sla(own bool) plan.SLA {
	b.constant("description")
	s := plan.SLA{
		Name: b.label, Assert: b.expression("assert"), Window: b.duration("window"), Abort: b.abort(),
		Phases: b.constants("phases"), Own: own, Range: b.head,
	}
	if s.Window > time.Second && s.Window%time.Second != 0 {
		n, _ := b.at("window")
		n.fail("window must be whole seconds", "Facts are known by the second: write \"1s\" or more.")
	}
	return s
}

// abort reads false, true or "run".
func (b *block) abort() plan.Abort {
	n, ok := b.at("abort")
	if !ok {
		return plan.AbortNothing
	}
	v, ok := n.constant()
	switch {
	case !ok:
	case v.Type() == cty.Bool && v.False():
	case v.Type() == cty.Bool:
		return plan.AbortScenario
	case v.Type() == cty.String && v.AsString() == "run":
		return plan.AbortRun
	default:
		n.fail("abort takes true, false or \"run\"", "true ends the scenario, \"run\" all of them.")
	}
	return plan.AbortNothing
}
