package dsl

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"plimsoll/dsl/language"
)

// number reads a number within the bounds of its description.
func (n node) number(a *language.Attribute) (float64, bool) {
	v, ok := n.constant()
	if !ok {
		return 0, false
	}
	converted, err := convert.Convert(v, cty.Number)
	if err != nil || v.IsNull() || v.Type() == cty.Bool {
		n.fail(fmt.Sprintf("%s takes a number, not %s", n.name, friendly(v)), measured(a))
		return 0, false
	}
	f, _ := converted.AsBigFloat().Float64()
	if a.Type == language.Count && f != math.Trunc(f) {
		n.fail(fmt.Sprintf("%s takes a whole number, not %s", n.name, strconv.FormatFloat(f, 'g', -1, 64)), fmt.Sprintf("Round it up, to %d.", int64(math.Ceil(f))))
		return f, false
	}
	return f, n.within(f, a)
}

// within checks a number against the bounds of its description.
func (n node) within(f float64, a *language.Attribute) bool {
	switch most := a.Max; {
	case f < a.Min && a.Min == 0:
		n.fail(n.name+" must not be negative", example(a))
	case f < a.Min:
		n.fail(fmt.Sprintf("%s must be at least %s", n.name, a.Amount(a.Min)), example(a))
	case most > 0 && f > most:
		n.fail(fmt.Sprintf("%s must be at most %s", n.name, a.Amount(most)), example(a))
	case f > math.MaxInt64/2:
		n.fail(n.name+" is too large", example(a))
	default:
		return true
	}
	return false
}

// measured is the remedy where a number is written as something else: the example, and its unit.
func measured(a *language.Attribute) string {
	if a.Unit == "" {
		return example(a)
	}
	return fmt.Sprintf("It is a number of %s. %s", a.Unit, example(a))
}

// example is the remedy where an attribute is not written as it must be.
func example(a *language.Attribute) string {
	if a.Example == "" {
		return a.Doc
	}
	return "For example: " + a.Example + "."
}

// unit reads text that stands for a quantity; a bare number is answered with the mend.
func (n node) unit(a *language.Attribute, article, written string) (string, bool) {
	v, ok := n.constant()
	if !ok {
		return "", false
	}
	if !v.IsNull() && v.Type() == cty.Number {
		n.fail(fmt.Sprintf("%s takes %s, not a bare number", n.name, article), fmt.Sprintf("Write it as text with its unit: %s = %q.", n.name, v.AsBigFloat().Text('f', -1)+written))
		return "", false
	}
	if v.IsNull() || v.Type() != cty.String {
		n.fail(fmt.Sprintf("%s takes %s, not %s", n.name, article, friendly(v)), example(a))
		return "", false
	}
	return v.AsString(), true
}

// duration reads text such as "10s".
func (n node) duration(a *language.Attribute) (time.Duration, bool) {
	text, ok := n.unit(a, "a duration", "s")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		n.fail(fmt.Sprintf("%s is no duration: %q", n.name, text), "Write a number with its unit, ms, s, m or h, as in \"800ms\" or \"2m30s\".")
		return 0, false
	}
	return d, n.within(d.Seconds(), a)
}

// percent reads text such as "75%" as a ratio.
func (n node) percent(a *language.Attribute) (float64, bool) {
	text, ok := n.unit(a, "a percentage", "%")
	if !ok {
		return 0, false
	}
	digits, is := strings.CutSuffix(strings.TrimSpace(text), "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if !is || err != nil || math.IsNaN(f) {
		n.fail(fmt.Sprintf("%s is no percentage: %q", n.name, text), "Write a number with a percent sign, as in \"75%\".")
		return 0, false
	}
	return f / 100, n.within(f/100, a)
}

// rate reads text such as "200/s", as a number per second.
func (n node) rate(a *language.Attribute) (float64, bool) {
	text, ok := n.unit(a, "a rate", "/s")
	if !ok {
		return 0, false
	}
	count, per, _ := strings.Cut(text, "/")
	f, err := strconv.ParseFloat(strings.TrimSpace(count), 64)
	seconds, is := map[string]float64{"s": 1, "m": 60, "h": 3600}[strings.TrimSpace(per)]
	if !is || err != nil || math.IsNaN(f) {
		n.fail(fmt.Sprintf("%s is no rate: %q", n.name, text), "Write a number per second, minute or hour, as in \"200/s\", \"50/m\" or \"10/h\".")
		return 0, false
	}
	return f / seconds, n.within(f/seconds, a)
}

// sizes are the units of a Size, the longer name first where one ends in another.
var sizes = []struct {
	suffix string
	bytes  float64
}{{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}

// size reads text such as "10MB", or a number of bytes.
func (n node) size(a *language.Attribute) (float64, bool) {
	v, ok := n.constant()
	if !ok {
		return 0, false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() {
		n.fail(fmt.Sprintf("%s takes a size, not %s", n.name, friendly(v)), example(a))
		return 0, false
	}
	upper := strings.ToUpper(strings.TrimSpace(text.AsString()))
	for _, s := range sizes {
		digits, is := strings.CutSuffix(upper, s.suffix)
		if f, err := strconv.ParseFloat(strings.TrimSpace(digits), 64); is && err == nil && !math.IsNaN(f) {
			return f * s.bytes, n.within(f*s.bytes, a)
		}
	}
	n.fail(fmt.Sprintf("%s is no size: %q", n.name, text.AsString()), "Write a number with its unit, B, KB, MB or GB, as in \"10MB\".")
	return 0, false
}

// date reads text such as "2026-11-02".
func (n node) date(a *language.Attribute) (time.Time, bool) {
	text, ok := n.text()
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		n.fail(fmt.Sprintf("%s is no date: %q", n.name, text), example(a))
	}
	return t, err == nil
}

// bool reads true or false.
func (n node) bool(a *language.Attribute) (value, ok bool) {
	v, ok := n.constant()
	if !ok {
		return false, false
	}
	converted, err := convert.Convert(v, cty.Bool)
	if err != nil || v.IsNull() {
		n.fail(fmt.Sprintf("%s takes true or false, not %s", n.name, friendly(v)), example(a))
		return false, false
	}
	return converted.True(), true
}

// choice reads one of the values of its description, and returns its index.
func (n node) choice(a *language.Attribute) (int, bool) {
	text, ok := n.text()
	if !ok {
		return 0, false
	}
	i := slices.Index(a.Values, text)
	if i < 0 {
		n.fail(fmt.Sprintf("%s cannot be %q", n.name, text), suggestion(text, a.Values))
	}
	return max(i, 0), i >= 0
}

// fallback is the default of an attribute as a value, as if it stood in the plan.
func (l *loader) fallback(a *language.Attribute) node {
	v, known := l.fallbacks[a.Default]
	if !known {
		e, _ := hclsyntax.ParseExpression([]byte(a.Default), "default", hcl.InitialPos)
		v, _ = e.Value(nil)
		l.fallbacks[a.Default] = v
	}
	return node{l: l, name: a.Name, val: v}
}
