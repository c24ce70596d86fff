package dsl

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/plan"
)

// table reads one data block.
func (l *loader) table(b *block) *plan.Data {
	d := &plan.Data{Name: b.label, Order: plan.Order(b.choice("order")), Range: b.head}
	if !hclsyntax.ValidIdentifier(b.label) {
		b.fail(fmt.Sprintf("data cannot be named %q", b.label), "Expressions read it as data.<name>: use letters, digits and _.")
	}
	var err error
	switch source := b.exactlyOne("csv", "json", "rows"); source {
	case "csv":
		if text := b.file(source); text != nil {
			d.Columns, d.Rows, err = csvRows(text)
		}
	case "json":
		if text := b.file(source); text != nil {
			d.Columns, d.Rows, err = jsonRows(text)
		}
	case "rows":
		b.rows(d)
		return d
	default:
		return d
	}
	n, _ := b.at(b.atMostOne("csv", "json"))
	if err != nil {
		n.fail(fmt.Sprintf("cannot read the rows: %s", err), "A row has a value for each column.")
	} else if d.Columns != nil && len(d.Rows) == 0 {
		n.fail("it holds no rows", "Sessions draw from it: give at least one.")
	}
	return d
}

// jsonRows reads a list of objects; the columns are the names of the first, sorted.
func jsonRows(source []byte) (columns []string, rows [][]string, err error) {
	var objects []map[string]json.RawMessage
	if json.Unmarshal(source, &objects) != nil {
		return nil, nil, errors.New("it is no JSON list of objects")
	}
	for i, o := range objects {
		names := slices.Sorted(maps.Keys(o))
		if i == 0 {
			columns = names
		}
		if !slices.Equal(columns, names) {
			return nil, nil, fmt.Errorf("row %d has other names than the first", i+1)
		}
		row := make([]string, len(columns))
		for j, c := range columns {
			row[j] = bare(o[c])
		}
		rows = append(rows, row)
	}
	return columns, rows, nil
}

// bare is a JSON value as the text of a row: a string without its quotes, all else as it is written.
func bare(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil && string(v) != "null" {
		return text
	}
	return string(v)
}

// rows reads a list of objects with the same names from the plan itself.
func (b *block) rows(d *plan.Data) {
	n, _ := b.at("rows")
	v, ok := n.constant()
	if !ok {
		return
	}
	if v.IsNull() || !isList(v) || v.LengthInt() == 0 {
		n.fail("rows takes a list of objects with at least one row", example(describe(b, "rows")))
		return
	}
	for it := v.ElementIterator(); it.Next(); {
		_, row := it.Element()
		names, values, ok := texts(row)
		if !ok || d.Columns != nil && !slices.Equal(names, d.Columns) {
			n.fail(fmt.Sprintf("row %d is no object of texts with the names of the first", len(d.Rows)+1), example(describe(b, "rows")))
			return
		}
		d.Columns, d.Rows = names, append(d.Rows, values)
	}
}

// texts are the names of an object, sorted, and its values as text.
func texts(object cty.Value) (names, values []string, ok bool) {
	if object.IsNull() || !object.Type().IsObjectType() && !object.Type().IsMapType() {
		return nil, nil, false
	}
	for it := object.ElementIterator(); it.Next(); {
		name, v := it.Element()
		text, ok := textual(v)
		if !ok {
			return nil, nil, false
		}
		names, values = append(names, name.AsString()), append(values, text)
	}
	return names, values, true
}
