package aws

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// demand is a workload that needs so many tasks at full CPU; each task can give no more than one.
type demand struct {
	now  func() time.Time
	need func(at time.Duration) float64 // by time since noon
	rate float64                        // requests a second of all tasks
	told []int
}

func (d *demand) SetTasks(_ string, n int) error {
	d.told = append(d.told, n)
	return nil
}

func (d *demand) Load(string) (cpu, memory, requests float64, connections int) {
	n := float64(d.told[len(d.told)-1])
	if n == 0 {
		return 0, 0, 0, 0
	}
	// The load reaches back: what it was just before now.
	return min(1, d.need(d.now().Sub(noon)-time.Second)/n), 0.2, d.rate / n, 30
}

// steps is a load that changes at instants.
func steps(changes map[time.Duration]float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 {
		newest, need := time.Duration(-1), 0.0
		for from, n := range changes {
			if from <= at && from > newest {
				newest, need = from, n
			}
		}
		return need
	}
}

// newTestModel makes a model of the test fleet whose service web has a demand.
func newTestModel(t testing.TB, options Options, change func(*Fleet), need func(time.Duration) float64) (*model, *demand) {
	t.Helper()
	fleet := loadFleet(t)
	if change != nil {
		change(&fleet)
	}
	options.Start = noon
	var m *model
	d := &demand{need: need, now: func() time.Time { return m.now }}
	m, err := newModel(options.withDefaults(), fleet, map[string]Workload{"web": d})
	if err != nil {
		t.Fatal(err)
	}
	return m, d
}

// timeline lets time pass and tells every change of the service web.
func timeline(m *model, until time.Duration) (lines []string) {
	s, last := m.Services[0], ""
	for at := time.Duration(0); at <= until; at += time.Second {
		m.advance(noon.Add(at))
		now := fmt.Sprintf("desired %d running %d serving %d", s.DesiredCount, s.RunningCount, s.serving)
		if now != last {
			lines = append(lines, m.now.Format("15:04:05 ")+now)
		}
		last = now
	}
	return lines
}

// busy is a load of 30 %, then of one and a half tasks from 12:02 to 12:10.
var busy = map[time.Duration]float64{0: 0.3, 2 * time.Minute: 1.5, 10 * time.Minute: 0.3}

// scaledOut is what it brings about.
var scaledOut = []string{
	"12:00:00 desired 1 running 1 serving 1",
	"12:05:00 desired 2 running 1 serving 1", // three minutes over 70 %: ceil(1 × 100 / 70)
	"12:05:25 desired 2 running 2 serving 1", // start time 25 s
	"12:05:35 desired 2 running 2 serving 2", // a health check later
	"12:06:00 desired 3 running 2 serving 2", // mean of 100, 75, 75 %: ceil(2 × 83.3 / 70)
	"12:06:25 desired 3 running 3 serving 2",
	"12:06:35 desired 3 running 3 serving 3",
}

