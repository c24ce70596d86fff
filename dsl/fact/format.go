package fact

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// String is the dimension as a table needs it: time, ratio.
func (d Dimension) String() string {
	return [...]string{"count", "time", "ratio", "bytes", "rate", "money", "bool", "text"}[d]
}

// Noun is the dimension as a sentence needs it: a time, a ratio.
func (d Dimension) Noun() string {
	return [...]string{"a count", "a time", "a ratio", "an amount of bytes", "a rate", "an amount of money", "true or false", "a text"}[d]
}

// Unit says what a value of the dimension is written with, for a reference; "" where nothing is.
func (d Dimension) Unit() string {
	return [...]string{"", "ns us ms s m h", "%", "B KB MB GB KiB MiB GiB", "/s", "$", "", ""}[d]
}

// Format writes a value of the dimension, given in its base unit, as people read it, to three digits: 912ms, 0.4%.
// Infinity is an event that was watched for and never came.
func (d Dimension) Format(v float64) string {
	switch {
	case math.IsNaN(v):
		return "no data"
	case math.IsInf(v, 0):
		return "never"
	}
	switch d {
	case Time:
		return formatTime(v)
	case Ratio:
		return short(v*100) + "%"
	case Bytes:
		return formatBytes(v)
	case Rate:
		return short(v) + "/s"
	case Money:
		return "$" + strconv.FormatFloat(v, 'f', 2, 64)
	case Bool:
		return strconv.FormatBool(v != 0)
	}
	return short(v)
}

// Format writes what is known of a fact of the dimension: 912ms, ≥ 1000, 0.2% to 0.5%, no data.
func (i Interval) Format(d Dimension) string {
	switch {
	case !i.Known():
		return "no data"
	case i.Low == i.High:
		return d.Format(i.Low)
	case math.IsInf(i.High, 1):
		return "≥ " + d.Format(i.Low)
	case math.IsInf(i.Low, -1):
		return "≤ " + d.Format(i.High)
	}
	return d.Format(i.Low) + " to " + d.Format(i.High)
}

func formatTime(v float64) string {
	switch size := math.Abs(v); {
	case v == 0:
		return "0s"
	case size < 1e-6:
		return short(v*1e9) + "ns"
	case size < 1e-3:
		return short(v*1e6) + "us"
	case size < 1:
		return short(v*1e3) + "ms"
	case size < 60:
		return short(v) + "s"
	case size > 1e9:
		return fmt.Sprintf("%.3gs", v)
	}
	text := (time.Duration(math.Round(v)) * time.Second).String()
	for _, nothing := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, nothing) {
			text = text[:len(text)-2]
		}
	}
	return text
}

func formatBytes(v float64) string {
	units := [...]string{" B", " KB", " MB", " GB", " TB"}
	i := 0
	for math.Abs(v) >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	return short(v) + units[i]
}

// short keeps three digits, whole numbers whole, and has no exponent.
func short(v float64) string {
	if math.Abs(v) >= 100 || v == math.Trunc(v) {
		return strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	}
	digits, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return strconv.FormatFloat(digits, 'f', -1, 64)
}
