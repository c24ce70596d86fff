// Package fact is the vocabulary: what an expression may speak of, each with its unit and its meaning.
package fact

// Dimension is what a fact measures, and so what it may be compared with. Its base unit stands behind each.
type Dimension uint8

// The dimensions.
const (
	Count Dimension = iota // a bare number
	Time                   // seconds
	Ratio                  // 1 is 100 %
	Bytes                  // bytes
	Rate                   // per second
	Money                  // USD
	Bool                   // 0 or 1
	Text
)

// Fact is one entry of the vocabulary.
type Fact struct {
	Path      string // names given by the plan in angle brackets: step.<flow>.<step>.latency.p95
	Dimension Dimension
	Windowed  bool // known per second, so that an SLA with a window may speak of it
	Doc       string
	Example   string // an assertion that uses it
}

// Names are what a plan calls the things that facts can speak of.
type Names struct {
	Kind     string              // of the scenario: baseline, stress, spike, endurance or capacity; "" where the SLA applies to all
	Steps    map[string][]string // flow → its operations
	Phases   []string
	Groups   []string
	Measures map[string]Dimension
	Services []string             // titles of those with an ECS service
	Self     string               // title of the scenario's own; "" where it has no ECS service
	Metrics  map[string]Dimension // of CloudWatch, of the scenario's service
}
