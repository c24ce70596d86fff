package aws

import (
	"net/http"
	"strings"
)

// snsOperations is what the simulated SNS can do.
// https://docs.aws.amazon.com/sns/latest/api/welcome.html
var snsOperations = map[string]operation{
	"ListSubscriptionsByTopic": on((*model).listSubscriptions),
	"Subscribe":                on((*model).subscribe),
	"Publish":                  on((*model).publishMessage),
}

// A Topic is an SNS topic.
type Topic struct {
	TopicArn      string         `json:"TopicArn"` // or the name
	Subscriptions []Subscription `json:"Subscriptions,omitempty"`
}

// A Subscription is one endpoint of a topic.
type Subscription struct {
	SubscriptionArn string `json:"SubscriptionArn,omitempty"` // "PendingConfirmation" until the endpoint confirms
	Protocol        string `json:"Protocol"`
	Endpoint        string `json:"Endpoint"`
	Owner           string `json:"Owner,omitempty"`
	TopicArn        string `json:"TopicArn,omitempty"`
}

const pendingConfirmation = "PendingConfirmation"

func (m *model) settleTopic(t *Topic) error {
	if !strings.HasPrefix(t.TopicArn, "arn:") {
		t.TopicArn = m.arn("sns", t.TopicArn)
	}
	for i := range t.Subscriptions {
		s := &t.Subscriptions[i]
		byDefault(&s.SubscriptionArn, t.TopicArn+":"+m.id())
		byDefault(&s.Owner, m.options.Account)
		byDefault(&s.TopicArn, t.TopicArn)
	}
	return nil
}

func (m *model) topic(arn string) (*Topic, error) {
	for _, t := range m.Topics {
		if t.TopicArn == arn {
			return t, nil
		}
	}
	return nil, &apiError{status: http.StatusNotFound, code: "NotFoundException", query: "NotFound", message: "Topic does not exist"}
}

const subscriptionsPage = 100

type subscriptionListing struct {
	TopicArn  string `json:"TopicArn"`
	NextToken string `json:"NextToken"`
}

type subscriptionList struct {
	Subscriptions []Subscription `json:"Subscriptions"`
	NextToken     string         `json:"NextToken,omitempty"`
}

func (m *model) listSubscriptions(in *subscriptionListing) (out subscriptionList, err error) {
	t, err := m.topic(in.TopicArn)
	if err != nil {
		return out, err
	}
	if out.Subscriptions, out.NextToken, err = page(t.Subscriptions, in.NextToken, subscriptionsPage); err != nil {
		return out, badParameter(err.Error())
	}
	return out, nil
}

// badParameter is what SNS calls a request that it cannot understand.
func badParameter(message string) error {
	return &apiError{status: http.StatusBadRequest, code: "InvalidParameterException", query: "InvalidParameter", message: "Invalid parameter: " + message}
}

type subscription struct {
	TopicArn              string `json:"TopicArn"`
	Protocol              string `json:"Protocol"`
	Endpoint              string `json:"Endpoint"`
	ReturnSubscriptionArn bool   `json:"ReturnSubscriptionArn"`
}

type subscriptionARN struct {
	SubscriptionArn string `json:"SubscriptionArn"`
}

// subscribe adds an endpoint. E-mail and HTTP endpoints must confirm, which nobody does here.
func (m *model) subscribe(in *subscription) (subscriptionARN, error) {
	t, err := m.topic(in.TopicArn)
	if err != nil {
		return subscriptionARN{}, err
	}
	if in.Endpoint == "" || in.Protocol == "" {
		return subscriptionARN{}, badParameter("Endpoint and Protocol")
	}
	for _, s := range t.Subscriptions {
		if s.Protocol == in.Protocol && s.Endpoint == in.Endpoint {
			return subscriptionARN{s.shown()}, nil
		}
	}
	s := Subscription{Protocol: in.Protocol, Endpoint: in.Endpoint, Owner: m.options.Account, TopicArn: t.TopicArn}
	switch in.Protocol {
	case "email", "email-json", "http", "https":
		s.SubscriptionArn = pendingConfirmation
	default:
		s.SubscriptionArn = t.TopicArn + ":" + m.id()
	}
	t.Subscriptions = append(t.Subscriptions, s)
	return subscriptionARN{s.shown()}, nil
}

// shown is how Subscribe names a subscription.
func (s Subscription) shown() string {
	if s.SubscriptionArn == pendingConfirmation {
		return "pending confirmation"
	}
	return s.SubscriptionArn
}

type message struct {
	TopicArn string `json:"TopicArn"`
	Subject  string `json:"Subject"`
	Message  string `json:"Message"`
}

type messageID struct {
	MessageID string `json:"MessageId"`
}

// publishMessage takes a message; nobody receives it.
func (m *model) publishMessage(in *message) (messageID, error) {
	if _, err := m.topic(in.TopicArn); err != nil {
		return messageID{}, err
	}
	if in.Message == "" {
		return messageID{}, badParameter("Empty message")
	}
	return messageID{m.id()}, nil
}
