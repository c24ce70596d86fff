package cloud

import (
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	budgetstypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

// A document holds what CreateBudget takes, where AWS describes more.
func TestDocumentOfBudget(t *testing.T) {
	limit := &budgetstypes.Spend{Amount: awssdk.String("1"), Unit: awssdk.String("USD")}
	filters := func(d fleet.Document) (b budgetstypes.Budget) {
		if err := decode(d, asInGo, &b); err != nil {
			t.Fatal(err)
		}
		return b
	}
	tests := map[string]struct {
		described budgetstypes.Budget
		want      map[string]any // of Budget
	}{
		"what was spent": {
			budgetstypes.Budget{BudgetLimit: limit, CalculatedSpend: &budgetstypes.CalculatedSpend{ActualSpend: limit}, LastUpdatedTime: awssdk.Time(time.Unix(1, 0))},
			map[string]any{"BudgetLimit": map[string]any{"Amount": "1", "Unit": "USD"}},
		},
		"the limit of the month of a plan": {
			budgetstypes.Budget{BudgetLimit: limit, PlannedBudgetLimits: map[string]budgetstypes.Spend{"1793491200": *limit}},
			map[string]any{"PlannedBudgetLimits": map[string]any{"1793491200": map[string]any{"Amount": "1", "Unit": "USD"}}},
		},
		"the limit that AWS adjusts": {
			budgetstypes.Budget{BudgetLimit: limit, AutoAdjustData: &budgetstypes.AutoAdjustData{AutoAdjustType: budgetstypes.AutoAdjustTypeForecast, LastAutoAdjustTime: awssdk.Time(time.Unix(1, 0))}},
			map[string]any{"AutoAdjustData": map[string]any{"AutoAdjustType": "FORECAST"}},
		},
		"filters of old beside the new": {
			filters(fleet.Document{
				"FilterExpression": map[string]any{"Tags": map[string]any{"Key": "team"}}, "Metrics": []any{"UnblendedCost"},
				"CostFilters": map[string]any{"Service": []any{"ECS"}}, "CostTypes": map[string]any{"IncludeTax": true},
			}),
			map[string]any{"FilterExpression": map[string]any{"Tags": map[string]any{"Key": "team"}}, "Metrics": []any{"UnblendedCost"}},
		},
		"metrics beside the filters of old": {
			filters(fleet.Document{
				"Metrics": []any{"UnblendedCost"}, "CostFilters": map[string]any{"Service": []any{"ECS"}}, "CostTypes": map[string]any{"IncludeTax": true},
			}),
			map[string]any{"CostFilters": map[string]any{"Service": []any{"ECS"}}, "CostTypes": map[string]any{"IncludeTax": true}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := documentOfBudget("123456789012", test.described, nil, nil)
			want := fleet.Document{"AccountId": "123456789012", "Budget": test.want}
			if d := cmp.Diff(want, d.Clone()); d != "" {
				t.Error(d)
			}
		})
	}
}

// A budget's period, where the document leaves it open, stays; and a budget of another account is not written to this one.
func TestBudgetKeepsItsPeriod(t *testing.T) {
	_, c := simulated(t, aws.Options{})
	monthly := ref(fleet.KindBudget, "monthly")
	before := read(t, c, monthly)
	after := before.Clone()
	delete(after["Budget"].(map[string]any), "TimePeriod")
	write(t, c, monthly, after)
	if d := cmp.Diff(before, read(t, c, monthly)); d != "" {
		t.Error(d)
	}
	after["AccountId"] = "999999999999"
	_, err := c.Write(t.Context(), monthly, after)
	if err == nil || err.Error() != "write budget monthly: it is of account 999999999999, and the credentials belong to 123456789012: choose those of its account" {
		t.Errorf("got %v", err)
	}
}
