package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/report"
)

// rollingBack is one call of rollback.
type rollingBack struct {
	*fleetCall
	*writing
	to        string
	list      bool
	log       bool
	shrink    bool
	emergency string
	resume    string
	finish    bool
	undo      bool
	leave     bool
}

func (c *Command) rollbackVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rollback [PLAN]",
		Short: "Undo what adjust changed, from its backup",
		Long: "Undo what adjust changed, from its backup: the latest, or that of --to; all of it, or one service of it. What would\n" +
			"change is shown, and asked about. The number of tasks is never lowered. A rollback is backed up, and can be undone.\n\n" +
			"--emergency sets a service to its minimum of tasks and suspends its scaling, in production too; --resume takes that back.\n" +
			"--finish, --undo and --leave end a change that was cut off in the middle.",
		Args: cobra.MaximumNArgs(1),
	}
	r := &rollingBack{fleetCall: fleetFlags(cmd)}
	r.writing = writingFlags(cmd)
	cmd.Flags().StringVar(&r.to, "to", "", "the backup to restore (default: the latest)")
	cmd.Flags().BoolVar(&r.list, "list", false, "list the backups")
	cmd.Flags().BoolVar(&r.log, "log", false, "list every change that was made")
	cmd.Flags().BoolVar(&r.shrink, "shrink", false, "a maximum may become less than the tasks that are desired now")
	cmd.Flags().StringVar(&r.emergency, "emergency", "", "set this service to its minimum, and suspend its scaling")
	cmd.Flags().StringVar(&r.resume, "resume", "", "take back the emergency of this service")
	cmd.Flags().BoolVar(&r.finish, "finish", false, "finish a change that was cut off")
	cmd.Flags().BoolVar(&r.undo, "undo", false, "take back a change that was cut off")
	cmd.Flags().BoolVar(&r.leave, "leave", false, "forget a change that was cut off, and was put right by hand")
	cmd.MarkFlagsMutuallyExclusive("to", "list", "log", "emergency", "resume", "finish", "undo", "leave")
	cmd.RunE = func(_ *cobra.Command, args []string) error { return c.rollback(r, args) }
	return cmd
}

func (c *Command) rollback(r *rollingBack, args []string) error {
	for _, one := range []string{r.emergency, r.resume} {
		if one != "" {
			r.services = []string{one}
		}
	}
	p, err := c.fleetPlan(r.fleetCall, args)
	if err != nil {
		return err
	}
	if err := r.single(p); err != nil {
		return err
	}
	if r.emergency != "" {
		r.allowProduction = true // nobody has time to look for a flag then
	}
	if !r.list && !r.log {
		if err := c.mayWrite(p, r.fleetCall); err != nil {
			return err
		}
	}
	return c.withCloud(p, r.fleetCall, func(ctx context.Context, aws *cloud.Cloud) error {
		changer, err := c.changer(ctx, p, aws)
		if err != nil {
			return err
		}
		switch {
		case r.list:
			return c.listBackups(ctx, p, changer, r)
		case r.log:
			return c.listChanges(ctx, p, changer, r)
		case r.finish || r.undo || r.leave:
			return c.recover(ctx, p, changer, r)
		}
		set, err := c.undoing(ctx, p, aws, changer, r)
		if err != nil {
			return err
		}
		return c.carryOut(ctx, p, aws, set, r.fleetCall, r.writing)
	})
}

// single refuses an emergency of several services, or of one that is not in ECS.
func (r *rollingBack) single(p *plan.Plan) error {
	if r.emergency == "" && r.resume == "" {
		return nil
	}
	titles := r.titles(p)
	if len(titles) > 1 {
		return wrong("%s is several services: name one of %s", r.services[0], p.Secrets.Redact(strings.Join(titles, ", ")))
	}
	if p.Services[slices.IndexFunc(p.Services, r.chosen)].ECS == nil {
		return wrong("%s has no ecs block", p.Secrets.Redact(titles[0]))
	}
	return nil
}

