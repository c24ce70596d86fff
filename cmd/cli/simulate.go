package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"plimsoll/dsl/plan"
)

// serving is one call of simulate.
type serving struct {
	source *source
	seed   number
	reset  bool // forget the account of earlier simulations
	child  bool // end when the standard input does
	output format
}

func (c *Command) simulateVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate [PLAN]",
		Short: "Serve what a plan has simulated, services and AWS, until interrupted",
		Long: "Serve what a plan has simulated, services and AWS, on loopback until interrupted.\n\n" +
			"Other verbs on the same plan join it; without one they start their own, which ends with them. What the simulated\n" +
			"account holds is kept in .plimsoll/sim at the repository's root, and found again by the next simulation.\n\n" +
			"AWS keeps its documented periods and cooldowns. Two things it documents nowhere are decided here: CloudWatch has\n" +
			"the points of a minute one minute later (those of 20 s after 20 s), and one scale-in takes at most 5 tasks away.",
		Args: cobra.MaximumNArgs(1),
	}
	s := &serving{source: sourceFlags(cmd)}
	output := outputFlag(cmd)
	cmd.Flags().Var(&s.seed, "seed", "draw the same random numbers again (default: the plan's)")
	cmd.Flags().BoolVar(&s.reset, "reset", false, "begin with the simulated account as the plan has it, not as it was left")
	cmd.Flags().BoolVar(&s.child, childFlag, false, "end when the standard input does")
	_ = cmd.Flags().MarkHidden(childFlag)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		s.source.path, s.output = pathOf(args), *output
		p, err := c.loadValid(s.source)
		if err != nil {
			return err
		}
		if s.seed == 0 {
			s.seed = number(p.Seed)
		}
		return c.gracefully(func(ctx context.Context) error {
			if s.child {
				ctx = c.untilInputEnds(ctx)
			}
			return c.simulate(ctx, p, s)
		})
	}
	return cmd
}

// simulate serves until ctx is done.
func (c *Command) simulate(ctx context.Context, p *plan.Plan, s *serving) error {
	if !simulates(p) {
		return wrong("%s has nothing simulated; give a service a simulate block, as in: plimsoll explain simulate", p.Path)
	}
	made, err := startSimulator(ctx, p, s)
	if err != nil {
		return err
	}
	if err := c.announce(made.listening, s.output); err != nil {
		return stuck(errors.Join(err, made.stop()))
	}
	made.keepUntil(ctx, c.Stderr)
	return stuck(made.stop())
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
