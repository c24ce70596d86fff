package engine

import (
	"encoding/base64"
	"slices"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

// template is bytes of which some are known only when a session sends them.
type template []segment

// segment is one stretch of a template: a literal, unless one of the others is set.
type segment struct {
	literal []byte
	value   *expr.Program // written as its place asks
	as      place
	basic   template // written in base64
	hole    hole
}

// hole is what New fills in, when the address of the service is known.
type hole uint8

const (
	noHole   hole = iota
	baseHole      // the endpoint's path, in front of each request's own
	hostHole
	agentHole
	numHoles
)

// render appends the template's bytes. Its errors are those of the expressions, or of values that cannot stand in their place.
func (t template) render(dst []byte, scope *expr.Scope) ([]byte, error) {
	for i := range t {
		var err error
		if dst, err = t[i].render(dst, scope); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (s *segment) render(dst []byte, scope *expr.Scope) ([]byte, error) {
	switch {
	case s.value != nil:
		v, err := s.value.Get(scope)
		if err != nil {
			return dst, err
		}
		return s.as.append(dst, v)
	case s.basic != nil:
		from := len(dst)
		dst, err := s.basic.render(dst, scope)
		if err != nil {
			return dst, err
		}
		plain := slices.Clone(dst[from:])
		return base64.StdEncoding.AppendEncode(dst[:from], plain), nil
	}
	return append(dst, s.literal...), nil
}

// address is what fills the holes.
type address [numHoles]string

// bind fills the holes and joins neighbouring literals.
func (t template) bind(a address) template {
	var bound template
	for _, s := range t {
		if s.hole != noHole {
			s.literal, s.hole = []byte(a[s.hole]), noHole
		}
		bound = bound.join(s)
	}
	return bound
}

func (t template) join(s segment) template {
	if s.static() && len(s.literal) == 0 {
		return t
	}
	if last := len(t) - 1; last >= 0 && t[last].static() && s.static() {
		t[last].literal = slices.Concat(t[last].literal, s.literal)
		return t
	}
	return append(t, s)
}

func (s *segment) static() bool { return s.value == nil && s.basic == nil && s.hole == noHole }

// static returns the bytes of a template without expressions and holes.
func (t template) static() ([]byte, bool) {
	var all []byte
	for i := range t {
		if !t[i].static() {
			return nil, false
		}
		all = append(all, t[i].literal...)
	}
	return all, true
}

// literally adds text that every session sends alike.
func (t template) literally(s string) template { return t.join(segment{literal: []byte(s)}) }

// text adds a text whose values are written as the place asks. Its literal parts are too, unless the place is a path, whose
// literal parts are sent as they stand.
func (t template) text(c *compiler, text plan.Text, as place) (template, error) {
	for _, part := range text.Parts {
		if part.Expr == nil {
			literal := []byte(part.Literal)
			if as != inPath {
				var err error
				if literal, err = as.append(nil, part.Literal); err != nil {
					return nil, c.wrong(text.Range, err)
				}
			}
			t = t.join(segment{literal: literal})
			continue
		}
		program, err := c.value(*part.Expr, expr.Anytime)
		if err != nil {
			return nil, err
		}
		t = append(t, segment{value: program, as: as})
	}
	return t, nil
}
