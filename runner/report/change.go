package report

import (
	"fmt"
	"io"
	"strings"

	"plimsoll/runner/fleet"
)

// Changes writes a change set for people: what would be written, what may not be, and what that does to the cost.
func Changes(w io.Writer, set *fleet.ChangeSet, o Layout) error {
	p := newPage(o)
	p.takesBack(set)
	service := "-"
	for _, c := range set.Changes {
		if c.Service != service {
			service = c.Service
			p.gap()
			name := service
			if name == "" {
				name = "the account"
			}
			p.line(0, piece{bold, name})
		}
		p.change(c)
	}
	if len(set.Changes) == 0 {
		p.line(0, piece{good, "✓"}, piece{plain, "Nothing is to be changed."})
	}
	p.refused(set.Refused)
	if len(set.Changes) > 0 && set.Rollback == "" {
		p.priced(set.Cost)
	}
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the change set: %w", err)
	}
	return nil
}

// takesBack says of a rollback what it undoes.
func (p *page) takesBack(set *fleet.ChangeSet) {
	if set.Rollback == "" {
		return
	}
	text := "takes back " + set.Rollback
	if set.Redoes != "" {
		text += ", which was itself a rollback of " + set.Redoes + ": this redoes what that undid"
	}
	p.item(0, piece{unsure, "↺"}, piece{bold, text})
}

// change is one write: what is made, changed or deleted, and each of its fields.
func (p *page) change(c fleet.Change) {
	mark := piece{unsure, "~"}
	switch {
	case c.Before == nil:
		mark = piece{good, "+"}
	case c.After == nil:
		mark = piece{bad, "-"}
	}
	p.line(2, mark, piece{plain, strings.ReplaceAll(string(c.Ref.Kind), "_", " ")}, piece{dim, c.Ref.ID})
	if c.After == nil { // its name says it all
		return
	}
	t := table{left: []bool{true, true, true, true}}
	for _, f := range c.Fields {
		t.add(fieldRow(f)[1:5]...)
	}
	if p.fits(6, t) {
		p.table(6, t)
		return
	}
	for _, cells := range t.rows {
		p.item(6, piece{dim, "·"}, piece{plain, cells[0].text + ": " + cells[1].text + " → " + cells[3].text})
	}
}

// fits reports whether a table leaves room for its last column, which is broken over lines.
func (p *page) fits(indent int, t table) bool {
	const least = 20
	used, widths := indent, t.widths()
	for i := range len(widths) - 1 {
		used += widths[i] + len(gutter)
	}
	return len(widths) == 0 || used+min(least, widths[len(widths)-1]) <= p.width
}

func (p *page) refused(all []fleet.Refusal) {
	if len(all) == 0 {
		return
	}
	p.title("Not to be written")
	for _, r := range all {
		p.item(2, piece{bad, "✗"}, piece{plain, strings.TrimLeft(r.Service+", "+r.What+": "+r.Why, ", ")})
		if r.Remedy != "" {
			p.item(4, piece{dim, "→"}, piece{dim, r.Remedy})
		}
	}
}

// priced is the cost before and after.
func (p *page) priced(c fleet.CostDelta) {
	known := c.MinBefore+c.MinAfter+c.MaxBefore+c.MaxAfter > 0
	if !known && len(c.Unpriced) == 0 {
		return
	}
	p.title("Cost a month")
	t := table{left: []bool{true, false, true, false}}
	for _, row := range []struct {
		name          string
		before, after float64
	}{{"at the minimum of tasks", c.MinBefore, c.MinAfter}, {"at the maximum", c.MaxBefore, c.MaxAfter}} {
		if known {
			t.add(piece{plain, row.name}, piece{plain, Money(row.before)}, piece{dim, "→"}, piece{bold, Money(row.after)})
		}
	}
	p.table(2, t)
	for _, why := range c.Unpriced {
		p.item(2, piece{unsure, "!"}, piece{plain, "without " + why})
	}
}
