package fact_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plimsoll/dsl/fact"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		dimension fact.Dimension
		value     float64
		want      string
	}{
		{fact.Time, 0, "0 ms"}, {fact.Time, 4e-8, "<0.1 µs"}, {fact.Time, 4e-7, "0.4 µs"}, {fact.Time, 9e-5, "90 µs"}, {fact.Time, 0.0009996, "1 ms"},
		{fact.Time, 0.412, "412 ms"}, {fact.Time, 0.9994, "999 ms"}, {fact.Time, 0.9996, "1 s"}, {fact.Time, 1.24, "1.2 s"}, {fact.Time, 9.96, "10 s"},
		{fact.Time, 59.4, "59 s"}, {fact.Time, 59.6, "1 min"}, {fact.Time, 130, "2 min 10 s"}, {fact.Time, 3569.9, "59 min 30 s"}, {fact.Time, 11_100, "3 h 5 min"},
		{fact.Time, 86_400, "24 h"}, {fact.Time, 200_000, "2 d 8 h"}, {fact.Time, -0.3, "−300 ms"}, {fact.Time, math.Inf(1), "never"}, {fact.Time, 1e12, "11,574,074 d 2 h"},
		{fact.Ratio, 0, "0 %"}, {fact.Ratio, 0.00001, "<0.01 %"}, {fact.Ratio, 0.0002, "0.02 %"}, {fact.Ratio, 0.0057, "0.57 %"}, {fact.Ratio, 0.034, "3.4 %"},
		{fact.Ratio, 0.126, "13 %"}, {fact.Ratio, 0.997, "99.7 %"}, {fact.Ratio, 0.99999, "99.9 %"}, {fact.Ratio, 1, "100 %"}, {fact.Ratio, 1.00001, "100.1 %"},
		{fact.Ratio, 2.404, "240 %"}, {fact.Ratio, -0.762, "−76 %"},
		{fact.Rate, 0, "0/s"}, {fact.Rate, 0.0025, "<0.01/s"}, {fact.Rate, 0.25, "0.25/s"}, {fact.Rate, 412.4, "412/s"}, {fact.Rate, 999.6, "1 k/s"},
		{fact.Rate, 3412, "3.4 k/s"}, {fact.Rate, 2.5e6, "2.5 M/s"},
		{fact.Bytes, 0, "0 B"}, {fact.Bytes, 512, "512 B"}, {fact.Bytes, 1_234_567, "1.2 MB"}, {fact.Bytes, 3e15, "3000 TB"},
		{fact.Money, 0, "$0"}, {fact.Money, 0.0004, "<$0.001"}, {fact.Money, 0.04937, "$0.049"}, {fact.Money, 0.5, "$0.50"}, {fact.Money, 0.9996, "$1.00"},
		{fact.Money, 36.04, "$36.04"}, {fact.Money, 999.996, "$1,000"}, {fact.Money, 10_220.4, "$10,220"}, {fact.Money, -2.5, "−$2.50"},
		{fact.Count, 0, "0"}, {fact.Count, 999, "999"}, {fact.Count, 1_234_567, "1,234,567"}, {fact.Count, -1234, "−1,234"}, {fact.Count, 12.345, "12.3"},
		{fact.Count, 1696.2, "1,696"}, {fact.Count, 0.01234, "0.0123"}, {fact.Count, math.NaN(), "no data"},
		{fact.Bool, 1, "true"}, {fact.Bool, 0, "false"},
	} {
		if got := c.dimension.Format(c.value); got != c.want {
			t.Errorf("%v of %v: %q, not %q", c.value, c.dimension, got, c.want)
		}
	}
}

func TestFormatApart(t *testing.T) {
	for _, c := range []struct {
		dimension    fact.Dimension
		value, other float64
		want         string
	}{
		{fact.Time, 0.8, 0.8, "800 ms"},
		{fact.Time, 0.8004, 0.8, "800.4 ms"},
		{fact.Time, 0.80004, 0.8, "800.04 ms"},
		{fact.Time, 0.9996, 1, "999.6 ms"},
		{fact.Time, 9.96, 10, "9.96 s"},
		{fact.Time, 59.6, 60, "59.6 s"},
		{fact.Time, 300.4, 300, "5 min 0.4 s"},
		{fact.Time, 7205, 7200, "120 min 5 s"},
		{fact.Time, 172_805, 172_800, "2,880 min 5 s"},
		{fact.Time, math.Inf(1), 60, "never"},
		{fact.Time, 0.8 + 1e-15, 0.8, "800 ms"},
		{fact.Ratio, 0.01004, 0.01, "1.004 %"},
		{fact.Ratio, 0.00006, 0.00005, "0.006 %"},
		{fact.Ratio, 0.9992, 0.999, "99.92 %"},
		{fact.Ratio, 0.9999, 1, "99.9 %"},
		{fact.Rate, 3399, 3400, "3.399 k/s"},
		{fact.Count, 999.6, 1000, "999.6"},
		{fact.Money, 5.004, 5, "$5.004"},
		{fact.Money, 2000.4, 2000, "$2,000.4"},
	} {
		if got := c.dimension.Format(c.value, c.other); got != c.want {
			t.Errorf("%v beside %v: %q, not %q", c.value, c.other, got, c.want)
		}
	}
}

