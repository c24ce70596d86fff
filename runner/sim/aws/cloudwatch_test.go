package aws

import (
	"errors"
	"fmt"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/google/go-cmp/cmp"
)

// CloudWatch is spoken to in CBOR, and by clients of emulators in the query protocol.
func eachProtocol(t *testing.T, options Options, test func(*testing.T, *Server, *cloudwatch.Client)) {
	query := func(o *cloudwatch.Options) { o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801) }
	for name, option := range map[string]func(*cloudwatch.Options){"cbor": func(*cloudwatch.Options) {}, "query": query} {
		t.Run(name, func(t *testing.T) {
			server, config := serve(t, options)
			test(t, server, cloudwatch.NewFromConfig(config, option))
		})
	}
}

var webDimensions = []types.Dimension{
	{Name: awssdk.String("ClusterName"), Value: awssdk.String("beta")}, {Name: awssdk.String("ServiceName"), Value: awssdk.String("web")},
}

func TestMetricData(t *testing.T) {
	eachProtocol(t, Options{}, func(t *testing.T, _ *Server, client *cloudwatch.Client) {
		stat := func(id, namespace, name, stat string, dimensions ...types.Dimension) types.MetricDataQuery {
			return types.MetricDataQuery{Id: awssdk.String(id), MetricStat: &types.MetricStat{
				Period: awssdk.Int32(60), Stat: awssdk.String(stat),
				Metric: &types.Metric{Namespace: awssdk.String(namespace), MetricName: awssdk.String(name), Dimensions: dimensions},
			}}
		}
		database := types.Dimension{Name: awssdk.String("DBInstanceIdentifier"), Value: awssdk.String("db")}
		if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: awssdk.String("test"), MetricData: bulk()}); err != nil {
			t.Fatal(err)
		}
		hidden := stat("m2", "AWS/RDS", "CPUUtilization", "Maximum", database)
		hidden.ReturnData = awssdk.Bool(false)
		out, err := client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
			StartTime: awssdk.Time(noon.Add(-10 * time.Minute)), EndTime: awssdk.Time(noon), ScanBy: types.ScanByTimestampAscending,
			MetricDataQueries: []types.MetricDataQuery{
				stat("m1", "AWS/RDS", "CPUUtilization", "Average", database), hidden,
				{Id: awssdk.String("e1"), Expression: awssdk.String("(m1 + m2) / 4 - 1"), Label: awssdk.String("half")},
				{Id: awssdk.String("e2"), Expression: awssdk.String("FILL(m1, 0) * 2")},
				stat("b", "test", "many", "SampleCount"), stat("p", "test", "many", "p90"),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]float64{}
		for _, r := range out.MetricDataResults {
			got[*r.Id] = r.Values
		}
		want := map[string][]float64{
			"m1": {10, 20, 30, 40}, "e1": {4, 9, 14, 19}, "e2": {0, 0, 0, 0, 0, 0, 20, 40, 60, 80},
			"b": {1000}, "p": {5},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		first := out.MetricDataResults[0]
		if !first.Timestamps[0].Equal(noon.Add(-4*time.Minute)) || *first.Label != "CPUUtilization" || *out.MetricDataResults[1].Label != "half" {
			t.Errorf("first result %v from %s", *first.Label, first.Timestamps[0])
		}
		_, err = client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
			StartTime: awssdk.Time(noon), EndTime: awssdk.Time(noon.Add(time.Hour)),
			MetricDataQueries: []types.MetricDataQuery{{Id: awssdk.String("e"), Expression: awssdk.String("SEARCH(1)")}},
		})
		if !errors.As(err, new(*types.ValidationException)) {
			t.Errorf("a bad expression: %v", err)
		}
	})
}

// bulk is more than 10 KB of data, which the SDK sends compressed.
func bulk() []types.MetricDatum {
	data := make([]types.MetricDatum, 1000)
	for i := range data {
		data[i] = types.MetricDatum{
			MetricName: awssdk.String("many"), Timestamp: awssdk.Time(noon.Add(-time.Minute)), Value: awssdk.Float64(5),
			Unit: types.StandardUnitMilliseconds,
		}
	}
	return data
}

