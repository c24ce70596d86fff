package aws

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever the load and the settings, capacity stays between its bounds, the workload is told the
// truth, and scale-ins keep their cooldown.
func TestCapacityStaysInBounds(t *testing.T) {
	fleet := loadFleet(t)
	rapid.Check(t, func(t *rapid.T) {
		f, err := clone(fleet)
		if err != nil {
			t.Fatal(err)
		}
		target := f.ScalableTargets[0]
		target.MinCapacity = rapid.IntRange(1, 3).Draw(t, "min")
		target.MaxCapacity = rapid.IntRange(3, 20).Draw(t, "max")
		f.Services[0].DesiredCount = target.MinCapacity
		in, out := rapid.IntRange(0, 900).Draw(t, "in"), rapid.IntRange(0, 900).Draw(t, "out")
		tracking := f.ScalingPolicies[0].TargetTracking
		tracking.TargetValue, tracking.ScaleInCooldown, tracking.ScaleOutCooldown = rapid.Float64Range(20, 90).Draw(t, "target"), &in, &out
		changes := map[time.Duration]float64{}
		for i := range rapid.IntRange(1, 5).Draw(t, "changes") {
			changes[time.Duration(i)*20*time.Minute] = rapid.Float64Range(0, 15).Draw(t, "need")
		}
		var m *model
		d := &demand{need: steps(changes), now: func() time.Time { return m.now }}
		options := Options{Start: noon, ScaleInStep: rapid.IntRange(0, 3).Draw(t, "step")}.withDefaults()
		if m, err = newModel(options, f, map[string]Workload{"web": d}); err != nil {
			t.Fatal(err)
		}
		for at := time.Duration(0); at < 2*time.Hour; at += 20 * time.Second {
			m.advance(noon.Add(at))
			s := m.Services[0]
			if s.DesiredCount < target.MinCapacity || s.DesiredCount > target.MaxCapacity {
				t.Fatalf("desired %d at %s, not %d to %d", s.DesiredCount, at, target.MinCapacity, target.MaxCapacity)
			}
			if last := d.told[len(d.told)-1]; last != len(s.of(nil, (*Task).serves)) || last != s.serving {
				t.Fatalf("the workload was told %d at %s", last, at)
			}
		}
		checkCooldown(t, m.activities, time.Duration(in)*time.Second)
	})
}

func checkCooldown(t *rapid.T, activities []*activity, cooldown time.Duration) {
	var last *activity
	for _, a := range activities {
		if len(a.NotScaledReasons) > 0 {
			continue
		}
		if a.to < a.from && last != nil && last.to < last.from && a.StartTime.Sub(last.EndTime.Time) < cooldown {
			t.Fatalf("two scale-ins %s apart", a.StartTime.Sub(last.EndTime.Time))
		}
		last = a
	}
}

// The server's own clock drives the model while nobody calls.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := newTestModel(t, Options{}, nil, steps(map[time.Duration]float64{0: 1}))
		m.options.Speed = 60
		running, stop := context.WithCancel(context.Background())
		s := &Server{options: m.options, ctx: running, began: time.Now(), wake: make(chan struct{}, 1), model: m}
		s.done.Go(s.run)
		time.Sleep(3*time.Second + time.Millisecond) // of a clock that runs 60 times faster: three minutes
		s.mu.Lock()
		desired := m.Services[0].DesiredCount
		s.mu.Unlock()
		if desired != 2 {
			t.Errorf("desired %d after three minutes of high load", desired)
		}
		stop()
		s.done.Wait()
	})
}

func TestAgenda(t *testing.T) {
	var a agenda
	var got []string
	for i, at := range []int{3, 1, 2, 1} {
		a.at(noon.Add(time.Duration(at)), func() { got = append(got, fmt.Sprint(at, "#", i)) })
	}
	for len(a.events) > 0 {
		a.pop().do()
	}
	if d := cmp.Diff([]string{"1#1", "1#3", "2#2", "3#0"}, got); d != "" {
		t.Error(d)
	}
}

func TestPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOf(rapid.Int()).Draw(t, "items")
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		var got []int
		for token := ""; ; {
			part, next, err := page(items, token, limit)
			if err != nil || len(part) > limit {
				t.Fatalf("page of %d, %v", len(part), err)
			}
			got = append(got, part...)
			if token = next; token == "" {
				break
			}
		}
		if !slices.Equal(items, got) {
			t.Errorf("%v was given as %v", items, got)
		}
	})
	if _, _, err := page([]int{1}, "never", 1); err == nil {
		t.Error("a token that was never given is taken")
	}
}

func TestJudge(t *testing.T) {
	cases := map[string]struct {
		values  string // one character a minute: ! breaches, . does not, - is missing
		missing string
		needed  int // of three
		before  string
		want    string
	}{
		"all breach":            {"!!!", "", 0, alarmOK, alarmFiring},
		"one does not":          {"!.!", "", 0, alarmFiring, alarmOK},
		"two of three":          {"!.!", "", 2, alarmOK, alarmFiring},
		"missing is unknown":    {"---", "", 0, alarmOK, alarmUnknown},
		"missing leaves":        {"!-!", "missing", 0, alarmOK, alarmOK},
		"missing leaves firing": {"!-!", "missing", 0, alarmFiring, alarmFiring},
		"missing and good":      {"--.", "missing", 0, alarmFiring, alarmOK},
		"ignored":               {"---", "ignore", 0, alarmFiring, alarmFiring},
		"missing breaches":      {"-!-", "breaching", 0, alarmOK, alarmFiring},
		"missing is good":       {"!-!", "notBreaching", 0, alarmFiring, alarmOK},
		"nothing is good":       {"---", "notBreaching", 0, alarmUnknown, alarmOK},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestModel(t, Options{}, nil, steps(nil))
			a := &MetricAlarm{
				AlarmName: "a", Namespace: "n", MetricName: "m", Statistic: "Average", Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: c.needed,
				Threshold: 0.5, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: c.missing, StateValue: c.before,
			}
			for i, value := range c.values {
				if value != '-' {
					m.publish(Metric{Namespace: "n", MetricName: "m"}, single(noon.Add(time.Duration(i)*minute), map[rune]float64{'!': 1, '.': 0}[value]))
				}
			}
			if got, reason := m.judge(a, noon.Add(3*minute)); got != c.want {
				t.Errorf("state is %s (%s), want %s", got, reason, c.want)
			}
		})
	}
}

func TestSeries(t *testing.T) {
	m, _ := newTestModel(t, Options{}, nil, steps(nil))
	metric := Metric{Namespace: "n", MetricName: "m", Dimensions: []Dimension{{"a", "1"}, {"b", "2"}}}
	turned := Metric{Namespace: "n", MetricName: "m", Dimensions: []Dimension{{"b", "2"}, {"a", "1"}}}
	m.publish(metric, single(noon.Add(minute), 4))
	m.publish(turned, single(noon, 2))
	m.publish(metric, single(noon, 6))
	want := map[string]float64{"Average": 4, "Sum": 12, "Minimum": 2, "Maximum": 6, "SampleCount": 3, "p50": 4, "p0": 4}
	got := map[string]float64{}
	for name := range want {
		of, ok := statistic(name)
		if !ok {
			t.Fatalf("no statistic %s", name)
		}
		got[name] = m.series[turned.key()].read(noon, 2*minute, 1, of)[0]
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, name := range []string{"p101", "pNaN", "tm90", ""} {
		if _, ok := statistic(name); ok {
			t.Errorf("statistic %q is taken", name)
		}
	}
}

func TestEvaluate(t *testing.T) {
	values := map[string][]float64{"m1": {6}, "m2": {4}}
	for text, want := range map[string]float64{"m1/m2": 1.5, "m1 - m2 - 1": 1, "2*(m1+m2)": 20, "m1/m2*2": 3, " 7 ": 7} {
		got, err := evaluate(text, values, 1)
		if err != nil || got[0] != want {
			t.Errorf("%s = %v, want %g, %v", text, got, want, err)
		}
	}
	for _, text := range []string{"", "m3", "m1 m2", "(m1", "m1 +", "FILL(m1)", "FILL m1", "FILL(m1,0"} {
		if got, err := evaluate(text, values, 1); err == nil {
			t.Errorf("%q is taken, as %v", text, got)
		}
	}
}
