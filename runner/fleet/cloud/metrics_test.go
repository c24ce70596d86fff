package cloud

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// hourly is an account with metrics alone: their values are of consecutive hours up to noon.
func hourly(t testing.TB, metrics ...*simaws.MetricHistory) *Cloud {
	t.Helper()
	account := accountOnDisk(t)
	for _, m := range metrics {
		m.Period = 3600
	}
	account.Metrics = metrics
	_, c := simulate(t, simaws.Options{}, account)
	return c
}

func metric(namespace, name string, dimensions ...string) simaws.Metric {
	m := simaws.Metric{Namespace: namespace, MetricName: name}
	for i := 0; i < len(dimensions); i += 2 {
		m.Dimensions = append(m.Dimensions, simaws.Dimension{Name: dimensions[i], Value: dimensions[i+1]})
	}
	return m
}

func TestMetrics(t *testing.T) {
	c := hourly(t, &simaws.MetricHistory{Metric: metric("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "beta-db"), Values: []float64{10, 20, 60}})
	wanted := []plan.Metric{
		{Namespace: "AWS/RDS", Name: "CPUUtilization", Dimensions: map[string]string{"DBInstanceIdentifier": "beta-db"}, Period: time.Hour},
		{Namespace: "AWS/RDS", Name: "Unheard"},
		{Namespace: "AWS/RDS", Name: "CPUUtilization", Dimensions: map[string]string{"DBInstanceIdentifier": "beta-db"}, Statistic: "Maximum", Period: 3 * time.Hour},
	}
	got, err := c.Metrics(t.Context(), here, wanted, noon.Add(-3*time.Hour), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := []fleet.Series{
		{{At: noon.Add(-3 * time.Hour), Value: 10}, {At: noon.Add(-2 * time.Hour), Value: 20}, {At: noon.Add(-time.Hour), Value: 60}},
		nil,
		{{At: noon.Add(-3 * time.Hour), Value: 60}},
	}
	if d := cmp.Diff(want, got, equalEmpty); d != "" {
		t.Error(d)
	}
	if got, err := c.Metrics(t.Context(), here, nil, noon.Add(-time.Hour), noon); err != nil || len(got) > 0 {
		t.Errorf("nothing wanted: %v, %v", got, err)
	}
}

// More than one call can give comes in several, in order.
func TestMetricsInBatches(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, simaws.Fleet{Metrics: []*simaws.MetricHistory{
		{Metric: metric("own", "m707"), Values: []float64{7}}, {Metric: metric("own", "m0"), Values: []float64{5}},
	}})
	var wanted []plan.Metric
	for i := range 1001 {
		wanted = append(wanted, plan.Metric{Namespace: "own", Name: fmt.Sprintf("m%d", i)})
	}
	got, err := c.Metrics(t.Context(), here, wanted, noon.Add(-time.Minute), noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1001 || len(got[707]) != 1 || got[707][0].Value != 7 || got[0][0].Value != 5 || len(got[1]) > 0 {
		t.Errorf("%d series", len(got))
	}
	if calls := len(server.Calls()); calls != 3 {
		t.Errorf("%d calls", calls)
	}
}

func TestMetricsDenied(t *testing.T) {
	_, c := simulate(t, simaws.Options{Deny: []string{"cloudwatch:GetMetricData"}}, simaws.Fleet{})
	_, err := c.Metrics(t.Context(), here, []plan.Metric{{Namespace: "own", Name: "m"}}, noon.Add(-time.Minute), noon)
	if err == nil || err.Error() != "read metrics: allow cloudwatch:GetMetricData" {
		t.Error(err)
	}
}

func TestHistory(t *testing.T) {
	web := []string{"ClusterName", "beta", "ServiceName", "web"}
	group := []string{"TargetGroup", "targetgroup/web/1111456789abcdef", "LoadBalancer", "app/front/0123456789abcdef"}
	values := make([]float64, 36) // from midnight of the day before
	values[2], values[30] = 80, 40
	c := hourly(t,
		&simaws.MetricHistory{Metric: metric("AWS/ECS", "CPUUtilization", web...), Values: values},
		&simaws.MetricHistory{Metric: metric("AWS/ApplicationELB", "RequestCount", group...), Values: []float64{300}},
		&simaws.MetricHistory{Metric: metric("AWS/ApplicationELB", "ActiveConnectionCount", group[2:]...), Values: []float64{50}},
		&simaws.MetricHistory{Metric: metric("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "beta-db"), Values: []float64{-3, -5}},
	)
	p := beta()
	p.Services = append(p.Services, &plan.Service{Name: "typo", Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "beta", Service: "wep", Region: "us-east-1"}})
	got, hidden, err := c.History(t.Context(), p, 2)
	if err != nil {
		t.Fatal(err)
	}
	today := noon.Truncate(aDay)
	want := []fleet.Day{
		{Date: today.Add(-aDay), CPU: 0.8, Memory: -1, Tasks: -1, Requests: -1, Connections: -1},
		{Date: today, CPU: 0.4, Memory: -1, Tasks: -1, Requests: 1, Connections: 10, Custom: map[string]float64{"db_cpu": -3}},
	}
	if d := cmp.Diff(want, got["web"], equalEmpty); d != "" {
		t.Error(d)
	}
	if len(got) != 6 || len(got["queue"]) != 2 {
		t.Errorf("history of %d services", len(got))
	}
	if d := cmp.Diff([]fleet.Hidden{{Service: "typo", What: fleet.HiddenMetrics, Reason: "there is no service wep in cluster beta; did you mean web?"}}, hidden); d != "" {
		t.Error(d)
	}
}

func TestHistoryHidden(t *testing.T) {
	_, c := simulate(t, simaws.Options{Deny: []string{"cloudwatch:GetMetricData"}}, accountOnDisk(t))
	got, hidden, err := c.History(t.Context(), beta(), 14)
	if err != nil || len(got) > 0 {
		t.Fatal(got, err)
	}
	if d := cmp.Diff([]fleet.Hidden{{What: fleet.HiddenMetrics, Permission: "cloudwatch:GetMetricData", Reason: "allow cloudwatch:GetMetricData"}}, hidden); d != "" {
		t.Error(d)
	}
	_, c = simulate(t, simaws.Options{Expired: []string{"simulated"}}, accountOnDisk(t))
	if _, _, err := c.History(t.Context(), beta(), 14); err == nil {
		t.Error("expired credentials read nothing")
	}
}
