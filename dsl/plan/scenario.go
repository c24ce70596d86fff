package plan

import (
	"time"

	"github.com/hashicorp/hcl/v2"

	"plimsoll/dsl/fact"
)

// Kind is a load shape's name.
type Kind uint8

// The kinds of scenarios.
const (
	Baseline Kind = iota
	Stress
	Spike
	Endurance
	Capacity
)

func (k Kind) String() string {
	return [...]string{"baseline", "stress", "spike", "endurance", "capacity"}[k]
}

// Scenario is a load shape over a service. Durations are plan time where the comment says so.
type Scenario struct {
	Kind    Kind
	Name    string
	Key     string // of for_each, "" without
	Service *Service
	Mix     []Share // at least one; of a capacity, at most one, which each held connection runs
	Data    []*Data // what its flows draw from
	Before  *Flow
	Finally *Flow // the plan's `after_flow`: run once, also when the run was stopped
	Load    Load
	// Whichever is set first ends a baseline or an endurance.
	Duration time.Duration // plan time
	Requests int64
	Sessions int64

	Ramp      time.Duration // plan time; negative: the default
	WarmUp    time.Duration // plan time
	Grace     time.Duration // wall time, default 30 s
	Retry     time.Duration // wall time, default 1 s
	Pace      time.Duration // wall time, 0: none
	Reconnect bool

	Fresh    bool // open load: connections = "fresh"
	Poisson  bool // open load: arrivals = "poisson"
	MaxUsers int  // open load, default 10,000
	Patience time.Duration

	Ready    *Ready
	Pause    time.Duration // plan time, before the scenario
	After    []*Scenario   // must have passed through first
	SLAs     []SLA         // of the scenario itself
	Confirm  bool          // stress: a bad step is held once more, default true
	StopWhen Expression    // stress
	Digest   string        // over the resolved values that affect load
	Range    hcl.Range
}

// Title is the name as people read it, as for a service.
func (s *Scenario) Title() string { return fact.Title(s.Name, s.Key) }

// Share is a flow and its share of the sessions started.
type Share struct {
	Flow   *Flow
	Weight float64
}

// Ready asks Path until Expect holds, at most Timeout (plan time).
type Ready struct {
	Path    string
	Expect  Expression
	Timeout time.Duration
}
