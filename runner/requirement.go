package runner

import (
	"fmt"
	"strings"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// The states of a requirement.
const (
	met       = "met"
	notMet    = "not met"
	notTested = "not tested"
)

// proof is a phase that was held to its end with its whole load delivered by a generator that kept up.
type proof struct {
	service  *plan.Service
	where    string // scenario and phase, as people read them
	open     bool
	asked    float64
	measures result.Measures
	held     expr.Truth // whether its SLAs held
	idle     bool       // it is about connections held, and about nothing else
	tasks    *result.TaskCount
	broke    string // how it did not, where that was no SLA's doing
}

// demand is one number of a requirement, and how much of it a phase carried or tried to.
type demand struct {
	measure  string
	required float64
	carried  func(proof) (amount float64, ok bool)
}

func demands(r *plan.Requirement) []demand {
	return []demand{
		{"users", r.Users, proof.users}, {"peak_users", r.PeakUsers, proof.users},
		{"rate", r.Rate, proof.rate}, {"peak_rate", r.PeakRate, proof.rate},
		{"connections", r.Connections, proof.connections}, {"peak_connections", r.PeakConnections, proof.connections},
	}
}

// users are what closed load asked for.
func (p proof) users() (float64, bool) { return p.asked, !p.open && !p.idle }

// rate is what open load asked for, and what closed load came to in whole sessions.
func (p proof) rate() (float64, bool) {
	if p.open {
		return p.asked, true
	}
	if p.idle || p.measures.Seconds <= 0 {
		return 0, false
	}
	return float64(p.measures.Sessions.Completed) / p.measures.Seconds, true
}

func (p proof) connections() (float64, bool) { return float64(p.measures.Connections.Held), true }

// requirements judges what each service must carry by what was held; a service without requirement has no rows.
func requirements(services []*plan.Service, proofs []proof) []result.Requirement {
	var rows []result.Requirement
	for _, service := range services {
		if service.Requirement == nil {
			continue
		}
		for _, d := range demands(service.Requirement) {
			if d.required > 0 {
				rows = append(rows, d.judge(service, proofs))
			}
		}
	}
	return rows
}

// judge finds the most that was proven, and whether the service broke at the required load or below it.
func (d demand) judge(service *plan.Service, proofs []proof) result.Requirement {
	row := result.Requirement{Service: service.Title(), Measure: d.measure, Required: d.required, Status: notTested}
	if strings.HasSuffix(d.measure, "users") {
		row.Unit = service.Requirement.Unit
	}
	if row.Unit != "" { // users of a flow are none of these
		row.Reason = "it is judged from metrics: no load makes " + row.Unit
		return row
	}
	var broke *proof
	least := d.required
	for _, p := range proofs {
		amount, ok := d.carried(p)
		if p.service != service || !ok {
			continue
		}
		if p.held == expr.True && amount > row.Proven {
			row.Proven, row.By, row.Tasks = amount, p.where, p.tasks
		}
		if p.held == expr.False && amount <= least {
			broke, least = &p, amount
		}
	}
	switch {
	case row.Proven >= d.required:
		row.Status = met
	case broke != nil:
		row.Status = notMet
		row.Reason = fmt.Sprintf("its SLAs did not hold at %s, in %s", fact.Count.Format(least), broke.where)
		if broke.broke != "" {
			row.Reason = broke.broke
		}
	case row.Proven > 0:
		row.Reason = fmt.Sprintf("no phase held %s with its SLAs; the most is %s", fact.Count.Format(d.required), fact.Count.Format(row.Proven, d.required))
	default:
		row.Reason = "no phase held this load to its end with its SLAs"
	}
	return row
}
