package cli

import (
	"context"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
)

// pricing says which prices a verb reckons with. The zero value is those built in, of us-east-1.
type pricing struct {
	prices  string // file
	refresh bool   // from the Price List API
}

func (p *pricing) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.prices, "prices", "", "a JSON file of prices, in front of those built in, which are of us-east-1: {\"date\": \"2026-11-01T00:00:00Z\", \"regions\": {\"eu-west-1\": {\"vcpu\": …, \"gb\": …}}}")
	cmd.Flags().BoolVar(&p.refresh, "refresh-prices", false, "ask AWS's Price List for today's prices of the plan's regions")
}

// list gathers the prices: built in, refreshed, and overridden by a file.
func (p *pricing) list(ctx context.Context, aws *cloud.Cloud, regions []string) (fleet.Prices, error) {
	prices := fleet.EmbeddedPrices()
	if p.refresh {
		fresh, err := aws.Prices(ctx, regions)
		if err != nil {
			return prices, stuck(err)
		}
		prices = prices.Override(fresh)
	}
	if p.prices == "" {
		return prices, nil
	}
	text, err := os.ReadFile(p.prices)
	if err != nil {
		return prices, wrong("--prices: %w", err)
	}
	own, err := fleet.ParsePrices(text)
	if err != nil {
		return prices, wrong("--prices %s: %w", p.prices, err)
	}
	return prices.Override(own), nil
}

// priced lists the regions that the plan names, and those that were found.
func priced(p *plan.Plan, found []fleet.Service) []string {
	var all []string
	for _, s := range p.Services {
		if s.ECS != nil && s.ECS.Region != "" {
			all = append(all, s.ECS.Region)
		}
	}
	for _, s := range found {
		if s.Region != "" {
			all = append(all, s.Region)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
