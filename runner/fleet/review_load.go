package fleet

import (
	"fmt"
	"math"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
	"plimsoll/runner/result"
)

// The measures of a load.
const (
	measureUsers       = "users"
	measureRate        = "rate"
	measureConnections = "connections"
)

// units are what the measures count, as people read them.
var units = map[string]string{measureUsers: "users", measureRate: "sessions/s", measureConnections: "connections"}

// load is one number that a service must carry normally and at its peak.
type load struct {
	measure      string // one of the measures
	unit         string // as people read it: users, sessions/s, connections, calls
	normal, peak float64
	counted      bool // no load makes it: it is judged from metrics only
}

// loads are what a requirement asks for; a peak without a normal load, or the other way round, stands for both.
func loads(r *plan.Requirement) []load {
	if r == nil {
		return nil
	}
	var all []load
	for _, l := range []load{
		{measureUsers, units[measureUsers], r.Users, r.PeakUsers, false},
		{measureRate, units[measureRate], r.Rate, r.PeakRate, false},
		{measureConnections, units[measureConnections], r.Connections, r.PeakConnections, false},
	} {
		if r.Unit != "" {
			l.counted = true
		}
		if l.counted && l.measure == measureUsers {
			l.unit = r.Unit
		}
		if l.peak = max(l.normal, l.peak); l.peak > 0 {
			all = append(all, l)
		}
	}
	return all
}

// amount is a load as people read it.
func (l load) amount(v float64) string { return amountOf(v, l.unit) }

func amountOf(v float64, unit string) string { return count(v) + " " + unit }

// Demand is one number that a service must carry, beside what was proven and seen of it. One with a unit is judged from metrics,
// and shown as unproven.
type Demand struct {
	result.Requirement
	Seen   *float64   `json:"seen,omitempty"` // highest in the history
	SeenOn *time.Time `json:"seen_on,omitempty"`
}

// The states of a demand.
const (
	demandMet      = "met"
	demandNotMet   = "not met"
	demandUntested = "not tested"
	demandUnproven = "unproven" // no load proves it: metrics alone speak of it
)

// demands are the rows of a requirement, judged by the newest result that speaks of each.
func demands(s *plan.Service, results []*result.Document, days []Day) []Demand {
	if s.Requirement == nil {
		return nil
	}
	var rows []Demand
	perSession := OperationsPerSession(s, results)
	for _, l := range loads(s.Requirement) {
		for _, part := range []struct {
			name  string
			value float64
		}{{l.measure, l.normal}, {"peak_" + l.measure, l.peak}} {
			if part.value == 0 || part.name != l.measure && l.peak == l.normal {
				continue
			}
			d := l.demand(s, part.name, part.value, results)
			if peak, on, ok := highest(days, s, l, perSession); ok {
				d.Seen, d.SeenOn = &peak, &on
			}
			rows = append(rows, d)
		}
	}
	return rows
}

func (l load) demand(s *plan.Service, name string, required float64, results []*result.Document) Demand {
	d := Demand{Requirement: result.Requirement{Service: s.Title(), Measure: name, Required: required, Status: demandUntested}}
	if l.counted {
		d.Unit, d.Status = l.unit, demandUnproven
		d.Reason = "it is judged from metrics; no load makes " + l.unit
		return d
	}
	row := judged(s, name, results)
	if row == nil {
		d.Reason = "no result speaks of it"
		return d
	}
	d.Proven, d.By, d.Tasks, d.Reason = row.Proven, row.By, row.Tasks, row.Reason
	switch {
	case row.Proven >= required:
		d.Status, d.Reason = demandMet, ""
	case row.Status == demandNotMet && required >= row.Required:
		d.Status = demandNotMet
	case row.Required != required:
		d.Reason = fmt.Sprintf("the result was asked for %s", l.amount(row.Required))
	}
	return d
}

// judged is the row of the newest result that has one.
func judged(s *plan.Service, measure string, results []*result.Document) *result.Requirement {
	for _, doc := range results {
		for i := range doc.Requirements {
			if row := &doc.Requirements[i]; row.Service == s.Title() && row.Measure == measure && speaksOf(doc, s) {
				return row
			}
		}
	}
	return nil
}

// speaksOf reports whether a result is about the service as the plan has it: what a simulation carried proves nothing of AWS.
func speaksOf(doc *result.Document, s *plan.Service) bool {
	for _, tested := range doc.Services {
		if tested.Name == s.Title() {
			return tested.Simulated == (s.Simulate != nil)
		}
	}
	return false
}

// surges are how the load of a service grows: in its spikes, and where none of a measure is planned, from the normal load
// of its requirement to the peak, at once.
func surges(p *plan.Plan, s *plan.Service) []surge {
	var all []surge
	planned := map[string]bool{}
	for _, sc := range p.Scenarios {
		if sc.Service != s || sc.Load.Surge == nil {
			continue
		}
		measure := measureUsers
		if sc.Load.Open {
			measure = measureRate
		}
		planned[measure] = true
		shape := analysis.Surge{Base: sc.Load.Surge.Base, Peak: sc.Load.Surge.Peak, Rise: sc.Load.Surge.Rise}
		all = append(all, surge{shape, measure, units[measure], fmt.Sprintf("%s %q", sc.Kind, sc.Title())})
	}
	for _, l := range loads(s.Requirement) {
		if l.normal > 0 && l.peak > l.normal && !planned[l.measure] && !l.counted {
			all = append(all, surge{analysis.Surge{Base: l.normal, Peak: l.peak}, l.measure, l.unit, "the requirement, if its peak comes at once,"})
		}
	}
	return all
}

// surge is a growth of the load, of a measure, and what plans it.
type surge struct {
	analysis.Surge
	measure, unit, by string
}

// come is how much arrives, as people read it: nobody comes in part.
func (g surge) come(arrive float64) float64 {
	if g.measure == measureRate {
		return arrive
	}
	return math.Ceil(arrive - 1e-9)
}

// fit is for how much more there is room, as people read it.
func (g surge) fit(room float64) float64 {
	if g.measure == measureRate {
		return room
	}
	return math.Floor(room + 1e-9)
}
