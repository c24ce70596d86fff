package expr

import (
	"strings"
	"unicode/utf8"

	"plimsoll/dsl/fact"
)

// maxSource bounds the bytes of an expression.
const maxSource = 4096

// source is an expression with its literals rewritten to plain numbers, and the way back to what the plan wrote.
type source struct {
	original  string
	rewritten string
	starts    []int                  // for each rune rewritten, the byte of the original at which it begins …
	ends      []int                  // … and ends
	literals  map[int]fact.Dimension // by rune of rewritten: what a number there had been written as
	problems  []Problem
}

// dialect is in what the literals of assertions and of flows differ.
type dialect struct {
	rates bool                      // 200/s is a rate, not a division by s
	known func(names []string) bool // whether there is something of that name; for names that need brackets
}

// rewrite turns 800ms into 0.8, 85% into 0.85, 10MB into 10000000 and, in a dialect with rates, 200/s into 200. Strings
// and comments are left alone.
func rewrite(original string, d dialect) *source {
	s := &scanner{source: source{original: original, literals: map[int]fact.Dimension{}}, dialect: d}
	switch {
	case len(original) > maxSource:
		s.problem(0, len(original), "the expression is longer than 4096 bytes", "split it into several")
	case !utf8.ValidString(original):
		s.problem(0, len(original), "the expression is not UTF-8", "")
	case strings.TrimSpace(original) == "":
		s.problem(0, len(original), "the expression is empty", "")
	default:
		s.scan()
	}
	s.rewritten = s.out.String()
	return &s.source
}

func (s *source) problem(start, end int, summary, remedy string) {
	s.problems = append(s.problems, Problem{start, end, summary, remedy})
}

// span turns runes of the rewritten text into bytes of the original.
func (s *source) span(from, to int) (start, end int) {
	if len(s.starts) == 0 {
		return 0, len(s.original)
	}
	last := len(s.starts) - 1
	from = min(max(from, 0), last)
	return s.starts[from], s.ends[min(max(to-1, from), last)]
}

// scanner reads the original from byte at.
type scanner struct {
	source
	dialect
	out strings.Builder
	at  int
}

func (s *scanner) scan() {
	for s.at < len(s.original) {
		switch r := s.peek(0); {
		case r == '\'' || r == '"':
			s.copy(quoted(s.rest()))
		case r == '`':
			s.copy(until(s.rest()[1:], "`") + 1)
		case strings.HasPrefix(s.rest(), "//"):
			s.copy(until(s.rest(), "\n"))
		case strings.HasPrefix(s.rest(), "/*"):
			s.copy(until(s.rest()[2:], "*/") + 2)
		case digit(r), r == '$' && digit(s.peek(1)):
			s.literal()
		case wordRune(r):
			s.name()
		default:
			s.punctuation(r)
		}
	}
}

// punctuation copies what is neither word nor number, and catches what is no mistake to a parser but surely is one here.
func (s *scanner) punctuation(r rune) {
	rest := s.rest()
	switch {
	case strings.HasPrefix(rest, ".."), strings.HasPrefix(rest, "=="), strings.HasPrefix(rest, "<="),
		strings.HasPrefix(rest, ">="), strings.HasPrefix(rest, "!="):
		s.copy(2)
	case r == '.' && digit(s.peek(1)):
		s.dotted()
	case strings.HasPrefix(rest, "{{"):
		s.problem(s.at, s.at+2, "{{ … }} belongs in a text, and this is an expression", "write the expression alone, without braces")
		s.copy(2)
	case r == '=':
		s.problem(s.at, s.at+1, "= gives a value to a name, and nothing here can be given one", "compare with ==")
		s.copy(1)
	default:
		s.copy(1)
	}
}

// dotted reads .5s; behind a name it is a name that begins with a digit.
func (s *scanner) dotted() {
	if before := s.at - 1; before < 0 || !wordRune(rune(s.original[before])) && !strings.ContainsRune(")]", rune(s.original[before])) {
		s.literal()
		return
	}
	start := s.at
	s.at++
	for wordRune(s.peek(0)) || s.peek(0) == '-' && wordRune(s.peek(1)) {
		s.at++
	}
	name := s.original[start+1 : s.at]
	s.problem(start, s.at, "a name behind a dot cannot begin with a digit", "write it in brackets: ['"+name+"']")
}

// name copies a word. Where it begins a path whose names only brackets can hold, such as step.my-flow.login or
// phase.100.error_rate, that is reported.
func (s *scanner) name() {
	start, end := s.at, s.at
	for end < len(s.original) && (s.original[end] == '.' || s.original[end] == '-' || wordRune(s.runeAt(end))) {
		end += utf8.RuneLen(s.runeAt(end))
	}
	names := strings.Split(s.original[start:end], ".")
	written := fact.Written(names...)
	member := start > 0 && s.original[start-1] == '.'
	if member || written == s.original[start:end] || !s.known(names) {
		s.copyRun()
		return
	}
	s.problem(start, end, "a name with a hyphen or with a digit first cannot stand behind a dot", "write it in brackets: "+written)
	s.at = end
}

// copy takes the next n bytes over as they are.
func (s *scanner) copy(n int) {
	end := min(s.at+n, len(s.original))
	for s.at < end {
		_, size := utf8.DecodeRuneInString(s.original[s.at:])
		s.out.WriteString(s.original[s.at : s.at+size])
		s.starts, s.ends = append(s.starts, s.at), append(s.ends, s.at+size)
		s.at += size
	}
}

func (s *scanner) copyRun() {
	for s.at < len(s.original) && wordRune(s.peek(0)) {
		s.copy(1)
	}
}

// replace writes text in place of bytes start to end of the original.
func (s *scanner) replace(start, end int, text string) {
	for range text {
		s.starts, s.ends = append(s.starts, start), append(s.ends, end)
	}
	s.out.WriteString(text)
	s.at = end
}

func (s *scanner) rest() string { return s.original[s.at:] }

// peek decodes the rune n bytes ahead; -1 behind the end.
func (s *scanner) peek(n int) rune { return s.runeAt(s.at + n) }

func (s *scanner) runeAt(at int) rune {
	if at >= len(s.original) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(s.original[at:])
	return r
}

func (s *scanner) take(text string) bool {
	if !strings.HasPrefix(s.rest(), text) {
		return false
	}
	s.at += len(text)
	return true
}

// quoted is the length of the string literal that text begins with, or of text where it does not end.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return len(text)
}

// until is the length of text up to and with the mark, or of text where there is none.
func until(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}
