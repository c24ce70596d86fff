package fact

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Literal writes a value of the dimension, given in its base unit, as a plan does, so that it can be pasted into one: 800ms,
// 1m30s, 85%. Format shows a value to people. The value is finite; of a time of a minute and more, nanoseconds count.
func (d Dimension) Literal(v float64) string {
	switch d {
	case Time:
		return duration(v)
	case Ratio:
		return exact(v*100) + "%"
	case Bytes:
		return exact(v) + "B"
	case Rate:
		return exact(v) + "/s"
	case Money:
		return "$" + exact(v)
	}
	return exact(v)
}

func duration(v float64) string {
	switch size := math.Abs(v); {
	case v == 0:
		return "0s"
	case size < 1e-6:
		return exact(v*1e9) + "ns"
	case size < 1e-3:
		return exact(v*1e6) + "us"
	case size < 1:
		return exact(v*1e3) + "ms"
	case size < 60 || size > 1e9: // more does not fit
		return exact(v) + "s"
	}
	text := time.Duration(math.Round(v * 1e9)).String()
	for _, nothing := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, nothing) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// exact writes all digits but for those that floating point adds, and no exponent.
func exact(v float64) string { return strconv.FormatFloat(rounded(v, 12, 0), 'f', -1, 64) }
