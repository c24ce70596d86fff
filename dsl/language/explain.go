package language

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
)

// maxExplained bounds how many facts one topic shows whole; of more, the names are listed.
const maxExplained = 5

// Explain says what a topic means: a block (stress), an attribute (stress.users), a field of it (stress.users.from), an
// attribute wherever it stands (users), what stands in a block (desired.alarm, track.cpu), a fact (latency.p95), a name or a
// function of expressions (uuid). A topic with several meanings is explained in each of them. An unknown one is an error
// that says what may have been meant.
func Explain(topic string) (string, error) {
	topic = strings.TrimSuffix(strings.TrimSpace(topic), "()")
	if topic == "" {
		return "", errors.New("explain what? A block such as stress, an attribute such as stress.users, a fact such as latency.p95, or a function such as uuid")
	}
	x := explainer{tables: New()}
	x.topic = x.inmost(strings.Split(topic, "."))
	found := slices.Concat(x.blocks(), x.attributes(), x.expressions(), x.functions())
	if facts := fact.Find(topic); len(facts) > 0 && (len(found) == 0 || exact(facts, topic)) {
		found = append(found, x.facts(facts))
	}
	if len(found) == 0 {
		return "", fmt.Errorf("there is no topic %s. %s", topic, x.suggestion())
	}
	return strings.Join(found, "\n"), nil
}

// exact reports whether the facts are those of the topic itself, and not some that only hold its letters.
func exact(facts []fact.Fact, topic string) bool {
	return strings.HasPrefix(facts[0].Path, topic)
}

// Topics lists what Explain can be asked about, sorted: blocks, their attributes, facts, names and functions.
func Topics() []string {
	var topics []string
	for _, b := range New().Blocks {
		topics = append(topics, b.Name)
		for _, a := range b.Attributes {
			topics = append(topics, b.Name+"."+a.Name)
			for _, f := range a.Fields {
				topics = append(topics, b.Name+"."+a.Name+"."+f.Name)
			}
		}
	}
	for _, f := range fact.All() {
		topics = append(topics, f.Path)
	}
	for _, n := range expr.FlowNames() {
		topics = append(topics, n.Name)
	}
	for _, f := range expr.Functions() {
		topics = append(topics, f.Name)
	}
	for _, f := range expr.AssertionFunctions() {
		topics = append(topics, f.Name)
	}
	for _, f := range Functions() {
		topics = append(topics, f.Name)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

// explainer looks for one topic.
type explainer struct {
	tables *Language
	topic  string
}

// inmost is the topic without the blocks that its block stands in, and without the label where only some may stand.
func (x explainer) inmost(names []string) string {
	for len(names) > 1 {
		b := x.tables.Block(names[0])
		if b == nil {
			break
		}
		if slices.Contains(b.Labels, names[1]) {
			return strings.Join(slices.Delete(names, 1, 2), ".")
		}
		if _, is := b.Attribute(names[1]); is || !b.Holds(names[1]) {
			break
		}
		names = names[1:]
	}
	return strings.Join(names, ".")
}

// suggestion is the topic that was perhaps meant, whole or its last name alone.
func (x explainer) suggestion() string {
	known := Topics()
	for _, b := range x.tables.Blocks {
		for _, inner := range b.Blocks {
			known = append(known, b.Name+"."+inner)
		}
	}
	if best, ok := fact.Closest(x.topic, known); ok {
		return fmt.Sprintf("Did you mean %s?", best)
	}
	return "Name a block such as stress, an attribute such as stress.users, a fact such as latency.p95, or a function such as uuid."
}

func (x explainer) blocks() []string {
	b := x.tables.Block(x.topic)
	if b == nil {
		return nil
	}
	return []string{explainBlock(b)}
}

// attributes finds block.attribute, block.attribute.field, or an attribute by its name alone.
func (x explainer) attributes() []string {
	names := strings.Split(x.topic, ".")
	var found []string
	for _, b := range x.tables.Blocks {
		rest := names
		if len(names) > 1 {
			if names[0] != b.Name {
				continue
			}
			rest = names[1:]
		}
		a, ok := b.Attribute(rest[0])
		if !ok || len(rest) > 2 {
			continue
		}
		title := b.Name + "." + a.Name
		if len(rest) == 2 {
			field, ok := a.Field(rest[1])
			if !ok {
				continue
			}
			a, title = field, title+"."+field.Name
		}
		found = append(found, explainAttribute(title, a))
	}
	return merged(found)
}

// merged puts explanations that differ only in their title into one.
func merged(found []string) []string {
	var all []string
	for _, f := range found {
		title, body, _ := strings.Cut(f, "\n")
		same := slices.IndexFunc(all, func(other string) bool { return strings.HasSuffix(other, "\n"+body) })
		if same < 0 {
			all = append(all, f)
			continue
		}
		first, _, _ := strings.Cut(all[same], "\n")
		all[same] = first + ", " + title + "\n" + body
	}
	return all
}

// expressions finds the names and functions that are there while the plan runs.
func (x explainer) expressions() []string {
	var found []string
	for _, n := range expr.FlowNames() {
		if n.Name == x.topic {
			found = append(found, section(n.Name+"   a name in expressions of a flow", [][2]string{{"type", n.Type}, {"can be read", n.When}}, n.Doc, n.Example))
		}
	}
	for _, f := range expr.Functions() {
		if f.Name == x.topic {
			found = append(found, section(f.Signature+"   a function in expressions of a flow", nil, f.Doc, f.Example))
		}
	}
	for _, f := range expr.AssertionFunctions() {
		if f.Name == x.topic {
			found = append(found, section(f.Signature+"   a function in assertions", nil, f.Doc, f.Example))
		}
	}
	return found
}

func (x explainer) functions() []string {
	for _, f := range Functions() {
		if f.Name == x.topic {
			return []string{section(f.Signature+"   a function while the plan is loaded, in ${…} and values", nil, f.Doc, f.Example)}
		}
	}
	return nil
}

// facts explains facts, or lists them where they are many.
func (x explainer) facts(found []fact.Fact) string {
	if len(found) > maxExplained {
		var b strings.Builder
		fmt.Fprintf(&b, "%s   %d facts\n\n", x.topic, len(found))
		for _, f := range found {
			fmt.Fprintf(&b, "  %s\n", f.Path)
		}
		return b.String()
	}
	var all []string
	for _, f := range found {
		windowed := "no"
		if f.Windowed {
			windowed = "yes"
		}
		unit := f.Dimension.String()
		if f.Dimension.Unit() != "" {
			unit += ", written with " + f.Dimension.Unit()
		}
		all = append(all, section(f.Path+"   a fact", [][2]string{{"type", unit}, {"in windows", windowed}}, Sentence(f.Doc), f.Example))
	}
	return strings.Join(all, "\n")
}