func TestMetricPages(t *testing.T) {
	eachProtocol(t, Options{}, func(t *testing.T, _ *Server, client *cloudwatch.Client) {
		var data []types.MetricDatum
		for i := range 600 {
			data = append(data, types.MetricDatum{MetricName: awssdk.String(fmt.Sprintf("m%03d", i)), Values: []float64{1, 2}, Counts: []float64{3, 1}})
		}
		if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: awssdk.String("test"), MetricData: data}); err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		pages := cloudwatch.NewListMetricsPaginator(client, &cloudwatch.ListMetricsInput{Namespace: awssdk.String("test")})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Metrics {
				names[*m.MetricName] = true
			}
		}
		if len(names) != 600 {
			t.Errorf("%d metrics listed, want 600", len(names))
		}
		var queries []types.MetricDataQuery
		for i := range 5 {
			queries = append(queries, types.MetricDataQuery{Id: awssdk.String(fmt.Sprintf("q%d", i)), MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: awssdk.String("test"), MetricName: awssdk.String("m000")}, Period: awssdk.Int32(60), Stat: awssdk.String("Sum"),
			}})
		}
		results := 0
		data2 := cloudwatch.NewGetMetricDataPaginator(client, &cloudwatch.GetMetricDataInput{
			StartTime: awssdk.Time(noon.Add(-time.Hour)), EndTime: awssdk.Time(noon.Add(time.Hour)), MetricDataQueries: queries, MaxDatapoints: awssdk.Int32(2),
		})
		for data2.HasMorePages() {
			page, err := data2.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.MetricDataResults {
				results++
				if d := cmp.Diff([]float64{5}, r.Values); d != "" {
					t.Error(d)
				}
			}
		}
		if results != 5 {
			t.Errorf("%d results, want 5", results)
		}
		_, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: awssdk.String("AWS/ECS"), MetricData: data[:1]})
		if !errors.As(err, new(*types.InvalidParameterValueException)) || code(err) != "InvalidParameterValue" && code(err) != "InvalidParameterValueException" {
			t.Errorf("AWS's own namespace: %v", err)
		}
	})
}

func TestAlarms(t *testing.T) {
	eachProtocol(t, Options{}, func(t *testing.T, _ *Server, client *cloudwatch.Client) {
		put := &cloudwatch.PutMetricAlarmInput{
			AlarmName: awssdk.String("beta-web-high-cpu"), Namespace: awssdk.String("AWS/ECS"), MetricName: awssdk.String("CPUUtilization"), Dimensions: webDimensions,
			Statistic: types.StatisticAverage, Period: awssdk.Int32(60), EvaluationPeriods: awssdk.Int32(3), Threshold: awssdk.Float64(85.5),
			ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, AlarmActions: []string{"arn:aws:sns:us-east-1:123456789012:alerts"},
			TreatMissingData: awssdk.String("notBreaching"), Tags: []types.Tag{{Key: awssdk.String("plimsoll:plan"), Value: awssdk.String("fleet")}},
		}
		if _, err := client.PutMetricAlarm(ctx, put); err != nil {
			t.Fatal(err)
		}
		described, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: awssdk.String("beta-web-high")})
		if err != nil {
			t.Fatal(err)
		}
		a := described.MetricAlarms[0]
		got := []any{*a.Threshold, *a.EvaluationPeriods, a.StateValue, *a.ActionsEnabled, a.AlarmActions[0], *a.Dimensions[1].Value, *a.TreatMissingData, a.StateUpdatedTimestamp.Before(noon)}
		want := []any{85.5, int32(3), types.StateValueInsufficientData, true, put.AlarmActions[0], "web", "notBreaching", false}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		tags, err := client.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: a.AlarmArn})
		if err != nil || *tags.Tags[0].Value != "fleet" {
			t.Errorf("tags %v, %v", tags, err)
		}
		remove := &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"beta-web-high-cpu"}}
		if _, err := client.DeleteAlarms(ctx, remove); err != nil {
			t.Fatal(err)
		}
		if _, err := client.DeleteAlarms(ctx, remove); !errors.As(err, new(*types.ResourceNotFound)) {
			t.Errorf("deleted twice: %v", err)
		}
		all, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{MaxRecords: awssdk.Int32(2)})
		if err != nil || len(all.MetricAlarms) != 2 || all.NextToken == nil {
			t.Errorf("first page: %v", err)
		}
		put.ComparisonOperator = "Sideways"
		if _, err := client.PutMetricAlarm(ctx, put); !errors.As(err, new(*types.ValidationException)) {
			t.Errorf("bad operator: %v", err)
		}
	})
}

