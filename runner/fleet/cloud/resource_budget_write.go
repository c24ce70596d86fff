package cloud

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/budgets"
	budgetstypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"

	"plimsoll/runner/fleet"
)

// writeBudget makes a budget in one call, or brings an old one to the document with as few as that takes.
func writeBudget(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	wanted := &budgets.CreateBudgetInput{}
	if err := decode(d, asInGo, wanted); err != nil {
		return "", err
	}
	account, err := c.whoami(ctx)
	if err != nil {
		return "", err
	}
	if wanted.AccountId != nil && *wanted.AccountId != account {
		return "", fmt.Errorf("it is of account %s, and the credentials belong to %s: choose those of its account", *wanted.AccountId, account)
	}
	if wanted.Budget == nil {
		wanted.Budget = &budgetstypes.Budget{}
	}
	wanted.AccountId, wanted.Budget.BudgetName = &account, &id
	old, err := readBudget(ctx, c, id)
	if err != nil {
		return "", err
	}
	if old == nil {
		_, failed := c.budgets.CreateBudget(ctx, wanted)
		if !hasCode(failed, "DuplicateRecordException") { // which is the answer where the first one was lost
			return "", told(failed)
		}
		if old, err = readBudget(ctx, c, id); old == nil {
			return "", cmp.Or(err, told(failed))
		}
	}
	have := &budgets.CreateBudgetInput{}
	if err := decode(old, asInGo, have); err != nil {
		return "", err
	}
	return "", c.changeBudget(ctx, have, wanted)
}

func (c *clients) changeBudget(ctx context.Context, have, wanted *budgets.CreateBudgetInput) error {
	if wanted.Budget.TimePeriod == nil { // AWS would start it anew
		wanted.Budget.TimePeriod = have.Budget.TimePeriod
	}
	if !encode(have.Budget, asInGo).Equal(encode(wanted.Budget, asInGo)) {
		_, err := c.budgets.UpdateBudget(ctx, &budgets.UpdateBudgetInput{AccountId: wanted.AccountId, NewBudget: wanted.Budget})
		if err != nil {
			return told(err)
		}
	}
	if err := c.changeNotifications(ctx, have, wanted); err != nil {
		return err
	}
	return c.changeBudgetTags(ctx, have, wanted)
}

// changeNotifications removes what is no longer wanted before it makes what is: a budget has room for five. One whose
// subscribers differ is made anew.
func (c *clients) changeNotifications(ctx context.Context, have, wanted *budgets.CreateBudgetInput) error {
	old, asked := inOrder(have.NotificationsWithSubscribers), inOrder(wanted.NotificationsWithSubscribers)
	for _, n := range old {
		if slices.ContainsFunc(asked, sameAs(n)) {
			continue
		}
		_, err := c.budgets.DeleteNotification(ctx, &budgets.DeleteNotificationInput{
			AccountId: wanted.AccountId, BudgetName: wanted.Budget.BudgetName, Notification: n.Notification,
		})
		if unlessGone(err) != nil {
			return told(err)
		}
	}
	for _, n := range asked {
		if slices.ContainsFunc(old, sameAs(n)) {
			continue
		}
		_, err := c.budgets.CreateNotification(ctx, &budgets.CreateNotificationInput{
			AccountId: wanted.AccountId, BudgetName: wanted.Budget.BudgetName, Notification: n.Notification, Subscribers: n.Subscribers,
		})
		if err != nil && !hasCode(err, "DuplicateRecordException") {
			return told(err)
		}
	}
	return nil
}

// sameAs reports whether another notification has the same threshold and the same subscribers.
func sameAs(n budgetstypes.NotificationWithSubscribers) func(budgetstypes.NotificationWithSubscribers) bool {
	document := encode(n, asInGo)
	return func(other budgetstypes.NotificationWithSubscribers) bool {
		return document.Equal(encode(other, asInGo))
	}
}

func (c *clients) changeBudgetTags(ctx context.Context, have, wanted *budgets.CreateBudgetInput) error {
	change := tagChange(tagMap(have.ResourceTags, budgetTag), tagMap(wanted.ResourceTags, budgetTag))
	arn := c.budgetARN(*wanted.AccountId, *wanted.Budget.BudgetName)
	if len(change.set) > 0 {
		set := tagList(change.set, func(key, value *string) budgetstypes.ResourceTag {
			return budgetstypes.ResourceTag{Key: key, Value: value}
		})
		if _, err := c.budgets.TagResource(ctx, &budgets.TagResourceInput{ResourceARN: arn, ResourceTags: set}); err != nil {
			return told(err)
		}
	}
	if len(change.gone) == 0 {
		return nil
	}
	_, err := c.budgets.UntagResource(ctx, &budgets.UntagResourceInput{ResourceARN: arn, ResourceTagKeys: change.gone})
	return told(err)
}
