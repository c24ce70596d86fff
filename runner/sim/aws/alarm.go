package aws

import (
	"math"
	"slices"
	"strings"
	"time"
)

// A MetricAlarm watches one metric, or arithmetic over several. The model keeps its state.
type MetricAlarm struct {
	AlarmName               string        `json:"AlarmName"`
	AlarmArn                string        `json:"AlarmArn,omitempty"`
	AlarmDescription        string        `json:"AlarmDescription,omitempty"`
	ActionsEnabled          *bool         `json:"ActionsEnabled,omitempty"` // nil means true
	AlarmActions            []string      `json:"AlarmActions,omitempty"`
	OKActions               []string      `json:"OKActions,omitempty"`
	InsufficientDataActions []string      `json:"InsufficientDataActions,omitempty"`
	MetricName              string        `json:"MetricName,omitempty"`
	Namespace               string        `json:"Namespace,omitempty"`
	Dimensions              []Dimension   `json:"Dimensions,omitempty"`
	Statistic               string        `json:"Statistic,omitempty"`
	ExtendedStatistic       string        `json:"ExtendedStatistic,omitempty"`
	Metrics                 []MetricQuery `json:"Metrics,omitempty"`
	ThresholdMetricID       string        `json:"ThresholdMetricId,omitempty"`
	Period                  int           `json:"Period,omitempty"` // seconds
	Unit                    string        `json:"Unit,omitempty"`
	EvaluationPeriods       int           `json:"EvaluationPeriods,omitempty"`
	DatapointsToAlarm       int           `json:"DatapointsToAlarm,omitempty"` // 0 means all of the periods
	Threshold               float64       `json:"Threshold"`
	ComparisonOperator      string        `json:"ComparisonOperator"`
	TreatMissingData        string        `json:"TreatMissingData,omitempty"` // missing (also if empty), ignore, breaching or notBreaching
	StateValue              string        `json:"StateValue,omitempty"`       // OK, ALARM or INSUFFICIENT_DATA
	StateReason             string        `json:"StateReason,omitempty"`
	StateUpdatedTimestamp   Time          `json:"StateUpdatedTimestamp,omitzero"`
	StateChangedTimestamp   Time          `json:"StateTransitionedTimestamp,omitzero"`
	ConfigurationUpdated    Time          `json:"AlarmConfigurationUpdatedTimestamp,omitzero"`
}

// mostEvaluated bounds the time that an alarm looks back.
const mostEvaluated = 7 * 24 * time.Hour

func (m *model) settleAlarm(a *MetricAlarm) error {
	byDefault(&a.AlarmArn, m.arn("cloudwatch", "alarm:"+a.AlarmName))
	byDefault(&a.StateValue, alarmUnknown)
	byDefault(&a.StateReason, "Unchecked: Initial alarm creation")
	byDefault(&a.StateUpdatedTimestamp, m.stamp())
	byDefault(&a.StateChangedTimestamp, a.StateUpdatedTimestamp)
	byDefault(&a.ConfigurationUpdated, m.stamp())
	if a.ActionsEnabled == nil {
		enabled := true
		a.ActionsEnabled = &enabled
	}
	return a.check()
}

func (a *MetricAlarm) check() error {
	if a.AlarmName == "" {
		return badRequest("an alarm needs a name")
	}
	if _, ok := breach(a.ComparisonOperator); !ok {
		return badRequest("alarm %s: the comparison operator %q is not valid", a.AlarmName, a.ComparisonOperator)
	}
	if math.IsNaN(a.Threshold) || math.IsInf(a.Threshold, 0) {
		return badRequest("alarm %s: the threshold must be a number", a.AlarmName)
	}
	if a.EvaluationPeriods < 1 || a.DatapointsToAlarm < 0 || a.DatapointsToAlarm > a.EvaluationPeriods {
		return badRequest("alarm %s: evaluation periods must be at least 1, and datapoints to alarm no more than those", a.AlarmName)
	}
	if len(a.Metrics) == 0 && (a.MetricName == "" || a.Namespace == "" || a.Period < 1) {
		return badRequest("alarm %s: name the metric, its namespace and a period, or metrics", a.AlarmName)
	}
	for _, q := range a.Metrics {
		if (q.MetricStat == nil) == (q.Expression == "") {
			return badRequest("alarm %s: %s needs either MetricStat or Expression", a.AlarmName, q.ID)
		}
	}
	if seconds := a.seconds(); seconds > longestPeriod || time.Duration(a.EvaluationPeriods) > mostEvaluated/(time.Duration(seconds)*time.Second) {
		return badRequest("alarm %s: it may look back %s at most", a.AlarmName, mostEvaluated)
	}
	for _, q := range a.queries() {
		if q.MetricStat == nil {
			continue
		}
		if _, ok := statistic(q.MetricStat.Stat); !ok {
			return badRequest("alarm %s: the statistic %q is not valid", a.AlarmName, q.MetricStat.Stat)
		}
	}
	return nil
}

// seconds is the length of the alarm's periods.
func (a *MetricAlarm) seconds() int {
	longest := a.Period
	for _, q := range a.Metrics {
		longest = max(longest, q.period())
	}
	return longest
}

// queries is what the alarm watches: the first that returns data is compared.
func (a *MetricAlarm) queries() []MetricQuery {
	if len(a.Metrics) > 0 {
		return a.Metrics
	}
	name := a.Statistic
	if name == "" {
		name = a.ExtendedStatistic
	}
	return []MetricQuery{{ID: "m1", MetricStat: &MetricStat{
		Metric: Metric{a.Namespace, a.MetricName, a.Dimensions}, Period: a.Period, Stat: name,
	}}}
}

