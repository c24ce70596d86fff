package expr

import "plimsoll/dsl/fact"

// Vocabulary is what the assertions of one scenario may speak of.
type Vocabulary struct{ names fact.Names }

// NewVocabulary prepares a vocabulary; build it once and compile many assertions with it.
func NewVocabulary(names fact.Names) *Vocabulary { return &Vocabulary{names} }

// Compile parses and checks an assertion. Every mistake is reported; the assertion is nil if there is any.
func (v *Vocabulary) Compile(source string) (*Assertion, []Problem) { panic("unimplemented") }

// Assertion is a compiled boolean expression over facts. It may be used concurrently.
type Assertion struct{}

// Judge evaluates the assertion by interval arithmetic: a comparison of which too little is known is Unknown,
// false and unknown is False, true or unknown is True.
func (a *Assertion) Judge(src fact.Source) Truth { panic("unimplemented") }

// Paths lists the facts that the assertion reads, canonical and sorted.
func (a *Assertion) Paths() []string { panic("unimplemented") }

// Need is how many operations a fact must rest on before it may be judged in a window.
type Need struct {
	Path       string
	Operations int64
}

// Needs lists them: 10/(1−q) for a percentile q, 1/x for error_rate < x.
func (a *Assertion) Needs() []Need { panic("unimplemented") }
