package diag

import (
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcled"
)

// Layout is how text is laid out. The zero Layout has no colours and is 100 columns wide.
type Layout struct {
	Ink   Ink
	Width int // columns; 0 is 100, and less than 40 is 40
}

func (o Layout) width() int {
	if o.Width == 0 {
		return 100
	}
	return max(o.Width, 40)
}

// WriteText writes every diagnostic: its place as file:line:column, what is wrong, the line of source with the exact
// columns underlined, and how to mend it. An empty line follows each.
//
//	shop.hcl:12:26: error: there is no fact latncy.p95
//	   ╷ in service "shop"
//	12 │   assert = "latncy.p95 < 800ms"
//	   │             ^^^^^^^^^^
//	   ╵ Did you mean latency.p95?
func (l List) WriteText(w io.Writer, o Layout) error {
	for _, d := range l.ordered() {
		if _, err := io.WriteString(w, l.text(d, o)); err != nil {
			return fmt.Errorf("write diagnostics: %w", err)
		}
	}
	return nil
}

// text is one diagnostic as WriteText writes it.
func (l List) text(d *hcl.Diagnostic, o Layout) string {
	colour := o.Ink.Red
	if d.Severity == hcl.DiagWarning {
		colour = o.Ink.Yellow
	}
	var b strings.Builder
	if d.Subject != nil && d.Subject.Filename != "" {
		b.WriteString(o.Ink.Bold(l.at(*d.Subject)) + " ")
	}
	fmt.Fprintf(&b, "%s %s\n", colour(severity(d)+":"), o.Ink.Bold(Line(l.redact(d.Summary))))
	margin, bottom := "", "  "
	if s, ok := l.snippet(d, o.width()); ok {
		margin = strings.Repeat(" ", len(s.number))
		bottom = margin + " " + o.Ink.Dim("╵") + " "
		if s.context != "" {
			b.WriteString(margin + o.Ink.Dim(" ╷ "+s.context) + "\n")
		}
		b.WriteString(o.Ink.Dim(s.number+" │ ") + s.source + "\n")
		b.WriteString(margin + o.Ink.Dim(" │ ") + colour(s.underline) + "\n")
		margin += "   "
	} else {
		margin = bottom
	}
	for _, line := range Wrap(l.redact(d.Detail), o.width()-len(margin)) {
		b.WriteString(strings.TrimRight(bottom+line, " ") + "\n")
		bottom = margin
	}
	return b.String() + "\n"
}

// at is a place in the form that editors follow; a file that could not be read has no lines.
func (l List) at(place hcl.Range) string {
	file := Line(l.redact(place.Filename))
	if place.Start.Line == 0 {
		return file + ":"
	}
	return fmt.Sprintf("%s:%d:%d:", file, place.Start.Line, place.Start.Column)
}

// context names the block around a place, as in: in service "shop".
func (l List) context(file *hcl.File, d *hcl.Diagnostic) string {
	if block := hcled.ContextString(file, d.Subject.Start.Byte); block != "" {
		return "in " + Line(l.redact(block))
	}
	return ""
}
