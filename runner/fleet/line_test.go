package fleet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"plimsoll/runner/fleet"
)

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", "plain", "two\nlines", "\x1b]0;title\x07", "\xff\xfe", strings.Repeat("ü", 1000), "\u202egnp.exe", "a\u00a0b", "a\u2028b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const longest = 300
		line := fleet.Line(text)
		acts := func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x202e || r == 0x2028 }
		if !utf8.ValidString(line) || strings.ContainsFunc(line, acts) || utf8.RuneCountInString(line) > longest {
			t.Errorf("%q", line)
		}
	})
}
