package fleet

import (
	"strings"
	"unicode"
)

// longestShown bounds a line, in characters.
const longestShown = 300

// Line is a text of AWS or of a plan on one line: without control characters, spaces as one, and of bounded length.
func Line(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longestShown {
		return string(runes[:longestShown-1]) + "…"
	}
	return text
}
