package result

import "time"

// Scenario is one scenario's measurements and judgement.
type Scenario struct {
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	Service   string    `json:"service"`
	Digest    string    `json:"digest"`
	Open      bool      `json:"open,omitempty"` // open load: levels are sessions per second
	Speed     float64   `json:"speed"`          // plan seconds per wall second
	Started   time.Time `json:"started"`
	Ended     time.Time `json:"ended"`
	Total     Measures  `json:"total"` // over the measured parts of all phases
	Phases    []Phase   `json:"phases"`
	Series    []Point   `json:"series"`
	SLAs      []SLA     `json:"slas"`
	Limit     *Limit    `json:"limit,omitempty"`
	Recovery  *Recovery `json:"recovery,omitempty"`
	Drift     *Drift    `json:"drift,omitempty"`
	Capacity  *Capacity `json:"capacity,omitempty"`
	Required  *Required `json:"required,omitempty"` // of its service, by the plan
	Fleet     []Fleet   `json:"fleet,omitempty"`    // its own ECS service, those that its SLAs speak of, and those with a guard
	Generator Watch     `json:"generator"`
	Samples   []Sample  `json:"samples,omitempty"`
	Ready     string    `json:"ready,omitempty"` // why it was not ready in time
	Verdict   Verdict   `json:"verdict"`
	Reasons   []string  `json:"reasons,omitempty"`
	Cut       string    `json:"cut,omitempty"` // why its load did not run to its end: interrupted, aborted, guard, stopped, killed; "" if it did
}

// Phase is a part of a scenario at one intended load.
type Phase struct {
	Name     string     `json:"name"`
	Start    float64    `json:"start"`    // plan seconds since the scenario's start
	Measured float64    `json:"measured"` // where its facts begin
	End      float64    `json:"end"`
	Asked    float64    `json:"asked"`             // users, or sessions per second
	Passing  bool       `json:"passing,omitempty"` // the load changes all along, from the phase before to Asked
	Tasks    *TaskCount `json:"tasks,omitempty"`   // of the scenario's service that ran while it was measured; nil: not known
	Measures Measures   `json:"measures"`
	Good     *bool      `json:"good,omitempty"` // stress: whether its SLAs held
	Reasons  []string   `json:"reasons,omitempty"`
}

// Measures is what was measured over some span. Times are seconds of wall time.
type Measures struct {
	Seconds       float64          `json:"seconds"` // wall time measured
	Operations    int64            `json:"operations"`
	Failed        int64            `json:"failed"`
	ErrorRate     float64          `json:"error_rate"`
	Throughput    float64          `json:"throughput"`       // successful operations per second
	Errors        map[string]int64 `json:"errors,omitempty"` // by class, as errors.<class> writes them: connect_timeout
	Latency       Stats            `json:"latency,omitzero"`
	ServiceTime   Stats            `json:"service_time,omitzero"`
	FirstByte     Stats            `json:"first_byte,omitzero"`
	Connect       Stats            `json:"connect,omitzero"`
	TLS           Stats            `json:"tls,omitzero"`
	FailedLatency Stats            `json:"failed_latency,omitzero"`
	FirstMessage  Stats            `json:"first_message,omitzero"`
	Gap           Stats            `json:"gap,omitzero"`
	Pong          Stats            `json:"pong,omitzero"`
	Sent          int64            `json:"sent"`
	Received      int64            `json:"received"`
	Users         Users            `json:"users"`
	Dropped       Dropped          `json:"dropped"`
	Connections   Connections      `json:"connections"`
	Messages      Messages         `json:"messages"`
	Sessions      Sessions         `json:"sessions"`
	Steps         map[string]Step  `json:"steps,omitempty"` // by fact.Path(flow, step)
	Groups        map[string]Stats `json:"groups,omitempty"`
	Custom        map[string]Stats `json:"measures,omitempty"`
}