func TestDashboards(t *testing.T) {
	eachProtocol(t, Options{}, func(t *testing.T, _ *Server, client *cloudwatch.Client) {
		get := &cloudwatch.GetDashboardInput{DashboardName: awssdk.String("beta")}
		_, err := client.GetDashboard(ctx, get)
		if code(err) != "ResourceNotFound" { // what the query protocol calls DashboardNotFoundError
			t.Errorf("before it exists: %v", err)
		}
		body := awssdk.String(`{"widgets":[{"type":"text","properties":{"markdown":"<a> & b"}}]}`)
		if _, err := client.PutDashboard(ctx, &cloudwatch.PutDashboardInput{DashboardName: get.DashboardName, DashboardBody: body}); err != nil {
			t.Fatal(err)
		}
		out, err := client.GetDashboard(ctx, get)
		if err != nil || *out.DashboardBody != *body {
			t.Errorf("read back %v, %v", out, err)
		}
		_, err = client.PutDashboard(ctx, &cloudwatch.PutDashboardInput{DashboardName: get.DashboardName, DashboardBody: awssdk.String("{")})
		if !errors.As(err, new(*types.DashboardInvalidInputError)) {
			t.Errorf("bad body: %v", err)
		}
		list, err := client.ListDashboards(ctx, &cloudwatch.ListDashboardsInput{})
		if err != nil || len(list.DashboardEntries) != 1 {
			t.Errorf("list %v, %v", list, err)
		}
		remove := &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{"beta"}}
		if _, err := client.DeleteDashboards(ctx, remove); err != nil {
			t.Error(err)
		}
		if _, err := client.DeleteDashboards(ctx, remove); code(err) != "ResourceNotFound" {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

// Ten minutes on, there are metrics, alarms and their history.
func TestMetricsOfServices(t *testing.T) {
	eachProtocol(t, Options{}, func(t *testing.T, server *Server, client *cloudwatch.Client) {
		server.mu.Lock()
		server.model.advance(noon.Add(10 * time.Minute))
		server.mu.Unlock()
		out, err := client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
			StartTime: awssdk.Time(noon), EndTime: awssdk.Time(noon.Add(5 * time.Minute)),
			MetricDataQueries: []types.MetricDataQuery{
				{Id: awssdk.String("cpu"), MetricStat: &types.MetricStat{Period: awssdk.Int32(60), Stat: awssdk.String("Average"), Metric: &types.Metric{
					Namespace: awssdk.String("AWS/ECS"), MetricName: awssdk.String("CPUUtilization"), Dimensions: webDimensions}}},
				{Id: awssdk.String("running"), MetricStat: &types.MetricStat{Period: awssdk.Int32(300), Stat: awssdk.String("Maximum"), Metric: &types.Metric{
					Namespace: awssdk.String("ECS/ContainerInsights"), MetricName: awssdk.String("RunningTaskCount"), Dimensions: webDimensions}}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([][]float64{{0, 0, 0, 0, 0}, {1}}, [][]float64{out.MetricDataResults[0].Values, out.MetricDataResults[1].Values}); d != "" {
			t.Error(d)
		}
		history, err := client.DescribeAlarmHistory(ctx, &cloudwatch.DescribeAlarmHistoryInput{
			AlarmName: awssdk.String("beta-web-task-spike"), HistoryItemType: types.HistoryItemTypeStateUpdate,
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(history.AlarmHistoryItems); n != 1 || *history.AlarmHistoryItems[0].HistorySummary != "Alarm updated from INSUFFICIENT_DATA to OK" {
			t.Errorf("%d items of history", n)
		}
	})
}
