package dsl

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
)

// suggestion says what may have been meant by a name that is not among the valid ones.
func suggestion(name string, valid []string) string {
	if best, ok := fact.Closest(name, valid); ok {
		return fmt.Sprintf("Did you mean %s?", best)
	}
	if len(valid) == 0 {
		return "There is none."
	}
	return "There is " + language.Enumerate(valid, "and") + "."
}

// length is a duration as plans have it: 7m, not 7m0s.
func length(d time.Duration) string { return fact.Time.Literal(d.Seconds()) }

// uncapital makes a summary of HCL begin as ours do.
func uncapital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }
