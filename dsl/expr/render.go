package expr

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Append evaluates and appends the value as text: numbers in their shortest form without exponent, true or false, texts
// as they are, lists and objects as JSON. A nil is an error: it is written only where a plan asks for JSON.
func (p *Program) Append(dst []byte, s *Scope) ([]byte, error) {
	if p.lone != nil {
		if text, ok := p.lone.text(s); ok {
			return append(dst, text...), nil
		}
		if i, ok := p.lone.integer(s); ok {
			return strconv.AppendInt(dst, i, 10), nil
		}
	}
	v, err := p.Get(s)
	if err != nil {
		return dst, err
	}
	return appendText(dst, v)
}

// AppendJSON evaluates and appends the value as JSON.
func (p *Program) AppendJSON(dst []byte, s *Scope) ([]byte, error) {
	if p.lone != nil {
		if text, ok := p.lone.text(s); ok {
			return appendQuoted(dst, text), nil
		}
		if i, ok := p.lone.integer(s); ok {
			return strconv.AppendInt(dst, i, 10), nil
		}
	}
	v, err := p.Get(s)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, v)
}

var errNil = errors.New("the value is null, which has no text; give another with ??")

func appendText(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return dst, errNil
	case string:
		return append(dst, v...), nil
	}
	return appendJSON(dst, v)
}

func appendJSON(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return dst, fmt.Errorf("the value %v is no number that can be written", v)
		}
		return strconv.AppendFloat(dst, v, 'f', -1, 64), nil
	case string:
		return appendQuoted(dst, v), nil
	case []any:
		return appendList(dst, v)
	case map[string]any:
		return appendObject(dst, v)
	}
	v, err := ordinary(v)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, v)
}

func appendList(dst []byte, list []any) ([]byte, error) {
	dst = append(dst, '[')
	var err error
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendJSON(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// appendObject writes the names in order, so that equal objects read equal.
func appendObject(dst []byte, object map[string]any) ([]byte, error) {
	dst = append(dst, '{')
	var err error
	for i, name := range slices.Sorted(maps.Keys(object)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuoted(dst, name), ':')
		if dst, err = appendJSON(dst, object[name]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendQuoted appends a JSON string (RFC 8259, section 7); bytes that are no UTF-8 become U+FFFD.
func appendQuoted(dst []byte, text string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
