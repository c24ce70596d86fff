package aws

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
)

// metered is a demand that measures, too.
type metered struct {
	*demand
	of Measures
}

func (m *metered) Measures(string) Measures { return m.of }

// minuteOf sums up a metric over the minute from 12:01.
func (m *model) minuteOf(metric Metric, of string) float64 {
	statistic, _ := statistic(of)
	return m.series[metric.key()].read(noon.Add(time.Minute), time.Minute, 1, statistic)[0]
}

// What a workload measures is in CloudWatch a minute later, as rates of the wall clock in plan time.
func TestMeasures(t *testing.T) {
	balancer := Dimension{"LoadBalancer", "app/front/0123456789abcdef"}
	group := Dimension{"TargetGroup", "targetgroup/web/0123456789abcdef"}
	service := []Dimension{{"ClusterName", "beta"}, {"ServiceName", "web"}}
	fleet := loadFleet(t)
	fleet.Services[0].DesiredCount = 2
	d := &demand{need: steps(map[time.Duration]float64{0: 0.5})}
	w := &metered{d, Measures{Requests: 10, Failed: 0.5, ResponseTime: 80 * time.Millisecond, Received: 1000, Sent: math.NaN()}}
	m, err := newModel(Options{Start: noon}.withDefaults(), fleet, map[string]Workload{"web": w})
	if err != nil {
		t.Fatal(err)
	}
	d.now = func() time.Time { return m.now }
	m.advance(noon.Add(3 * time.Minute))
	got := map[string]float64{}
	for name, of := range map[string]string{metricRequestCount: "Sum", metricFailed: "Sum", metricResponseTime: "Average"} {
		got["balancer "+name] = m.minuteOf(Metric{namespaceELB, name, []Dimension{balancer}}, of)
		got["group "+name] = m.minuteOf(Metric{namespaceELB, name, []Dimension{balancer, group}}, of)
	}
	received := Metric{namespaceInsights, metricReceived, service}
	got["received"], got["received by a task"] = m.minuteOf(received, "Sum"), m.minuteOf(received, "Average")
	got["sent"] = m.minuteOf(Metric{namespaceInsights, metricSent, service}, "Sum")
	want := map[string]float64{
		"balancer RequestCount": 600, "group RequestCount": 600,
		"balancer HTTPCode_Target_5XX_Count": 30, "group HTTPCode_Target_5XX_Count": 30,
		"balancer TargetResponseTime": 0.08, "group TargetResponseTime": 0.08,
		"received": 1000, "received by a task": 500, "sent": 0,
	}
	if d := cmp.Diff(want, got, approximately); d != "" {
		t.Error(d)
	}
}

var approximately = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })

// What another region holds lives there, scales there, and is part of the fleet as it is taken.
func TestRegions(t *testing.T) {
	fleet, west := loadFleet(t), loadFleet(t)
	west.Budgets, west.Buckets, west.LoadBalancers, west.TargetGroups, west.Services[0].LoadBalancers = nil, nil, nil, nil, nil
	fleet.Regions = map[string]*Fleet{"eu-west-1": &west}
	var m *model
	now := func() time.Time { return m.now }
	idle, pressed := &demand{now: now, need: steps(nil)}, &demand{now: now, need: steps(map[time.Duration]float64{0: 1.5})}
	m, err := newModel(Options{Start: noon}.withDefaults(), fleet, map[string]Workload{"us-east-1/beta/web": idle, "eu-west-1/beta/web": pressed})
	if err != nil {
		t.Fatal(err)
	}
	m.advance(noon.Add(10 * time.Minute))
	taken := m.whole()
	if d := cmp.Diff([]int{1, 3}, []int{taken.Services[0].DesiredCount, taken.Regions["eu-west-1"].Services[0].DesiredCount}); d != "" {
		t.Errorf("desired tasks: %s", d)
	}
	if _, err := newModel(Options{Start: noon}.withDefaults(), taken, nil); err != nil {
		t.Errorf("what was taken cannot be started from: %v", err)
	}
}

func TestRegionsAreAnswered(t *testing.T) {
	west := Fleet{Clusters: []*Cluster{{ClusterName: "west"}}}
	server, config := serveFleet(t, Options{}, func(f *Fleet) { f.Regions = map[string]*Fleet{"eu-west-1": &west} })
	config.Region = "eu-west-1"
	out, err := ecs.NewFromConfig(config).ListClusters(context.Background(), &ecs.ListClustersInput{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"arn:aws:ecs:eu-west-1:123456789012:cluster/west"}, out.ClusterArns); d != "" {
		t.Error(d)
	}
	if _, err := Start(ctx, Options{}, Fleet{Regions: map[string]*Fleet{"us-east-1": {}}}, nil); err == nil {
		t.Error("the fleet's own region is taken for another")
	}
	if taken, err := server.Fleet(); err != nil || len(taken.Regions) != 1 {
		t.Errorf("regions %v, %v", taken.Regions, err)
	}
}
