package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"plimsoll/dsl/diag"
	"plimsoll/runner/result"
)

// failures lists the classes of errors, the most frequent first, each with one sample.
func (p *page) failures(s *result.Scenario) {
	classes := sortedKeys(s.Total.Errors)
	if len(classes) == 0 {
		return
	}
	slices.SortStableFunc(classes, func(a, b string) int { return cmp.Compare(s.Total.Errors[b], s.Total.Errors[a]) })
	p.gap()
	t := table{header: []string{"errors", "", "share", "one of them"}, left: []bool{1: true, 3: true}}
	for _, class := range classes {
		n := s.Total.Errors[class]
		t.add(piece{bad, Count(n)}, piece{plain, class}, piece{dim, Percent(float64(n) / float64(max(s.Total.Operations, 1)))},
			piece{dim, sampleOf(s, class)})
	}
	p.table(2, t)
}

// sampleOf is one failed operation of a class: ask.login at 12 s: status 503 (GET /api/login; overloaded).
func sampleOf(s *result.Scenario, class string) string {
	i := slices.IndexFunc(s.Samples, func(x result.Sample) bool { return x.Class == class })
	if i < 0 {
		return ""
	}
	x := s.Samples[i]
	text := x.Step + " at " + Seconds(x.At) + ": " + crop(x.Message)
	if x.Request != "" {
		text += " · sent " + crop(x.Request)
	}
	if x.Answer != "" {
		text += " · got " + crop(x.Answer)
	}
	return text
}

// longest is how many bytes of one text from the network are shown.
const longest = 200

// unbroken is how many columns of a word are shown: lines are broken at spaces only.
const unbroken = 80

// crop bounds a text that the network chose, and each word of it; the document has it as it was recorded.
func crop(s string) string {
	words := strings.Split(cut(diag.Line(s)), " ")
	for i, word := range words {
		runes := []rune(word)
		for len(runes) > 0 && (piece{text: string(runes)}).width() > unbroken {
			runes = runes[:len(runes)-1]
		}
		if short := string(runes); short != word {
			words[i] = short + "…"
		}
	}
	return strings.Join(words, " ")
}

// cut bounds a text by bytes.

func cut(s string) string {
	if len(s) <= longest {
		return s
	}
	end := longest
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
