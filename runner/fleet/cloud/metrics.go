package cloud

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Bounds of GetMetricData, in one call.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const (
	queriesAtOnce = 500
	pointsAtOnce  = 100_800
)

// Metrics reads the points of metrics from CloudWatch: one series for each that is wanted, in the same order, the oldest
// point first. A metric that CloudWatch has nothing of has an empty series. From is inclusive, to is not; both are rounded
// by CloudWatch to whole periods.
func (c *Cloud) Metrics(ctx context.Context, place fleet.Place, wanted []plan.Metric, from, to time.Time) ([]fleet.Series, error) {
	at, err := c.reach(ctx, place)
	if err != nil {
		return nil, fmt.Errorf("read metrics: %w", err)
	}
	series, err := at.series(ctx, wanted, from, to)
	if err != nil {
		return nil, fmt.Errorf("read metrics: %w", explain(err))
	}
	return series, nil
}

// series reads many metrics, as many in a call as CloudWatch allows.
func (c *clients) series(ctx context.Context, wanted []plan.Metric, from, to time.Time) ([]fleet.Series, error) {
	parts, err := ask(slices.Collect(slices.Chunk(wanted, most(wanted, to.Sub(from)))), func(part []plan.Metric) ([]fleet.Series, error) {
		return c.seriesOf(ctx, part, from, to)
	})
	return slices.Concat(parts...), err
}

// most is how many metrics fit into one call, at the finest period among them.
func most(wanted []plan.Metric, span time.Duration) int {
	finest := time.Hour
	for _, m := range wanted {
		finest = min(finest, periodOf(m))
	}
	points := int(span/finest) + 1
	return max(1, min(queriesAtOnce, pointsAtOnce/points))
}

func (c *clients) seriesOf(ctx context.Context, part []plan.Metric, from, to time.Time) ([]fleet.Series, error) {
	in := &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: &to, ScanBy: cloudwatchtypes.ScanByTimestampAscending}
	for i, m := range part {
		in.MetricDataQueries = append(in.MetricDataQueries, queryOf(i, m))
	}
	series := make([]fleet.Series, len(part))
	err := pages(ctx, cloudwatch.NewGetMetricDataPaginator(c.metrics, in), func(page *cloudwatch.GetMetricDataOutput) {
		for _, result := range page.MetricDataResults {
			i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(result.Id), queryPrefix))
			if err == nil && i >= 0 && i < len(series) {
				series[i] = append(series[i], pointsOf(result)...)
			}
		}
	})
	return series, err
}

// queryPrefix begins the id of a query; its index follows.
const queryPrefix = "m"

func queryOf(i int, m plan.Metric) cloudwatchtypes.MetricDataQuery {
	metric := &cloudwatchtypes.Metric{Namespace: aws.String(m.Namespace), MetricName: aws.String(m.Name)}
	for name, value := range m.Dimensions {
		metric.Dimensions = append(metric.Dimensions, cloudwatchtypes.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	statistic := m.Statistic
	if statistic == "" {
		statistic = "Average"
	}
	return cloudwatchtypes.MetricDataQuery{
		Id: aws.String(queryPrefix + strconv.Itoa(i)),
		MetricStat: &cloudwatchtypes.MetricStat{
			Metric: metric, Period: aws.Int32(int32(periodOf(m) / time.Second)), Stat: aws.String(statistic),
		},
	}
}

// periodOf is a metric's period, a minute where it names none.
func periodOf(m plan.Metric) time.Duration {
	if m.Period < time.Second {
		return time.Minute
	}
	return m.Period
}

func pointsOf(result cloudwatchtypes.MetricDataResult) fleet.Series {
	points := make(fleet.Series, 0, len(result.Values))
	for i, value := range result.Values {
		if i < len(result.Timestamps) {
			points = append(points, fleet.Point{At: result.Timestamps[i].UTC(), Value: value})
		}
	}
	return points
}
