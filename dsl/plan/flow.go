package plan

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/fact"
)

// Flow is what one user does.
type Flow struct {
	Name  string
	Steps []Step
	Range hcl.Range
}

// Step is one of the step types of this package; the set is closed.
type Step interface{ Common() *Head }

// Head is what every step has.
type Head struct {
	Name     string // the label; unique among the operations of a flow; "" for steps without one
	When     Expression
	Continue bool // on_error = "continue": a failure does not end the session
	Range    hcl.Range
}

// Common makes every type that embeds Head a Step.
func (h *Head) Common() *Head { return h }

// HTTP is one exchange.
type HTTP struct {
	Head
	Method    string
	Path      Text // relative to the service's endpoint; literal parts are sent as they stand
	Headers   []Field
	Query     []Field
	Auth      *Auth         // in place of the service's
	Body      Body          // at most one kind
	Timeout   time.Duration // 0: the service's
	Redirects int           // followed at most; 0 follows none
	Stream    *Stream       // the answer is read event by event; nil: whole
	Checks    []Expression
	Save      []Save
}

// Stream reads an answer as it comes: server-sent events, or chunks. It ends with the first part that satisfies Until, or
// with the answer. The operation is of kind stream; the checks and saves of its step see the head of the answer only.
type Stream struct {
	Until   Expression    // of each part; zero: to the end of the answer
	Timeout time.Duration // of the whole stream, wall time; 0: the step's
	Checks  []Expression  // of each part
	Save    []Save        // of the last part
	Raw     bool          // parts are chunks as they arrive; false: server-sent events
	Range   hcl.Range
}

// Body is what a request sends; at most one field is set.
type Body struct {
	JSON *Value
	Form []Field
	Text *Text
	File []byte // read at load
	Type string // Content-Type; "" for the kind's default
}

// Save keeps the value of an expression for the rest of the session.
type Save struct {
	Name      string
	Expr      Expression
	Sensitive bool
}

// WebSocket opens a connection, runs Steps on it, and closes it.
type WebSocket struct {
	Head
	Path         Text
	Headers      []Field
	Query        []Field
	Subprotocols []string
	Timeout      time.Duration // of the opening
	Deflate      bool          // permessage-deflate (RFC 7692) is offered
	Checks       []Expression
	Save         []Save
	Steps        []Step
}

// Send writes one message; at most one of JSON, Text and Binary is set.
type Send struct {
	Head
	JSON   *Value
	Text   *Text
	Binary []byte
}

// Receive waits for messages until one satisfies Until (the first, without), each being checked.
type Receive struct {
	Head
	Until   Expression
	Timeout time.Duration // 0: the service's
	Checks  []Expression
	Save    []Save
}

// Ping sends a ping and goes on; the pong's round trip is a fact.
type Ping struct{ Head }

// Close sends a close frame and waits for the other's, at most Timeout.
type Close struct {
	Head
	Code   int // default 1000
	Reason Text
}

// Think waits. Distribution is fixed (Min), uniform (Min to Max), normal or exponential (Mean, bounded by Min and Max).
type Think struct {
	Head
	Distribution Distribution
	Min, Max     time.Duration
	Mean, StdDev time.Duration
}

// Distribution of a think time.
type Distribution uint8

// The zero Distribution is fixed.
const (
	Fixed Distribution = iota
	Uniform
	Normal
	Exponential
)

// Repeat runs Steps again and again: Times, while While holds, for at most For; whichever is set ends it first. Each draws a row a round.
type Repeat struct {
	Head
	Times int // 0: unbounded
	While Expression
	For   time.Duration
	Each  *Data
	Steps []Step
}

// Choose runs one of its options, drawn by weight.
type Choose struct {
	Head
	Options []Option
}

// Option is one way that a Choose may take.
type Option struct {
	Name   string
	Weight float64
	Steps  []Step
}

// Set gives variables new values.
type Set struct {
	Head
	Values []Save
}

// Check fails the session with class expression or check, outside any exchange.
type Check struct {
	Head
	Conditions []Expression
}

// Measure records a custom metric.
type Measure struct {
	Head  // its name is the measure's
	Value Expression
	Unit  fact.Dimension // Time, Ratio, Count or Bytes
}

// Group measures the whole of its steps under one name.
type Group struct {
	Head
	Steps []Step
}
