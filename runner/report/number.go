package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// none stands where nothing was measured.
const none = "–"

// A scale is a unit and the value from which it is used.
type scale struct {
	from float64
	unit string
}

// Seconds shows a span of time given in seconds: 85 µs, 412 ms, 1.2 s, 2 min 10 s, 3 h 5 min.
func Seconds(s float64) string {
	switch {
	case math.IsInf(s, 1):
		return "never"
	case s > 0 && s < 1e-7:
		return "<0.1 µs"
	case s < 0:
		return "-" + Seconds(-s)
	case s < 59.5:
		return scaled(s, "0 ms", []scale{{1e-6, " µs"}, {1e-3, " ms"}, {1, " s"}})
	case s < 3570:
		return pair(math.Round(s), 60, "min", "s")
	case s < 2*86400-1800:
		return pair(math.Round(s/60), 60, "h", "min")
	}
	return pair(math.Round(s/3600), 24, "d", "h")
}

// pair shows a whole number of small units as large ones and the rest.
func pair(small float64, size int, large, unit string) string {
	n := int(small)
	if n%size == 0 {
		return fmt.Sprintf("%d %s", n/size, large)
	}
	return fmt.Sprintf("%d %s %d %s", n/size, large, n%size, unit)
}

// PerSecond shows a rate: 0.5/s, 412/s, 3.4 k/s.
func PerSecond(v float64) string {
	if v > 0 && v < 0.01 {
		return "<0.01/s"
	}
	return scaled(v, "0/s", []scale{{1, "/s"}, {1e3, " k/s"}, {1e6, " M/s"}})
}

// size shows bytes: 512 B, 1.2 MB.
func size(bytes int64) string {
	return scaled(float64(bytes), "0 B", []scale{{1, " B"}, {1e3, " kB"}, {1e6, " MB"}, {1e9, " GB"}, {1e12, " TB"}})
}

// Percent shows a ratio. Nothing but 0 is 0 %, and nothing but 1 is 100 %.
func Percent(ratio float64) string {
	p := ratio * 100
	switch {
	case p > 0 && p < 0.01:
		return "<0.01 %"
	case p < 100 && p >= 99.5:
		return fmt.Sprintf("%.1f %%", math.Floor(p*10)/10)
	}
	if p < 1 {
		p = math.Round(p*100) / 100
	}
	return significant(p) + " %"
}

// Count shows a number of things, with separators; levels of load may have a fraction.
func Count[N int | int64 | float64](n N) string {
	text := strconv.FormatFloat(float64(n), 'f', -1, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}

// number shows a value whose unit is not known.
func number(v float64) string { return Count(rounded(v)) }

// scaled shows v in the largest unit that, once rounded, it reaches.
func scaled(v float64, zero string, scales []scale) string {
	if v == 0 {
		return zero
	}
	best := scales[0]
	for _, s := range scales[1:] {
		if rounded(v/best.from) >= math.Round(s.from/best.from) {
			best = s
		}
	}
	return significant(v/best.from) + best.unit
}

// significant shows two significant digits below 10, and whole numbers from there.
func significant(v float64) string { return strconv.FormatFloat(rounded(v), 'f', -1, 64) }

func rounded(v float64) float64 {
	if math.Abs(v) >= 9.95 || v == 0 {
		return math.Round(v)
	}
	text := strconv.FormatFloat(v, 'e', 1, 64)
	r, err := strconv.ParseFloat(text, 64)
	if err != nil { // infinite or not a number: there is nothing to round
		return v
	}
	return r
}
