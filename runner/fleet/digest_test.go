package fleet_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

func TestDigest(t *testing.T) {
	first := fleet.Digest(everything())
	for _, c := range []struct {
		name   string
		change func(*plan.Plan)
		same   bool
	}{
		{"the same", func(*plan.Plan) {}, true},
		{"moved in its file", func(p *plan.Plan) { p.Services[0].Desired.Tracks[0].Range = hcl.Range{Start: hcl.Pos{Line: 7}} }, true},
		{"another description", func(p *plan.Plan) { p.Description = "new" }, true},
		{"a service that desires nothing", func(p *plan.Plan) { p.Services = append(p.Services, &plan.Service{Name: "other"}) }, true},
		{"another target", func(p *plan.Plan) { p.Services[0].Desired.Tracks[0].Target = 0.71 }, false},
		{"another cluster", func(p *plan.Plan) { p.Services[0].ECS.Cluster = "prod" }, false},
		{"another budget", func(p *plan.Plan) { p.Budgets[0].Limit++ }, false},
		{"another dashboard", func(p *plan.Plan) { p.Dashboards[0].Services = p.Services }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := everything()
			c.change(p)
			if got := fleet.Digest(p); (got == first) != c.same {
				t.Errorf("digest %s, first %s", got, first)
			}
		})
	}
}
