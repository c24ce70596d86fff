package engine

import (
	"fmt"
	"slices"
	"sync/atomic"

	"plimsoll/dsl/plan"
)

// table hands out the rows of a data block.
type table struct {
	*plan.Data
	taken atomic.Int64
}

// draw is the next row; false when unique rows have run out.
func (t *table) draw(r *stream) (int, bool) {
	rows := int64(len(t.Rows))
	switch {
	case rows == 0:
		return 0, false
	case t.Order == plan.Random:
		return int(r.next() % uint64(rows)), true
	}
	n := t.taken.Add(1) - 1
	if t.Order == plan.Unique && n >= rows {
		return 0, false
	}
	return int(n % rows), true
}

// table is the index of a data block in the scenario's list.
func (p *Program) table(d *plan.Data) int {
	if i := slices.Index(p.data, d); i >= 0 {
		return i
	}
	p.data = append(p.data, d)
	return len(p.data) - 1
}

// draw takes a new row of a data block for the session; false ends the run, as none is left.
func (u *user) draw(i int) bool {
	t := &u.engine.tables[i]
	row, ok := t.draw(&u.session.random)
	if !ok {
		u.engine.fault(fmt.Errorf("draw a row of data %q: all %d are used up; add rows, or let sessions share them", t.Name, len(t.Rows)))
		return false
	}
	u.session.rows[i] = int32(row) + 1
	return true
}

// cell is a value of the row that the session has drawn.
func (u *user) cell(data, column string) (string, bool) {
	for i := range u.engine.tables {
		t := &u.engine.tables[i]
		if t.Name != data || u.session.rows[i] == 0 {
			continue
		}
		row := t.Rows[u.session.rows[i]-1]
		if j := slices.Index(t.Columns, column); j >= 0 && j < len(row) {
			return row[j], true
		}
	}
	return "", false
}