var trackingCases = map[string]struct {
	options Options
	change  func(*Fleet)
	until   time.Duration
	want    []string
}{
	"out and in": {
		until: 40 * time.Minute,
		want:  append(slices.Clone(scaledOut), "12:21:00 desired 1 running 1 serving 1"), // fifteen minutes under 63 %: ceil(3 × 10 / 70)
	},
	"in by steps, a cooldown apart": {
		options: Options{ScaleInStep: 1},
		until:   40 * time.Minute,
		want:    append(slices.Clone(scaledOut), "12:21:00 desired 2 running 2 serving 2", "12:31:00 desired 1 running 1 serving 1"),
	},
	"points appear a minute late": {
		options: Options{MetricDelay: time.Minute},
		until:   7 * time.Minute,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1", "12:06:00 desired 2 running 1 serving 1",
			"12:06:25 desired 2 running 2 serving 1", "12:06:35 desired 2 running 2 serving 2",
			"12:07:00 desired 3 running 2 serving 2", // on the minute from 12:05
		},
	},
	"within the cooldown only more counts": {
		change: func(f *Fleet) { *f.ScalingPolicies[0].TargetTracking.ScaleOutCooldown = 300 },
		until:  14 * time.Minute,
		want:   scaledOut[:4],
	},
	"at the maximum": {
		change: func(f *Fleet) { f.ScalableTargets[0].MaxCapacity = 2 },
		until:  9 * time.Minute,
		want:   scaledOut[:4],
	},
	"suspended": {
		change: func(f *Fleet) { f.ScalableTargets[0].SuspendedState.DynamicScalingOutSuspended = true },
		until:  9 * time.Minute,
		want:   scaledOut[:1],
	},
	"scale-in disabled": {
		change: func(f *Fleet) { f.ScalingPolicies[0].TargetTracking.DisableScaleIn = true },
		until:  40 * time.Minute,
		want:   scaledOut,
	},
	"of two policies all must agree to scale in": {
		change: addPolicy("memory", averageMemory, 10), // memory stays at 20 %
		until:  40 * time.Minute,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1",
			"12:03:00 desired 2 running 1 serving 1", // memory: ceil(1 × 20 / 10)
			"12:03:25 desired 2 running 2 serving 1", "12:03:35 desired 2 running 2 serving 2",
			"12:04:00 desired 4 running 2 serving 2", // and on, for memory does not fall
			"12:04:25 desired 4 running 4 serving 2", "12:04:35 desired 4 running 4 serving 4",
			"12:05:00 desired 8 running 4 serving 4", "12:05:25 desired 8 running 8 serving 4", "12:05:35 desired 8 running 8 serving 8",
			"12:06:00 desired 10 running 8 serving 8", "12:06:25 desired 10 running 10 serving 8", "12:06:35 desired 10 running 10 serving 10",
		},
	},
	"high resolution": {
		change: func(f *Fleet) {
			f.ScalingPolicies[0].TargetTracking.Predefined.Type = fineCPU
			f.Services[0].Monitoring = &Monitoring{[]MetricConfiguration{{[]string{metricCPU}, 20}}}
		},
		until: 30 * time.Minute,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1",
			"12:03:00 desired 2 running 1 serving 1", // three times 20 s
			"12:03:25 desired 2 running 2 serving 1", "12:03:35 desired 2 running 2 serving 2",
			"12:03:40 desired 3 running 2 serving 2", // ceil(2 × 75 / 70), with the first point of two tasks
			"12:04:05 desired 3 running 3 serving 2", "12:04:15 desired 3 running 3 serving 3",
			"12:14:00 desired 1 running 1 serving 1", // thirty times 20 s under 63 % since 12:04:00
		},
	},
	"high resolution, points appear late": {
		options: Options{MetricDelay: time.Minute},
		change: func(f *Fleet) {
			f.ScalingPolicies[0].TargetTracking.Predefined.Type = fineCPU
			f.Services[0].Monitoring = &Monitoring{[]MetricConfiguration{{[]string{metricCPU}, 20}}}
		},
		until: 200 * time.Second,
		want: []string{
			"12:00:00 desired 1 running 1 serving 1",
			"12:03:20 desired 2 running 1 serving 1", // a third of a minute later
		},
	},
	"high resolution without fine metrics": {
		change: func(f *Fleet) { f.ScalingPolicies[0].TargetTracking.Predefined.Type = fineCPU },
		until:  9 * time.Minute,
		want:   scaledOut[:1],
	},
}

func TestTargetTracking(t *testing.T) {
	for name, c := range trackingCases {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestModel(t, c.options, c.change, steps(busy))
			if d := cmp.Diff(c.want, timeline(m, c.until)); d != "" {
				t.Error(d)
			}
		})
	}
}

func addPolicy(name, kind string, target float64) func(*Fleet) {
	return func(f *Fleet) {
		none := 0
		f.ScalingPolicies = append(f.ScalingPolicies, &ScalingPolicy{
			Scalable: f.ScalingPolicies[0].Scalable, PolicyName: name,
			TargetTracking: &TargetTracking{TargetValue: target, ScaleOutCooldown: &none, Predefined: &PredefinedMetric{Type: kind}},
		})
	}
}

func TestActivities(t *testing.T) {
	m, d := newTestModel(t, Options{}, func(f *Fleet) { f.ScalableTargets[0].MaxCapacity = 2 }, steps(map[time.Duration]float64{0: 3}))
	m.advance(noon.Add(3*time.Minute + 30*time.Second))
	started, err := m.describeScalingActivities(&activityQuestion{scalableFilter: scalableFilter{ServiceNamespace: "ecs"}})
	if err != nil {
		t.Fatal(err)
	}
	a := started.ScalingActivities[0]
	high := m.ScalingPolicies[0].Alarms[0].AlarmName
	want := []string{"Setting desired count to 2.", "monitor alarm " + high + " in state ALARM triggered policy cpu", activityInProgress}
	if d := cmp.Diff(want, []string{a.Description, a.Cause, a.StatusCode}); d != "" {
		t.Error(d)
	}
	m.advance(noon.Add(20 * time.Minute))
	if a.StatusCode != activitySuccessful || a.EndTime.Sub(a.StartTime.Time) != 35*time.Second {
		t.Errorf("activity ended %s after %s", a.StatusCode, a.EndTime.Sub(a.StartTime.Time))
	}
	all, err := m.describeScalingActivities(&activityQuestion{scalableFilter: scalableFilter{ServiceNamespace: "ecs"}, IncludeNotScaledActivities: true})
	if err != nil {
		t.Fatal(err)
	}
	reasons := []notScaledReason{{Code: "AlreadyAtMaxCapacity", CurrentCapacity: 2, MinCapacity: 1, MaxCapacity: 2}}
	if d := cmp.Diff(reasons, all.ScalingActivities[0].NotScaledReasons); d != "" || len(all.ScalingActivities) != 2 {
		t.Errorf("%d activities; %s", len(all.ScalingActivities), d)
	}
	if d := cmp.Diff([]int{1, 2}, d.told); d != "" {
		t.Errorf("the workload was told otherwise: %s", d)
	}
}

