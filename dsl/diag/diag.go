// Package diag shows diagnostics: as text with a source snippet, and as JSON. It touches neither files nor terminals:
// it is given the sources, and writes where it is told to.
package diag

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// List is what loading found, with what is needed to show it.
type List struct {
	Diagnostics hcl.Diagnostics
	Files       map[string]*hcl.File
	Redact      func(string) string // hides secrets; nil hides nothing
}

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool { return l.Diagnostics.HasErrors() }

// Counts is how many different errors and warnings there are.
func (l List) Counts() (errors, warnings int) {
	for _, d := range l.ordered() {
		if d.Severity == hcl.DiagError {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// ordered returns the diagnostics as they are to be shown: what concerns no place first, then by file and place; what
// was found twice, once.
func (l List) ordered() []*hcl.Diagnostic {
	all := slices.Clone(l.Diagnostics)
	slices.SortStableFunc(all, func(a, b *hcl.Diagnostic) int {
		p, q := place(a), place(b)
		return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Start.Byte, q.Start.Byte),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Summary, b.Summary), cmp.Compare(a.Detail, b.Detail))
	})
	return slices.CompactFunc(all, func(a, b *hcl.Diagnostic) bool {
		return a.Severity == b.Severity && a.Summary == b.Summary && a.Detail == b.Detail && place(a) == place(b)
	})
}

// place is the zero range where a diagnostic concerns none.
func place(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// redact hides secrets, then whatever a terminal would obey.
func (l List) redact(s string) string {
	if l.Redact != nil {
		s = l.Redact(s)
	}
	return Visible(s)
}

func severity(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagWarning {
		return "warning"
	}
	return "error"
}
