package expr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// parseJSON turns JSON into nil, bool, int, float64, string, []any and map[string]any. Whole numbers that fit become int,
// so that a 64-bit id is sent back as it came; all others are float64.
func parseJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it is not JSON: something stands behind its end")
	}
	return numbers(v), nil
}

// numbers replaces json.Number throughout v, in place.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(string(v))
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = numbers(v[name])
		}
	}
	return v
}

func number(text string) any {
	if i, err := strconv.Atoi(text); err == nil {
		return i
	}
	f, _ := strconv.ParseFloat(text, 64) // infinite where it is too large
	return f
}
