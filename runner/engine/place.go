package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// place is where a value is written, and so how it is encoded.
type place uint8

const (
	plainly  place = iota // a message or a body of text
	inPath                // a segment of a path
	inQuery               // a name or value of a query or form
	inHeader              // a header's value
	inJSON                // within a JSON string
	asJSON                // as a JSON value of its own type
)

var errLineBreak = errors.New("a header value holds a line break")

// append writes a value that an expression gave.
func (p place) append(dst []byte, v any) ([]byte, error) {
	s, isText := v.(string)
	switch {
	case p == asJSON:
		return appendJSON(dst, v)
	case !isText:
		from := len(dst)
		dst, err := appendJSON(dst, v)
		if err != nil || p == plainly {
			return dst, err
		}
		return p.append(dst[:from], string(dst[from:]))
	case p == inPath, p == inQuery:
		return appendEscaped(dst, s), nil
	case p == inHeader && strings.ContainsAny(s, "\r\n"):
		return dst, errLineBreak
	case p == inJSON:
		return appendQuotedInner(dst, s), nil
	}
	return append(dst, s...), nil
}

// appendJSON writes a value as JSON; numbers as short as they read back the same.
func appendJSON(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case float64:
		return appendNumber(dst, v)
	case string:
		return append(appendQuotedInner(append(dst, '"'), v), '"'), nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return dst, fmt.Errorf("write a value as JSON: %w", err)
	}
	return append(dst, text...), nil
}

func appendNumber(dst []byte, v float64) ([]byte, error) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return dst, fmt.Errorf("%v is no number that can be sent", v)
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.AppendInt(dst, int64(v), 10), nil
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64), nil
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped percent-encodes all but the unreserved characters of RFC 3986, section 2.3: right in a path segment, a query and
// a form alike.
func appendEscaped(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
			dst = append(dst, c)
		default:
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// appendQuotedInner writes the inside of a JSON string; what is no UTF-8 becomes U+FFFD.
func appendQuotedInner(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