// A scale-in never happens while a deployment is under way, nor without data.
func TestNoScaleIn(t *testing.T) {
	idle := steps(map[time.Duration]float64{0: 0.1})
	t.Run("deployment", func(t *testing.T) {
		m, _ := newTestModel(t, Options{Unpullable: []string{"example/web:1"}}, func(f *Fleet) { f.Services[0].DesiredCount = 4 }, idle)
		m.deploy(m.Services[0])
		m.reconcile(m.Services[0])
		m.advance(noon.Add(30 * time.Minute))
		if n := m.Services[0].DesiredCount; n != 4 {
			t.Errorf("scaled in to %d", n)
		}
	})
	t.Run("no data", func(t *testing.T) {
		m, _ := newTestModel(t, Options{}, func(f *Fleet) {
			f.Services[0].DesiredCount = 4
			f.ScalingPolicies[0].TargetTracking.Predefined = nil
			f.ScalingPolicies[0].TargetTracking.Customized = &CustomizedMetric{Namespace: "none", MetricName: "none", Statistic: "Average"}
		}, idle)
		m.advance(noon.Add(30 * time.Minute))
		if n := m.Services[0].DesiredCount; n != 4 {
			t.Errorf("scaled in to %d", n)
		}
		if state := m.alarm(m.ScalingPolicies[0].Alarms[1].AlarmName).StateValue; state != alarmUnknown {
			t.Errorf("low alarm is %s", state)
		}
	})
}

// Connections per task, by metric math, and requests per target.
func TestOtherMetrics(t *testing.T) {
	hold := steps(map[time.Duration]float64{0: 0.5})
	balancer := []Dimension{{"LoadBalancer", "app/front/0123456789abcdef"}}
	running := []Dimension{{"ClusterName", "beta"}, {"ServiceName", "web"}}
	no := false
	cases := map[string]*TargetTracking{
		"connections": {TargetValue: 10, Customized: &CustomizedMetric{Metrics: []MetricQuery{
			{ID: "m1", MetricStat: &MetricStat{Metric: Metric{namespaceELB, metricConnections, balancer}, Stat: "Sum"}, ReturnData: &no},
			{ID: "m2", MetricStat: &MetricStat{Metric: Metric{namespaceInsights, "RunningTaskCount", running}, Stat: "Average"}, ReturnData: &no},
			{ID: "e1", Expression: "m1 / m2"},
		}}},
		"requests": {TargetValue: 400, Predefined: &PredefinedMetric{requestsPerTarget, "app/front/0123456789abcdef/targetgroup/web/0123456789abcdef"}},
	}
	for name, tracking := range cases {
		t.Run(name, func(t *testing.T) {
			m, d := newTestModel(t, Options{}, func(f *Fleet) { f.ScalingPolicies[0].TargetTracking = tracking }, hold)
			d.rate = 20 // a second: 1,200 a minute, as 30 connections are thrice the target
			m.advance(noon.Add(3 * time.Minute))
			if n := m.Services[0].DesiredCount; n != 3 {
				t.Errorf("desired %d, want 3", n)
			}
		})
	}
}

func TestAsked(t *testing.T) {
	cases := []struct {
		current int
		metric  float64
		target  float64
		want    int
	}{{1, 100, 70, 2}, {2, 70, 70, 2}, {10, 7, 70, 1}, {3, 0, 70, 0}, {10, 77, 70, 11}, {4, 75, 60, 5}}
	for _, c := range cases {
		if got := asked(c.current, c.metric, c.target); got != c.want {
			t.Errorf("asked(%d, %g, %g) = %d, want %d", c.current, c.metric, c.target, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		current, target := rapid.IntRange(1, 500).Draw(t, "current"), rapid.Float64Range(1, 100).Draw(t, "target")
		metric := rapid.Float64Range(0, 100).Draw(t, "metric")
		n := asked(current, metric, target)
		if n < maxDesired && float64(current)*metric > (float64(n)+1e-6)*target {
			t.Errorf("%d tasks would be over the target", n)
		}
		if n > 0 && float64(current)*metric < (float64(n)-1-1e-6)*target {
			t.Errorf("%d tasks are more than needed", n)
		}
	})
}
