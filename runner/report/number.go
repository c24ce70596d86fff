package report

import "plimsoll/dsl/fact"

// none stands where nothing was measured.
const none = "–"

// Seconds shows a span of time given in seconds: 412 ms, 2 min 10 s.
func Seconds(s float64) string { return fact.Time.Format(s) }

// PerSecond shows a rate: 412/s.
func PerSecond(v float64) string { return fact.Rate.Format(v) }

// Percent shows a ratio: 3.4 %.
func Percent(ratio float64) string { return fact.Ratio.Format(ratio) }

// Money shows US dollars: $36.04.
func Money(usd float64) string { return fact.Money.Format(usd) }

// Count shows a number of things: 1,696.
func Count[N int | int64 | float64](n N) string { return fact.Count.Format(float64(n)) }

// size shows bytes: 1.2 MB.
func size(bytes float64) string { return fact.Bytes.Format(bytes) }
