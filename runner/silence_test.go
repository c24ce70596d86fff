package runner

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// TestSilence fails a service that is gone for a while, of which the error rate over all tells nothing.
func TestSilence(t *testing.T) {
	tests := []struct {
		name     string
		gone     time.Duration
		slas     []plan.SLA
		verdict  result.Verdict
		findings []string
	}{
		{"gone for two windows", 20 * time.Second, nil, result.Fail, []string{"no operation succeeded from 20 min 2 s to 20 min 20 s; 54 failed meanwhile"}},
		{"SLAs of its own decide", 20 * time.Second, []plan.SLA{sla("few", "error_rate < 1%")}, result.Pass, []string{"no operation succeeded from 20 min 2 s to 20 min 20 s; 54 failed meanwhile"}},
		{"a moment is no silence", 100 * time.Millisecond, nil, result.Pass, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sc := &plan.Scenario{Kind: plan.Baseline, Load: plan.Load{Steady: 3}, Duration: 40 * time.Minute}
			slowly := func(f *fake) { f.interval = time.Second }
			d := played(t, planOf(sc, test.slas...), Options{}, opens(failing(20*time.Minute, 20*time.Minute+test.gone), slowly))
			var evidence []string
			for _, f := range d.Findings {
				if f.ID == "silence" {
					evidence = append(evidence, f.Evidence)
				}
			}
			if diff := cmp.Diff(test.findings, evidence); diff != "" || d.Verdict != test.verdict {
				t.Errorf("%v, want %v: %v\n%s", d.Verdict, test.verdict, d.Reasons, diff)
			}
		})
	}
}

func TestSilenceOfShortScenarios(t *testing.T) {
	for length, want := range map[time.Duration]time.Duration{
		0: 10 * time.Second, 2 * time.Second: time.Second, 5 * time.Second: time.Second, 20 * time.Second: 4 * time.Second, time.Hour: 10 * time.Second,
	} {
		if got := silence(&plan.Scenario{Kind: plan.Baseline, Duration: length}); got != want {
			t.Errorf("%v: %v, want %v", length, got, want)
		}
	}
}

// TestSilenceInShortRun has a service that dies for the last part of a few seconds.
func TestSilenceInShortRun(t *testing.T) {
	sc := &plan.Scenario{Kind: plan.Baseline, Load: plan.Load{Steady: 200}, Duration: 5 * time.Second}
	dying := func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
		if at >= 3*time.Second {
			return 10 * time.Millisecond, metrics.Refused
		}
		return time.Millisecond, metrics.OK
	}
	d := played(t, planOf(sc), Options{}, opens(dying))
	for _, s := range d.Scenarios[0].SLAs {
		if s.Verdict != result.Fail {
			t.Errorf("%s: %v, %s", s.Name, s.Verdict, s.Worst)
		}
	}
}

func TestForeseen(t *testing.T) {
	quick := &plan.Service{Simulate: &plan.Simulate{Speed: 30}}
	real := &plan.Service{}
	tests := []struct {
		name  string
		all   []*plan.Scenario
		want  time.Duration
		known bool
	}{
		{"one after another", []*plan.Scenario{{Service: real, Duration: time.Minute}, {Service: quick, Duration: time.Minute}}, 62 * time.Second, true},
		{"a count ends one", []*plan.Scenario{{Service: real, Duration: time.Minute}, {Service: real, Requests: 10}}, 0, false},
	}
	for _, test := range tests {
		if got, known := Foreseen(test.all); got != test.want || known != test.known {
			t.Errorf("%s: %v, %v", test.name, got, known)
		}
	}
}
