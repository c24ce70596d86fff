// Package expr compiles and evaluates the expressions that a plan leaves for the run: assertions over facts, and the
// conditions and texts of a flow. It is the only importer of expr-lang, and knows nothing of files or of HCL.
package expr

// Problem is a mistake in an expression: what is wrong, how to mend it, and which bytes of the source it concerns.
type Problem struct {
	Start, End int
	Summary    string
	Remedy     string
}

// Truth is a three-valued judgement.
type Truth uint8

// The zero Truth is Unknown.
const (
	Unknown Truth = iota
	False
	True
)

// String is unknown, false or true.
func (t Truth) String() string { return [...]string{"unknown", "false", "true"}[t] }
