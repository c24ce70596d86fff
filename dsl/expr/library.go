package expr

import (
	"errors"
	"fmt"
	"math/bits"
	"time"
)

// body is a function of ours as expr-lang calls it.
type body = func(arguments ...any) (any, error)

// library are our functions as woven trees call them: those that depend on the session get its scope first.
var library = map[string]body{
	"uuid":   func(a ...any) (any, error) { return a[0].(*Scope).uuid() },
	"random": func(a ...any) (any, error) { return a[0].(*Scope).between(a[1], a[2]) },
	"now":    func(a ...any) (any, error) { return a[0].(*Scope).seconds(), nil },
	"at":     func(a ...any) (any, error) { return a[2].(*access).of(a[0], a[1]), nil },
	"fromJSON": func(a ...any) (any, error) {
		text, ok := a[0].(string)
		if !ok {
			return nil, fmt.Errorf("fromJSON reads a text, and this is %s", describe(a[0]))
		}
		v, err := parseJSON([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("fromJSON: %w", err)
		}
		return v, nil
	},
	"string": func(a ...any) (any, error) {
		text, err := appendText(nil, a[0])
		return string(text), err
	},
}

var errNoRandom = errors.New("nothing random can be drawn here")

// uuid is a random UUID of version 4 (RFC 9562, section 5.4), from two draws.
func (s *Scope) uuid() (string, error) {
	if s.Random == nil {
		return "", errNoRandom
	}
	high := s.Random()&^0xf000 | 0x4000
	low := s.Random()&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", high>>32, high>>16&0xffff, high&0xffff, low>>48, low&(1<<48-1)), nil
}

// between draws a whole number from a to b. The draw's high half of 128 bits is taken, whose bias is below 2⁻³² for any
// range that a plan has.
func (s *Scope) between(from, to any) (int, error) {
	a, ok := index(from)
	b, both := index(to)
	switch {
	case s.Random == nil:
		return 0, errNoRandom
	case !ok || !both:
		return 0, errors.New("random draws between whole numbers")
	case a > b:
		return 0, fmt.Errorf("random(%d, %d) has its greater number first", a, b)
	}
	span := uint64(b) - uint64(a) + 1
	if span == 0 {
		return int(s.Random()), nil
	}
	offset, _ := bits.Mul64(s.Random(), span)
	return int(uint64(a) + offset), nil
}

// seconds is the present instant, in seconds since 1970 to the microsecond.
func (s *Scope) seconds() float64 {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	return float64(now().UnixMicro()) / 1e6
}