// Step is what was measured of one step.
type Step struct {
	Operations    int64            `json:"operations"`
	Failed        int64            `json:"failed"`
	ErrorRate     float64          `json:"error_rate"`
	Throughput    float64          `json:"throughput"`
	Errors        map[string]int64 `json:"errors,omitempty"`
	Latency       Stats            `json:"latency,omitzero"`
	ServiceTime   Stats            `json:"service_time,omitzero"`
	FirstByte     Stats            `json:"first_byte,omitzero"`
	Connect       Stats            `json:"connect,omitzero"`
	FailedLatency Stats            `json:"failed_latency,omitzero"`
	FirstMessage  Stats            `json:"first_message,omitzero"`
	Gap           Stats            `json:"gap,omitzero"`
	Sent          int64            `json:"sent"`
	Received      int64            `json:"received"`
}

// Stats sums up one distribution; all but Count are zero when Count is.
type Stats struct {
	Count  int64   `json:"count"`
	Min    float64 `json:"min"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	P95    float64 `json:"p95"`
	P99    float64 `json:"p99"`
	P999   float64 `json:"p999"`
	Max    float64 `json:"max"`
	StdDev float64 `json:"stddev"`
}

// Users are virtual users: how many were asked for, and were there.
type Users struct {
	Asked   float64 `json:"asked"`   // most
	Present float64 `json:"present"` // mean
	Max     float64 `json:"max"`
}

// Dropped are arrivals that never started.
type Dropped struct {
	Full int64 `json:"full"` // waited longer than their patience
	Late int64 `json:"late"` // the generator's fault
}

// Connections counts connections; Held is the most at once. What is counted over a span is what happened in it, but Ever, of
// the whole scenario only, is all that were opened, also while users joined, as Held is of all that there were.
type Connections struct {
	Opened   int64 `json:"opened"`
	Ever     int64 `json:"ever,omitempty"`
	Failed   int64 `json:"failed"`
	Lost     int64 `json:"lost,omitempty"` // ended without being asked to
	Held     int64 `json:"held"`
	Replaced int64 `json:"replaced"`
	Retried  int64 `json:"retried"` // operations

	Endings Endings `json:"endings,omitzero"`
}

// Endings are of connections that the other side closed or reset without being asked to. Those whose user was not listening
// then are left out. Times are seconds of wall time.
type Endings struct {
	Count   int64 `json:"count"`
	Silence Alike `json:"silence"` // since the last byte in either direction
	Age     Alike `json:"age"`     // since they were opened
}

// Alike is how many values of a distribution are nearly the same: those within the larger of 1 s and 3 % of its median.
type Alike struct {
	Count  int64   `json:"count"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"` // of those
	Max    float64 `json:"max"`
}

// Messages counts WebSocket messages.
type Messages struct {
	Sent     int64 `json:"sent"`
	Received int64 `json:"received"`
	Dropped  int64 `json:"dropped"`
}

// Sessions are whole runs of a flow.
type Sessions struct {
	Completed   int64 `json:"completed"`
	Failed      int64 `json:"failed"`
	Interrupted int64 `json:"interrupted"`
	Total       Stats `json:"total,omitzero"`  // think included
	Active      Stats `json:"active,omitzero"` // think left out
}

// Point is one or more neighbouring seconds of plan time within one phase.
type Point struct {
	Phase      string  `json:"phase"`
	At         float64 `json:"at"`      // plan seconds since the scenario's start
	Seconds    float64 `json:"seconds"` // plan seconds covered
	Users      float64 `json:"users"`
	Asked      float64 `json:"asked"`
	Operations int64   `json:"operations"`
	Failed     int64   `json:"failed"`
	Throughput float64 `json:"throughput"`
	P50        float64 `json:"p50"`
	P95        float64 `json:"p95"`
	P99        float64 `json:"p99"`
	Dropped    int64   `json:"dropped,omitempty"`
	Lost       int64   `json:"lost,omitempty"` // connections
	Sent       int64   `json:"sent"`
	Received   int64   `json:"received"`
}

