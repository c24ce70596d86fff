package dsl

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// spelling is a text together with where in its file each byte of it was written.
type spelling struct {
	text    []byte
	at      []int  // byte of the file; for what was brought in, where that begins
	literal []bool // whether the byte stands in the source itself, and was not brought in
	end     int    // byte of the file behind the text
	name    string // of the file
}

// spell evaluates a template part by part. What ${…} brings in is no part of the source.
func (l *loader) spell(e *hclsyntax.TemplateExpr, s *scope) (spelling, bool) {
	source := l.parsed[e.SrcRange.Filename].Bytes
	quoted := e.SrcRange.Start.Byte < len(source) && source[e.SrcRange.Start.Byte] == '"'
	out := spelling{name: e.SrcRange.Filename, end: e.SrcRange.End.Byte}
	next := e.SrcRange.Start.Byte
	if quoted {
		next, out.end = next+1, out.end-1
	}
	ok := true
	for _, part := range e.Parts {
		at := part.Range()
		if written, is := literalText(part); is {
			out.write(written, align(written, source[at.Start.Byte:at.End.Byte], at.Start.Byte, quoted), true)
			next, out.end = at.End.Byte, max(out.end, at.End.Byte)
			continue
		}
		text, known := l.bringIn(part, s)
		ok = ok && known
		positions := make([]int, len(text))
		for i := range positions {
			positions[i] = next
		}
		out.write(text, positions, false)
		next = at.End.Byte
	}
	return out, ok
}

func (s *spelling) write(text string, at []int, literal bool) {
	s.text = append(s.text, text...)
	s.at = append(s.at, at...)
	for range len(text) {
		s.literal = append(s.literal, literal)
	}
}

// literalText is the text of a part of a template that stands in the source as it is.
func literalText(part hclsyntax.Expression) (string, bool) {
	lit, ok := part.(*hclsyntax.LiteralValueExpr)
	if !ok || lit.Val.IsNull() || lit.Val.Type() != cty.String {
		return "", false
	}
	return lit.Val.AsString(), true
}

// bringIn evaluates what ${…} or %{…} puts into a text.
func (l *loader) bringIn(part hclsyntax.Expression, s *scope) (string, bool) {
	l.warnOfBraces(part)
	v := l.eval(part, s, false)
	if !v.IsWhollyKnown() {
		return "", false
	}
	v = l.bounded(l.hide(v), part.Range())
	text, err := convert.Convert(v, cty.String)
	if err != nil || text.IsNull() || !text.IsKnown() {
		if v.IsKnown() {
			l.fail(part.Range(), "text cannot hold "+friendly(v), "Name a part of it that is text or a number.")
		}
		return "", false
	}
	return text.AsString(), true
}

// warnOfBraces tells of {{ … }} where it is not evaluated.
func (l *loader) warnOfBraces(e hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if part, is := n.(*hclsyntax.LiteralValueExpr); is {
			if text, is := literalText(part); is && strings.Contains(text, "{{") {
				l.warn(part.SrcRange, "{{ is not evaluated here", "It counts only where it stands in the text of an attribute itself, not in what is brought in.")
			}
		}
		return nil
	})
}

// align finds for each byte of a literal's value the byte of the source that it comes from. The value may lack white
// space of the source, which HCL trims in <<- heredocs and at ~ marks.
func align(value string, source []byte, start int, quoted bool) []int {
	at := make([]int, 0, len(value))
	from := 0
	for len(at) < len(value) {
		rest := value[len(at):]
		if from >= len(source) {
			at = append(at, start+len(source))
			continue
		}
		text, width := unit(source[from:], quoted)
		if !strings.HasPrefix(rest, text) {
			if r, size := utf8.DecodeRune(source[from:]); unicode.IsSpace(r) {
				from += size
				continue
			}
			_, size := utf8.DecodeRuneInString(rest) // normalized by HCL: one for one is near enough
			text = rest[:size]
		}
		for range len(text) {
			at = append(at, start+from)
		}
		from += width
	}
	return at
}

// unit is what the source begins with: one byte, or one escape and the text that it stands for.
func unit(source []byte, quoted bool) (text string, width int) {
	if len(source) > 2 && (source[0] == '$' || source[0] == '%') && source[1] == source[0] && source[2] == '{' {
		return string(source[1:3]), 3
	}
	if !quoted || source[0] != '\\' || len(source) < 2 {
		return string(source[:1]), 1
	}
	switch source[1] {
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case 'u', 'U':
		digits := map[byte]int{'u': 4, 'U': 8}[source[1]]
		if len(source) >= 2+digits {
			return string(runeOf(source[2 : 2+digits])), 2 + digits
		}
	}
	return string(source[1:2]), 2
}

func runeOf(hex []byte) rune {
	var r rune
	for _, c := range bytes.ToLower(hex) {
		r = r<<4 | rune(strings.IndexByte("0123456789abcdef", c))
	}
	return r
}
