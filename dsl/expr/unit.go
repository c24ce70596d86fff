package expr

import (
	"math"

	"plimsoll/dsl/fact"
)

// unit is what a number is measured in, and how sure that is.
type unit struct {
	dimension fact.Dimension
	kind      unitKind
}

// unitKind tells numbers apart that have the same dimension.
type unitKind uint8

const (
	measured unitKind = iota // a fact, or a number written with its unit
	bare                     // a number written without
	zero                     // 0, which is nothing in every unit
	quotient                 // like divided by like: a number, or a ratio
	loose                    // unknown until the run, and checked then
	wrong                    // already reported
)

// number reports whether it has no unit of its own, so that it scales others.
func (u unit) number() bool { return u.kind == bare || u.kind == zero || u.kind == quotient }

func (u unit) unsure() bool { return u.kind == loose || u.kind == wrong }

// like reports whether a and b may be compared, added, and chosen between; sum is what results.
func like(a, b unit) (sum unit, ok bool) {
	switch {
	case a.kind == wrong || b.kind == wrong:
		return unit{kind: wrong}, true
	case a.unsure() || b.unsure():
		return unit{kind: loose}, true
	case a.kind == zero:
		return b, true
	case b.kind == zero:
		return a, true
	case a.dimension == b.dimension:
		if a.kind == b.kind {
			return a, true
		}
		return unit{dimension: a.dimension}, true
	case a.kind == quotient && b.dimension == fact.Ratio, b.kind == quotient && a.dimension == fact.Ratio:
		return unit{dimension: fact.Ratio}, true
	}
	return unit{kind: wrong}, false
}

// times is the unit of a product.
func times(a, b unit) (unit, bool) {
	switch {
	case a.unsure() || b.unsure():
		return unit{kind: max(a.kind, b.kind)}, true
	case a.number():
		return scaled(b, a), true
	case b.number():
		return scaled(a, b), true
	case a.dimension == fact.Ratio:
		return b, true
	case b.dimension == fact.Ratio || b.dimension == fact.Count:
		return a, true
	case a.dimension == fact.Count:
		return b, true
	case a.dimension == fact.Rate && b.dimension == fact.Time, a.dimension == fact.Time && b.dimension == fact.Rate:
		return unit{dimension: fact.Count}, true
	}
	return unit{kind: wrong}, false
}

// scaled is a number times a number, or u times one.
func scaled(u, by unit) unit {
	switch {
	case !u.number() || u.kind == by.kind:
		return u
	case u.kind == quotient || by.kind == quotient:
		return unit{kind: quotient}
	}
	return unit{kind: bare}
}

// over is the unit of a quotient.
func over(a, b unit) (unit, bool) {
	switch {
	case a.unsure() || b.unsure():
		return unit{kind: max(a.kind, b.kind)}, true
	case b.number():
		return scaled(a, b), true
	case a.dimension == b.dimension && a.kind == measured:
		return unit{kind: quotient}, true
	case b.dimension == fact.Ratio || b.dimension == fact.Count && a.kind == measured:
		return a, true
	case a.dimension == fact.Count && b.dimension == fact.Time:
		return unit{dimension: fact.Rate}, true
	case a.dimension == fact.Count && b.dimension == fact.Rate:
		return unit{dimension: fact.Time}, true
	case a.number() && b.dimension == fact.Count:
		return a, true
	}
	return unit{kind: wrong}, false
}

// describe is the unit as a sentence needs it.
func (u unit) describe() string {
	if u.number() {
		return "a bare number"
	}
	return u.dimension.Noun()
}

// mend is how a bare number would be written in a dimension: 800 as 800ms, 0.01 as 1%. It guesses what was meant, as a
// person would: few seconds, many milliseconds, and ratios of one at most.
func mend(v float64, d fact.Dimension) string {
	switch {
	case d == fact.Time && math.Abs(v) >= 10:
		v /= 1000
	case d == fact.Ratio && math.Abs(v) >= 1:
		v /= 100
	}
	return d.Literal(v)
}

// sample is a literal of the dimension, for advice.
func sample(d fact.Dimension) string {
	return [...]string{"100", "800ms", "1%", "10MB", "200/s", "$100", "true", "'text'"}[d]
}
