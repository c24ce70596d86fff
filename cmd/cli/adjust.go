package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
)

// adjusting is one call of adjust.
type adjusting struct {
	*fleetCall
	*writing
	out       string
	emit      string
	outOfBand bool
	wait      bool
	shown     *fleet.ChangeSet // of the file that was given; nil without
}

func (c *Command) adjustVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "adjust [PLAN|CHANGES.json]",
		Short: "Bring the ECS services of a plan to what is desired",
		Long: "Bring the ECS services of a plan to what is desired. What would change is shown with its cost, and asked about;\n" +
			"then it is backed up, applied step by step, and verified by reading back. plimsoll rollback undoes it.\n" +
			"A file that --out wrote is applied exactly as it was shown, or not at all.\n\n" +
			"Exit codes: 0 everything is as desired, 1 declined, or something may not be written, 2 the plan or the call is wrong,\n" +
			"3 it could not be done (the fleet is as before, unless the message says otherwise), 130 interrupted.",
		Args: cobra.MaximumNArgs(1),
	}
	a := &adjusting{fleetCall: fleetFlags(cmd)}
	a.writing = writingFlags(cmd)
	a.evidenceFlags(cmd)
	cmd.Flags().StringVar(&a.out, "out", "", "write the changes to this file in place of making them")
	cmd.Flags().StringVar(&a.emit, "emit", "", "print the changes as code in place of making them: "+strings.Join(fleet.Formats(), ", "))
	cmd.Flags().BoolVar(&a.outOfBand, "out-of-band", false, "write services that Terraform, CloudFormation or scripts own")
	cmd.Flags().BoolVar(&a.wait, "wait", false, "wait for deployments that are in progress")
	cmd.RunE = func(_ *cobra.Command, args []string) error { return c.adjust(a, args) }
	return cmd
}

func (c *Command) adjust(a *adjusting, args []string) error {
	if a.emit != "" && !slices.Contains(fleet.Formats(), a.emit) {
		return wrong("--emit %s: want one of %s", a.emit, strings.Join(fleet.Formats(), ", "))
	}
	args, err := a.read(args)
	if err != nil {
		return err
	}
	p, err := c.fleetPlan(a.fleetCall, args)
	if err != nil {
		return err
	}
	if a.makes() {
		if err := c.mayWrite(p, a.fleetCall); err != nil {
			return err
		}
	}
	return c.withCloud(p, a.fleetCall, func(ctx context.Context, aws *cloud.Cloud) error {
		set, err := c.changes(ctx, p, aws, a)
		if err != nil {
			return err
		}
		if a.emit != "" {
			return c.emit(p, set, a.emit)
		}
		if a.out != "" {
			return c.keepChanges(p, set, a)
		}
		return c.carryOut(ctx, p, aws, set, a.fleetCall, a.writing)
	})
}

// makes reports whether the call changes anything.
func (a *adjusting) makes() bool { return a.emit == "" && a.out == "" }

// read takes the file of changes that was given in place of a plan, and names the plan that it is of.
func (a *adjusting) read(args []string) ([]string, error) {
	if len(args) == 0 || !strings.HasSuffix(args[0], ".json") {
		return args, nil
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, wrong("read the changes: %w", err)
	}
	defer f.Close()
	set, err := fleet.ReadChangeSet(f)
	if err != nil {
		return nil, wrong("%s: %w", args[0], err)
	}
	if len(a.services) > 0 {
		return nil, wrong("%s is applied as it was shown: leave --service out, or make it again with it", args[0])
	}
	a.shown = set
	return []string{set.Plan}, nil
}

// changes are those of the file, or what differs now.
func (c *Command) changes(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, a *adjusting) (*fleet.ChangeSet, error) {
	if a.shown != nil && a.shown.Digest != fleet.Digest(p) {
		return nil, wrong("%s desires something else than when these changes were shown: make them again with adjust --out", p.Path)
	}
	state, prices, err := c.observe(ctx, p, aws, a.fleetCall)
	if err != nil {
		return nil, err
	}
	if a.wait && a.makes() {
		limited, cancel := context.WithTimeout(ctx, a.timeout)
		defer cancel()
		if state, err = c.settled(limited, p, aws, state); err != nil {
			return nil, err
		}
	}
	now := fleet.Changes(p, state, fleet.ChangeOptions{
		Services: a.titles(p), OutOfBand: a.outOfBand, Shown: a.emit != "", Prices: prices, Now: state.At,
	})
	if a.shown == nil {
		return now, nil
	}
	if err := lawful(a.shown, now); err != nil {
		return nil, err
	}
	return a.shown, stuck(a.shown.Complete(func(ref fleet.Ref) (fleet.Document, error) { return aws.Read(ctx, ref) }))
}

// lawful refuses changes that were shown, of services of which something may not be written now that might have been then:
// one is being deployed, or more tasks run than its new maximum.
func lawful(shown, now *fleet.ChangeSet) error {
	for _, r := range now.Refused {
		known := slices.ContainsFunc(shown.Refused, func(s fleet.Refusal) bool { return s.Service == r.Service && s.What == r.What })
		written := slices.ContainsFunc(shown.Changes, func(c fleet.Change) bool { return c.Service == r.Service })
		if written && !known {
			return stuck(fmt.Errorf("%s, %s: %s. %s", r.Service, r.What, r.Why, r.Remedy))
		}
	}
	return nil
}

// settled waits until no service of the plan is being deployed, and reads the fleet again where one was.
func (c *Command) settled(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, state *fleet.State) (*fleet.State, error) {
	waited := false
	for i := range state.Services {
		s := &state.Services[i]
		if !s.Deploying() {
			continue
		}
		fmt.Fprintf(c.Stderr, "Waiting for the deployment of %s …\n", s.Title)
		if err := aws.Settle(ctx, s.Ref()); err != nil {
			return nil, stuck(err)
		}
		waited = true
	}
	if !waited {
		return state, nil
	}
	again, err := aws.Observe(ctx, p)
	return again, stuck(err)
}

// keepChanges writes the changes to a file, to be reviewed and applied later.
func (c *Command) keepChanges(p *plan.Plan, set *fleet.ChangeSet, a *adjusting) error {
	var b strings.Builder
	if err := set.Write(&b); err != nil {
		return stuck(err)
	}
	if err := disclosable(p, b.String()); err != nil {
		return err
	}
	if err := os.WriteFile(a.out, []byte(b.String()), 0o600); err != nil {
		return stuck(fmt.Errorf("write the changes: %w", err))
	}
	if err := delivered(c.showChanges(p, set, a.output)); err != nil {
		return err
	}
	fmt.Fprintf(c.Stderr, "Changes: %s; nothing is changed yet. Apply them with: plimsoll adjust %s\n", a.out, a.out)
	return nil
}

// emit prints the changes as code.
func (c *Command) emit(p *plan.Plan, set *fleet.ChangeSet, format string) error {
	var b strings.Builder
	if err := set.Emit(&b, format); err != nil {
		return stuck(err)
	}
	if err := disclosable(p, b.String()); err != nil {
		return err
	}
	_, err := io.WriteString(c.Stdout, b.String())
	return delivered(err)
}

// disclosable refuses to write down changes that hold a secret: with it they would show it, and without it they would be others.
func disclosable(p *plan.Plan, text string) error {
	if p.Secrets.Redact(text) == text {
		return nil
	}
	return wrong("a desired value is made from a sensitive variable, which is never written down: apply these changes directly, without --out and --emit")
}
