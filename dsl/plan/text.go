package plan

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Expression is a run-time expression as the plan wrote it.
type Expression struct {
	Source string
	Range  hcl.Range // of the text in the file, without its quotes
	// Offsets maps each byte of Source to its byte in the file; nil where both advance together from Range.Start.
	Offsets []int
}

// Zero reports whether no expression was given.
func (e Expression) Zero() bool { return e.Source == "" }

// Text is a string that may hold {{ … }}: literal parts and expressions in turn. The zero Text is the empty string.
type Text struct {
	Parts []Part
	Range hcl.Range
}

// Part is either a literal or, where Expr is set, an expression whose value stands in its place.
type Part struct {
	Literal string
	Expr    *Expression
}

// Literal returns the text where it holds no expression.
func (t Text) Literal() (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Expr != nil {
			return "", false
		}
		b.WriteString(p.Literal)
	}
	return b.String(), true
}

// Lone returns the expression where the text is exactly one {{ … }}; in JSON it keeps its type.
func (t Text) Lone() (*Expression, bool) {
	if len(t.Parts) == 1 && t.Parts[0].Expr != nil {
		return t.Parts[0].Expr, true
	}
	return nil, false
}

// Static is the text of a plain string.
func Static(s string) Text { return Text{Parts: []Part{{Literal: s}}} }

// Field is a named text: a header, a query or form parameter.
type Field struct {
	Name  string
	Value Text
}

// Value is a JSON value whose strings are texts. Exactly one of the fields that Kind names is meant.
type Value struct {
	Kind   ValueKind
	Bool   bool
	Number string // as JSON writes it
	Text   Text
	List   []Value
	Object []Member // in the order of the source, or of the names where the source has none
}

// Member is one name of a JSON object.
type Member struct {
	Name  string
	Value Value
}

// ValueKind tells the kinds of JSON values apart.
type ValueKind uint8

// The zero ValueKind is JSON's null.
const (
	Null ValueKind = iota
	Bool
	Number
	String
	List
	Object
)
