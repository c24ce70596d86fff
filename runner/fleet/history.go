package fleet

import "time"

// History is what CloudWatch remembers of services, by their titles in the plan: one Day after another, oldest first.
type History map[string][]Day

// Day holds the peaks of one day. What is not known is negative.
type Day struct {
	Date        time.Time          // its start, UTC
	CPU, Memory float64            // highest mean of a period, ratios
	Tasks       float64            // most that ran
	Requests    float64            // most a second, over all targets
	Connections float64            // most at once, over all targets
	Custom      map[string]float64 // by the label of the plan's metric, as CloudWatch has it
}

// Series are the points of one metric, oldest first.
type Series []Point

// Point is the value of one period.
type Point struct {
	At    time.Time // its start, by AWS's clock
	Value float64   // as CloudWatch has it
}
