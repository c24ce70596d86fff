// Package result is the document that a run writes: its schema, and what can be asked of it. Every report is rendered from it.
package result

import "time"

// Schema is the version of the document; it rises when a reader of the old one would misunderstand the new one.
const Schema = 1

// Document is one run. Times in JSON are seconds unless a name says otherwise; NaN and infinities never occur.
type Document struct {
	Schema       int           `json:"schema"`
	Run          string        `json:"run"` // unique
	Version      string        `json:"version"`
	Plan         Plan          `json:"plan"`
	Started      time.Time     `json:"started"`
	Ended        time.Time     `json:"ended"`
	Seed         uint64        `json:"seed"`
	Generator    Generator     `json:"generator"`
	Services     []Service     `json:"services"`
	Scenarios    []Scenario    `json:"scenarios"`
	Requirements []Requirement `json:"requirements,omitempty"`
	Findings     []Finding     `json:"findings,omitempty"`
	Verdict      Verdict       `json:"verdict"`
	Reasons      []string      `json:"reasons,omitempty"` // why the verdict is not pass
	Cut          string        `json:"cut,omitempty"`     // why the run ended early: interrupted, killed, aborted; "" if it did not
}

// Verdict is how something was judged. The zero Verdict is Inconclusive: no data is never a pass.
type Verdict uint8

// The verdicts.
const (
	Inconclusive Verdict = iota
	Fail
	Pass
)

// Plan names what was run.
type Plan struct {
	Path        string `json:"path"`
	Description string `json:"description,omitempty"`
	Environment string `json:"environment,omitempty"`
}

// Service is one service as the run met it.
type Service struct {
	Name      string   `json:"name"`
	Endpoint  string   `json:"endpoint"`
	Simulated bool     `json:"simulated,omitempty"`
	Speed     float64  `json:"speed,omitempty"`
	Warnings  []string `json:"warnings,omitempty"` // certificate not verified, …
}

// Generator is the machine and process that made the load.
type Generator struct {
	Host        string  `json:"host"`
	OS          string  `json:"os"`
	Arch        string  `json:"arch"`
	CPUs        float64 `json:"cpus"` // that the process may use
	Go          string  `json:"go"`
	Descriptors uint64  `json:"descriptors"`
}

// Finding is something noticed, with its evidence and a recommendation.
type Finding struct {
	ID             string `json:"id"`                   // as wrong_build, mean_over_median
	Severity       string `json:"severity"`             // must, should or note
	Comparison     string `json:"comparison,omitempty"` // of a review: requirement ↔ desired, desired ↔ ECS or requirement ↔ proven; "" for none of them
	Subject        string `json:"subject"`              // the scenario or service
	Evidence       string `json:"evidence"`
	Recommendation string `json:"recommendation"`
}

// Requirement is one row: what a service must carry, and what was proven.
type Requirement struct {
	Service  string     `json:"service"`
	Measure  string     `json:"measure"`        // users, peak_users, rate, …
	Unit     string     `json:"unit,omitempty"` // what is counted where it is no users, as calls
	Required float64    `json:"required"`
	Proven   float64    `json:"proven"`
	By       string     `json:"by,omitempty"`    // scenario and phase
	Tasks    *TaskCount `json:"tasks,omitempty"` // that ran then; nil: not known
	Status   string     `json:"status"`          // met, not met, not tested
	Reason   string     `json:"reason,omitempty"`
}
