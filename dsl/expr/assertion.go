package expr

import (
	"math"
	"slices"
	"strings"

	"plimsoll/dsl/fact"
)

// Vocabulary is what the assertions of one scenario may speak of. It may be used concurrently.
type Vocabulary struct{ names fact.Names }

// NewVocabulary prepares a vocabulary; build it once and compile many assertions with it.
func NewVocabulary(names fact.Names) *Vocabulary { return &Vocabulary{names} }

// Compile parses and checks an assertion. Every mistake is reported; the assertion is nil if there is any.
func (v *Vocabulary) Compile(text string) (*Assertion, []Problem) {
	c := &asserter{source: rewrite(text, dialect{rates: true, known: v.knows}), names: v.names}
	tree, ok := c.parse(nil)
	if !ok {
		return nil, c.problems
	}
	root := c.compile(tree.Node)
	c.wantTruth(root)
	if len(c.problems) == 0 && len(c.facts) == 0 {
		c.report(tree.Node, "the assertion speaks of no fact", "compare one: latency.p95 < 800ms")
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return &Assertion{judge: root.judge, facts: c.facts, needs: c.needs, limits: c.limits}, nil
}

func (v *Vocabulary) knows(names []string) bool {
	_, _, unknown := v.names.Lookup(names...)
	return unknown == nil
}

// Assertion is a compiled boolean expression over facts. It may be used concurrently.
type Assertion struct {
	judge func(fact.Source) Truth
	facts []reading
	needs []Need

	limits map[string]float64
}

// reading is a fact that an assertion reads.
type reading struct {
	path   string
	fact   fact.Fact
	bounds []float64 // constants that it is compared with
}

// Judge evaluates the assertion by interval arithmetic: a comparison of which too little is known is Unknown,
// false and unknown is False, true or unknown is True.
func (a *Assertion) Judge(src fact.Source) Truth { return a.judge(src) }

// Paths lists the facts that the assertion reads, canonical and sorted.
func (a *Assertion) Paths() []string {
	paths := make([]string, len(a.facts))
	for i, r := range a.facts {
		paths[i] = r.path
	}
	slices.Sort(paths)
	return paths
}

// PhaseOnly lists, as the assertion wrote them, those facts that are not known per second, so that no window can judge them.
func (a *Assertion) PhaseOnly() []string {
	var paths []string
	for _, r := range a.facts {
		if !r.fact.Windowed {
			paths = append(paths, fact.Written(fact.Split(r.path)...))
		}
	}
	return paths
}

// Need is how many operations a fact must rest on before it may be judged in a window.
type Need struct {
	Path       string
	Operations int64
}

// Needs lists them: 10/(1−q) for a percentile q, 1/x for error_rate < x. Each path stands once, with the most it needs.
func (a *Assertion) Needs() []Need { return slices.Clone(a.needs) }

// Limit is the constant that a fact, named by its canonical path, is compared to be below, the largest where there are
// several; false where there is none.
func (a *Assertion) Limit(path string) (float64, bool) {
	most, ok := a.limits[path]
	return most, ok
}

// Explain shows the values that decide, in the order of the assertion: latency.p95 = 912 ms, error_rate = no data. A value
// that is not equal to what it is compared with does not look so.
func (a *Assertion) Explain(src fact.Source) string {
	var b strings.Builder
	for i, r := range a.facts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(fact.Written(fact.Split(r.path)...))
		known := sane(src.Value(r.path))
		value := known.Format(r.fact.Dimension, a.beside(r, src)...)
		if bound := math.IsInf(known.Low, 0) != math.IsInf(known.High, 0); !bound {
			b.WriteString(" =")
		}
		b.WriteString(" " + value)
	}
	return b.String()
}

// beside are the values that a reading may be compared with: its bounds, and the other facts of its dimension.
func (a *Assertion) beside(r reading, src fact.Source) []float64 {
	others := slices.Clone(r.bounds)
	for _, other := range a.facts {
		if known := sane(src.Value(other.path)); other.path != r.path && other.fact.Dimension == r.fact.Dimension && known.Known() {
			others = append(others, known.Low, known.High)
		}
	}
	return others
}
