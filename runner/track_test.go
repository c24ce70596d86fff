package runner

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// lagging is a view of so many wakes, of which some came late, while operations took the median.
func lagging(wakes, late int64, by, median float64) *metrics.View {
	v := &metrics.View{Lag: new(metrics.Histogram), Latency: new(metrics.Histogram)}
	v.Lag.AddN(0.0001, wakes-late)
	v.Lag.AddN(by, late)
	if median > 0 {
		v.Latency.AddN(median, 100)
	}
	return v
}

func TestSuspect(t *testing.T) {
	tests := []struct {
		name  string
		views []*metrics.View
		want  string // how the generator strained; the values are quantiles of histograms, within 0.5 %
	}{
		{"no wakes", []*metrics.View{lagging(0, 0, 0, 1)}, ""},
		{"too few wakes to say anything", []*metrics.View{lagging(19, 19, 1, 0.01)}, ""},
		{"half of the least", []*metrics.View{lagging(20, 20, 0.5, 0.01)}, "the slowest 50 % of its wakes were 500 ms late or more at 0 ms, phase 10; allowed is 1 ms"},
		{"ten late ones of few are an accident", []*metrics.View{lagging(200, 10, 0.5, 0.01)}, ""},
		{"more are none", []*metrics.View{lagging(200, 12, 0.5, 0.01)}, "the slowest 5 % of its wakes were 499 ms late or more at 0 ms, phase 10; allowed is 1 ms"},
		{"one of a hundred at most", []*metrics.View{lagging(100_000, 900, 0.5, 0.01)}, ""},
		{"more than that", []*metrics.View{lagging(100_000, 1100, 0.5, 0.01)}, "the slowest 1 % of its wakes were 499 ms late or more at 0 ms, phase 10; allowed is 1 ms"},
		{"a tenth of the median is allowed", []*metrics.View{lagging(1000, 500, 0.09, 1)}, ""},
		{"and no more", []*metrics.View{lagging(1000, 500, 0.11, 1)}, "the slowest 1 % of its wakes were 110 ms late or more at 0 ms, phase 10; allowed is 100 ms"},
		{"a millisecond always is", []*metrics.View{lagging(1000, 500, 0.0009, 0.001)}, ""},
		{"and where nothing was answered", []*metrics.View{lagging(1000, 500, 0.0009, 0), lagging(1000, 500, 0.002, 0)}, "the slowest 1 % of its wakes were 2 ms late or more at 10 s, phase 10; allowed is 1 ms"},
		{"the worst counts", []*metrics.View{lagging(1000, 500, 0.2, 1), lagging(1000, 500, 0.4, 1), lagging(1000, 500, 0.3, 1)}, "the slowest 1 % of its wakes were 400 ms late or more at 10 s, phase 10; allowed is 100 ms"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := &held{stretch: stretch{name: "10"}}
			for i, v := range test.views {
				h.suspect(v, float64(i)*10)
			}
			got := h.strain.text
			if got != test.want && got != strings.Replace(test.want, "100 ms", fact.Time.Format(lagShare*test.views[0].Latency.Quantile(0.5)), 1) {
				t.Errorf("%q, want %q", h.strain.text, test.want)
			}
		})
	}
}

func TestSaturation(t *testing.T) {
	calm, late, later := &held{}, &held{strain: strain{"woke late", 2}}, &held{strain: strain{"woke later", 3}}
	tests := []struct {
		name string
		held []*held
		want string
	}{
		{"none", []*held{calm, calm}, ""},
		{"the only phase", []*held{late}, "generator saturated: woke late"},
		{"one of two", []*held{calm, late}, "generator saturated in 1 of 2 phases, worst: woke late"},
		{"the worst of two", []*held{later, late}, "generator saturated in 2 of 2 phases, worst: woke later"},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, (&stage{held: test.held}).saturation()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// TestPhaseThatBeginsLate holds a phase that the recorder begins later than it was to: windows must be those of the recorder,
// or some would be taken for over, and for empty, before anything could happen in them.
func TestPhaseThatBeginsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := stairs()
		r := newRun(planOf(sc, honest), Options{}, opens(steadily(time.Millisecond)))
		s, err := r.stage(sc)
		if err != nil {
			t.Fatal(err)
		}
		s.begin(stretch{name: "10", to: 10, length: time.Second})
		time.Sleep(30 * time.Second)
		h := s.begin(stretch{name: "20", from: 10, to: 20, length: time.Minute})
		time.Sleep(5 * time.Second)
		if now := s.second(h, s.loaded.recorder.Now()); now != 5 {
			t.Errorf("second %d of the phase, want 5", now)
		}
	})
}

// TestSecretsOfAPlan looks at everything that is told of a run whose plan repeats a secret wherever it can.
func TestSecretsOfAPlan(t *testing.T) {
	const secret = "hunter2&more"
	m, told := &memory{}, ""
	sc := baseline()
	sc.Name = "as " + secret
	p := planOf(sc, sla("of "+secret, "error_rate < 0%", windowed(10*time.Second)))
	p.Secrets, p.Description, p.Services[0].Endpoint = plan.Secrets{secret}, "with "+secret, "http://"+secret
	o := Options{Journal: m, Progress: func(now Progress) { told += now.Scenario + now.Phase + now.Event }}
	d := played(t, p, o, opens(failing(30*time.Second, 31*time.Second)))
	var b strings.Builder
	if err := result.Encode(&b, d); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"document": b.String(), "journal": m.String(), "progress": told} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, plan.Redacted) {
			t.Errorf("the %s holds the secret, or not what stands for it: %.300s", what, text)
		}
	}
}
