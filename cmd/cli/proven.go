package cli

import (
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

// provenBy is what results show a task of each service to carry.
func provenBy(p *plan.Plan, results []*result.Document) map[string]watch.Proven {
	all := map[string]watch.Proven{}
	for _, s := range p.Services {
		var proven watch.Proven
		for _, proof := range fleet.Proofs(s, results) {
			switch proof.Measure {
			case "users":
				proven.Users = proof.PerTask
			case "connections":
				proven.Connections = proof.PerTask
			case "rate": // sessions a second, and a balancer counts requests
				proven.Rate = proof.PerTask * fleet.OperationsPerSession(s, results)
			default:
				continue
			}
			proven.By = proof.By
		}
		all[s.Title()] = proven
	}
	return all
}
