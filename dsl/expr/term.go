package expr

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"plimsoll/dsl/fact"
)

// term is a compiled part: a number in its unit, or where judge is set a truth.
type term struct {
	node     ast.Node
	unit     unit
	number   func(fact.Source) fact.Interval
	judge    func(fact.Source) Truth
	path     string // of the fact that it is, alone
	constant bool   // no fact is read
}

// value is a constant's.
func (t term) value() float64 { return t.number(nil).Low }

// numeric is a number as the plan wrote it, in the unit that was rewritten.
func (s *source) numeric(n ast.Node, v float64) term {
	u := unit{kind: bare}
	if d, ok := s.literals[n.Location().From]; ok {
		u = unit{dimension: d}
	} else if v == 0 {
		u.kind = zero
	}
	return term{node: n, unit: u, number: exactly(v), constant: true}
}

func exactly(v float64) func(fact.Source) fact.Interval {
	i := fact.Exactly(v)
	return func(fact.Source) fact.Interval { return i }
}

// failed stands for a part whose mistake has been reported.
func (s *source) failed(n ast.Node) term {
	return term{node: n, unit: unit{kind: wrong}, number: exactly(0)}
}

func (s *source) report(n ast.Node, summary, remedy string) {
	start, end := s.extent(n)
	s.problem(start, end, summary, remedy)
}

// unlike reports two units that do not go together. The blame is on a bare number, if there is one.
func (s *source) unlike(n ast.Node, a, b term) {
	if a.unit.number() {
		a, b = b, a
	}
	summary := fmt.Sprintf("%s is %s, and %s is %s", s.written(a.node), a.unit.describe(), s.written(b.node), b.unit.describe())
	switch {
	case b.unit.kind == bare && b.constant:
		s.report(b.node, summary, "write "+mend(b.value(), a.unit.dimension))
	case b.unit.number():
		s.report(n, summary, "bring it to "+a.unit.describe()+", by a factor such as "+sample(a.unit.dimension))
	case a.unit.dimension == fact.Ratio && b.unit.dimension == fact.Count && b.constant, b.unit.dimension == fact.Ratio && b.constant:
		s.report(n, summary, "a percentage is of something: write "+s.written(b.node)+" * … , or compare with "+sample(a.unit.dimension))
	default:
		s.report(n, summary, fmt.Sprintf("only like goes with like: put %s such as %s in place of one", a.unit.describe(), sample(a.unit.dimension)))
	}
}
