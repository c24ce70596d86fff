package aws

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A formula is metric math of the simple kind: ids, numbers, + - * / and parentheses, and FILL(x, n).
// Where a value is missing, so is the result.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
type formula struct {
	text   string
	values map[string][]float64 // of every id that it may name, equally long
	length int
	depth  int
}

// maxDepth bounds how deeply parentheses may be nested.
const maxDepth = 50

// evaluate computes an expression over the values of other queries.
func evaluate(text string, values map[string][]float64, length int) ([]float64, error) {
	f := &formula{text: text, values: values, length: length}
	result, err := f.sum()
	if err == nil && f.peek() != 0 {
		err = fmt.Errorf("%q is not understood", f.text)
	}
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", text, err)
	}
	return result, nil
}

func (f *formula) peek() byte {
	f.text = strings.TrimLeft(f.text, " \t\n")
	if f.text == "" {
		return 0
	}
	return f.text[0]
}

func (f *formula) take(c byte) bool {
	if f.peek() != c {
		return false
	}
	f.text = f.text[1:]
	return true
}

func (f *formula) sum() ([]float64, error) {
	if f.depth++; f.depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	defer func() { f.depth-- }()
	left, err := f.product()
	for err == nil {
		switch {
		case f.take('+'):
			left, err = combine(left, f.product, func(a, b float64) float64 { return a + b })
		case f.take('-'):
			left, err = combine(left, f.product, func(a, b float64) float64 { return a - b })
		default:
			return left, nil
		}
	}
	return nil, err
}

func (f *formula) product() ([]float64, error) {
	left, err := f.factor()
	for err == nil {
		switch {
		case f.take('*'):
			left, err = combine(left, f.factor, func(a, b float64) float64 { return a * b })
		case f.take('/'):
			left, err = combine(left, f.factor, quotient)
		default:
			return left, nil
		}
	}
	return nil, err
}

// quotient is missing where CloudWatch cannot divide.
func quotient(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

func combine(left []float64, next func() ([]float64, error), with func(a, b float64) float64) ([]float64, error) {
	right, err := next()
	if err != nil {
		return nil, err
	}
	result := make([]float64, len(left))
	for i := range left {
		result[i] = with(left[i], right[i])
	}
	return result, nil
}

func (f *formula) factor() ([]float64, error) {
	if f.take('(') {
		inner, err := f.sum()
		if err == nil && !f.take(')') {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return inner, err
	}
	f.peek()
	end := strings.IndexFunc(f.text, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '.')
	})
	if end < 0 {
		end = len(f.text)
	}
	word := f.text[:end]
	f.text = f.text[end:]
	if word == "FILL" {
		return f.fill()
	}
	if values, ok := f.values[word]; ok {
		return values, nil
	}
	number, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is neither an id nor a number", word)
	}
	return repeat(number, f.length), nil
}

// fill is FILL(x, n): n where x has no value.
func (f *formula) fill() ([]float64, error) {
	if !f.take('(') {
		return nil, fmt.Errorf("FILL needs two arguments")
	}
	values, err := f.sum()
	if err != nil {
		return nil, err
	}
	if !f.take(',') {
		return nil, fmt.Errorf("FILL needs two arguments")
	}
	otherwise, err := f.sum()
	if err != nil {
		return nil, err
	}
	if !f.take(')') {
		return nil, fmt.Errorf("a parenthesis is not closed")
	}
	filled := make([]float64, len(values))
	for i, value := range values {
		filled[i] = value
		if math.IsNaN(value) {
			filled[i] = otherwise[i]
		}
	}
	return filled, nil
}

func repeat(value float64, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = value
	}
	return values
}
