package diag

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/hashicorp/hcl/v2"
)

// snippet is the line of source that a diagnostic concerns, ready to be shown.
type snippet struct {
	number    string
	context   string // the block around it; "" for none
	source    string
	underline string // spaces, then one ^ under each column of the place
}

// snippet cuts out the line in which a place begins; false where there is none, or it cannot be shown.
func (l List) snippet(d *hcl.Diagnostic, width int) (snippet, bool) {
	if d.Subject == nil || d.Subject.Start.Line == 0 {
		return snippet{}, false
	}
	file := l.Files[d.Subject.Filename]
	if file == nil || len(file.Bytes) == 0 {
		return snippet{}, false
	}
	cut := cutLine(file.Bytes, d.Subject.Start.Byte, d.Subject.End.Byte)
	before, marked, after, ok := l.hide(file.Bytes, cut)
	if !ok {
		return snippet{}, false
	}
	number := strconv.Itoa(d.Subject.Start.Line)
	s := snippet{number: number, context: l.context(file, d)}
	s.source, s.underline = draw(before, marked, after, width-len(number)-3)
	return s, true
}

// A span is the line of a place, as offsets into its file: line ≤ start ≤ end ≤ stop.
type span struct{ line, start, end, stop int }

// cutLine finds the line that start lies in. A place that goes on over the line's end is cut there.
func cutLine(source []byte, start, end int) span {
	start = min(max(start, 0), len(source))
	s := span{start: start, line: bytes.LastIndexByte(source[:start], '\n') + 1, stop: len(source)}
	if i := bytes.IndexByte(source[start:], '\n'); i >= 0 {
		s.stop = start + i
	}
	s.end = min(max(end, start), s.stop)
	return s
}

// hide redacts the three parts of a line. A secret may reach over from one into the other, and then all of the line is
// marked; one that reaches into other lines would be cut in pieces that no longer look like it, so then nothing is shown.
func (l List) hide(source []byte, s span) (before, marked, after string, ok bool) {
	before, marked, after = string(source[s.line:s.start]), string(source[s.start:s.end]), string(source[s.end:s.stop])
	if l.Redact == nil {
		return before, marked, after, true
	}
	line := l.Redact(before + marked + after)
	if l.Redact(string(source[:s.line]))+line+l.Redact(string(source[s.stop:])) != l.Redact(string(source)) {
		return "", "", "", false
	}
	before, marked, after = l.Redact(before), l.Redact(marked), l.Redact(after)
	if before+marked+after != line {
		return "", line, "", true
	}
	return before, marked, after, true
}

// draw lays the parts of a line out within width columns, the marked part in view, and underlines it.
func draw(before, marked, after string, width int) (source, underline string) {
	before = expand(before, 0)
	marked = expand(marked, displaywidth.String(before))
	after = expand(after, displaywidth.String(before)+displaywidth.String(marked))
	if displaywidth.String(before+marked+after) > width {
		before = keepEnd(before, width/3)
		marked = displaywidth.TruncateString(marked, width-displaywidth.String(before), "…")
		after = displaywidth.TruncateString(after, width-displaywidth.String(before)-displaywidth.String(marked), "…")
	}
	carets := max(displaywidth.String(marked), 1) // an empty place is shown, too
	underline = strings.Repeat(" ", displaywidth.String(before)) + strings.Repeat("^", carets)
	return strings.TrimRight(before+marked+after, " "), underline
}

const tab = 4

// expand makes a part of a line, which begins at a column, visible, and its tabs spaces.
func expand(s string, column int) string {
	s = strings.ReplaceAll(Visible(strings.TrimSuffix(s, "\r")), "\n", "␊")
	var b strings.Builder
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			gap := tab - column%tab
			b.WriteString(strings.Repeat(" ", gap))
			column += gap
		}
		b.WriteString(part)
		column += displaywidth.String(part)
	}
	return b.String()
}

// keepEnd cuts the start of a text off, so that what is left has at most width columns.
func keepEnd(s string, width int) string {
	if displaywidth.String(s) <= width {
		return s
	}
	over := displaywidth.String(s) - width + 1
	for g := displaywidth.StringGraphemes(s); over > 0 && g.Next(); {
		over -= g.Width()
		s = s[len(g.Value()):]
	}
	return "…" + s
}
