package dsl

import (
	"fmt"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// maxLevels bounds the levels of a stress or a capacity.
const maxLevels = 1_000

// capacity reads what only a capacity has.
func (b *block) capacity(s *plan.Scenario) {
	preset, counts := b.levels()
	levels := &plan.Levels{
		Counts: counts, Success: preferred(b, "success", preset.Success, node.percent),
		Timeout: preferred(b, "timeout", preset.Timeout, node.duration), Pause: preferred(b, "pause", preset.Pause, node.duration),
		Hold: b.duration("hold"), Additive: !b.bool("fresh"), Refine: b.percent("refine"), Safety: b.percent("safety"), Rate: b.rate("rate"),
		Protocol: plan.Protocol(b.choice("protocol")), Path: b.path("path"), Headers: b.headers("headers"),
	}
	s.Load.Range = b.head
	if n, ok := b.at("levels"); ok {
		s.Load.Range = n.rng
	}
	b.held(s, levels)
	b.opened(levels)
	if len(counts) > 0 {
		s.Load.Levels = levels
	}
}

// preferred reads an attribute whose default depends on the levels.
func preferred[T any](b *block, name, fallback string, reader func(node, *language.Attribute) (T, bool)) T {
	if b.has(name) {
		return read(b, name, reader)
	}
	usual := *describe(b, name)
	usual.Default = fallback
	value, _ := reader(b.l.fallback(&usual), &usual)
	return value
}

// levels reads the levels, and the preset that they name or else the usual one.
func (b *block) levels() (language.Preset, []int) {
	presets := language.Presets()
	n, a, _ := b.attribute("levels")
	if name, is := n.word(); is {
		i := slices.IndexFunc(presets, func(p language.Preset) bool { return p.Name == name })
		if i < 0 {
			n.fail(fmt.Sprintf("levels cannot be %q", name), suggestion(name, a.Values)+" Or list them, as in levels = [10, 100, 500].")
			return presets[0], nil
		}
		return presets[i], presets[i].Levels
	}
	return presets[0], n.counts(a)
}

// word is the value where it is text that is no number.
func (n node) word() (string, bool) {
	v, _ := n.value().Unmark()
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return "", false
	}
	if _, err := cty.ParseNumberVal(v.AsString()); err == nil {
		return "", false
	}
	return v.AsString(), true
}

// counts reads a list of ascending whole numbers, or one; nil where that fails, which is reported.
func (n node) counts(a *language.Attribute) []int {
	items := n.items()
	switch {
	case len(items) == 0 && n.value().IsKnown():
		n.fail(n.name+" is empty", "Give at least one number, as in levels = [10, 100, 500].")
	case len(items) > maxLevels:
		n.fail(fmt.Sprintf("more than %d levels", maxLevels), "Take larger steps.")
		return nil
	}
	whole := *a
	whole.Type = language.Count
	var all []int
	for _, item := range items {
		f, ok := item.number(&whole)
		if !ok {
			return nil
		}
		if last := len(all) - 1; last >= 0 && int(f) <= all[last] {
			item.fail(fmt.Sprintf("%s are not ascending: %d stands behind %d", n.name, int(f), all[last]), "Each level is above the one before.")
			return nil
		}
		all = append(all, int(f))
	}
	return all
}

// held reads what each connection does: it is opened by path, or runs a flow.
func (b *block) held(s *plan.Scenario, levels *plan.Levels) {
	if b.exactlyOne("path", "flow") == "flow" {
		s.Mix = b.everyone()
		if b.has("headers") {
			b.l.fail(b.cells["headers"].rng, "headers beside a flow", "The steps of the flow have their own: put them there.")
		}
	}
	for _, share := range s.Mix {
		if !speaks(share.Flow, levels.Protocol) {
			name := language.Protocols()[levels.Protocol]
			b.l.fail(b.cells["flow"].rng, fmt.Sprintf("the flow %s has no step that speaks %s", share.Flow.Name, name), speaking[levels.Protocol])
		}
	}
}

// speaking is the remedy where a flow lacks the step that speaks a protocol.
var speaking = [...]string{
	plan.WebSockets:  "Give it a websocket step, or say what it speaks: protocol = \"http\" or \"stream\".",
	plan.KeepAlive:   "Give it an http step without a stream, or say what it speaks: protocol = \"websocket\" or \"stream\".",
	plan.EventStream: "Give it an http step with stream { … }, or say what it speaks: protocol = \"websocket\" or \"http\".",
}

// speaks reports whether a step of the flow opens a connection of the protocol.
func speaks(f *plan.Flow, p plan.Protocol) bool {
	found := false
	plan.Walk(f.Steps, func(s plan.Step) {
		switch s := s.(type) {
		case *plan.WebSocket:
			found = found || p == plan.WebSockets
		case *plan.HTTP:
			found = found || s.Stream == nil && p == plan.KeepAlive || s.Stream != nil && p == plan.EventStream
		}
	})
	return found
}

// opened reports a level that its rate cannot reach within the timeout.
func (b *block) opened(levels *plan.Levels) {
	if n, given := b.at("rate"); levels.Rate == 0 {
		if given && n.value().IsKnown() {
			n.fail("rate must be above zero", "Leave it out to open connections as fast as they can be.")
		}
		return
	}
	there := 0
	for _, count := range levels.Counts {
		wanted := float64(count) * levels.Success
		takes := time.Duration((wanted - float64(there)) / levels.Rate * float64(time.Second))
		if takes > levels.Timeout {
			b.l.fail(b.cells["rate"].rng, fmt.Sprintf("the level %d cannot be opened in time: %.0f connections take %s, and the timeout is %s", count, wanted-float64(there), takes.Round(time.Second), levels.Timeout),
				"Open them faster, or give them longer.")
			return
		}
		if levels.Additive {
			there = count
		}
	}
}
