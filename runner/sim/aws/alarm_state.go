package aws

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// States of an alarm.
const (
	alarmOK      = "OK"
	alarmFiring  = "ALARM"
	alarmUnknown = "INSUFFICIENT_DATA"
)

const minute = time.Minute

// breach tells whether a value breaches a threshold, by an operator's name.
func breach(operator string) (func(value, threshold float64) bool, bool) {
	switch operator {
	case "GreaterThanThreshold":
		return func(v, t float64) bool { return v > t }, true
	case "GreaterThanOrEqualToThreshold":
		return func(v, t float64) bool { return v >= t }, true
	case "LessThanThreshold":
		return func(v, t float64) bool { return v < t }, true
	case "LessThanOrEqualToThreshold":
		return func(v, t float64) bool { return v <= t }, true
	}
	return nil, false
}

// watched reads what an alarm compares, over its evaluation periods up to end.
func (m *model) watched(a *MetricAlarm, end time.Time) ([]float64, error) {
	period := time.Duration(a.seconds()) * time.Second
	queries := a.queries()
	values, err := m.readQueries(queries, end.Add(-time.Duration(a.EvaluationPeriods)*period), period, a.EvaluationPeriods)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(queries, MetricQuery.returns)
	if i < 0 {
		return nil, fmt.Errorf("alarm %s: no query returns data", a.AlarmName)
	}
	return values[queries[i].ID], nil
}

// quick tells whether an alarm's periods are under a minute, slow whether they are not.
func (a *MetricAlarm) quick() bool { return a.seconds() < 60 }
func (a *MetricAlarm) slow() bool  { return !a.quick() }

// evaluate brings the alarms up to date that are due at an instant, and returns those that it looked at.
func (m *model) evaluate(end time.Time, due func(*MetricAlarm) bool) map[string]bool {
	seen := map[string]bool{}
	for _, a := range m.MetricAlarms {
		if due(a) {
			seen[a.AlarmName] = true
			state, reason := m.judge(a, end)
			m.become(a, state, reason)
		}
	}
	return seen
}

// judge is the rule for an alarm's state. Missing data counts as TreatMissingData says; "missing"
// and "ignore" leave the state as it is as long as some data is there that does not decide, and
// "missing" makes it unknown when there is none at all.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func (m *model) judge(a *MetricAlarm, end time.Time) (state, reason string) {
	values, err := m.watched(a, end)
	if err != nil {
		return alarmUnknown, "Invalid: " + err.Error()
	}
	breaches, _ := breach(a.ComparisonOperator)
	breaching, present := 0, 0
	for _, value := range values {
		switch {
		case math.IsNaN(value):
			if a.TreatMissingData == "breaching" {
				breaching++
			}
		case breaches(value, a.Threshold):
			breaching++
			present++
		default:
			present++
		}
	}
	needed := a.DatapointsToAlarm
	byDefault(&needed, a.EvaluationPeriods)
	possible := breaching
	if a.TreatMissingData != "notBreaching" && a.TreatMissingData != "breaching" {
		possible += len(values) - present
	}
	reason = fmt.Sprintf("Threshold Crossed: %s out of the last %d were %s the threshold (%g).", alarmPeriods(breaching), a.EvaluationPeriods, a.ComparisonOperator, a.Threshold)
	switch {
	case breaching >= needed:
		return alarmFiring, reason
	case present == 0 && (a.TreatMissingData == "" || a.TreatMissingData == "missing"):
		return alarmUnknown, fmt.Sprintf("Insufficient Data: %s were unknown.", alarmPeriods(a.EvaluationPeriods))
	case possible < needed || breaching == 0 && present > 0:
		return alarmOK, reason
	}
	return a.StateValue, a.StateReason
}

// become sets an alarm's state, and keeps a change in the history.
func (m *model) become(a *MetricAlarm, state, reason string) {
	if state == a.StateValue {
		return
	}
	data, err := json.Marshal(map[string]any{
		"version": "1.0", "type": "Update",
		"oldState": map[string]string{"stateValue": a.StateValue, "stateReason": a.StateReason},
		"newState": map[string]string{"stateValue": state, "stateReason": reason},
	})
	if err != nil {
		panic(err) // strings can always be written
	}
	m.history = append(keep(m.history, mostHistory), alarmHistoryItem{
		AlarmName: a.AlarmName, AlarmType: "MetricAlarm", Timestamp: m.stamp(), HistoryItemType: "StateUpdate",
		HistorySummary: fmt.Sprintf("Alarm updated from %s to %s", a.StateValue, state), HistoryData: string(data),
	})
	a.StateValue, a.StateReason = state, reason
	a.StateUpdatedTimestamp, a.StateChangedTimestamp = m.stamp(), m.stamp()
}

// mostHistory bounds the history of all alarms together.
const mostHistory = 10_000

type alarmHistoryItem struct {
	AlarmName       string `json:"AlarmName"`
	AlarmType       string `json:"AlarmType"`
	Timestamp       Time   `json:"Timestamp"`
	HistoryItemType string `json:"HistoryItemType"`
	HistorySummary  string `json:"HistorySummary"`
	HistoryData     string `json:"HistoryData"`
}

type historyQuestion struct {
	AlarmName       string `json:"AlarmName"`
	HistoryItemType string `json:"HistoryItemType"`
	StartDate       Time   `json:"StartDate,omitzero"`
	EndDate         Time   `json:"EndDate,omitzero"`
	ScanBy          string `json:"ScanBy"`
	MaxRecords      int    `json:"MaxRecords"`
	NextToken       string `json:"NextToken"`
}

func (q *historyQuestion) matches(item alarmHistoryItem) bool {
	return (q.AlarmName == "" || strings.EqualFold(q.AlarmName, item.AlarmName)) &&
		(q.HistoryItemType == "" || q.HistoryItemType == item.HistoryItemType) &&
		(q.StartDate.IsZero() || !item.Timestamp.Before(q.StartDate.Time)) &&
		(q.EndDate.IsZero() || !item.Timestamp.After(q.EndDate.Time))
}

type historyAnswer struct {
	AlarmHistoryItems []alarmHistoryItem `json:"AlarmHistoryItems"`
	NextToken         string             `json:"NextToken,omitempty"`
}

func (m *model) describeAlarmHistory(in *historyQuestion) (out historyAnswer, err error) {
	if in.MaxRecords < 0 || in.MaxRecords > alarmsPage {
		return out, badRequest("MaxRecords must be 1 to %d", alarmsPage)
	}
	byDefault(&in.MaxRecords, alarmsPage)
	found := []alarmHistoryItem{}
	for _, item := range newest(m.history) {
		if in.matches(item) {
			found = append(found, item)
		}
	}
	if in.ScanBy == "TimestampAscending" {
		slices.Reverse(found)
	}
	out.AlarmHistoryItems, out.NextToken, err = pageMetrics(found, in.NextToken, in.MaxRecords)
	return out, err
}

// alarmPeriods is how a reason counts.
func alarmPeriods(n int) string {
	if n == 1 {
		return "1 datapoint"
	}
	return fmt.Sprintf("%d datapoints", n)
}
