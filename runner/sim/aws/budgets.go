package aws

import (
	"encoding/json"
	"slices"
)

// budgetsOperations is what the simulated AWS Budgets can do.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
var budgetsOperations = map[string]operation{
	"DescribeBudget":                     on((*model).describeBudget),
	"DescribeBudgets":                    on((*model).describeBudgets),
	"CreateBudget":                       on((*model).createBudget),
	"UpdateBudget":                       on((*model).updateBudget),
	"DeleteBudget":                       on((*model).deleteBudget),
	"DescribeNotificationsForBudget":     on((*model).describeNotifications),
	"DescribeSubscribersForNotification": on((*model).describeSubscribers),
	"CreateNotification":                 on((*model).createNotification),
	"UpdateNotification":                 on((*model).updateNotification),
	"DeleteNotification":                 on((*model).deleteNotification),
	"CreateSubscriber":                   on((*model).createSubscriber),
	"DeleteSubscriber":                   on((*model).deleteSubscriber),
	"TagResource":                        on((*model).tagBudget),
	"UntagResource":                      on((*model).untagBudget),
	"ListTagsForResource":                on((*model).listBudgetTags),
}

// Bounds of Budgets.
const (
	mostNotifications = 5
	mostAddresses     = 10
	budgetsPage       = 100
)

// A Budget is what may be spent in a time, and who is told when.
type Budget struct {
	BudgetName      string               `json:"BudgetName"`
	BudgetType      string               `json:"BudgetType,omitempty"` // COST if empty
	TimeUnit        string               `json:"TimeUnit,omitempty"`   // MONTHLY if empty
	BudgetLimit     *Spend               `json:"BudgetLimit,omitempty"`
	CalculatedSpend *Calculated          `json:"CalculatedSpend,omitempty"`
	CostFilters     map[string][]string  `json:"CostFilters,omitempty"`
	CostTypes       json.RawMessage      `json:"CostTypes,omitempty"`
	FilterBy        json.RawMessage      `json:"FilterExpression,omitempty"`
	Metrics         []string             `json:"Metrics,omitempty"`
	PlannedLimits   map[string]Spend     `json:"PlannedBudgetLimits,omitempty"`
	AutoAdjustData  json.RawMessage      `json:"AutoAdjustData,omitempty"`
	TimePeriod      json.RawMessage      `json:"TimePeriod,omitempty"`
	Notifications   []BudgetNotification `json:"NotificationsWithSubscribers,omitempty"`
	ResourceTags    []Tag                `json:"ResourceTags,omitempty"`
}

// A Spend is an amount of money.
type Spend struct {
	Amount string `json:"Amount"`
	Unit   string `json:"Unit"`
}

// Calculated is what was spent, and what will be.
type Calculated struct {
	ActualSpend     *Spend `json:"ActualSpend,omitempty"`
	ForecastedSpend *Spend `json:"ForecastedSpend,omitempty"`
}

// A BudgetNotification is a threshold with those who are told.
type BudgetNotification struct {
	Notification Notification `json:"Notification"`
	Subscribers  []Subscriber `json:"Subscribers"`
}

// A Notification is a threshold of a budget.
type Notification struct {
	NotificationType   string  `json:"NotificationType"`
	ComparisonOperator string  `json:"ComparisonOperator"`
	Threshold          float64 `json:"Threshold"`
	ThresholdType      string  `json:"ThresholdType,omitempty"` // PERCENTAGE if empty
	NotificationState  string  `json:"NotificationState,omitempty"`
}

// A Subscriber is told: by EMAIL, or by SNS.
type Subscriber struct {
	SubscriptionType string `json:"SubscriptionType"`
	Address          string `json:"Address"`
}

func (m *model) settleBudget(b *Budget) error {
	byDefault(&b.BudgetType, "COST")
	byDefault(&b.TimeUnit, "MONTHLY")
	if b.CalculatedSpend == nil {
		b.CalculatedSpend = &Calculated{ActualSpend: &Spend{"0", "USD"}}
	}
	for i := range b.Notifications {
		b.Notifications[i].Notification.settle()
	}
	return nil
}

func (n *Notification) settle() {
	byDefault(&n.ThresholdType, "PERCENTAGE")
	byDefault(&n.NotificationState, "OK")
}

