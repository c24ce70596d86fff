package aws

import (
	"errors"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/budgets/types"
	"github.com/google/go-cmp/cmp"
)

var (
	account = awssdk.String("123456789012")
	monthly = awssdk.String("monthly")
	yearly  = awssdk.String("yearly")
)

func mail(address string) types.Subscriber {
	return types.Subscriber{SubscriptionType: types.SubscriptionTypeEmail, Address: awssdk.String(address)}
}

func over(percent float64) *types.Notification {
	return &types.Notification{
		NotificationType: types.NotificationTypeActual, ComparisonOperator: types.ComparisonOperatorGreaterThan,
		Threshold: percent, ThresholdType: types.ThresholdTypePercentage,
	}
}

func TestBudgets(t *testing.T) {
	_, config := serve(t, Options{})
	client := budgets.NewFromConfig(config)
	budget, err := client.DescribeBudget(ctx, &budgets.DescribeBudgetInput{AccountId: account, BudgetName: monthly})
	if err != nil {
		t.Fatal(err)
	}
	changed := *budget.Budget
	changed.BudgetLimit = &types.Spend{Amount: awssdk.String("3000"), Unit: awssdk.String("USD")}
	if _, err := client.UpdateBudget(ctx, &budgets.UpdateBudgetInput{AccountId: account, NewBudget: &changed}); err != nil {
		t.Fatal(err)
	}
	second := changed
	second.BudgetName, second.TimeUnit = yearly, types.TimeUnitAnnually
	create := &budgets.CreateBudgetInput{AccountId: account, Budget: &second, NotificationsWithSubscribers: []types.NotificationWithSubscribers{
		{Notification: over(50), Subscribers: []types.Subscriber{mail("ops@example.com")}},
	}}
	if _, err := client.CreateBudget(ctx, create); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateBudget(ctx, create); !errors.As(err, new(*types.DuplicateRecordException)) {
		t.Errorf("created twice: %v", err)
	}
	var got []string
	pages := budgets.NewDescribeBudgetsPaginator(client, &budgets.DescribeBudgetsInput{AccountId: account, MaxResults: awssdk.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page.Budgets {
			got = append(got, *b.BudgetName+" "+string(b.TimeUnit)+" "+*b.BudgetLimit.Amount)
		}
	}
	if d := cmp.Diff([]string{"monthly MONTHLY 3000", "yearly ANNUALLY 3000"}, got); d != "" {
		t.Error(d)
	}
	if _, err := client.DeleteBudget(ctx, &budgets.DeleteBudgetInput{AccountId: account, BudgetName: yearly}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DescribeBudget(ctx, &budgets.DescribeBudgetInput{AccountId: account, BudgetName: yearly}); !errors.As(err, new(*types.NotFoundException)) {
		t.Errorf("deleted, and yet there: %v", err)
	}
}

func TestBudgetNotifications(t *testing.T) {
	_, config := serve(t, Options{})
	client := budgets.NewFromConfig(config)
	create := func(percent float64, subscribers ...types.Subscriber) error {
		_, err := client.CreateNotification(ctx, &budgets.CreateNotificationInput{AccountId: account, BudgetName: monthly, Notification: over(percent), Subscribers: subscribers})
		return err
	}
	for _, percent := range []float64{10, 20, 30, 40} {
		if err := create(percent, mail("ops@example.com")); err != nil {
			t.Fatal(err)
		}
	}
	if err := create(50, mail("ops@example.com")); !errors.As(err, new(*types.CreationLimitExceededException)) {
		t.Errorf("a sixth notification: %v", err)
	}
	if err := create(80, mail("ops@example.com")); !errors.As(err, new(*types.DuplicateRecordException)) {
		t.Errorf("the same notification: %v", err)
	}
	if _, err := client.DeleteNotification(ctx, &budgets.DeleteNotificationInput{AccountId: account, BudgetName: monthly, Notification: over(40)}); err != nil {
		t.Fatal(err)
	}
	if err := create(60, make([]types.Subscriber, 0)...); err == nil {
		t.Error("a notification without subscribers was taken")
	}
	if _, err := client.UpdateNotification(ctx, &budgets.UpdateNotificationInput{AccountId: account, BudgetName: monthly, OldNotification: over(30), NewNotification: over(35)}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeNotificationsForBudget(ctx, &budgets.DescribeNotificationsForBudgetInput{AccountId: account, BudgetName: monthly})
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for _, n := range out.Notifications {
		got = append(got, n.Threshold)
	}
	if d := cmp.Diff([]float64{80, 10, 20, 35}, got); d != "" {
		t.Error(d)
	}
}

func TestBudgetSubscribers(t *testing.T) {
	_, config := serve(t, Options{})
	client := budgets.NewFromConfig(config)
	create := func(s types.Subscriber) error {
		_, err := client.CreateSubscriber(ctx, &budgets.CreateSubscriberInput{AccountId: account, BudgetName: monthly, Notification: over(80), Subscriber: &s})
		return err
	}
	topic := func(name string) types.Subscriber {
		return types.Subscriber{SubscriptionType: types.SubscriptionTypeSns, Address: awssdk.String("arn:aws:sns:us-east-1:123456789012:" + name)}
	}
	dev := mail("dev@example.com")
	for _, s := range []types.Subscriber{dev, topic("alerts")} {
		if err := create(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := create(dev); !errors.As(err, new(*types.DuplicateRecordException)) {
		t.Errorf("subscribed twice: %v", err)
	}
	if err := create(topic("more")); !errors.As(err, new(*types.CreationLimitExceededException)) {
		t.Errorf("a second topic: %v", err)
	}
	remove := &budgets.DeleteSubscriberInput{AccountId: account, BudgetName: monthly, Notification: over(80), Subscriber: &dev}
	if _, err := client.DeleteSubscriber(ctx, remove); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteSubscriber(ctx, remove); !errors.As(err, new(*types.NotFoundException)) {
		t.Errorf("unsubscribed twice: %v", err)
	}
	out, err := client.DescribeSubscribersForNotification(ctx, &budgets.DescribeSubscribersForNotificationInput{AccountId: account, BudgetName: monthly, Notification: over(80)})
	if err != nil || len(out.Subscribers) != 2 || *out.Subscribers[0].Address != "ops@example.com" {
		t.Errorf("subscribers %v, %v", out, err)
	}
}