// SLA is one SLA as judged.
type SLA struct {
	Name      string   `json:"name"`
	Assert    string   `json:"assert"`
	Implicit  bool     `json:"implicit,omitempty"`
	Window    float64  `json:"window,omitempty"`    // plan seconds
	Phases    []string `json:"phases,omitempty"`    // in which it was judged; empty: in all of them, or once at the end
	Recovered bool     `json:"recovered,omitempty"` // spike: after the load step only from its recovery on
	Judged    int      `json:"judged"`              // windows, or phases where it has no window
	Joined    int      `json:"joined,omitempty"`    // windows too thin to be judged alone
	Failed    int      `json:"failed"`
	Empty     int      `json:"empty,omitempty"`    // windows in which nobody was due
	Worst     string   `json:"worst,omitempty"`    // the values that decided, as people read them: latency.p95 = 912ms
	WorstAt   float64  `json:"worst_at,omitempty"` // plan seconds since the scenario's start
	Whole     bool     `json:"whole,omitempty"`    // judged once, by what only the end of the scenario knows: WorstAt is meaningless
	Searched  bool     `json:"searched,omitempty"` // stress: it marks bad steps and cannot fail the scenario
	Verdict   Verdict  `json:"verdict"`
	Reason    string   `json:"reason,omitempty"` // why it is inconclusive
}

// The bounds of a limit.
const (
	BoundExact   = "exact"
	BoundAtLeast = "at least" // all levels held, or the generator was saturated
	BoundBelow   = "below"    // the first level broke
)

// Limit is what a stress found. Bound is one of BoundExact, BoundAtLeast and BoundBelow.
type Limit struct {
	Found     bool     `json:"found"`
	Users     float64  `json:"users"`
	Rate      float64  `json:"rate"` // successful operations per second in that step
	Bound     string   `json:"bound"`
	Phase     string   `json:"phase,omitempty"`      // that held it; with BoundBelow the one that broke
	Broke     string   `json:"broke,omitempty"`      // the phase that broke and so ended the search
	StoppedBy []string `json:"stopped_by,omitempty"` // why it ended: what broke, as people read it, or what else it was
}

// Recovery is a spike's; nil is never.
type Recovery struct {
	Loaded   *float64 `json:"loaded"`             // plan seconds from the start of the rise
	Drained  *float64 `json:"drained"`            // plan seconds from the end of the peak
	Watched  bool     `json:"watched"`            // false: the run ended before it could be seen
	Suffered bool     `json:"suffered,omitempty"` // there was a window in which its SLAs did not hold
}

// Drift is an endurance's: change per hour with its 95 % interval, as ratios of the value at the start; of the error rate
// and of memory, which are ratios themselves, as their difference.
type Drift struct {
	Blocks  int                 `json:"blocks"`
	Reason  string              `json:"reason,omitempty"`   // why there is none
	PerHour map[string]Interval `json:"per_hour,omitempty"` // latency, error_rate, throughput, memory
}

// Interval is an estimate and the ends of its interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Watch is how the generator fared during a scenario.
type Watch struct {
	CPU         float64  `json:"cpu"`     // mean share of the CPUs that it may use
	LagP50      float64  `json:"lag_p50"` // seconds by which wakes came late
	LagP99      float64  `json:"lag_p99"`
	LagMax      float64  `json:"lag_max"`
	Descriptors int64    `json:"descriptors"`         // most at once
	Memory      int64    `json:"memory"`              // most resident, bytes
	Saturated   []string `json:"saturated,omitempty"` // why it did not keep up: the worst, and in how many phases
}

// Sample is one failed operation of a class and step, redacted.
type Sample struct {
	Step    string  `json:"step"`
	Class   string  `json:"class"`
	At      float64 `json:"at"` // plan seconds since the scenario's start
	Message string  `json:"message"`
	Request string  `json:"request,omitempty"`
	Answer  string  `json:"answer,omitempty"`
}
