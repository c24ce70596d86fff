package fact

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Format shows a value of the dimension, given in its base unit, to people: 43 ms, 5 min 1 s, 0.6 %, 412/s, 1.2 MB, $36.04.
// Literal writes one for a plan. It takes few digits and never says more than is so: nothing but 0 is shown as 0, and
// nothing but 1 as 100 %. Infinity is an event that was watched for and never came. Where a value would look like one of the
// others without being equal to it, such as the bound that it broke, it is given as many more digits as tell them apart.
func (d Dimension) Format(v float64, others ...float64) string {
	for finer := range mostFiner {
		text := d.show(v, finer)
		if !slices.ContainsFunc(others, func(other float64) bool { return other != v && d.show(other, finer) == text }) {
			return text
		}
	}
	return d.show(v, 0)
}

// mostFiner bounds the digits that are added; values that are alike all the same differ by what floating point adds.
const mostFiner = 8

// The digits that are shown at least of what was measured, and of counts, with which people go on to compute. Whole numbers
// are never rounded to fewer digits than they have.
const (
	digits      = 2
	countDigits = 3
)

// least is what is shown of anything smaller, as "<0.01 %".
var least = [...]float64{Count: 1e-3, Time: 1e-7, Ratio: 1e-4, Bytes: 1e-2, Rate: 1e-2, Money: 1e-3, Text: 1e-3}

// show shows a value with so many more digits than usual.
func (d Dimension) show(v float64, finer int) string {
	switch {
	case d == Bool:
		return strconv.FormatBool(v != 0)
	case math.IsNaN(v):
		return "no data"
	case math.IsInf(v, 0):
		return "never"
	case v < 0:
		return "−" + d.show(-v, finer)
	}
	if least := least[d] * math.Pow10(-finer); v > 0 && v < least {
		return "<" + d.show(least, finer)
	}
	switch d {
	case Time:
		return span(v, finer)
	case Ratio:
		return percent(v, finer)
	case Bytes:
		return scaled(v, finer, "0 B", scale{1, " B"}, scale{1e3, " kB"}, scale{1e6, " MB"}, scale{1e9, " GB"}, scale{1e12, " TB"})
	case Rate:
		return scaled(v, finer, "0/s", scale{1, "/s"}, scale{1e3, " k/s"}, scale{1e6, " M/s"})
	case Money:
		return dollars(v, finer)
	}
	return grouped(rounded(v, countDigits, finer))
}

// percent never rounds to 100 %.
func percent(ratio float64, finer int) string {
	p, tenths, hundredths := ratio*100, math.Pow10(1+finer), math.Pow10(2+finer)
	switch {
	case p < 1:
		p = math.Round(p*hundredths) / hundredths
	case ratio < 1 && p >= 99.5:
		p = min(math.Floor(p*tenths+1e-9), 100*tenths-1) / tenths
	case ratio > 1 && p < 100.5:
		p = max(math.Ceil(p*tenths-1e-9), 100*tenths+1) / tenths
	default:
		p = rounded(p, digits, finer)
	}
	return plain(p) + " %"
}

// dollars has cents, below a dollar a tenth of them, and from a thousand dollars none.
func dollars(v float64, finer int) string {
	switch {
	case v == 0:
		return "$0"
	case v < 1:
		return "$" + strings.TrimSuffix(strconv.FormatFloat(v, 'f', 3+finer, 64), "0")
	case v < 999.995:
		return "$" + strconv.FormatFloat(v, 'f', 2+finer, 64)
	}
	return "$" + grouped(rounded(v, digits, finer))
}

// A scale is a unit and the value from which it is used.
type scale struct {
	from float64
	unit string
}

// scaled shows v in the largest unit that, once rounded, it reaches.
func scaled(v float64, finer int, zero string, first scale, larger ...scale) string {
	if v == 0 {
		return zero
	}
	best := first
	for _, s := range larger {
		if rounded(v/best.from, digits, finer) >= math.Round(s.from/best.from) {
			best = s
		}
	}
	return plain(rounded(v/best.from, digits, finer)) + best.unit
}

// rounded keeps so many significant digits and as many as are finer, and whole numbers whole.
func rounded(v float64, significant, finer int) float64 {
	text := strconv.FormatFloat(v, 'f', finer, 64)
	if math.Abs(v) < math.Pow10(significant-1) {
		text = strconv.FormatFloat(v, 'e', significant-1+finer, 64)
	}
	r, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err) // it was a number
	}
	return r
}

// plain has no exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// grouped has separators between thousands.
func grouped(v float64) string {
	whole, fraction, fractional := strings.Cut(plain(v), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fractional {
		whole += "." + fraction
	}
	return whole
}
