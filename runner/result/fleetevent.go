package result

import (
	"fmt"
	"strconv"
)

// The kinds of events of a fleet.
const (
	EventAlarm      = "alarm"        // an alarm changed its state
	EventActivity   = "activity"     // scaling set the desired count
	EventNotScaled  = "not_scaled"   // scaling decided not to
	EventDeployment = "deployment"   // a deployment began, ended or failed
	EventStarted    = "task_started" // a task runs
	EventStopped    = "task_stopped"
)

// FleetEvent is something that happened to a service.
type FleetEvent struct {
	At     float64 `json:"at"`
	Kind   string  `json:"kind"`
	Name   string  `json:"name,omitempty"`   // of the alarm, the deployment's or the task's id
	State  string  `json:"state,omitempty"`  // ALARM, OK; Successful; COMPLETED; a stop code
	From   int     `json:"from,omitempty"`   // of an activity: desired count before …
	To     int     `json:"to,omitempty"`     // … and as it was set
	Ended  float64 `json:"ended,omitempty"`  // of an activity, when it was over; 0: not yet
	Below  bool    `json:"below,omitempty"`  // an alarm on too little, by which services scale in
	Scales bool    `json:"scales,omitempty"` // an alarm by which target tracking scales
	Asked  bool    `json:"asked,omitempty"`  // a task stopped because scaling or a deployment asked for it
	Text   string  `json:"text,omitempty"`   // reason or cause, as AWS gives it
}

// ScaleOut is how long it took from the load step to each stage of the first scaling out, in plan seconds; nil: not seen.
type ScaleOut struct {
	Step        float64  `json:"step"` // the load step: the rise of a spike, else the scenario's start
	Alarm       *float64 `json:"alarm"`
	Activity    *float64 `json:"activity"`
	Desired     *float64 `json:"desired"`
	Running     *float64 `json:"running"`
	Healthy     *float64 `json:"healthy"`
	FirstAnswer *float64 `json:"first_answer"` // end of the first successful operation that began when the new task was healthy
	Watched     bool     `json:"watched"`      // to the end: what was not seen did not happen
}

// ScaleIn is how long it took from the end of the load's peak to each stage of the first scaling in; nil: not seen.
type ScaleIn struct {
	Drop     float64  `json:"drop"` // the end of the peak
	Alarm    *float64 `json:"alarm"`
	Activity *float64 `json:"activity"`
	Desired  *float64 `json:"desired"`
	Running  *float64 `json:"running"` // fewer tasks run
	Watched  bool     `json:"watched"`
}

// Scaling is how auto-scaling behaved over the scenario.
type Scaling struct {
	CooldownOut   float64 `json:"cooldown_out"` // seconds, the shortest of its policies
	CooldownIn    float64 `json:"cooldown_in"`
	Activities    int     `json:"activities"` // that set the desired count
	Flaps         int     `json:"flaps"`
	AtMax         float64 `json:"at_max"` // plan seconds with as many tasks desired as may be
	CooldownsKept bool    `json:"cooldowns_kept"`
}

// FleetCost is what a service's tasks cost, in USD.
type FleetCost struct {
	TaskHour float64 `json:"task_hour"` // of one running task
	PerHour  float64 `json:"per_hour"`  // mean over the scenario
	Run      float64 `json:"run"`       // of the scenario: task-hours × TaskHour
}

// Throttle is a rate rule of a web ACL in front of a service.
type Throttle struct {
	Rule   string  `json:"rule"`
	Rate   int     `json:"rate"`   // requests of one address within Window
	Window float64 `json:"window"` // seconds
	Block  bool    `json:"block"`  // false: it counts only
}

// TaskCount is how few and how many tasks ran during a phase.
type TaskCount struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// String shows how many tasks ran: 3, or 1–4.
func (n TaskCount) String() string {
	if n.Least == n.Most {
		return strconv.Itoa(n.Most)
	}
	return fmt.Sprintf("%d–%d", n.Least, n.Most)
}

// TasksBetween is how few and how many tasks ran between two plan seconds.
func (f *Fleet) TasksBetween(from, to float64) TaskCount {
	n := TaskCount{Least: f.Start.Running, Most: f.Start.Running}
	for i, p := range f.Series {
		over := i+1 < len(f.Series) && f.Series[i+1].At <= from
		switch {
		case over || p.At > to:
		case p.At <= from:
			n = TaskCount{p.Running, p.Running}
		default:
			n = TaskCount{min(n.Least, p.Running), max(n.Most, p.Running)}
		}
	}
	return n
}

// Required is what the plan requires of the scenario's service; zero numbers ask for nothing.
type Required struct {
	Users           float64 `json:"users,omitempty"`
	PeakUsers       float64 `json:"peak_users,omitempty"`
	Rate            float64 `json:"rate,omitempty"`
	PeakRate        float64 `json:"peak_rate,omitempty"`
	Connections     float64 `json:"connections,omitempty"`
	PeakConnections float64 `json:"peak_connections,omitempty"`
	Think           float64 `json:"think,omitempty"` // seconds
}
