package expr

import (
	"math"

	"plimsoll/dsl/fact"
)

// Interval arithmetic (https://en.wikipedia.org/wiki/Interval_arithmetic): the result holds every value that the operands
// may have. Sums, products and quotients of what is unknown are unknown; min, max and comparisons may decide all the same.
// Infinity is an event that never came, and is compared like any value; where arithmetic on it or a division by what may be
// zero has no value, the result is unknown. An end is never NaN.

func add(a, b fact.Interval) fact.Interval { return enclose(a, b, a.Low+b.Low, a.High+b.High) }

func subtract(a, b fact.Interval) fact.Interval { return enclose(a, b, a.Low-b.High, a.High-b.Low) }

func multiply(a, b fact.Interval) fact.Interval {
	if never(a) && touchesZero(b) || never(b) && touchesZero(a) {
		return fact.Unknown()
	}
	p, q, r, s := product(a.Low, b.Low), product(a.Low, b.High), product(a.High, b.Low), product(a.High, b.High)
	return enclose(a, b, min(p, q, r, s), max(p, q, r, s))
}

// product is 0 for 0 × ∞: an infinite end is a bound that no value reaches, unless the value itself is infinite.
func product(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

func divide(a, b fact.Interval) fact.Interval {
	if touchesZero(b) || never(a) || never(b) {
		return fact.Unknown()
	}
	return multiply(a, fact.Interval{Low: 1 / b.High, High: 1 / b.Low})
}

func negate(a fact.Interval) fact.Interval { return fact.Interval{Low: -a.High, High: -a.Low} }

func least(a, b fact.Interval) fact.Interval {
	return fact.Interval{Low: min(a.Low, b.Low), High: min(a.High, b.High)}
}

func most(a, b fact.Interval) fact.Interval {
	return fact.Interval{Low: max(a.Low, b.Low), High: max(a.High, b.High)}
}

func magnitude(a fact.Interval) fact.Interval {
	switch {
	case !a.Known() || a.Low >= 0:
		return a
	case a.High <= 0:
		return negate(a)
	}
	return fact.Interval{Low: 0, High: max(-a.Low, a.High)}
}

func touchesZero(a fact.Interval) bool { return a.Low <= 0 && a.High >= 0 }

// never reports whether a is an event that never came.
func never(a fact.Interval) bool { return a.Low == a.High && math.IsInf(a.Low, 0) }

// enclose is low to high, unless an operand is unknown or the sum has no value.
func enclose(a, b fact.Interval, low, high float64) fact.Interval {
	if !a.Known() || !b.Known() || math.IsNaN(low) || math.IsNaN(high) {
		return fact.Unknown()
	}
	return fact.Interval{Low: low, High: high}
}

// sane guards against a source that says NaN or gives the ends the wrong way round.
func sane(i fact.Interval) fact.Interval {
	if i.Low <= i.High {
		return i
	}
	return fact.Unknown()
}

// compare decides a comparison where every value of a and every value of b agree on it. Without data it is Unknown.
func compare(op string, a, b fact.Interval) Truth {
	if !a.Known() || !b.Known() {
		return Unknown
	}
	switch op {
	case "<":
		return decide(a.High < b.Low, a.Low >= b.High)
	case "<=":
		return decide(a.High <= b.Low, a.Low > b.High)
	case ">":
		return compare("<", b, a)
	case ">=":
		return compare("<=", b, a)
	case "==":
		return decide(a.Low == b.High && a.High == b.Low, a.High < b.Low || a.Low > b.High)
	}
	return not(compare("==", a, b))
}

func decide(yes, no bool) Truth {
	switch {
	case yes:
		return True
	case no:
		return False
	}
	return Unknown
}

func not(t Truth) Truth { return [...]Truth{Unknown: Unknown, False: True, True: False}[t] }

// both is and: false beats unknown.
func both(a, b Truth) Truth {
	if a == False || b == False {
		return False
	}
	return min(a, b)
}

// either is or: true beats unknown.
func either(a, b Truth) Truth { return not(both(not(a), not(b))) }
