package report

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbers(t *testing.T) {
	tests := []struct{ got, want string }{
		{Seconds(0), "0 ms"},
		{Seconds(0.00000004), "<0.1 µs"},
		{Seconds(0.0000004), "0.4 µs"},
		{Seconds(0.00009), "90 µs"},
		{Seconds(0.0009996), "1 ms"},
		{Seconds(0.412), "412 ms"},
		{Seconds(0.9994), "999 ms"},
		{Seconds(0.9996), "1 s"},
		{Seconds(1.24), "1.2 s"},
		{Seconds(9.96), "10 s"},
		{Seconds(59.4), "59 s"},
		{Seconds(59.6), "1 min"},
		{Seconds(130), "2 min 10 s"},
		{Seconds(3569.9), "59 min 30 s"},
		{Seconds(11_100), "3 h 5 min"},
		{Seconds(86_400), "24 h"},
		{Seconds(200_000), "2 d 8 h"},
		{Seconds(-0.3), "-300 ms"},
		{Seconds(math.Inf(1)), "never"},
		{PerSecond(0), "0/s"},
		{PerSecond(0.0025), "<0.01/s"},
		{PerSecond(0.25), "0.25/s"},
		{PerSecond(412.4), "412/s"},
		{PerSecond(999.6), "1 k/s"},
		{PerSecond(3412), "3.4 k/s"},
		{PerSecond(2_500_000), "2.5 M/s"},
		{Percent(0), "0 %"},
		{Percent(0.00001), "<0.01 %"},
		{Percent(0.0002), "0.02 %"},
		{Percent(0.034), "3.4 %"},
		{Percent(0.126), "13 %"},
		{Percent(0.99999), "99.9 %"},
		{Percent(1), "100 %"},
		{size(0), "0 B"},
		{size(512), "512 B"},
		{size(1_234_567), "1.2 MB"},
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(int64(1_234_567)), "1,234,567"},
		{Count(-1234), "-1,234"},
		{Count(12.5), "12.5"},
		{number(1696.2), "1,696"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

// TestNumbersAreShort holds for any measurement: few digits, and none of Go's exponents.
func TestNumbersAreShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(0, 1e9).Draw(t, "v")
		for _, text := range []string{Seconds(v), PerSecond(v), Percent(min(v/1e9, 1)), size(int64(v))} {
			if len([]rune(text)) > 14 || strings.ContainsAny(text, "eE") {
				t.Errorf("%v is shown as %q", v, text)
			}
		}
	})
}

// TestPercentIsHonest: what failed is never shown as nothing, and what did not all fail never as all.
func TestPercentIsHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ratio := rapid.Float64Range(0, 1).Draw(t, "ratio")
		if text := Percent(ratio); (text == "0 %") != (ratio == 0) || (text == "100 %") != (ratio == 1) {
			t.Errorf("%v is shown as %q", ratio, text)
		}
	})
}
