package aws

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// A MetricQuery asks for one metric, or for arithmetic over others.
type MetricQuery struct {
	ID         string      `json:"Id"`
	Label      string      `json:"Label,omitempty"`
	Expression string      `json:"Expression,omitempty"`
	MetricStat *MetricStat `json:"MetricStat,omitempty"`
	Period     int         `json:"Period,omitempty"` // seconds
	ReturnData *bool       `json:"ReturnData,omitempty"`
}

// A MetricStat is a metric with the statistic and period to be read.
type MetricStat struct {
	Metric Metric `json:"Metric"`
	Period int    `json:"Period,omitempty"` // seconds
	Stat   string `json:"Stat"`
	Unit   string `json:"Unit,omitempty"`
}

// returns tells whether the query's own values are wanted.
func (q MetricQuery) returns() bool { return q.ReturnData == nil || *q.ReturnData }

// period of a query, 60 s if it has none.
func (q MetricQuery) period() int {
	if q.MetricStat != nil && q.MetricStat.Period > 0 {
		return q.MetricStat.Period
	}
	if q.Period > 0 {
		return q.Period
	}
	return 60
}

// readQueries reads n periods of every query from start on. Expressions may name every metric, and the
// expressions before them.
func (m *model) readQueries(queries []MetricQuery, start time.Time, period time.Duration, n int) (map[string][]float64, error) {
	values := map[string][]float64{}
	for _, q := range queries {
		if q.MetricStat == nil {
			continue
		}
		of, ok := statistic(q.MetricStat.Stat)
		if !ok {
			return nil, fmt.Errorf("the statistic %q of %s is not valid", q.MetricStat.Stat, q.ID)
		}
		values[q.ID] = m.series[q.MetricStat.Metric.key()].read(start, period, n, of)
	}
	for _, q := range queries {
		if q.MetricStat != nil {
			continue
		}
		result, err := evaluate(q.Expression, values, n)
		if err != nil {
			return nil, err
		}
		values[q.ID] = result
	}
	return values, nil
}

type dataQuestion struct {
	StartTime         Time          `json:"StartTime"`
	EndTime           Time          `json:"EndTime"`
	MetricDataQueries []MetricQuery `json:"MetricDataQueries"`
	ScanBy            string        `json:"ScanBy"`
	MaxDatapoints     int           `json:"MaxDatapoints"`
	NextToken         string        `json:"NextToken"`
}

type dataAnswer struct {
	MetricDataResults []dataResult `json:"MetricDataResults"`
	NextToken         string       `json:"NextToken,omitempty"`
}

type dataResult struct {
	ID         string    `json:"Id"`
	Label      string    `json:"Label"`
	Timestamps []Time    `json:"Timestamps"`
	Values     []float64 `json:"Values"`
	StatusCode string    `json:"StatusCode"`
}

func (m *model) getMetricData(in *dataQuestion) (dataAnswer, error) {
	out := dataAnswer{MetricDataResults: []dataResult{}}
	if err := in.check(); err != nil {
		return out, err
	}
	wanted := slices.DeleteFunc(slices.Clone(in.MetricDataQueries), func(q MetricQuery) bool { return !q.returns() })
	part, _, err := pageMetrics(wanted, in.NextToken, mostQueries)
	if err != nil {
		return out, err
	}
	left := in.MaxDatapoints
	if left <= 0 || left > mostDatapoints {
		left = mostDatapoints
	}
	given := len(wanted) - len(part)
	for _, q := range part {
		result, err := m.readResult(in, q)
		if err != nil {
			return out, badRequest("%v", err)
		}
		if left -= len(result.Values); left < 0 && len(out.MetricDataResults) > 0 {
			out.NextToken = pageToken(given)
			break
		}
		out.MetricDataResults = append(out.MetricDataResults, result)
		given++
	}
	return out, nil
}

func (in *dataQuestion) check() error {
	switch {
	case len(in.MetricDataQueries) == 0 || len(in.MetricDataQueries) > mostQueries:
		return badRequest("The collection MetricDataQueries must have 1 to %d members.", mostQueries)
	case !in.StartTime.Before(in.EndTime.Time):
		return badRequest("The parameter StartTime must be before EndTime.")
	}
	seen := map[string]bool{}
	for _, q := range in.MetricDataQueries {
		if q.ID == "" || seen[q.ID] {
			return badRequest("The values for parameter id in MetricDataQueries must be unique.")
		}
		seen[q.ID] = true
		if (q.MetricStat == nil) == (q.Expression == "") {
			return badRequest("%s needs either MetricStat or Expression.", q.ID)
		}
		if q.period() > longestPeriod {
			return badRequest("The period of %s must be %d s at most.", q.ID, longestPeriod)
		}
	}
	return nil
}

// readResult reads one query with what its expression may name.
func (m *model) readResult(in *dataQuestion, q MetricQuery) (dataResult, error) {
	queries, seconds := []MetricQuery{q}, q.period()
	if q.Expression != "" {
		for _, other := range in.MetricDataQueries {
			if other.MetricStat != nil {
				queries = append(queries, other)
				seconds = max(seconds, other.period())
			}
		}
	}
	period := time.Duration(seconds) * time.Second
	start := in.StartTime.Truncate(period)
	n := int((in.EndTime.Sub(start) + period - 1) / period)
	if n > mostPeriodsRead {
		return dataResult{}, fmt.Errorf("%s asks for %d periods, at most %d can be read", q.ID, n, mostPeriodsRead)
	}
	values, err := m.readQueries(queries, start, period, n)
	if err != nil {
		return dataResult{}, err
	}
	result := dataResult{ID: q.ID, Label: q.label(), Timestamps: []Time{}, Values: []float64{}, StatusCode: "Complete"}
	for i, value := range values[q.ID] {
		if !math.IsNaN(value) && !math.IsInf(value, 0) {
			result.Timestamps = append(result.Timestamps, Time{start.Add(time.Duration(i) * period)})
			result.Values = append(result.Values, value)
		}
	}
	if in.ScanBy != "TimestampAscending" {
		slices.Reverse(result.Timestamps)
		slices.Reverse(result.Values)
	}
	return result, nil
}

func (q MetricQuery) label() string {
	switch {
	case q.Label != "":
		return q.Label
	case q.MetricStat != nil:
		return q.MetricStat.Metric.MetricName
	}
	return q.ID
}
