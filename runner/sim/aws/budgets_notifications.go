package aws

import "slices"

type notificationRequest struct {
	BudgetName      string       `json:"BudgetName"`
	Notification    Notification `json:"Notification"`
	OldNotification Notification `json:"OldNotification"`
	NewNotification Notification `json:"NewNotification"`
	Subscribers     []Subscriber `json:"Subscribers"`
	Subscriber      Subscriber   `json:"Subscriber"`
	MaxResults      int          `json:"MaxResults"`
	NextToken       string       `json:"NextToken"`
}

// notification finds one threshold of a budget.
func (m *model) notification(budget string, n Notification) (*BudgetNotification, error) {
	b, err := m.budget(budget)
	if err != nil {
		return nil, err
	}
	for i := range b.Notifications {
		if b.Notifications[i].Notification.same(n) {
			return &b.Notifications[i], nil
		}
	}
	return nil, refuse("NotFoundException", "Unable to find the notification of budget %s.", budget)
}

// checkSubscribers refuses more than AWS allows for one notification.
func checkSubscribers(subscribers []Subscriber) error {
	topics, addresses := 0, 0
	for _, s := range subscribers {
		switch s.SubscriptionType {
		case "SNS":
			topics++
		case "EMAIL":
			addresses++
		default:
			return refuse("InvalidParameterException", "the subscription type %q is not valid", s.SubscriptionType)
		}
	}
	switch {
	case len(subscribers) == 0:
		return refuse("InvalidParameterException", "a notification needs a subscriber")
	case topics > 1 || addresses > mostAddresses:
		return refuse("CreationLimitExceededException", "a notification can have an SNS topic and %d e-mail addresses at most", mostAddresses)
	}
	return nil
}

type notificationDescriptions struct {
	Notifications []Notification `json:"Notifications"`
	NextToken     string         `json:"NextToken,omitempty"`
}

func (m *model) describeNotifications(in *notificationRequest) (out notificationDescriptions, err error) {
	b, err := m.budget(in.BudgetName)
	if err != nil {
		return out, err
	}
	found := []Notification{}
	for _, n := range b.Notifications {
		found = append(found, n.Notification)
	}
	out.Notifications, out.NextToken, err = pageBudgets(found, in.MaxResults, in.NextToken)
	return out, err
}

type subscriberDescriptions struct {
	Subscribers []Subscriber `json:"Subscribers"`
	NextToken   string       `json:"NextToken,omitempty"`
}

func (m *model) describeSubscribers(in *notificationRequest) (out subscriberDescriptions, err error) {
	n, err := m.notification(in.BudgetName, in.Notification)
	if err != nil {
		return out, err
	}
	out.Subscribers, out.NextToken, err = pageBudgets(n.Subscribers, in.MaxResults, in.NextToken)
	return out, err
}

func (m *model) createNotification(in *notificationRequest) (nothing, error) {
	b, err := m.budget(in.BudgetName)
	if err != nil {
		return nothing{}, err
	}
	if _, err := m.notification(in.BudgetName, in.Notification); err == nil {
		return nothing{}, refuse("DuplicateRecordException", "the notification already exists")
	}
	if len(b.Notifications) >= mostNotifications {
		return nothing{}, refuse("CreationLimitExceededException", "a budget can have %d notifications at most", mostNotifications)
	}
	if err := checkSubscribers(in.Subscribers); err != nil {
		return nothing{}, err
	}
	in.Notification.settle()
	b.Notifications = append(b.Notifications, BudgetNotification{in.Notification, in.Subscribers})
	return nothing{}, nil
}

func (m *model) updateNotification(in *notificationRequest) (nothing, error) {
	n, err := m.notification(in.BudgetName, in.OldNotification)
	if err != nil {
		return nothing{}, err
	}
	in.NewNotification.settle()
	n.Notification = in.NewNotification
	return nothing{}, nil
}

func (m *model) deleteNotification(in *notificationRequest) (nothing, error) {
	if _, err := m.notification(in.BudgetName, in.Notification); err != nil {
		return nothing{}, err
	}
	b, err := m.budget(in.BudgetName)
	if err != nil {
		return nothing{}, err
	}
	b.Notifications = slices.DeleteFunc(b.Notifications, func(n BudgetNotification) bool { return n.Notification.same(in.Notification) })
	return nothing{}, nil
}

func (m *model) createSubscriber(in *notificationRequest) (nothing, error) {
	n, err := m.notification(in.BudgetName, in.Notification)
	if err != nil {
		return nothing{}, err
	}
	if slices.Contains(n.Subscribers, in.Subscriber) {
		return nothing{}, refuse("DuplicateRecordException", "the subscriber already exists")
	}
	subscribers := append(slices.Clone(n.Subscribers), in.Subscriber)
	if err := checkSubscribers(subscribers); err != nil {
		return nothing{}, err
	}
	n.Subscribers = subscribers
	return nothing{}, nil
}

func (m *model) deleteSubscriber(in *notificationRequest) (nothing, error) {
	n, err := m.notification(in.BudgetName, in.Notification)
	if err != nil {
		return nothing{}, err
	}
	if !slices.Contains(n.Subscribers, in.Subscriber) {
		return nothing{}, refuse("NotFoundException", "the subscriber doesn't exist")
	}
	n.Subscribers = slices.DeleteFunc(n.Subscribers, func(s Subscriber) bool { return s == in.Subscriber })
	return nothing{}, nil
}