type alarmRequest struct {
	MetricAlarm
	Tags []Tag `json:"Tags"`
}

// A Tag is a tag of CloudWatch.
type Tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// putMetricAlarm makes an alarm, or replaces one and keeps its state.
func (m *model) putMetricAlarm(in *alarmRequest) (nothing, error) {
	a := in.MetricAlarm
	a.AlarmArn, a.StateValue, a.StateReason = "", "", ""
	a.StateUpdatedTimestamp, a.StateChangedTimestamp, a.ConfigurationUpdated = Time{}, Time{}, Time{}
	old := m.alarm(a.AlarmName)
	if old != nil {
		a.StateValue, a.StateReason = old.StateValue, old.StateReason
		a.StateUpdatedTimestamp, a.StateChangedTimestamp = old.StateUpdatedTimestamp, old.StateChangedTimestamp
	}
	if err := m.settleAlarm(&a); err != nil {
		return nothing{}, err
	}
	if old != nil {
		*old = a
		return nothing{}, nil // tags of an alarm that exists are not changed
	}
	m.MetricAlarms = append(m.MetricAlarms, &a)
	tags := Tags{}
	for _, tag := range in.Tags {
		tags[tag.Key] = tag.Value
	}
	m.tag(a.AlarmArn, tags)
	return nothing{}, nil
}

// alarm finds an alarm by name, nil if there is none.
func (m *model) alarm(name string) *MetricAlarm {
	for _, a := range m.MetricAlarms {
		if a.AlarmName == name {
			return a
		}
	}
	return nil
}

type alarmNames struct {
	AlarmNames []string `json:"AlarmNames"`
}

func (m *model) deleteAlarms(in *alarmNames) (nothing, error) {
	for _, name := range in.AlarmNames {
		if m.alarm(name) == nil {
			return nothing{}, absent("ResourceNotFound", "Alarm %s does not exist", name)
		}
	}
	m.removeAlarms(in.AlarmNames)
	return nothing{}, nil
}

func (m *model) removeAlarms(names []string) {
	for _, a := range m.MetricAlarms {
		if slices.Contains(names, a.AlarmName) {
			delete(m.Tags, a.AlarmArn)
		}
	}
	m.MetricAlarms = slices.DeleteFunc(m.MetricAlarms, func(a *MetricAlarm) bool { return slices.Contains(names, a.AlarmName) })
}

type alarmQuestion struct {
	AlarmNames      []string `json:"AlarmNames"`
	AlarmNamePrefix string   `json:"AlarmNamePrefix"`
	ActionPrefix    string   `json:"ActionPrefix"`
	StateValue      string   `json:"StateValue"`
	MaxRecords      int      `json:"MaxRecords"`
	NextToken       string   `json:"NextToken"`
}

func (q *alarmQuestion) matches(a *MetricAlarm) bool {
	acts := func(action string) bool { return strings.HasPrefix(action, q.ActionPrefix) }
	return (len(q.AlarmNames) == 0 || slices.Contains(q.AlarmNames, a.AlarmName)) &&
		strings.HasPrefix(a.AlarmName, q.AlarmNamePrefix) &&
		(q.StateValue == "" || q.StateValue == a.StateValue) &&
		(q.ActionPrefix == "" || slices.ContainsFunc(a.AlarmActions, acts))
}

type alarmDescriptions struct {
	MetricAlarms []*MetricAlarm `json:"MetricAlarms"`
	NextToken    string         `json:"NextToken,omitempty"`
}

const alarmsPage = 100 // what a list gives at most; half of it by default

func (m *model) describeAlarms(in *alarmQuestion) (out alarmDescriptions, err error) {
	if in.MaxRecords < 0 || in.MaxRecords > alarmsPage {
		return out, badRequest("MaxRecords must be 1 to %d", alarmsPage)
	}
	byDefault(&in.MaxRecords, alarmsPage/2)
	found := []*MetricAlarm{}
	for _, a := range m.MetricAlarms {
		if in.matches(a) {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(a, b *MetricAlarm) int { return strings.Compare(a.AlarmName, b.AlarmName) })
	out.MetricAlarms, out.NextToken, err = pageMetrics(found, in.NextToken, in.MaxRecords)
	return out, err
}

type alarmTagging struct {
	ResourceARN string   `json:"ResourceARN"`
	Tags        []Tag    `json:"Tags"`
	TagKeys     []string `json:"TagKeys,omitempty"`
}

// alarmTaggable refuses the tags of an alarm that does not exist.
func (m *model) alarmTaggable(arn string) error {
	if !slices.ContainsFunc(m.MetricAlarms, func(a *MetricAlarm) bool { return a.AlarmArn == arn }) {
		return absent("ResourceNotFoundException", "The resource %s does not exist", arn)
	}
	return nil
}

func (m *model) tagAlarm(in *alarmTagging) (nothing, error) {
	if err := m.alarmTaggable(in.ResourceARN); err != nil {
		return nothing{}, err
	}
	for _, tag := range in.Tags {
		m.tag(in.ResourceARN, Tags{tag.Key: tag.Value})
	}
	return nothing{}, nil
}

func (m *model) untagAlarm(in *alarmTagging) (nothing, error) {
	for _, key := range in.TagKeys {
		delete(m.Tags[in.ResourceARN], key)
	}
	return nothing{}, m.alarmTaggable(in.ResourceARN)
}

func (m *model) listAlarmTags(in *alarmTagging) (alarmTagging, error) {
	out := alarmTagging{Tags: []Tag{}}
	for key, value := range m.Tags[in.ResourceARN] {
		out.Tags = append(out.Tags, Tag{key, value})
	}
	slices.SortFunc(out.Tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return out, m.alarmTaggable(in.ResourceARN)
}
