package cli

import (
	"strings"
	"testing"

	"plimsoll/dsl/plan"
	"plimsoll/runner/machine"
)

func TestRoom(t *testing.T) {
	report := machine.Report{Descriptors: machine.Descriptors{Hard: 20000}, Network: machine.Network{Ports: 28000}}
	service := func(sources ...string) *plan.Service { return &plan.Service{Name: "web", Sources: sources} }
	for name, test := range map[string]struct {
		scenario plan.Scenario
		report   machine.Report
		want     string // "" where there is room
	}{
		"few users":        {plan.Scenario{Service: service(), Load: plan.Load{Steady: 20000}}, report, ""},
		"too many users":   {plan.Scenario{Service: service(), Load: plan.Load{Steady: 20001}}, report, "ulimit -n"},
		"too high a stair": {plan.Scenario{Service: service(), Load: plan.Load{Stairs: &plan.Stairs{To: 30000}}}, report, "ulimit -n"},
		"too high a peak":  {plan.Scenario{Service: service(), Load: plan.Load{Surge: &plan.Surge{Peak: 30000}}}, report, "ulimit -n"},
		"kept arrivals":    {plan.Scenario{Service: service(), Load: plan.Load{Open: true, Steady: 10000}}, report, ""},
		"fresh arrivals":   {plan.Scenario{Service: service(), Fresh: true, Load: plan.Load{Open: true, Steady: 500}}, report, `source = "auto"`},
		"few fresh ones":   {plan.Scenario{Service: service(), Fresh: true, Load: plan.Load{Open: true, Steady: 400}}, report, ""},
		"two addresses":    {plan.Scenario{Service: service("127.0.0.1", "127.0.0.2"), Fresh: true, Load: plan.Load{Open: true, Steady: 500}}, report, ""},
		"all addresses":    {plan.Scenario{Service: service(plan.SourceAuto), Fresh: true, Load: plan.Load{Open: true, Steady: 5000}}, report, ""},
		"a capacity":       {plan.Scenario{Kind: plan.Capacity, Service: service(), Load: plan.Load{Steady: 50000}}, report, ""},
		"nothing is known": {plan.Scenario{Service: service(), Load: plan.Load{Steady: 50000}}, machine.Report{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := room(&plan.Plan{Scenarios: []*plan.Scenario{&test.scenario}}, func(*plan.Scenario) bool { return true }, test.report)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, want a word of %s", err, test.want)
			}
			if err := room(&plan.Plan{Scenarios: []*plan.Scenario{&test.scenario}}, func(*plan.Scenario) bool { return false }, test.report); err != nil {
				t.Errorf("refused although it is not run: %v", err)
			}
		})
	}
}
