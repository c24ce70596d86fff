package fleet

import "time"

// ChangeSet is what must change so that ECS is as the plan desires, in an order that is safe: what grows comes before what
// shrinks, a task definition before the service that runs it. It is what adjust shows, writes to a file, and applies. Its own
// JSON is whole and stays in the state; what leaves that is Shared, as Write writes it.
type ChangeSet struct {
	Schema    int       `json:"schema"`
	Plan      string    `json:"plan"`   // path
	Digest    string    `json:"digest"` // over the plan's desired values
	Made      time.Time `json:"made"`
	Changes   []Change  `json:"changes"`
	Refused   []Refusal `json:"refused,omitempty"` // what is not as desired, and may not be written
	Cost      CostDelta `json:"cost"`
	Rollback  string    `json:"rollback,omitempty"`  // of this change set's id; "" if it is no rollback
	Redoes    string    `json:"redoes,omitempty"`    // of a rollback of a rollback: the change set that the latter took back
	Emergency bool      `json:"emergency,omitempty"` // it sets a service to its minimum, and suspends its scaling
}

// ChangeSetSchema is the version of the format.
const ChangeSetSchema = 1

// Change is one write.
type Change struct {
	Service string   `json:"service"` // title of the plan; "" of the account as a whole
	Ref     Ref      `json:"ref"`
	Before  Document `json:"before"` // as it was shown; null: not there
	After   Document `json:"after"`  // null: to be deleted (only by a rollback)
	Fields  []Field  `json:"fields"` // what differs, as people read it
	Shrinks bool     `json:"shrinks,omitempty"`
}

// Registered stands in the document of a service for the revision that the same change set registers.
const Registered = "(registered by this change set)"

// Field is one difference, as people read it. Values of an environment never enter it.
type Field struct {
	Name   string `json:"name"`   // cpu, maximum tasks, cooldown out
	Before string `json:"before"` // "": not set
	After  string `json:"after"`
}

// Refusal is a change that may not be written.
type Refusal struct {
	Service string `json:"service"`
	What    string `json:"what"`
	Why     string `json:"why"`
	Remedy  string `json:"remedy"`
}

// CostDelta is what the change set does to the monthly cost, USD, at the minimum and at the maximum of tasks.
type CostDelta struct {
	MinBefore float64  `json:"min_before"`
	MinAfter  float64  `json:"min_after"`
	MaxBefore float64  `json:"max_before"`
	MaxAfter  float64  `json:"max_after"`
	Unpriced  []string `json:"unpriced,omitempty"` // services whose price is not known, and why
}
