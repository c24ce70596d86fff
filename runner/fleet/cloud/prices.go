package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	pricingtypes "github.com/aws/aws-sdk-go-v2/service/pricing/types"

	"plimsoll/runner/fleet"
)

// pricingRegion answers for all regions; the Price List API is in few.
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
const pricingRegion = "us-east-1"

// Prices asks the AWS Price List API what Fargate costs in some regions. Those that it has no complete price of are left
// out; where it has none at all, that is an error. With a simulation it is the simulated one that is asked.
func (c *Cloud) Prices(ctx context.Context, regions []string) (fleet.Prices, error) {
	place := fleet.Place{Region: pricingRegion, Simulated: c.options.Simulation != nil}
	at, err := c.at(ctx, place)
	if err != nil {
		return fleet.Prices{}, fmt.Errorf("read prices: %w", err)
	}
	rates, err := ask(regions, func(region string) (fleet.Rate, error) { return at.rate(ctx, region) })
	if err != nil {
		return fleet.Prices{}, fmt.Errorf("read prices: %w", explain(err))
	}
	prices := fleet.Prices{Date: c.Now(place).UTC(), Regions: map[string]fleet.Rate{}}
	for i, region := range regions {
		if r := rates[i]; min(r.VCPU, r.GB, r.ARMVCPU, r.ARMGB) > 0 {
			prices.Regions[region] = r
		}
	}
	if len(prices.Regions) == 0 {
		return fleet.Prices{}, fmt.Errorf("read prices: AWS lists no price of Fargate in %s: check the region's name", strings.Join(regions, ", "))
	}
	return prices, nil
}

func (c *clients) rate(ctx context.Context, region string) (fleet.Rate, error) {
	list := pricing.NewGetProductsPaginator(c.pricing, &pricing.GetProductsInput{
		ServiceCode: aws.String("AmazonECS"),
		Filters:     []pricingtypes.Filter{{Type: pricingtypes.FilterTypeTermMatch, Field: aws.String("regionCode"), Value: &region}},
	})
	var rate fleet.Rate
	err := pages(ctx, list, func(page *pricing.GetProductsOutput) {
		for _, text := range page.PriceList {
			usage, usd := product(text)
			switch usage {
			case "Fargate-vCPU-Hours:perCPU":
				rate.VCPU = usd
			case "Fargate-GB-Hours":
				rate.GB = usd
			case "Fargate-ARM-vCPU-Hours:perCPU":
				rate.ARMVCPU = usd
			case "Fargate-ARM-GB-Hours":
				rate.ARMGB = usd
			}
		}
	})
	return rate, err
}

// product reads from a product of the price list what is used, without the region in front (USE1-Fargate-GB-Hours), and
// what an hour of it costs on demand.
func product(text string) (usage string, usd float64) {
	var p struct {
		Product struct {
			Attributes struct {
				UsageType string `json:"usagetype"`
			} `json:"attributes"`
		} `json:"product"`
		Terms struct {
			OnDemand map[string]struct {
				PriceDimensions map[string]struct {
					PricePerUnit map[string]string `json:"pricePerUnit"`
				} `json:"priceDimensions"`
			} `json:"OnDemand"`
		} `json:"terms"`
	}
	if json.Unmarshal([]byte(text), &p) != nil {
		return "", 0
	}
	usage = p.Product.Attributes.UsageType
	if !strings.HasPrefix(usage, "Fargate-") {
		_, usage, _ = strings.Cut(usage, "-")
	}
	var found []float64
	for _, term := range p.Terms.OnDemand {
		for _, dimension := range term.PriceDimensions {
			if price, err := strconv.ParseFloat(dimension.PricePerUnit["USD"], 64); err == nil {
				found = append(found, price)
			}
		}
	}
	if len(found) == 0 {
		return usage, 0
	}
	return usage, slices.Max(found)
}
