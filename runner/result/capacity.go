package result

import (
	"math"

	"plimsoll/dsl/fact"
)

// The sides on which a capacity may have been stopped.
const (
	SideService   = "service"
	SideGenerator = "generator"
)

// Capacity is how many connections a service holds. Bound is BoundExact or BoundAtLeast: all levels were held, the search was
// cut short, or it was the generator that could not hold more.
type Capacity struct {
	Max       int      `json:"max"`  // most held at once for the whole hold, in a level that met its success
	Safe      int      `json:"safe"` // the share of it that is recommended
	Safety    float64  `json:"safety"`
	Level     int      `json:"level,omitempty"` // in which the maximum was held
	Bound     string   `json:"bound"`
	Tasks     int      `json:"tasks,omitempty"`    // healthy ones during that level; 0: not known, or their number changed
	Assumed   bool     `json:"assumed,omitempty"`  // nobody counts tasks behind the endpoint: it was taken for one
	PerTask   float64  `json:"per_task,omitempty"` // Max ÷ Tasks
	StoppedBy string   `json:"stopped_by,omitempty"`
	Side      string   `json:"side,omitempty"`   // SideService, SideGenerator; "" where nothing stopped it
	Remedy    []string `json:"remedy,omitempty"` // what to change where the generator stopped it
	Success   float64  `json:"success"`          // share of a level that had to be held
	Levels    []Level  `json:"levels"`           // as they were held, one after another
}

// Level is a number of connections that were asked to be held at once.
type Level struct {
	Asked     int              `json:"asked"`
	Attempted int              `json:"attempted"` // openings; with connections of levels before, fewer than asked
	Opened    int              `json:"opened"`
	Held      int              `json:"held"`    // for the whole hold
	Lost      int              `json:"lost"`    // while they were held
	Success   float64          `json:"success"` // Held ÷ Asked
	Seconds   float64          `json:"seconds"` // until every opening had succeeded or failed
	Connect   Stats            `json:"connect,omitzero"`
	Latency   Stats            `json:"latency,omitzero"` // of what the connections did while they were held
	ErrorRate float64          `json:"error_rate,omitempty"`
	Errors    map[string]int64 `json:"errors,omitempty"` // openings that failed, by class
	Losses    map[string]int64 `json:"losses,omitempty"` // connections that were lost, by class
	Tasks     int              `json:"tasks,omitempty"`  // healthy ones from its beginning to its end; 0: not known
	Good      bool             `json:"good"`
	Refined   bool             `json:"refined,omitempty"` // it lies between two levels of the plan
	Reasons   []string         `json:"reasons,omitempty"` // why it is not good although enough were held
}

// TasksFor is how many tasks hold so many connections, with a buffer of 1 or more: a factor that stands in place of the
// safety. false where it is not known what one task holds.
func (c *Capacity) TasksFor(connections, buffer float64) (int, bool) {
	if c == nil || c.PerTask <= 0 {
		return 0, false
	}
	return int(fact.Tasks(connections, c.PerTask, buffer)), true
}

// value is a lower bound where something other than the service stopped it.
func (c *Capacity) value(name string) fact.Interval {
	if c == nil || len(c.Levels) == 0 {
		return fact.Unknown()
	}
	v, known := map[string]float64{"max": float64(c.Max), "safe": float64(c.Safe), "level": float64(c.Level)}[name]
	if name == "per_task" {
		v, known = c.PerTask, c.Tasks > 0
	}
	switch {
	case !known:
		return fact.Unknown()
	case c.Bound == BoundAtLeast:
		return fact.AtLeast(v)
	}
	return fact.Exactly(v)
}

// SafeShare is the part of a maximum that is recommended, in whole connections. What rounding of floating point takes from a
// whole number is given back.
func SafeShare(maximum int, safety float64) int {
	return int(math.Floor(float64(maximum)*safety + 1e-9))
}
