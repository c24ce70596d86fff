package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner/sim"
)

// address tells where a simulated service listens: one entry of what simulate writes as JSON.
type address struct {
	Service string `json:"service"`
	URL     string `json:"url"`
	CA      string `json:"ca,omitempty"` // PEM to trust
}

// addresses is the line of JSON that simulate writes once everything listens.
type addresses struct {
	Services []address `json:"services"`
}

func (c *Command) simulateVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate [PLAN]",
		Short: "Serve the simulated services of a plan until interrupted",
		Args:  cobra.MaximumNArgs(1),
	}
	src, output := sourceFlags(cmd), outputFlag(cmd)
	var seed number
	cmd.Flags().Var(&seed, "seed", "draw the same random numbers again (default: the plan's)")
	child := cmd.Flags().Bool(childFlag, false, "end when the standard input does")
	_ = cmd.Flags().MarkHidden(childFlag)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		src.path = pathOf(args)
		p, err := c.loadValid(src)
		if err != nil {
			return err
		}
		if seed == 0 {
			seed = number(p.Seed)
		}
		return c.gracefully(func(ctx context.Context) error {
			if *child {
				ctx = c.untilInputEnds(ctx)
			}
			return c.simulate(ctx, p, uint64(seed), *output)
		})
	}
	return cmd
}

// simulate serves until ctx is done.
func (c *Command) simulate(ctx context.Context, p *plan.Plan, seed uint64, output format) error {
	services := simulated(p)
	if len(services) == 0 {
		return wrong("%s has no service with a simulate block; add one, as in: plimsoll explain simulate", p.Path)
	}
	server, err := sim.Start(ctx, seed, services)
	if err != nil {
		return stuck(fmt.Errorf("simulate the services of %s: %w", p.Path, err))
	}
	defer server.Close()
	if err := c.announce(server.Addresses(), output); err != nil {
		return stuck(err)
	}
	<-ctx.Done()
	return nil
}

// announce writes where the services listen.
func (c *Command) announce(all []sim.Address, output format) error {
	if output == asJSON {
		var listening addresses
		for _, a := range all {
			listening.Services = append(listening.Services, address{a.Name, a.URL, a.CA})
		}
		return writeJSON(c.Stdout, listening)
	}
	for _, a := range all {
		if _, err := fmt.Fprintf(c.Stdout, "%s listens on %s\n", diag.Line(a.Name), a.URL); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(c.Stderr, "Ctrl-C ends the simulation.")
	return err
}

// simulated lists the services of a plan that are simulated, as the simulation wants them.
func simulated(p *plan.Plan) []sim.Service {
	var all []sim.Service
	for _, s := range p.Services {
		if m := s.Simulate; m != nil {
			all = append(all, sim.Service{
				Name: s.Title(), Tasks: m.Tasks, Slots: m.Slots, ServiceTime: sim.ServiceTime{Mean: m.ServiceTime, Sigma: m.Sigma},
				Queue: m.Queue, Connections: m.Connections, StartTime: m.StartTime, OnFull: m.OnFull, Errors: m.Errors,
				Parts: m.Parts, PartGap: m.PartGap, Speed: m.Speed,
			})
		}
	}
	return all
}

// untilInputEnds ends the context with the standard input, which a parent holds open as long as it lives.
func (c *Command) untilInputEnds(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() { // ends with the parent, or with this process
		defer cancel()
		_, _ = io.Copy(io.Discard, c.Stdin)
	}()
	return ctx
}

// childPatience bounds how long a parent waits for its simulation to listen, and to end.
const childPatience = 10 * time.Second