// undoing is the change set that the call asks for.
func (c *Command) undoing(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, changer *change.Changer, r *rollingBack) (set *fleet.ChangeSet, err error) {
	switch {
	case r.emergency != "":
		set, err = changer.Emergency(ctx, emergencyOf(p, r))
	case r.resume != "":
		set, err = changer.Resume(ctx, r.titles(p)[0])
	default:
		set, err = changer.Rollback(ctx, change.RollbackOptions{Backup: r.to, Services: r.titles(p), Shrink: r.shrink})
	}
	if errors.Is(err, change.ErrNoBackup) {
		err = fmt.Errorf("the state has no such backup of %[1]s; those that it has: plimsoll rollback %[1]s --list", p.Path)
	}
	return set, stuck(err)
}

// emergencyOf is the emergency of the only service that the call is about.
func emergencyOf(p *plan.Plan, r *rollingBack) change.EmergencyOptions {
	s := p.Services[slices.IndexFunc(p.Services, r.chosen)]
	o := change.EmergencyOptions{Plan: p.Path, Service: s.Title(), Ref: fleet.Ref{
		Place: cloud.PlaceOf(p, s), Kind: fleet.KindService, ID: s.ECS.ClusterName() + "/" + s.ECS.ServiceName(),
	}, Least: 1}
	if s.Desired != nil && s.Desired.Tasks != nil {
		o.Least = s.Desired.Tasks.Min
	}
	return o
}

// recover ends a change that was cut off.
func (c *Command) recover(ctx context.Context, p *plan.Plan, changer *change.Changer, r *rollingBack) error {
	how := change.Leave
	switch {
	case r.finish:
		how = change.Finish
	case r.undo:
		how = change.Undo
	}
	journal, err := changer.Pending(ctx)
	if err != nil {
		return stuck(err)
	}
	if journal != nil {
		if err := r.permitted(p, journal.Set); err != nil {
			return err
		}
	}
	out, err := changer.Recover(ctx, how, r.options())
	if errors.As(err, new(*change.DriftError)) {
		err = fmt.Errorf("%w\nOnce the fleet is right, put so by hand, forget that change: plimsoll rollback %s --leave", err, p.Path)
	}
	if err != nil {
		return c.failed(ctx, p, err)
	}
	fmt.Fprintf(c.Stderr, "The change set %s is %s.\n", out.ID, out.Verdict)
	return nil
}

func (c *Command) listBackups(ctx context.Context, p *plan.Plan, changer *change.Changer, r *rollingBack) error {
	all, err := changer.Backups(ctx, 0)
	if err != nil {
		return stuck(err)
	}
	all = slices.DeleteFunc(all, func(b *change.Backup) bool { return b.Plan != p.Below })
	if r.output == asJSON {
		return delivered(writeJSON(c.Stdout, all))
	}
	for _, b := range all {
		what := plural(len(b.Resources), "resource")
		if b.Rollback != "" {
			what += ", a rollback of " + b.Rollback
		}
		if b.Emergency {
			what += ", an emergency"
		}
		line := fmt.Sprintf("%s  %-12s %s, %s, by %s on %s", b.ID, cmp.Or(b.Service, "the account"), what, b.Verdict, b.Who.User, b.Who.Host)
		if err := delivered(c.line(p, line)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Command) listChanges(ctx context.Context, p *plan.Plan, changer *change.Changer, r *rollingBack) error {
	all, err := changer.Log(ctx)
	if err != nil {
		return stuck(err)
	}
	all = slices.DeleteFunc(all, func(e change.Entry) bool { return e.Plan != p.Below })
	if r.output == asJSON {
		return delivered(writeJSON(c.Stdout, all))
	}
	for _, e := range all {
		var fields []string
		for _, f := range e.Fields {
			fields = append(fields, fmt.Sprintf("%s %s → %s", f.Name, cmp.Or(f.Before, "not set"), cmp.Or(f.After, "not set")))
		}
		line := fmt.Sprintf("%s  %s  %s %s: %s (%s, %s)", e.Time.UTC().Format(time.RFC3339), e.Service, e.Kind, e.Resource, strings.Join(fields, ", "), e.Verdict, e.Who.User)
		if err := delivered(c.line(p, line)); err != nil {
			return err
		}
	}
	return nil
}

// line writes one line of what was read.
func (c *Command) line(p *plan.Plan, text string) error {
	return c.publish(p, asText, nil, func(w *strings.Builder, _ report.Layout) error {
		_, err := fmt.Fprintln(w, diag.Line(text))
		return err
	})
}
