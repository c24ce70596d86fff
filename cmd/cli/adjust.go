package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/report"
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
		if err := c.mayWrite(p, a.fleetCall, a.writing); err != nil {
			return err
		}
	}
	return c.withCloud(p, a.fleetCall, func(ctx context.Context, aws *cloud.Cloud) error {
		set, err := c.changes(ctx, p, aws, a)
		if err != nil {
			return err
		}
		if a.emit != "" {
			return delivered(c.publish(p, asText, nil, func(w *strings.Builder, _ report.Layout) error { return set.Emit(w, a.emit) }))
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
	if a.shown != nil {
		if a.shown.Digest != fleet.Digest(p) {
			return nil, wrong("%s desires something else than when these changes were shown: make them again with adjust --out", p.Path)
		}
		return a.shown, stuck(a.shown.Complete(func(ref fleet.Ref) (fleet.Document, error) { return aws.Read(ctx, ref) }))
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
	return fleet.Changes(p, state, fleet.ChangeOptions{
		Services: a.titles(p), OutOfBand: a.outOfBand, Shown: a.emit != "", Prices: prices, Now: state.At,
	}), nil
}

// settled waits until no service of the plan is being deployed, and reads the fleet again where one was.
func (c *Command) settled(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, state *fleet.State) (*fleet.State, error) {
	waited := false
	for i := range state.Services {
		s := &state.Services[i]
		if !slices.ContainsFunc(s.Deployments, func(d fleet.Deployment) bool { return d.State == "IN_PROGRESS" }) {
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
	if err := os.WriteFile(a.out, []byte(p.Secrets.Redact(b.String())), 0o600); err != nil {
		return stuck(fmt.Errorf("write the changes: %w", err))
	}
	if err := delivered(c.showChanges(p, set, a.output)); err != nil {
		return err
	}
	fmt.Fprintf(c.Stderr, "Changes: %s; nothing is changed yet. Apply them with: plimsoll adjust %s\n", a.out, a.out)
	return nil
}

func (c *Command) showChanges(p *plan.Plan, set *fleet.ChangeSet, output format) error {
	return c.publish(p, output, set.Shared(), func(w *strings.Builder, l report.Layout) error { return report.Changes(w, set, l) })
}

// carryOut shows a change set, asks, and applies it.
func (c *Command) carryOut(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, set *fleet.ChangeSet, f *fleetCall, w *writing) error {
	if err := delivered(c.showChanges(p, set, f.output)); err != nil {
		return err
	}
	if len(set.Changes) > 0 {
		if err := c.confirm(w, plural(len(set.Changes), "change")); err != nil {
			return err
		}
	}
	changer, err := c.changer(ctx, p, aws)
	if err != nil {
		return err
	}
	if err := c.nothingPending(ctx, p, changer, set); err != nil {
		return err
	}
	set.Plan = changer.Plan
	limited, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	out, err := changer.Apply(limited, set, w.options())
	if err != nil {
		return c.failed(ctx, p, err)
	}
	c.applied(p, set, out)
	if len(set.Refused) > 0 {
		return ended(exitBad)
	}
	return nil
}

// nothingPending tells of a change that was cut off, though this one changes nothing.
func (c *Command) nothingPending(ctx context.Context, p *plan.Plan, changer *change.Changer, set *fleet.ChangeSet) error {
	if len(set.Changes) > 0 {
		return nil
	}
	journal, err := changer.Pending(ctx)
	if err != nil || journal == nil {
		return stuck(err)
	}
	return c.failed(ctx, p, &change.PendingError{Journal: journal})
}

// applied tells how to go back.
func (c *Command) applied(p *plan.Plan, set *fleet.ChangeSet, out *change.Outcome) {
	if out.ID == "" {
		return
	}
	back := "plimsoll rollback " + p.Path
	if set.Emergency {
		back += " --resume " + p.Secrets.Redact(set.Changes[0].Service)
	}
	fmt.Fprintf(c.Stderr, "Applied and verified: %s. Backup %s; to undo it: %s\n", plural(len(out.Changes), "change"), out.ID, back)
}

// failed is trouble while writing, with what to do next.
func (c *Command) failed(ctx context.Context, p *plan.Plan, err error) error {
	var pending *change.PendingError
	var failed *change.FailedError
	if errors.As(err, new(*change.LockedError)) {
		err = fmt.Errorf("%w (--break-lock)", err)
	}
	if errors.As(err, &pending) || errors.As(err, &failed) && !failed.Undone {
		err = fmt.Errorf("%w\nTo go on: plimsoll rollback %s --finish; to take back what was done: plimsoll rollback %s --undo", err, p.Path, p.Path)
	}
	if ctx.Err() != nil {
		return err
	}
	return stuck(errors.New(p.Secrets.Redact(err.Error())))
}
