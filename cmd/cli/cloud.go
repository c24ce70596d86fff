package cli

import (
	"context"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/cloud"
)

// queryVariable makes CloudWatch be spoken to in the query protocol, for emulators of AWS that know no CBOR.
const queryVariable = "PLIMSOLL_CLOUDWATCH_PROTOCOL"

// openCloud is AWS as the plan's services see it: where the plan has it simulated, the simulation, which is joined or
// started and ends with stop. Nothing of AWS is asked yet.
func (c *Command) openCloud(ctx context.Context, p *plan.Plan, src *source) (*cloud.Cloud, func() error, error) {
	if !simulatesAWS(p) {
		aws, err := c.cloudOf(&simulation{})
		return aws, func() error { return nil }, err
	}
	s, err := c.openSimulation(ctx, p, src)
	if err != nil {
		return nil, nil, err
	}
	aws, err := c.cloudOf(s)
	return aws, s.stop, err
}

// cloudOf is AWS beside a simulation that runs, or serves nothing.
func (c *Command) cloudOf(s *simulation) (*cloud.Cloud, error) {
	o := cloud.Options{Version: version()}
	switch protocol, _ := c.Getenv(queryVariable); protocol {
	case "", "cbor":
	case "query":
		o.Query = true
	default:
		return nil, wrong("%s is %q; it can be cbor, the default, or query", queryVariable, protocol)
	}
	if a := s.AWS; a != nil {
		o.Simulation = &cloud.Simulation{URL: a.URL, Region: a.Region, Now: a.clock()}
	}
	return cloud.New(o), nil
}
