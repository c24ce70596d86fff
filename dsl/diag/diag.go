// Package diag shows diagnostics: as text with a source snippet, as JSON, and as annotations of a pull request.
package diag

import "github.com/hashicorp/hcl/v2"

// List is what loading found, with what is needed to show it.
type List struct {
	Diagnostics hcl.Diagnostics
	Files       map[string]*hcl.File
	Redact      func(string) string // hides secrets; nil hides nothing
}

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool { return l.Diagnostics.HasErrors() }
