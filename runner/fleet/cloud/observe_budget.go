package cloud

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	budgetstypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// readBudgets reads the plan's budgets, each in its account.
func (e *estate) readBudgets(ctx context.Context) {
	each(indexes(e.plan.Budgets), func(i int) {
		b := e.plan.Budgets[i]
		home := e.treasury(b)
		if home == nil {
			e.hide(fleet.HiddenBudgets, errors.New("no service of the plan is in account "+b.Account+", so nothing says which credentials are its own"))
			return
		}
		if home.account == "" {
			e.hide(fleet.HiddenBudgets, errors.New("the account could not be asked of STS"))
			return
		}
		budget, err := home.budget(ctx, home.account, fleet.BudgetName(b))
		if err != nil {
			e.hide(fleet.HiddenBudgets, err)
			return
		}
		budget.Place, budget.Account = home.place, home.account
		e.budgets[i] = *budget
	})
}

// treasury is the place whose account a budget belongs to.
func (e *estate) treasury(b *plan.Budget) *survey {
	i := slices.IndexFunc(e.surveys, func(s *survey) bool { return b.Account == "" || s.account == b.Account })
	if i < 0 {
		return nil
	}
	return e.surveys[i]
}

// budget reads one budget with whom it tells. One that is not there has no document.
func (c *clients) budget(ctx context.Context, account, name string) (*fleet.Budget, error) {
	made := &fleet.Budget{Name: name}
	out, err := c.describeBudget(ctx, account, name)
	switch {
	case hasCode(err, "NotFoundException"):
		return made, nil
	case err != nil:
		return nil, err
	}
	notifications, err := c.notifications(ctx, account, name)
	if err != nil {
		return nil, err
	}
	tags, err := c.budgetTags(ctx, account, name)
	if err != nil {
		return nil, err
	}
	made.Limit = spend(out.Budget.BudgetLimit)
	if calculated := out.Budget.CalculatedSpend; calculated != nil {
		made.Spent, made.Forecast = spend(calculated.ActualSpend), spend(calculated.ForecastedSpend)
	}
	for _, n := range notifications {
		made.AlertAt = append(made.AlertAt, share(n.Notification, made.Limit))
		for _, subscriber := range n.Subscribers {
			if address := aws.ToString(subscriber.Address); !slices.Contains(made.Subscribers, address) {
				made.Subscribers = append(made.Subscribers, address)
			}
		}
	}
	slices.Sort(made.AlertAt)
	slices.Sort(made.Subscribers)
	made.AlertAt = slices.Compact(made.AlertAt)
	made.Document = documentOfBudget(account, *out.Budget, notifications, tags)
	return made, nil
}

func spend(s *budgetstypes.Spend) float64 {
	if s == nil {
		return 0
	}
	amount, err := strconv.ParseFloat(aws.ToString(s.Amount), 64)
	if err != nil {
		return 0
	}
	return amount
}

// share is a threshold as a share of the limit, whether AWS has it in percent or in money.
func share(n *budgetstypes.Notification, limit float64) float64 {
	if n.ThresholdType == budgetstypes.ThresholdTypeAbsoluteValue {
		if limit == 0 {
			return 0
		}
		return n.Threshold / limit
	}
	return n.Threshold / 100
}