var measured = []fact.Dimension{fact.Count, fact.Time, fact.Ratio, fact.Bytes, fact.Rate, fact.Money}

// Any measurement takes few digits, and none of Go's exponents.
func TestFormatIsShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, v := rapid.SampledFrom(measured).Draw(t, "dimension"), rapid.Float64Range(0, 1e9).Draw(t, "value")
		if text := d.Format(v); len([]rune(text)) > 14 || strings.ContainsAny(text, "eE") {
			t.Errorf("%v is shown as %q", v, text)
		}
	})
}

// What is something is never shown as nothing, and what is not all never as all.
func TestFormatIsHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, v := rapid.SampledFrom(measured).Draw(t, "dimension"), rapid.Float64Range(0, 2).Draw(t, "value")
		if text := d.Format(v); (text == d.Format(0)) != (v == 0) || d == fact.Ratio && (text == "100 %") != (v == 1) {
			t.Errorf("%v is shown as %q", v, text)
		}
	})
}

// Values that differ by a millionth are told apart.
func TestFormatTellsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, v := rapid.SampledFrom(measured).Draw(t, "dimension"), rapid.Float64Range(1e-3, 1e5).Draw(t, "value")
		other := v * (1 + rapid.Float64Range(1e-5, 1).Draw(t, "more"))
		if a, b := d.Format(v, other), d.Format(other, v); a == b {
			t.Errorf("%v and %v are both shown as %q", v, other, a)
		}
	})
}

func TestFormatInterval(t *testing.T) {
	for want, i := range map[string]fact.Interval{
		"no data":      fact.Unknown(),
		"≥ 1,000":      fact.AtLeast(1000),
		"≤ 100":        fact.AtMost(100),
		"< 300":        fact.AtMost(math.Nextafter(300, 0)),
		"never":        fact.Exactly(math.Inf(1)),
		"0.5 to 0.625": {Low: 0.5, High: 0.625},
		"0.123":        {Low: 0.1232, High: 0.1234},
		"7":            fact.Exactly(7),
	} {
		if got := i.Format(fact.Count); got != want {
			t.Errorf("%v: %q, not %q", i, got, want)
		}
	}
}

func TestLiteral(t *testing.T) {
	for _, c := range []struct {
		dimension fact.Dimension
		value     float64
		want      string
	}{
		{fact.Time, 0, "0s"}, {fact.Time, 2.5e-8, "25ns"}, {fact.Time, 0.000912, "912us"}, {fact.Time, 0.9125, "912.5ms"}, {fact.Time, 1.234, "1.234s"},
		{fact.Time, 90, "1m30s"}, {fact.Time, 90.5, "1m30.5s"}, {fact.Time, 420, "7m"}, {fact.Time, 3600, "1h"}, {fact.Time, 5400, "1h30m"}, {fact.Time, 3661, "1h1m1s"},
		{fact.Time, 36000, "10h"}, {fact.Time, 600, "10m"}, {fact.Time, 3601, "1h0m1s"}, {fact.Time, 1e12, "1000000000000s"},
		{fact.Ratio, 0.004, "0.4%"}, {fact.Ratio, 0.07, "7%"}, {fact.Ratio, 1, "100%"}, {fact.Ratio, -0.02, "-2%"},
		{fact.Count, 1e6, "1000000"}, {fact.Count, 12.345, "12.345"}, {fact.Bytes, 1.25e6, "1250000B"}, {fact.Rate, 199.6, "199.6/s"}, {fact.Money, 2.5, "$2.5"},
	} {
		if got := c.dimension.Literal(c.value); got != c.want {
			t.Errorf("%v of %v: %q, not %q", c.value, c.dimension, got, c.want)
		}
	}
}

// A duration that a plan could have written is read back as it was.
func TestLiteralOfTimeIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, 1000*3600).Draw(t, "milliseconds")) * time.Millisecond
		text := fact.Time.Literal(want.Seconds())
		if got, err := time.ParseDuration(text); err != nil || got != want {
			t.Errorf("%v is written %q, and read as %v, %v", want, text, got, err)
		}
	})
}
