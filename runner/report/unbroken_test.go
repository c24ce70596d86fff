package report_test

import (
	"strings"
	"testing"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// lines shows a scenario of one step.
func lines(t *testing.T, step result.Step, samples ...result.Sample) string {
	t.Helper()
	s := result.Scenario{Name: "calm", Kind: "baseline", Samples: samples}
	s.Total = result.Measures{Operations: step.Operations, Steps: map[string]result.Step{"get.page": step}, Errors: step.Errors}
	var b strings.Builder
	if err := report.Text(&b, &result.Document{Scenarios: []result.Scenario{s}}, report.Layout{Width: 80}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestUnbrokenSamplesAreCut(t *testing.T) {
	for _, letter := range []string{"a", "\x00"} {
		step := result.Step{Operations: 1, Failed: 1, Errors: map[string]int64{"status": 1}}
		text := lines(t, step, result.Sample{Class: "status", Step: "get.page", Message: strings.Repeat(letter, 5000)})
		for line := range strings.Lines(text) {
			if n := len([]rune(line)); n > 2*80 {
				t.Errorf("%q: a line of %d columns is more than two of a terminal", letter, n)
			}
		}
		if !strings.Contains(text, "…") {
			t.Errorf("%q: nothing was cut:\n%s", letter, text)
		}
	}
}

func TestOpenings(t *testing.T) {
	connects := result.Stats{Count: 4, Median: 0.123, P95: 0.123, P99: 0.123}
	for name, tt := range map[string]struct {
		step    result.Step
		opening bool
	}{
		"an opening":                          {result.Step{Operations: 4, Connect: connects}, true},
		"requests that failed once connected": {result.Step{Operations: 4, Failed: 4, Connect: connects}, false},
	} {
		text := lines(t, tt.step)
		if strings.Contains(text, "(opening)") != tt.opening || strings.Contains(text, "123 ms") != tt.opening {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
