package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// historyDays is how far back the peaks go that a requirement is compared with.
const historyDays = 14

// reviewing is one call of review.
type reviewing struct {
	*fleetCall
	suggest bool
	recent  bool // no history
	quiet   bool
}

func (c *Command) reviewVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "review [PLAN]",
		Short: "Compare the ECS services of a plan with what they must carry, and with what is desired",
		Long: "Compare the ECS services of a plan with what they must carry and with what is desired: what differs, what will break,\n" +
			"and what it costs. It reads, and changes nothing.\n\n" +
			"Exit codes: 0 nothing must change, 1 something must, 2 the plan or the call is wrong, 3 AWS could not be read.",
		Args: cobra.MaximumNArgs(1),
	}
	r := &reviewing{fleetCall: fleetFlags(cmd)}
	r.evidenceFlags(cmd)
	cmd.Flags().BoolVar(&r.suggest, "suggest", false, "print a desired block for each service, sized by what was proven")
	cmd.Flags().BoolVar(&r.recent, "no-history", false, "do not compare requirements with the peaks that CloudWatch remembers")
	cmd.Flags().BoolVarP(&r.quiet, "quiet", "q", false, "only what must change")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		p, err := c.fleetPlan(r.fleetCall, args)
		if err != nil {
			return err
		}
		return c.withCloud(p, r.fleetCall, func(ctx context.Context, aws *cloud.Cloud) error { return c.review(ctx, p, aws, r) })
	}
	return cmd
}

func (c *Command) review(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, r *reviewing) error {
	results, err := r.evidence()
	if err != nil {
		return err
	}
	state, prices, err := c.observe(ctx, p, aws, r.fleetCall)
	if err != nil {
		return err
	}
	o := fleet.ReviewOptions{Results: results, Prices: prices, Suggest: r.suggest}
	o.Changes = fleet.Changes(p, state, fleet.ChangeOptions{Services: r.titles(p), Shown: true, Prices: prices, Now: state.At})
	if !r.recent {
		history, hidden, err := aws.History(ctx, p, historyDays)
		if err != nil {
			return stuck(err)
		}
		o.History = history
		for _, h := range hidden {
			if !slices.Contains(state.Hidden, h) {
				state.Hidden = append(state.Hidden, h)
			}
		}
	}
	found := fleet.Review(p, state, o)
	r.narrow(p, found)
	if r.quiet {
		hush(found)
	}
	if err := delivered(c.publish(p, r.output, found, func(w *strings.Builder, l report.Layout) error { return report.Review(w, found, l) })); err != nil {
		return err
	}
	if r.suggest && !slices.ContainsFunc(found.Services, func(s fleet.ServiceReview) bool { return s.Suggested != "" }) {
		fmt.Fprintln(c.Stderr, "No size is suggested: nothing shows what a task carries; run a scenario against the service, and give its result with --result")
	}
	switch {
	case slices.ContainsFunc(found.Hidden, func(h fleet.Withheld) bool { return h.What == fleet.HiddenService }):
		return ended(exitStuck)
	case !found.Clean():
		return ended(exitBad)
	}
	return nil
}

// narrow leaves out of a report the services that the call is not about, and what concerns the account as a whole.
func (f *fleetCall) narrow(p *plan.Plan, r *fleet.Report) {
	if len(f.services) == 0 {
		return
	}
	chosen := f.titles(p)
	r.Services = slices.DeleteFunc(r.Services, func(s fleet.ServiceReview) bool { return !slices.Contains(chosen, s.Title) })
	r.Hidden = slices.DeleteFunc(r.Hidden, func(h fleet.Withheld) bool { return h.Service != "" && !slices.Contains(chosen, h.Service) })
	r.Unchecked = slices.DeleteFunc(r.Unchecked, func(u fleet.Unchecked) bool { return !slices.Contains(chosen, u.Service) })
	r.Findings, r.Costs, r.Unplanned, r.Exempt = []result.Finding{}, []fleet.CostTable{}, []string{}, map[string]string{}
}

// hush leaves in a report only what must change, and what could not be read.
func hush(r *fleet.Report) {
	mild := func(f result.Finding) bool { return f.Severity != "must" }
	for _, f := range r.All() {
		if f.Severity == "should" {
			r.Hushed++
		}
	}
	r.Findings = slices.DeleteFunc(r.Findings, mild)
	for i := range r.Services {
		s := &r.Services[i]
		s.Findings, s.Strays, s.Sizing, s.RightSize = slices.DeleteFunc(s.Findings, mild), nil, nil, nil
		if len(s.Findings) == 0 {
			s.Required, s.Has, s.Desired = []fleet.Demand{}, nil, nil
		}
	}
	r.Costs, r.Exempt, r.Unchecked = []fleet.CostTable{}, map[string]string{}, []fleet.Unchecked{}
}

// observe reads the fleet, and gathers the prices of its regions.
func (c *Command) observe(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, f *fleetCall) (*fleet.State, fleet.Prices, error) {
	state, err := aws.Observe(ctx, p)
	if err != nil {
		return nil, fleet.Prices{}, stuck(err)
	}
	prices, err := f.list(ctx, aws, priced(p, state.Services))
	return state, prices, err
}

// publish writes what was found to the standard output, as JSON or for people, without the plan's secrets.
func (c *Command) publish(p *plan.Plan, output format, found any, text func(*strings.Builder, report.Layout) error) error {
	var b strings.Builder
	write := func() error { return text(&b, report.Layout{Ink: c.ink(c.Stdout), Width: c.columns(c.Stdout)}) }
	if output == asJSON {
		write = func() error { return writeJSON(&b, found) }
	}
	if err := write(); err != nil {
		return err
	}
	_, err := c.Stdout.Write([]byte(p.Secrets.Redact(b.String())))
	return err
}
