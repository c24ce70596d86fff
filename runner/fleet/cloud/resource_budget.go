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
	b, err := c.budget(ctx, account, id)
	if b == nil || err != nil {
		return nil, err
	}
	return documentOfBudget(account, b.Budget, b.notifications, b.tags), nil
}

// wholeBudget is a budget with all that has calls of its own.
type wholeBudget struct {
	budgetstypes.Budget
	notifications []budgetstypes.NotificationWithSubscribers
	tags          []budgetstypes.ResourceTag
}

// budget describes a budget, its newer filters included: they would be lost on writing. It is nil where there is none.
func (c *clients) budget(ctx context.Context, account, name string) (*wholeBudget, error) {
	out, err := c.budgets.DescribeBudget(ctx, &budgets.DescribeBudgetInput{AccountId: &account, BudgetName: &name, ShowFilterExpression: aws.Bool(true)})
	if hasCode(err, "NotFoundException") || err == nil && out.Budget == nil {
		return nil, nil
	}
	if err != nil {
		return nil, told(err)
	}
	b := &wholeBudget{Budget: *out.Budget}
	if b.notifications, err = c.notifications(ctx, account, name); err != nil {
		return nil, err
	}
	tags, err := c.budgets.ListTagsForResource(ctx, &budgets.ListTagsForResourceInput{ResourceARN: c.budgetARN(account, name)})
	if err != nil {
		return nil, told(err)
	}
	b.tags = tags.ResourceTags
	return b, nil
}

// notifications are those of a budget, with their subscribers.
func (c *clients) notifications(ctx context.Context, account, budget string) (found []budgetstypes.NotificationWithSubscribers, err error) {
	list := budgets.NewDescribeNotificationsForBudgetPaginator(c.budgets, &budgets.DescribeNotificationsForBudgetInput{AccountId: &account, BudgetName: &budget})
	err = pages(ctx, list, func(page *budgets.DescribeNotificationsForBudgetOutput) {
		for _, n := range page.Notifications {
			found = append(found, budgetstypes.NotificationWithSubscribers{Notification: &n})
		}
	})
	for i := 0; i < len(found) && err == nil; i++ {
		found[i].Subscribers, err = c.subscribers(ctx, account, budget, found[i].Notification)
	}
	return found, told(err)
}

func (c *clients) subscribers(ctx context.Context, account, budget string, n *budgetstypes.Notification) (found []budgetstypes.Subscriber, err error) {
	list := budgets.NewDescribeSubscribersForNotificationPaginator(c.budgets, &budgets.DescribeSubscribersForNotificationInput{
		AccountId: &account, BudgetName: &budget, Notification: n,
	})
	err = pages(ctx, list, func(page *budgets.DescribeSubscribersForNotificationOutput) {
		found = append(found, page.Subscribers...)
	})
	return found, err
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
