package aws

import (
	"math"
	"slices"
	"strings"
	"time"
)

// cloudwatchOperations is what the simulated CloudWatch can do.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
var cloudwatchOperations = map[string]operation{
	"GetMetricData":        on((*model).getMetricData),
	"ListMetrics":          on((*model).listMetrics),
	"PutMetricData":        on((*model).putMetricData),
	"PutMetricAlarm":       on((*model).putMetricAlarm),
	"DescribeAlarms":       on((*model).describeAlarms),
	"DescribeAlarmHistory": on((*model).describeAlarmHistory),
	"DeleteAlarms":         on((*model).deleteAlarms),
	"PutDashboard":         on((*model).putDashboard),
	"GetDashboard":         on((*model).getDashboard),
	"ListDashboards":       on((*model).listDashboards),
	"DeleteDashboards":     on((*model).deleteDashboards),
	"TagResource":          on((*model).tagAlarm),
	"UntagResource":        on((*model).untagAlarm),
	"ListTagsForResource":  on((*model).listAlarmTags),
}

// Bounds of CloudWatch.
const (
	metricsPage     = 500
	mostQueries     = 500
	mostDatapoints  = 100_800
	mostData        = 1_000 // in one PutMetricData
	mostDimensions  = 30
	mostDataValues  = 150 // of one datum
	mostPeriodsRead = 200_000
	longestPeriod   = 30 * 24 * 60 * 60 // seconds
)

// invalidValue is a parameter that CloudWatch refuses.
func invalidValue(format string, args ...any) error {
	e := asAPIError(refuse("InvalidParameterValueException", format, args...))
	e.query = "InvalidParameterValue"
	return e
}

// badRequest is what CloudWatch calls a validation error.
func badRequest(format string, args ...any) error {
	e := asAPIError(refuse("ValidationException", format, args...))
	e.query = "ValidationError"
	return e
}

// pageMetrics gives the part of a list that was asked for.
func pageMetrics[T any](items []T, token string, limit int) ([]T, string, error) {
	part, next, err := page(items, token, limit)
	if err != nil {
		return nil, "", refuse("InvalidNextToken", "%v", err)
	}
	return part, next, nil
}

type metricListing struct {
	Namespace  string            `json:"Namespace"`
	MetricName string            `json:"MetricName"`
	Dimensions []dimensionFilter `json:"Dimensions"`
	NextToken  string            `json:"NextToken"`
}

type dimensionFilter struct {
	Name  string  `json:"Name"`
	Value *string `json:"Value"`
}

func (f dimensionFilter) matches(d Dimension) bool {
	return d.Name == f.Name && (f.Value == nil || d.Value == *f.Value)
}

func (l *metricListing) matches(n Metric) bool {
	for _, f := range l.Dimensions {
		if !slices.ContainsFunc(n.Dimensions, f.matches) {
			return false
		}
	}
	return (l.Namespace == "" || l.Namespace == n.Namespace) && (l.MetricName == "" || l.MetricName == n.MetricName)
}

type metricList struct {
	Metrics   []Metric `json:"Metrics"`
	NextToken string   `json:"NextToken,omitempty"`
}

func (m *model) listMetrics(in *metricListing) (out metricList, err error) {
	keys := make([]string, 0, len(m.series))
	for key, s := range m.series {
		if in.matches(s.metric) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	keys, out.NextToken, err = pageMetrics(keys, in.NextToken, metricsPage)
	out.Metrics = []Metric{}
	for _, key := range keys {
		out.Metrics = append(out.Metrics, m.series[key].metric)
	}
	return out, err
}

type metricData struct {
	Namespace  string  `json:"Namespace"`
	MetricData []datum `json:"MetricData"`
}

type datum struct {
	MetricName      string      `json:"MetricName"`
	Dimensions      []Dimension `json:"Dimensions"`
	Timestamp       Time        `json:"Timestamp,omitzero"`
	Value           *float64    `json:"Value"`
	Values          []float64   `json:"Values"`
	Counts          []float64   `json:"Counts"`
	StatisticValues *struct {
		SampleCount float64 `json:"SampleCount"`
		Sum         float64 `json:"Sum"`
		Minimum     float64 `json:"Minimum"`
		Maximum     float64 `json:"Maximum"`
	} `json:"StatisticValues"`
	StorageResolution int `json:"StorageResolution"`
}

func (m *model) putMetricData(in *metricData) (nothing, error) {
	switch {
	case in.Namespace == "" || strings.HasPrefix(in.Namespace, "AWS/"):
		return nothing{}, invalidValue("The value %q for parameter Namespace is invalid.", in.Namespace)
	case len(in.MetricData) == 0 || len(in.MetricData) > mostData:
		return nothing{}, invalidValue("The collection MetricData must have 1 to %d members.", mostData)
	}
	points := make([][]point, len(in.MetricData))
	for i, d := range in.MetricData {
		if d.MetricName == "" || len(d.Dimensions) > mostDimensions || len(d.Values) > mostDataValues {
			return nothing{}, invalidValue("MetricData.member.%d needs a name, %d dimensions at most, and %d values at most.", i+1, mostDimensions, mostDataValues)
		}
		if points[i] = d.points(m.now); points[i] == nil {
			return nothing{}, invalidValue("MetricData.member.%d needs finite values, as many counts as values, and nothing else.", i+1)
		}
	}
	for i, d := range in.MetricData {
		for _, p := range points[i] {
			m.publish(Metric{in.Namespace, d.MetricName, d.Dimensions}, p)
		}
	}
	return nothing{}, nil
}

const storageResolution = 60 // seconds, unless a datum says 1

// points is what a datum measured; nil if it is not valid.
func (d datum) points(now time.Time) []point {
	byDefault(&d.Timestamp, Time{now})
	byDefault(&d.StorageResolution, storageResolution)
	if d.StorageResolution < 1 || d.StorageResolution > storageResolution {
		return nil
	}
	at := d.Timestamp.Truncate(time.Duration(d.StorageResolution) * time.Second)
	if d.Value != nil {
		d.Values = append(d.Values, *d.Value)
	}
	if d.Counts != nil && len(d.Counts) != len(d.Values) {
		return nil
	}
	var points []point
	for i, value := range d.Values {
		p := single(at, value)
		if d.Counts != nil {
			p.count, p.sum = d.Counts[i], value*d.Counts[i]
		}
		points = append(points, p)
	}
	if s := d.StatisticValues; s != nil {
		points = append(points, point{at, s.SampleCount, s.Sum, s.Minimum, s.Maximum})
	}
	for _, p := range points {
		if sum := p.count + p.sum + p.min + p.max; math.IsNaN(sum) || math.IsInf(sum, 0) || p.count <= 0 {
			return nil
		}
	}
	return points
}
