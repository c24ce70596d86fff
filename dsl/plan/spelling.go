package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// spelled adds where a form stands in the text, each of its characters written in any way that decodes to it: as it is, as
// %XX, as an escape of JSON, or as the escape of JSON in %XX; a space as + too.
func spelled(hits []span, text, form string) []span {
	for at := range len(text) {
		if !begins(text[at:], form[0]) {
			continue
		}
		if end := match(text, at, form); end > at {
			hits = append(hits, span{at, end})
		}
	}
	return hits
}

// begins reports whether text can begin with a spelling of c, or of the character that c is the first byte of.
func begins(text string, c byte) bool {
	switch text[0] {
	case c, '\\':
		return true
	case '+':
		return c == ' '
	case '%':
		decoded, ok := percent(text)
		return ok && (decoded == c || decoded == '\\')
	}
	return text[0] == replacement[0] && c >= utf8.RuneSelf
}

// match returns where the longest spelling of form that begins at a place ends; -1 where there is none. It follows all the
// spellings at once, so that neither a text nor a secret full of escapes makes it slow.
func match(text string, at int, form string) int {
	ends := []int{at}
	for form != "" && len(ends) > 0 {
		r, size := utf8.DecodeRuneInString(form)
		next := follow(ends, text, form[:size])
		if r == ' ' {
			next = append(next, advance(ends, text, '+')...)
		}
		if r == utf8.RuneError {
			next = append(next, follow(ends, text, replacement)...)
		}
		if escape := advance(ends, text, '\\'); len(escape) > 0 {
			for _, word := range escapes(r) {
				next = append(next, follow(escape, text, word)...)
			}
		}
		slices.Sort(next)
		ends, form = slices.Compact(next), form[size:]
	}
	if len(ends) == 0 {
		return -1
	}
	return ends[len(ends)-1]
}

// replacement is what encoders write for what is no UTF-8.
const replacement = string(utf8.RuneError)

// short holds the characters that JSON can escape with one letter, each in front of that letter.
const short = "\"\"\\\\//\bb\ff\nn\rr\tt"

// escapes lists what can stand behind the backslash of an escape of JSON.
func escapes(r rune) []string {
	var words []string
	for i := 0; i < len(short); i += 2 {
		if rune(short[i]) == r {
			words = append(words, short[i+1:i+2])
		}
	}
	units := utf16.Encode([]rune{r})
	lower := fmt.Sprintf("u%04x", units[0])
	if len(units) == 2 {
		lower += fmt.Sprintf(`\u%04x`, units[1])
	}
	return append(words, lower, strings.ReplaceAll(strings.ToUpper(lower), "U", "u"))
}

// follow returns where the spellings of a word end that begin at any of the places.
func follow(places []int, text, word string) []int {
	for i := 0; i < len(word) && len(places) > 0; i++ {
		places = advance(places, text, word[i])
	}
	return places
}

// advance returns where c ends, as it is or as %XX, that begins at any of the places.
func advance(places []int, text string, c byte) []int {
	var next []int
	for _, at := range places {
		if at == len(text) {
			continue
		}
		if text[at] == c {
			next = append(next, at+1)
		}
		if decoded, ok := percent(text[at:]); ok && decoded == c {
			next = append(next, at+3)
		}
	}
	return next
}

// percent decodes the %XX that text begins with.
func percent(text string) (byte, bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	high, low := nibble(text[1]), nibble(text[2])
	return high<<4 | low, high < 16 && low < 16
}

// nibble is the value of a hexadecimal digit; 16 where c is none.
func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}