// same tells whether two thresholds are one: their state does not count.
func (n Notification) same(other Notification) bool {
	n.settle()
	other.settle()
	n.NotificationState = other.NotificationState
	return n == other
}

// budget finds a budget by name.
func (m *model) budget(name string) (*Budget, error) {
	for _, b := range m.Budgets {
		if b.BudgetName == name {
			return b, nil
		}
	}
	return nil, refuse("NotFoundException", "Unable to get budget: %s - the budget doesn't exist.", name)
}

// view is a budget as it is described: without its notifications and tags.
func (b *Budget) view() Budget {
	view := *b
	view.Notifications, view.ResourceTags = nil, nil
	return view
}

type budgetRequest struct {
	AccountID     string               `json:"AccountId"`
	BudgetName    string               `json:"BudgetName"`
	Budget        *Budget              `json:"Budget"`
	NewBudget     *Budget              `json:"NewBudget"`
	Notifications []BudgetNotification `json:"NotificationsWithSubscribers"`
	ResourceTags  []Tag                `json:"ResourceTags"`
	MaxResults    int                  `json:"MaxResults"`
	NextToken     string               `json:"NextToken"`
}

type budgetAnswer struct {
	Budget Budget `json:"Budget"`
}

func (m *model) describeBudget(in *budgetRequest) (budgetAnswer, error) {
	b, err := m.budget(in.BudgetName)
	if err != nil {
		return budgetAnswer{}, err
	}
	return budgetAnswer{b.view()}, nil
}

type budgetDescriptions struct {
	Budgets   []Budget `json:"Budgets"`
	NextToken string   `json:"NextToken,omitempty"`
}

func (m *model) describeBudgets(in *budgetRequest) (out budgetDescriptions, err error) {
	found := []Budget{}
	for _, b := range m.Budgets {
		found = append(found, b.view())
	}
	out.Budgets, out.NextToken, err = pageBudgets(found, in.MaxResults, in.NextToken)
	return out, err
}

func pageBudgets[T any](items []T, limit int, token string) ([]T, string, error) {
	byDefault(&limit, budgetsPage)
	part, next, err := page(items, token, max(1, min(limit, budgetsPage)))
	if err != nil {
		return nil, "", refuse("InvalidNextTokenException", "%v", err)
	}
	return part, next, nil
}

func (m *model) createBudget(in *budgetRequest) (nothing, error) {
	switch {
	case in.Budget == nil || in.Budget.BudgetName == "":
		return nothing{}, refuse("InvalidParameterException", "a budget needs a name")
	case len(in.Notifications) > mostNotifications:
		return nothing{}, refuse("CreationLimitExceededException", "a budget can have %d notifications at most", mostNotifications)
	}
	if _, err := m.budget(in.Budget.BudgetName); err == nil {
		return nothing{}, refuse("DuplicateRecordException", "Error creating budget: %s - the budget already exists.", in.Budget.BudgetName)
	}
	for _, n := range in.Notifications {
		if err := checkSubscribers(n.Subscribers); err != nil {
			return nothing{}, err
		}
	}
	b := *in.Budget
	b.Notifications, b.ResourceTags = in.Notifications, in.ResourceTags
	m.Budgets = append(m.Budgets, &b)
	return nothing{}, m.settleBudget(&b)
}

func (m *model) updateBudget(in *budgetRequest) (nothing, error) {
	if in.NewBudget == nil {
		return nothing{}, refuse("InvalidParameterException", "name the new budget")
	}
	b, err := m.budget(in.NewBudget.BudgetName)
	if err != nil {
		return nothing{}, err
	}
	changed := *in.NewBudget
	changed.Notifications, changed.CalculatedSpend, changed.ResourceTags = b.Notifications, b.CalculatedSpend, b.ResourceTags
	*b = changed
	return nothing{}, m.settleBudget(b)
}

func (m *model) deleteBudget(in *budgetRequest) (nothing, error) {
	b, err := m.budget(in.BudgetName)
	if err != nil {
		return nothing{}, err
	}
	m.Budgets = slices.DeleteFunc(m.Budgets, func(other *Budget) bool { return other == b })
	return nothing{}, nil
}
