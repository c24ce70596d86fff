package expr

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"plimsoll/dsl/fact"
)

// literal rewrites the number at the cursor, with its unit if it has one.
func (s *scanner) literal() {
	start := s.at
	if s.prefixed() {
		s.at = start
		s.copyRun()
		return
	}
	value, dimension, ok := s.quantity()
	switch {
	case !ok: // reported
	case dimension == fact.Count:
		end := s.at
		s.at = start
		s.copy(end - start)
	case math.IsInf(value, 0):
		s.problem(start, s.at, "the number is too large", "")
	default:
		s.literals[len(s.starts)] = dimension
		s.replace(start, s.at, strconv.FormatFloat(value, 'g', -1, 64))
	}
}

// prefixed reports whether a number begins like 0x1F, 0b1 or 0o7, which takes no unit.
func (s *scanner) prefixed() bool {
	rest := s.original[s.at:]
	return len(rest) > 1 && rest[0] == '0' && strings.ContainsRune("xXbBoO", rune(rest[1]))
}

// quantity reads a number and its unit, in base units; Count is a number without any. Times may be composed: 2m30s.
func (s *scanner) quantity() (value float64, dimension fact.Dimension, ok bool) {
	start := s.at
	money := s.take("$")
	value = s.number()
	switch {
	case money:
		return value, fact.Money, true
	case s.take("%"):
		return s.percent(start, value)
	case s.rates && s.rest() == "/s" || s.rates && strings.HasPrefix(s.rest(), "/s") && !wordRune(s.peek(2)):
		s.at += 2
		return value, fact.Rate, true
	}
	total, dimension := 0.0, fact.Count
	for {
		name := s.word()
		if name == "" && dimension == fact.Count {
			return value, fact.Count, true
		}
		u, known := units[name]
		if !known || dimension == fact.Time && u.dimension != fact.Time {
			s.badUnit(start, name)
			return 0, 0, false
		}
		total += u.scale(value)
		dimension = u.dimension
		if dimension != fact.Time || !digit(s.peek(0)) {
			return total, dimension, true
		}
		value = s.number()
	}
}

func (s *scanner) percent(start int, value float64) (float64, fact.Dimension, bool) {
	if r := s.peek(0); digit(r) {
		s.problem(start, s.at, "a percent is followed by a number", "for the remainder of a division, write a % b with spaces")
		return 0, 0, false
	}
	return value / 100, fact.Ratio, true
}

func (s *scanner) badUnit(start int, name string) {
	s.word() // the rest of 1s2x is no second mistake
	if name == "" {
		s.problem(start, s.at, "a number without its unit ends a duration", "write 2m30s")
		return
	}
	if _, known := units[name]; known {
		s.problem(start, s.at, "a number has units of times and of amounts", "write one of them")
		return
	}
	remedy := "times have ns, us, ms, s, m, h; ratios %; amounts B, KB, MB, GB, KiB, MiB, GiB; money is written $5"
	near, ok := spelled(name)
	if !ok {
		near, ok = fact.Closest(name, unitNames)
	}
	if ok {
		remedy = "did you mean " + near + "? " + remedy
	}
	s.problem(start, s.at, "unknown unit "+name, remedy)
}

// spelled finds the unit that people write out.
func spelled(name string) (unit string, ok bool) {
	switch strings.TrimSuffix(strings.ToLower(name), "s") {
	case "msec", "milli", "millisecond":
		return "ms", true
	case "sec", "second":
		return "s", true
	case "min", "minute":
		return "m", true
	case "hr", "hour":
		return "h", true
	}
	return "", false
}

// number reads digits, a fraction and an exponent at the cursor.
func (s *scanner) number() float64 {
	start := s.at
	s.digits()
	if s.peek(0) == '.' && digit(s.peek(1)) {
		s.at++
		s.digits()
	}
	if e := s.peek(0); e == 'e' || e == 'E' {
		sign := 0
		if r := s.peek(1); r == '+' || r == '-' {
			sign = 1
		}
		if digit(s.peek(1 + sign)) {
			s.at += 1 + sign
			s.digits()
		}
	}
	v, _ := strconv.ParseFloat(strings.ReplaceAll(s.original[start:s.at], "_", ""), 64) // Inf where it is too large
	return v
}

func (s *scanner) digits() {
	for digit(s.peek(0)) || s.peek(0) == '_' {
		s.at++
	}
}

// word reads the letters at the cursor, such as a unit.
func (s *scanner) word() string {
	start := s.at
	for s.at < len(s.original) {
		r, size := utf8.DecodeRuneInString(s.original[s.at:])
		if !unicode.IsLetter(r) && r != '_' && r != '$' {
			break
		}
		s.at += size
	}
	return s.original[start:s.at]
}

// measure is a unit; small ones divide, so that 800ms is exactly the float64 nearest to 0.8.
type measure struct {
	dimension fact.Dimension
	times, by float64
}

func (m measure) scale(v float64) float64 { return v * m.times / m.by }

var units = map[string]measure{
	"ns": {fact.Time, 1, 1e9}, "us": {fact.Time, 1, 1e6}, "µs": {fact.Time, 1, 1e6}, "μs": {fact.Time, 1, 1e6},
	"ms": {fact.Time, 1, 1e3}, "s": {fact.Time, 1, 1}, "m": {fact.Time, 60, 1}, "h": {fact.Time, 3600, 1},
	"B": {fact.Bytes, 1, 1}, "KB": {fact.Bytes, 1e3, 1}, "MB": {fact.Bytes, 1e6, 1}, "GB": {fact.Bytes, 1e9, 1},
	"KiB": {fact.Bytes, 1 << 10, 1}, "MiB": {fact.Bytes, 1 << 20, 1}, "GiB": {fact.Bytes, 1 << 30, 1},
}

// unitNames are those of more than a letter, which a slip can turn into another.
var unitNames = []string{"ms", "us", "ns", "KB", "MB", "GB", "KiB", "MiB", "GiB"}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func wordRune(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }
