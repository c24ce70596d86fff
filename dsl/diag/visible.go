package diag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with every character that could act on a terminal, or hide or reorder what is around it, replaced
// by one that is seen: controls by their pictures (␛), the rest by their code (<U+202E>). Line feeds and tabs stay.
func Visible(s string) string {
	if !strings.ContainsFunc(s, acts) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte is U+FFFD here
		if acts(r) {
			b.WriteString(picture(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Line is Visible on a single line: line feeds and tabs are replaced, too.
func Line(s string) string {
	return strings.NewReplacer("\n", "␊", "\t", "␉").Replace(Visible(s))
}

// acts reports whether a character does something other than being seen. Joiners stay: emoji are made with them.
func acts(r rune) bool {
	switch {
	case r == '\n', r == '\t', r == '\u200d':
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
		return true
	}
	return r == '\u2028' || r == '\u2029'
}

// Unicode's pictures of the controls 0 to 1F, and that of delete.
const (
	pictures        = '\u2400'
	pictureOfDelete = '\u2421'
)

func picture(r rune) string {
	switch {
	case r < ' ':
		return string(pictures + r)
	case r == '\u007f':
		return string(pictureOfDelete)
	}
	return fmt.Sprintf("<U+%04X>", r)
}
