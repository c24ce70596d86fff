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
		found, err := home.budget(ctx, home.account, fleet.BudgetName(b))
		if err != nil {
			e.hide(fleet.HiddenBudgets, err)
			return
		}
		e.budgets[i] = budgetFrom(home.account, fleet.BudgetName(b), found)
		e.budgets[i].Place = home.place
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

// budgetFrom takes from a budget what people and rules read. One that is not there has but its name.
func budgetFrom(account, name string, b *wholeBudget) fleet.Budget {
	made := fleet.Budget{Name: name, Account: account}
	if b == nil {
		return made
	}
	made.Limit = spend(b.BudgetLimit)
	if calculated := b.CalculatedSpend; calculated != nil {
		made.Spent, made.Forecast = spend(calculated.ActualSpend), spend(calculated.ForecastedSpend)
	}
	for _, n := range b.notifications {
		made.AlertAt = append(made.AlertAt, share(n.Notification, made.Limit))
		for _, subscriber := range n.Subscribers {
			made.Subscribers = append(made.Subscribers, aws.ToString(subscriber.Address))
		}
	}
	slices.Sort(made.AlertAt)
	slices.Sort(made.Subscribers)
	made.AlertAt, made.Subscribers = slices.Compact(made.AlertAt), slices.Compact(made.Subscribers)
	made.Document = documentOfBudget(account, b.Budget, b.notifications, b.tags)
	return made
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
