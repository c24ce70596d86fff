package metrics

import "time"

// Layout fixes at the start what a recorder counts.
type Layout struct {
	Steps    []Step
	Groups   []string
	Measures []string
	Second   time.Duration // wall length of one second of plan time; 0 is a second
}

// Step is one operation of a flow, as a recorder knows it.
type Step struct {
	Flow, Name string
	Kind       Kind
	Silent     bool // of a before or after flow: counted nowhere
}

// Kind is what an operation is.
type Kind uint8

// The kinds of operations.
const (
	Exchange Kind = iota // one HTTP exchange; its latency counts
	Opening              // of a WebSocket; counts in connect in place of latency
	Receive
	Stream
)
