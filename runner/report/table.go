package report

import (
	"strings"

	"plimsoll/dsl/diag"
)

// A table is rows of cells under a header, its columns aligned by what is seen of them.
type table struct {
	header []string // "" for none
	left   []bool   // by column: aligned to the left; beyond the slice, to the right
	rows   [][]piece
}

func (t *table) add(cells ...piece) { t.rows = append(t.rows, cells) }

// between columns
const gutter = "  "

// table adds a table without the columns that no row fills. The last column is broken over lines where it is too wide.
func (p *page) table(indent int, t table) {
	widths := t.widths()
	if t.headed() {
		header := make([]piece, len(t.header))
		for i, name := range t.header {
			header[i] = piece{dim, name}
		}
		p.row(indent, t, widths, header)
	}
	for _, row := range t.rows {
		p.row(indent, t, widths, row)
	}
}

func (t *table) headed() bool { return strings.Join(t.header, "") != "" && len(t.rows) > 0 }

// widths are the columns' widths; that of a column without content is 0, whatever its header.
func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cell.width())
		}
	}
	for i, name := range t.header {
		if i < len(widths) && widths[i] > 0 {
			widths[i] = max(widths[i], piece{text: name}.width())
		}
	}
	return widths
}

// row adds one row.
func (p *page) row(indent int, t table, widths []int, row []piece) {
	var b strings.Builder
	used := indent
	b.WriteString(strings.Repeat(" ", indent))
	for i, cell := range row {
		if widths[i] == 0 {
			continue
		}
		if i == len(widths)-1 && t.isLeft(i) {
			p.last(b.String(), used, cell)
			return
		}
		pad := strings.Repeat(" ", widths[i]-cell.width())
		if t.isLeft(i) {
			b.WriteString(p.paint(cell) + pad + gutter)
		} else {
			b.WriteString(pad + p.paint(cell) + gutter)
		}
		used += widths[i] + len(gutter)
	}
	p.lines = append(p.lines, strings.TrimRight(b.String(), " "))
}

// last adds the cell that ends a row, broken over lines where the page is too narrow.
func (p *page) last(row string, used int, cell piece) {
	if cell.text == "" {
		p.lines = append(p.lines, strings.TrimRight(row, " "))
		return
	}
	for _, line := range diag.Wrap(diag.Line(cell.text), max(p.width-used, 20)) {
		p.lines = append(p.lines, row+p.paint(piece{cell.style, line}))
		row = strings.Repeat(" ", used)
	}
}

func (t *table) isLeft(column int) bool { return column < len(t.left) && t.left[column] }
