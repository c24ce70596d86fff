package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner"
	"plimsoll/runner/machine"
	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// running is one call of run.
type running struct {
	source          *source
	out             string
	only            []string
	seed            number
	require         bool
	allowProduction bool
	output          format
	log             logging
	pricing         // for what the fleet costs meanwhile
}

func (c *Command) runVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run [PLAN]",
		Short: "Run the scenarios of a plan, judge them, and write the result",
		Long: "Run the scenarios of a plan, judge them, and write the result.\n\n" +
			"Exit codes: 0 pass, 1 an SLA or a requirement failed, 2 the plan or the call is wrong, 3 could not run,\n" +
			"4 inconclusive, 130 interrupted. Ctrl-C ends the run in order and writes the result; twice, at once.",
		Args: cobra.MaximumNArgs(1),
	}
	r := &running{source: sourceFlags(cmd)}
	output := outputFlag(cmd)
	cmd.Flags().StringArrayVar(&r.only, "only", nil, "run only this scenario (may be given again)")
	cmd.Flags().StringVar(&r.out, "out", defaultResult, "where to write the result")
	cmd.Flags().Var(&r.seed, "seed", "draw the same random numbers again (default: the plan's, else drawn)")
	cmd.Flags().Var(&r.log, "log", "write metrics as log lines while it runs: emf (CloudWatch's embedded metric format) to the standard output, or emf=FILE")
	cmd.Flags().BoolVar(&r.require, "require", false, "a requirement that was not tested makes the verdict inconclusive")
	cmd.Flags().BoolVar(&r.allowProduction, "allow-production", false, "make load on services whose environment is production")
	r.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		r.source.path, r.output = pathOf(args), *output
		return c.run(r)
	}
	return cmd
}

// run makes sure that the result can be kept before anything else, so that no load is made in vain.
func (c *Command) run(r *running) error {
	to, err := openDestination(r.out)
	if err != nil {
		return stuck(err)
	}
	p, err := c.admit(r)
	if err != nil {
		return errors.Join(err, to.discard())
	}
	if to.kept != "" {
		fmt.Fprintf(c.Stderr, "The journal of a killed run is now %s\n", to.kept)
	}
	return c.gracefully(func(ctx context.Context) error {
		if err := room(p, r.chosen, c.survey(ctx)); err != nil {
			return errors.Join(stuck(err), to.discard())
		}
		fmt.Fprintln(c.Stderr, r.foresee(p))
		doc, err := c.perform(ctx, p, r, to)
		if doc == nil {
			return errors.Join(err, to.discard())
		}
		return errors.Join(err, c.conclude(doc, r, to))
	})
}

// survey makes room for as many connections as the system allows, and says what this machine may carry.
func (c *Command) survey(ctx context.Context) machine.Report {
	if _, err := machine.RaiseDescriptors(); err != nil {
		fmt.Fprintf(c.Stderr, "Fewer connections than could be: %v\n", err)
	}
	report := machine.Inspect(ctx, machine.Local(c.Getenv))
	fmt.Fprintln(c.Stderr, diag.Line(report.Short()))
	return report
}

// admit loads the plan, and refuses what must not be run.
func (c *Command) admit(r *running) (*plan.Plan, error) {
	p, err := c.loadValid(r.source)
	if err != nil {
		return nil, err
	}
	if err := known(p, r.only); err != nil {
		return nil, err
	}
	for _, s := range p.Scenarios {
		if s.Service.Environment == "production" && r.chosen(s) && !r.allowProduction {
			return nil, wrong("%s is production: load on it needs --allow-production", p.Secrets.Redact(s.Service.Title()))
		}
	}
	if r.seed != 0 {
		p.Seed = uint64(r.seed)
	}
	return p, nil
}

// perform runs the plan against its services, the simulated ones in a child process. Where a run could not be carried on,
// there is an error, and a document of what was measured before.
func (c *Command) perform(ctx context.Context, p *plan.Plan, r *running, to *destination) (*result.Document, error) {
	options := runner.Options{Only: r.only, Require: r.require, Version: version(), Journal: to.journal, Host: host()}
	aside, err := c.openSimulation(ctx, p, r.source)
	if err != nil {
		return nil, err
	}
	defer c.leave(aside)
	options.Endpoints = endpoints(p, aside.Services)
	if options.Fleet, err = c.following(ctx, p, aside, &r.pricing); err != nil {
		return nil, err
	}
	show := c.startProgress(ctx)
	defer show.stop()
	log, err := c.startLog(r, p.Path)
	if err != nil {
		return nil, stuck(err)
	}
	defer log.stop(c.Stderr)
	options.Progress = func(now runner.Progress) {
		show.tell(now)
		log.tell(now)
	}
	options.Remedy = c.remedy(ctx)
	doc, err := runner.Run(ctx, p, options)
	if err != nil {
		err = stuck(errors.New(p.Secrets.Redact(fmt.Sprintf("run %s: %v", p.Path, err))))
	}
	return doc, err
}

// foresee says what is to come: 4 scenarios, about 40 s.
func (r *running) foresee(p *plan.Plan) string {
	var all []*plan.Scenario
	for _, sc := range p.Scenarios {
		if r.chosen(sc) {
			all = append(all, sc)
		}
	}
	text := plural(len(all), "scenario")
	if length, known := runner.Foreseen(all); known {
		text += ", about " + report.Seconds(length.Seconds())
	}
	return text
}

// chosen reports whether a scenario is to be run.
func (r *running) chosen(sc *plan.Scenario) bool {
	return len(r.only) == 0 || slices.Contains(r.only, sc.Name) || slices.Contains(r.only, sc.Title())
}

// known refuses names that are no scenario's.
func known(p *plan.Plan, only []string) error {
	var names []string
	for _, sc := range p.Scenarios {
		names = append(names, sc.Name, sc.Title())
	}
	for _, name := range only {
		if !slices.Contains(names, name) {
			slices.Sort(names)
			return wrong("%s has no scenario %s; it has %s", p.Path, name, p.Secrets.Redact(strings.Join(slices.Compact(names), ", ")))
		}
	}
	return nil
}

// endpoints are where the simulated services of a plan listen.
func endpoints(p *plan.Plan, listening []address) map[string]runner.Endpoint {
	all := map[string]runner.Endpoint{}
	for _, s := range p.Services {
		i := slices.IndexFunc(listening, func(a address) bool { return a.Service == s.Title() })
		if s.Simulate != nil && i >= 0 {
			all[s.Title()] = runner.Endpoint{URL: listening[i].URL, CA: listening[i].CA, Speed: s.Simulate.Speed}
		}
	}
	return all
}

// conclude keeps the result, shows it, and turns the verdict into an exit code.
func (c *Command) conclude(doc *result.Document, r *running, to *destination) error {
	if err := to.save(doc); err != nil {
		return stuck(err)
	}
	if err := delivered(c.render(doc, r.output)); err != nil {
		return err
	}
	fmt.Fprintf(c.Stderr, "Result: %s\n", r.out)
	return ended(doc.ExitCode())
}
