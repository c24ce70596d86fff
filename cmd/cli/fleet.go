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
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/result"
)

// fleetCall is what the verbs about the fleet have in common.
type fleetCall struct {
	source   *source
	services []string // titles or names
	results  []string // files
	pricing
	output format
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
	f.flags(cmd)
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
		return errors.Join(work(ctx, aws), stuck(stop()))
	})
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
