package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/result"
)

// fleetCall is what the verbs about the fleet have in common.
type fleetCall struct {
	source   *source
	services []string // titles or names
	results  []string // files
	prices   string   // file
	refresh  bool     // prices from the Price List API
	output   format
}

// fleetFlags adds the flags of a verb about the fleet.
func fleetFlags(cmd *cobra.Command) *fleetCall {
	f := &fleetCall{source: sourceFlags(cmd), output: asText}
	cmd.Flags().StringArrayVar(&f.services, "service", nil, "only this service of the plan (may be given again)")
	cmd.Flags().VarP(&f.output, "output", "o", "what to write to the standard output")
	return f
}

// evidenceFlags adds those of a verb that reckons with what was proven, and what it costs.
func (f *fleetCall) evidenceFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.results, "result", nil, "a result to take proven capacities from (may be given again; default: "+defaultResult+" if it is there)")
	cmd.Flags().StringVar(&f.prices, "prices", "", "a JSON file of prices, in front of those built in: {\"date\": \"2026-11-01T00:00:00Z\", \"regions\": {\"eu-west-1\": {\"vcpu\": …, \"gb\": …}}}")
	cmd.Flags().BoolVar(&f.refresh, "refresh-prices", false, "ask AWS's Price List for today's prices")
}

// fleetPlan loads the plan of a call, and refuses services that it does not have, and a plan without any in ECS.
func (c *Command) fleetPlan(f *fleetCall, args []string) (*plan.Plan, error) {
	f.source.path = pathOf(args)
	p, err := c.loadValid(f.source)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(p.Services, func(s *plan.Service) bool { return s.ECS != nil }) {
		return nil, wrong("no service of %s has an ecs block; add one, as in: plimsoll explain ecs", p.Path)
	}
	var names []string
	for _, s := range p.Services {
		names = append(names, s.Name, s.Title())
	}
	slices.Sort(names)
	for _, name := range f.services {
		if !slices.Contains(names, name) {
			if best, ok := fact.Closest(name, names); ok {
				return nil, wrong("%s has no service %s; did you mean %s?", p.Path, name, p.Secrets.Redact(best))
			}
			return nil, wrong("%s has no service %s; it has %s", p.Path, name, p.Secrets.Redact(strings.Join(slices.Compact(names), ", ")))
		}
	}
	return p, nil
}

// withCloud opens AWS for a plan, does the work, and closes it.
func (c *Command) withCloud(p *plan.Plan, f *fleetCall, work func(context.Context, *cloud.Cloud) error) error {
	return c.gracefully(func(ctx context.Context) error {
		aws, stop, err := c.openCloud(ctx, p, f.source)
		if err != nil {
			return err
		}
		c.tellSimulated(p, aws)
		return errors.Join(work(ctx, aws), stuck(stop()))
	})
}

// tellSimulated says that what follows is not about a real account, and which clock it goes by.
func (c *Command) tellSimulated(p *plan.Plan, aws *cloud.Cloud) {
	if !simulatesAWS(p) {
		return
	}
	now := aws.Now(fleet.Place{Simulated: true}).UTC().Format("2006-01-02 15:04 UTC")
	fmt.Fprintf(c.Stderr, "AWS is simulated, %g× faster than the wall clock: there it is %s.\n", speedOf(p), now)
}

// chosen reports whether a service is one that the call is about.
func (f *fleetCall) chosen(s *plan.Service) bool {
	return len(f.services) == 0 || slices.Contains(f.services, s.Name) || slices.Contains(f.services, s.Title())
}

// titles are those of the chosen services; nil for all.
func (f *fleetCall) titles(p *plan.Plan) []string {
	if len(f.services) == 0 {
		return nil
	}
	var all []string
	for _, s := range p.Services {
		if f.chosen(s) {
			all = append(all, s.Title())
		}
	}
	return all
}

// evidence reads the results of a call, the newest first.
func (f *fleetCall) evidence() ([]*result.Document, error) {
	files := f.results
	if len(files) == 0 {
		if _, err := os.Stat(defaultResult); err != nil {
			return nil, nil
		}
		files = []string{defaultResult}
	}
	var all []*result.Document
	for _, file := range files {
		doc, err := readResult(file)
		if err != nil {
			return nil, stuck(err)
		}
		all = append(all, doc)
	}
	slices.SortStableFunc(all, func(a, b *result.Document) int { return b.Ended.Compare(a.Ended) })
	return all, nil
}

// priceList is what the call reckons with: built in, refreshed, and overridden by a file.
func (f *fleetCall) priceList(ctx context.Context, aws *cloud.Cloud, s *fleet.State) (fleet.Prices, error) {
	prices := fleet.EmbeddedPrices()
	if f.refresh {
		fresh, err := aws.Prices(ctx, regionsOf(s))
		if err != nil {
			return prices, stuck(err)
		}
		prices = prices.Override(fresh)
	}
	if f.prices == "" {
		return prices, nil
	}
	text, err := os.ReadFile(f.prices)
	if err != nil {
		return prices, wrong("--prices: %w", err)
	}
	own, err := fleet.ParsePrices(text)
	if err != nil {
		return prices, wrong("--prices %s: %w", f.prices, err)
	}
	return prices.Override(own), nil
}

func regionsOf(s *fleet.State) []string {
	var all []string
	for _, service := range s.Services {
		if service.Region != "" {
			all = append(all, service.Region)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// mostDays is ten years, far longer than CloudWatch remembers.
const mostDays = 3650

// days reads a span such as 14d, or one that Go knows.
func days(text string) (time.Duration, error) {
	var n int
	if _, err := fmt.Sscanf(text, "%dd", &n); err == nil && fmt.Sprintf("%dd", n) == text && n > 0 && n <= mostDays {
		return time.Duration(n) * 24 * time.Hour, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 && d <= mostDays*24*time.Hour {
		return d, nil
	}
	return 0, fmt.Errorf("want a span such as 14d or 12h")
}
