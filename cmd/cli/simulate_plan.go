package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"plimsoll/dsl/plan"
	"plimsoll/runner/sim"
)

// simulates reports whether a plan has anything simulated.
func simulates(p *plan.Plan) bool {
	return simulatesAWS(p) || slices.ContainsFunc(p.Services, func(s *plan.Service) bool { return s.Simulate != nil })
}

// simulatesAWS reports whether a plan has an AWS simulated.
func simulatesAWS(p *plan.Plan) bool {
	return p.Fleet != nil && p.Fleet.Simulate != "" ||
		slices.ContainsFunc(p.Services, func(s *plan.Service) bool { return s.ECS != nil && p.AWSSimulated(s) })
}

// speedOf is how much faster than the wall clock the simulated AWS runs: loading has made sure that what it scales agrees.
func speedOf(p *plan.Plan) float64 {
	for _, s := range p.Services {
		if s.ECS != nil && s.Simulate != nil {
			return s.Simulate.Speed
		}
	}
	return 1
}

// simulated lists the services of a plan that are simulated, as the simulation wants them. Tasks of those in ECS start in
// the simulated AWS, which takes its time for that; once told of, they serve.
func simulated(p *plan.Plan) []sim.Service {
	var all []sim.Service
	for _, s := range p.Services {
		m := s.Simulate
		if m == nil {
			continue
		}
		start := m.StartTime
		if s.ECS != nil {
			start = 0
		}
		all = append(all, sim.Service{
			Name: s.Title(), Tasks: m.Tasks, Slots: m.Slots, ServiceTime: sim.ServiceTime{Mean: m.ServiceTime, Sigma: m.Sigma},
			Queue: m.Queue, Connections: m.Connections, StartTime: start, OnFull: m.OnFull, Errors: m.Errors,
			Parts: m.Parts, PartGap: m.PartGap, Speed: m.Speed,
		})
	}
	return all
}

// digestOf tells apart what simulations serve.
func digestOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("a simulation that is no JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
