package cloud

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// priced is a product as the Price List API gives it.
func priced(region, usage, usd string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"serviceCode": "AmazonECS", "product": {"sku": "X", "attributes": {"regionCode": %q, "usagetype": %q}},
		"terms": {"OnDemand": {"X.Y": {"priceDimensions": {"X.Y.Z": {"unit": "hours", "pricePerUnit": {"USD": %q}}}}}}}`, region, usage, usd))
}

func TestPrices(t *testing.T) {
	account := simaws.Fleet{PriceList: []json.RawMessage{
		priced("eu-west-1", "EU-Fargate-vCPU-Hours:perCPU", "0.0404800000"), priced("eu-west-1", "EU-Fargate-GB-Hours", "0.0044450000"),
		priced("eu-west-1", "EU-Fargate-ARM-vCPU-Hours:perCPU", "0.0323800000"), priced("eu-west-1", "EU-Fargate-ARM-GB-Hours", "0.0035600000"),
		priced("eu-west-1", "EU-Fargate-Windows-vCPU-Hours:perCPU", "1"), priced("eu-west-1", "EU-SpotUsage-Fargate-GB-Hours", "2"),
		priced("us-east-1", "Fargate-GB-Hours", "0.0044450000"),
		json.RawMessage(`{"serviceCode": "AmazonECS", "product": {"attributes": {"regionCode": "eu-west-1", "usagetype": "EU-Fargate-GB-Hours-free"}}}`),
	}}
	_, c := simulate(t, simaws.Options{}, account)
	got, err := c.Prices(t.Context(), []string{"eu-west-1", "us-east-1", "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	if age := got.Date.Sub(noon); age < 0 || age > aDay {
		t.Errorf("of %s", got.Date)
	}
	want := map[string]fleet.Rate{"eu-west-1": {VCPU: 0.04048, GB: 0.004445, ARMVCPU: 0.03238, ARMGB: 0.00356}}
	if d := cmp.Diff(want, got.Regions); d != "" {
		t.Error(d)
	}
	if _, err := c.Prices(t.Context(), []string{"us-east-1"}); err == nil || !strings.Contains(err.Error(), "no price of Fargate in us-east-1") {
		t.Errorf("an incomplete list: %v", err)
	}
	_, c = simulate(t, simaws.Options{Deny: []string{"pricing:*"}}, account)
	if _, err := c.Prices(t.Context(), []string{"eu-west-1"}); err == nil || err.Error() != "read prices: allow pricing:GetProducts" {
		t.Errorf("denied: %v", err)
	}
}

func FuzzProduct(f *testing.F) {
	f.Add(string(priced("eu-west-1", "EU-Fargate-GB-Hours", "0.1")))
	f.Add(`{"product": {"attributes": {"usagetype": "-"}}, "terms": {"OnDemand": {"": {"priceDimensions": {"": {"pricePerUnit": {"USD": "NaN"}}}}}}}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		if usage, usd := product(text); usage == "" && usd > 0 && !strings.Contains(text, "USD") {
			t.Errorf("%g of nothing", usd)
		}
	})
}
