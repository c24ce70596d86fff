// Package plan is the resolved plan: plain values with the source ranges they came from.
//
// It does no I/O and compiles nothing. dsl.Load makes it, everything below reads it; nobody changes it after loading, so
// it may be shared by any number of goroutines.
package plan

import (
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Plan is everything that the files of one plan say.
type Plan struct {
	Path        string // as the user named it: a folder or a file
	Description string
	Environment string // "production" asks for permission; "" is none
	Notify      string // ARN that alarms and budgets notify by default
	Seed        uint64 // 0: drawn at the start of a run, and recorded
	State       string // s3://bucket/prefix of what adjust keeps; "": the folder .plimsoll at the root
	Below       string // where it lies below Root, slash-separated: the same whatever the working folder; "." is Root itself
	Root        string // the folder that paths stay inside of: the repository's root, or where the plan is
	Files       []string
	Services    []*Service
	Data        []*Data
	Flows       []*Flow
	Scenarios   []*Scenario // in the order in which they run
	SLAs        []SLA       // for every scenario
	Fleet       *Fleet      // nil without
	Budgets     []*Budget
	Dashboards  []*Dashboard
	Secrets     Secrets
}

// Load is the load of a scenario: closed (users), open (sessions started per second), or connections held at once.
// Exactly one of Steady > 0, Stairs, Surge and Levels is meant.
type Load struct {
	Open   bool    // levels are sessions per second, else users
	Steady float64 // one level, for baseline and endurance
	Stairs *Stairs // for stress
	Surge  *Surge  // for spike
	Levels *Levels // for capacity
	Range  hcl.Range
}

// Stairs raises the load from From to To by Step, holding each level for Every (plan time).
type Stairs struct {
	From, To, Step float64
	Every          time.Duration
}

// Surge goes from Base to Peak within Rise, holds it, and gives the service Settle at Base to recover (plan time).
type Surge struct {
	Base, Peak         float64
	Before             time.Duration // how long Base is held ahead of the rise
	Rise, Hold, Settle time.Duration
}

// SLA is an expression over facts that must hold.
type SLA struct {
	Name   string
	Assert Expression
	Window time.Duration // plan time; 0: over the whole of each measured phase it judges
	Abort  Abort
	Phases []string // judged only in these; empty: the default of the scenario's kind
	Own    bool     // declared inside its scenario
	Range  hcl.Range
}

// Abort says what a failed SLA ends.
type Abort uint8

// The zero Abort ends nothing.
const (
	AbortNothing  Abort = iota
	AbortScenario       // its scenario
	AbortRun            // every scenario still to come, too
)

// Requirement is the load that a service must carry. Zero numbers ask for nothing.
type Requirement struct {
	Users, PeakUsers             float64
	Rate, PeakRate               float64 // sessions per second
	Connections, PeakConnections float64
	Think                        time.Duration
	Source, AgreedBy             string
	AgreedOn, ReviewAfter        time.Time
	PeakHours                    string
	Unit                         string // what is counted where it is no users, as calls: judged from metrics only; "" is users
	Range                        hcl.Range
}
