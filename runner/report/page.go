package report

import (
	"strings"

	"github.com/clipperhouse/displaywidth"

	"plimsoll/dsl/diag"
)

// A style is how a piece of text stands out.
type style uint8

const (
	plain style = iota
	bold
	dim
	good
	bad
	unsure
)

// A piece is text of one style. Whatever it was taken from, it is made harmless when it is put on a page, and only there.
type piece struct {
	style style
	text  string
}

func (p piece) width() int { return displaywidth.String(diag.Line(p.text)) }

// A page gathers the lines of a report.
type page struct {
	lines []string
	ink   diag.Ink
	width int
}

func newPage(o Layout) *page {
	if o.Width <= 0 {
		o.Width = 100
	}
	return &page{ink: o.Ink, width: max(o.Width, 60)}
}

// paint makes a piece harmless, and colours it.
func (p *page) paint(x piece) string {
	text := diag.Line(x.text)
	switch x.style {
	case bold:
		return p.ink.Bold(text)
	case dim:
		return p.ink.Dim(text)
	case good:
		return p.ink.Green(text)
	case bad:
		return p.ink.Red(text)
	case unsure:
		return p.ink.Yellow(text)
	}
	return text
}

// line adds a line of pieces with a space between any two.
func (p *page) line(indent int, pieces ...piece) {
	painted := make([]string, 0, len(pieces))
	for _, x := range pieces {
		if x.text != "" {
			painted = append(painted, p.paint(x))
		}
	}
	p.lines = append(p.lines, strings.Repeat(" ", indent)+strings.Join(painted, " "))
}

// item adds a mark and a text that may take several lines, the later ones indented like the first.
func (p *page) item(indent int, mark, text piece) {
	hang := indent + mark.width() + 1
	for i, line := range diag.Wrap(diag.Line(text.text), max(p.width-hang, 20)) {
		if i == 0 {
			p.line(indent, mark, piece{text.style, line})
		} else {
			p.line(hang, piece{text.style, line})
		}
	}
}

// gap adds an empty line, unless there is one.
func (p *page) gap() {
	if n := len(p.lines); n > 0 && p.lines[n-1] != "" {
		p.lines = append(p.lines, "")
	}
}

// title adds a heading with an empty line above it.
func (p *page) title(text string) {
	p.gap()
	p.line(0, piece{bold, text})
}

// head adds the line that a judgement begins with: the verdict, on what, and in a few words what that was.
func (p *page) head(verdict piece, what, about string) {
	line := p.paint(verdict) + gutter + p.paint(piece{bold, what})
	if about != "" {
		line += gutter + p.paint(piece{dim, about})
	}
	p.lines = append(p.lines, line)
}

func (p *page) String() string { return strings.TrimRight(strings.Join(p.lines, "\n"), "\n") + "\n" }
