package dsl

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// maxSteps bounds the steps of one flow.
const maxSteps = 10_000

// flow reads one flow.
func (l *loader) flow(b *block) *plan.Flow {
	b.constant("description")
	if !hclsyntax.ValidIdentifier(b.label) {
		b.fail(fmt.Sprintf("a flow cannot be named %q", b.label), "It is named as flow.<name>: use letters, digits, _ and -, a letter first.")
	}
	f := &plan.Flow{Name: b.label, Range: b.head, Steps: b.steps(false)}
	count := 0
	plan.Walk(f.Steps, func(plan.Step) { count++ })
	switch {
	case count == 0:
		b.fail("the flow has no steps", "Give it at least one, such as http \"home\" { get = \"/\" }.")
	case count > maxSteps:
		b.fail(fmt.Sprintf("the flow has more than %d steps", maxSteps), "Use repeat, or split it.")
	}
	return f
}

// steps reads the steps in a block, in source order; connected says whether a websocket is around them.
func (b *block) steps(connected bool) []plan.Step {
	var all []plan.Step
	for _, inner := range b.inner {
		if s := inner.step(connected); s != nil {
			all = append(all, s)
		}
	}
	return all
}

// step reads one step; nil for a block that is none.
func (b *block) step(connected bool) plan.Step {
	switch b.schema.Name {
	case "http":
		return b.http()
	case "websocket":
		if connected {
			b.fail("a websocket inside a websocket", "A session has one at a time: put them behind each other.")
		}
		return b.websocket()
	case "think":
		return b.think()
	case "repeat":
		return b.repeat(connected)
	case "choose":
		return b.choose(connected)
	case "set":
		return &plan.Set{Head: b.stepHead(), Values: b.saves("values")}
	case "check":
		return &plan.Check{Head: b.stepHead(), Conditions: b.expressions("assert")}
	case "measure":
		return &plan.Measure{Head: b.stepHead(), Value: b.expression("value"), Unit: dimensions[b.choice("unit")]}
	case "group":
		return &plan.Group{Head: b.stepHead(), Steps: b.steps(connected)}
	}
	return b.message(connected)
}

// message reads a step that needs a connection.
func (b *block) message(connected bool) plan.Step {
	if !connected && slices.Contains(language.Connected(), b.schema.Name) {
		b.fail(fmt.Sprintf("%s stands outside of a websocket", b.schema.Name), "Put it inside: websocket \"<step>\" { path = \"/ws\" … }.")
	}
	switch b.schema.Name {
	case "send":
		return b.send()
	case "receive":
		return &plan.Receive{
			Head: b.stepHead(), Until: b.expression("until"), Timeout: b.duration("timeout"),
			Checks: b.expressions("check"), Save: b.saves("save"),
		}
	case "ping":
		return &plan.Ping{Head: b.stepHead()}
	case "close":
		return &plan.Close{Head: b.stepHead(), Code: b.closeCode(), Reason: b.template("reason")}
	}
	return nil
}

// stepHead is what every step has.
func (b *block) stepHead() plan.Head {
	h := plan.Head{Name: b.label, Range: b.head, When: b.expression("when")}
	if _, can := b.schema.Attribute("on_error"); can {
		h.Continue = b.choice("on_error") == 1
	}
	return h
}
