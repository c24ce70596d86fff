package cloud

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	budgetstypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"

	"plimsoll/runner/fleet"
)

// documentOfBudget is a budget with its notifications, subscribers and tags, as CreateBudget takes it: without what was
// spent, without the limit that AWS works out by itself from others, and with its filters in one of the two syntaxes, of
// which AWS describes both and takes only one.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
func documentOfBudget(account string, b budgetstypes.Budget, notifications []budgetstypes.NotificationWithSubscribers, tags []budgetstypes.ResourceTag) fleet.Document {
	b.CalculatedSpend, b.HealthStatus, b.LastUpdatedTime = nil, nil, nil
	if b.AutoAdjustData != nil {
		b.AutoAdjustData = &budgetstypes.AutoAdjustData{
			AutoAdjustType: b.AutoAdjustData.AutoAdjustType, HistoricalOptions: b.AutoAdjustData.HistoricalOptions,
		}
	}
	if b.AutoAdjustData != nil || len(b.PlannedBudgetLimits) > 0 {
		b.BudgetLimit = nil
	}
	d := encode(budgets.CreateBudgetInput{
		AccountId: &account, Budget: &b, NotificationsWithSubscribers: inOrder(notifications),
		ResourceTags: ownTags(tags, budgetTag),
	}, asInGo)
	keepOneSyntax(d["Budget"].(map[string]any))
	return d
}

func keepOneSyntax(budget map[string]any) {
	if budget["FilterExpression"] != nil {
		delete(budget, "CostFilters")
		delete(budget, "CostTypes")
	} else if budget["CostTypes"] != nil {
		delete(budget, "Metrics")
	}
}

// inOrder sorts notifications by threshold and subscribers by address, and leaves out whether they are firing.
func inOrder(notifications []budgetstypes.NotificationWithSubscribers) []budgetstypes.NotificationWithSubscribers {
	ordered := make([]budgetstypes.NotificationWithSubscribers, 0, len(notifications))
	for _, n := range notifications {
		threshold := *n.Notification
		threshold.NotificationState = ""
		ordered = append(ordered, budgetstypes.NotificationWithSubscribers{
			Notification: &threshold,
			Subscribers: slices.SortedFunc(slices.Values(n.Subscribers), func(a, b budgetstypes.Subscriber) int {
				return cmp.Compare(aws.ToString(a.Address), aws.ToString(b.Address))
			}),
		})
	}
	slices.SortStableFunc(ordered, func(a, b budgetstypes.NotificationWithSubscribers) int {
		return cmp.Or(cmp.Compare(a.Notification.Threshold, b.Notification.Threshold), cmp.Compare(a.Notification.NotificationType, b.Notification.NotificationType))
	})
	return ordered
}

func budgetTag(t budgetstypes.ResourceTag) (key, value string) {
	return aws.ToString(t.Key), aws.ToString(t.Value)
}

func readBudget(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	account, err := c.whoami(ctx)
	if err != nil {
		return nil, err
	}
	out, err := c.describeBudget(ctx, account, id)
	if hasCode(err, "NotFoundException") {
		return nil, nil
	}
	if err != nil {
		return nil, told(err)
	}
	notifications, err := c.notifications(ctx, account, id)
	if err != nil {
		return nil, err
	}
	tags, err := c.budgetTags(ctx, account, id)
	if err != nil {
		return nil, err
	}
	return documentOfBudget(account, *out.Budget, notifications, tags), nil
}

// describeBudget describes a budget, its newer filters included: they would be lost on writing.
func (c *clients) describeBudget(ctx context.Context, account, name string) (*budgets.DescribeBudgetOutput, error) {
	return c.budgets.DescribeBudget(ctx, &budgets.DescribeBudgetInput{AccountId: &account, BudgetName: &name, ShowFilterExpression: aws.Bool(true)})
}

// notifications are those of a budget, with their subscribers.
func (c *clients) notifications(ctx context.Context, account, budget string) ([]budgetstypes.NotificationWithSubscribers, error) {
	pages := budgets.NewDescribeNotificationsForBudgetPaginator(c.budgets, &budgets.DescribeNotificationsForBudgetInput{AccountId: &account, BudgetName: &budget})
	var found []budgetstypes.NotificationWithSubscribers
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, told(err)
		}
		for _, n := range page.Notifications {
			subscribers, err := c.subscribers(ctx, account, budget, n)
			if err != nil {
				return nil, err
			}
			found = append(found, budgetstypes.NotificationWithSubscribers{Notification: &n, Subscribers: subscribers})
		}
	}
	return found, nil
}

func (c *clients) subscribers(ctx context.Context, account, budget string, n budgetstypes.Notification) ([]budgetstypes.Subscriber, error) {
	pages := budgets.NewDescribeSubscribersForNotificationPaginator(c.budgets, &budgets.DescribeSubscribersForNotificationInput{
		AccountId: &account, BudgetName: &budget, Notification: &n,
	})
	var found []budgetstypes.Subscriber
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, told(err)
		}
		found = append(found, page.Subscribers...)
	}
	return found, nil
}

func (c *clients) budgetTags(ctx context.Context, account, budget string) ([]budgetstypes.ResourceTag, error) {
	out, err := c.budgets.ListTagsForResource(ctx, &budgets.ListTagsForResourceInput{ResourceARN: c.budgetARN(account, budget)})
	if err != nil {
		return nil, told(err)
	}
	return out.ResourceTags, nil
}

// budgetARN names a budget as its tags are asked for.
func (c *clients) budgetARN(account, budget string) *string {
	partition := "aws"
	switch {
	case strings.HasPrefix(c.config.Region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(c.config.Region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return aws.String("arn:" + partition + ":budgets::" + account + ":budget/" + budget)
}

func removeBudget(ctx context.Context, c *clients, id string) error {
	account, err := c.whoami(ctx)
	if err != nil {
		return err
	}
	_, err = c.budgets.DeleteBudget(ctx, &budgets.DeleteBudgetInput{AccountId: &account, BudgetName: &id})
	return told(unlessGone(err))
}
