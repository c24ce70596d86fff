package dsl

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// position is the line and column of a byte of a file.
func (l *loader) position(name string, at int) hcl.Pos {
	f := l.parsed[name]
	if f == nil {
		return hcl.InitialPos
	}
	at = min(at, len(f.Bytes))
	starts := l.lines(name)
	line, found := 0, false
	if line, found = slices.BinarySearch(starts, at); !found {
		line--
	}
	return hcl.Pos{Line: line + 1, Column: 1 + utf8.RuneCount(f.Bytes[starts[line]:at]), Byte: at}
}

// lines are the first bytes of the lines of a file.
func (l *loader) lines(name string) []int {
	if starts := l.starts[name]; starts != nil {
		return starts
	}
	source, starts := l.parsed[name].Bytes, []int{0}
	for i := 0; ; {
		next := bytes.IndexByte(source[i:], '\n')
		if next < 0 {
			break
		}
		i += next + 1
		starts = append(starts, i)
	}
	l.starts[name] = starts
	return starts
}

// locate is the place of the bytes start to end of an expression.
func (l *loader) locate(e plan.Expression, start, end int) hcl.Range {
	start = min(max(start, 0), len(e.Source))
	end = min(max(end, start), len(e.Source))
	from, to := e.Range.Start.Byte+start, e.Range.Start.Byte+end
	if e.Offsets != nil {
		from, to = e.Range.End.Byte, e.Range.End.Byte
		if start < len(e.Offsets) {
			from = e.Offsets[start]
		}
		if end < len(e.Offsets) {
			to = max(e.Offsets[end], from)
		}
	}
	return l.place(e.Range.Filename, from, to)
}

// problems reports the mistakes in an expression, each at its place inside the text.
func (l *loader) problems(e plan.Expression, found []expr.Problem) {
	for _, p := range found {
		l.fail(l.locate(e, p.Start, p.End), p.Summary, language.Sentence(p.Remedy))
	}
}
