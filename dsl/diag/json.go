package diag

import "github.com/hashicorp/hcl/v2"

// Record is a diagnostic for programs: the JSON twin of its text, redacted like it.
type Record struct {
	Severity string `json:"severity"` // error or warning
	Summary  string `json:"summary"`
	Detail   string `json:"detail,omitempty"`
	File     string `json:"file,omitempty"` // "" where it concerns no place
	Range    *Range `json:"range,omitempty"`
}

// Range is from Start up to, not including, End.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Position counts lines and columns (grapheme clusters) from 1, bytes of the file from 0.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// Records returns the diagnostics in the order of WriteText; never nil, so that JSON shows an empty list as such.
func (l List) Records() []Record {
	records := []Record{}
	for _, d := range l.ordered() {
		r := Record{Severity: severity(d), Summary: l.redact(d.Summary), Detail: l.redact(d.Detail)}
		if d.Subject != nil {
			r.File = l.redact(d.Subject.Filename)
			r.Range = &Range{Start: position(d.Subject.Start), End: position(d.Subject.End)}
		}
		records = append(records, r)
	}
	return records
}

func position(p hcl.Pos) Position { return Position{Line: p.Line, Column: p.Column, Byte: p.Byte} }
