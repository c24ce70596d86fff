package fact

import (
	"slices"
	"strings"
	"sync"
)

// All lists the vocabulary, in the order of the reference: scenario, steps, phases, steps of phases. The caller may keep it.
func All() []Fact {
	var all []Fact
	for _, r := range rows() {
		all = append(all, r.Fact)
	}
	return all
}

// Find lists the facts that a reader may mean: those of the exact path, else those of which the pattern is a prefix that
// ends at a dot, else those whose path holds it. Names of a plan may stand in place of <flow>, <step> and so on.
func Find(pattern string) []Fact {
	if names := strings.Split(pattern, "."); len(names) > 1 && names[0] == "ecs" && tree().child("ecs").wild.child(names[1]) != nil {
		pattern = "ecs.<service>." + strings.Join(names[1:], ".") // ecs.scale_out is asked for of any service
	}
	for _, fits := range []func(path string) bool{
		func(path string) bool { return matches(path, pattern, false) },
		func(path string) bool { return matches(path, pattern, true) },
		func(path string) bool { return pattern != "" && strings.Contains(path, pattern) },
	} {
		found := slices.DeleteFunc(All(), func(f Fact) bool { return !fits(f.Path) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// matches compares a path of the table, placeholders fitting anything, with a pattern or with one's beginning.
func matches(path, pattern string, beginning bool) bool {
	want, have := strings.Split(pattern, "."), strings.Split(path, ".")
	if len(want) > len(have) || len(want) < len(have) && !beginning {
		return false
	}
	for i, name := range want {
		if name != have[i] && !placeholder(have[i]) {
			return false
		}
	}
	return true
}

// row is a fact of the listing with what looking it up needs besides.
type row struct {
	Fact
	kind   string
	custom string // the placeholder for what its dimension is that of; "" where it has its own
}

// rows multiplies the table out: each entry in each of its places, a distribution by its values.
var rows = sync.OnceValue(func() []row {
	var all []row
	for _, place := range places {
		for _, e := range slices.Concat(entries, ofFleet()) {
			if e.where&place.scope != 0 {
				all = append(all, e.expand(place.prefix, place.doc)...)
			}
		}
	}
	return all
})

func (e entry) expand(prefix, place string) []row {
	windowed := e.windowed && !strings.HasPrefix(prefix, "phase.")
	base := row{Fact: Fact{prefix + e.path, e.dimension, windowed, e.doc + place, prefix + e.example}, kind: e.kind}
	for _, placeholder := range []string{"<measure>", "<metric>"} {
		if strings.Contains(e.path, placeholder) {
			base.custom = placeholder
		}
	}
	if !e.spread {
		return []row{base}
	}
	var all []row
	for _, s := range spread {
		r := base
		r.Path += "." + s.name
		r.Doc = s.doc + ", " + e.doc + place
		r.Example = prefix + e.exampleOf(s.name)
		if s.name == "count" {
			r.Dimension, r.custom = Count, ""
			r.Example = r.Path + " > 100"
		}
		all = append(all, r)
	}
	return all
}

// exampleOf turns the example of a distribution into one about another of its values.
func (e entry) exampleOf(name string) string {
	path, condition, _ := strings.Cut(e.example, " ")
	return path[:strings.LastIndexByte(path, '.')+1] + name + " " + condition
}
