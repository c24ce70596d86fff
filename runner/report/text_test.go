package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

var update = flag.Bool("update", false, "write the golden files anew")

func failed() *result.Document {
	doc := document(result.Fail, baseline(), spike())
	doc.Reasons = []string{"spike launch failed"}
	doc.Requirements = []result.Requirement{
		{Service: "chat", Measure: "users", Required: 100, Proven: 300, By: "stress limit, phase 300", Status: "met"},
		{Service: "chat", Measure: "peak_users", Required: 500, Proven: 300, By: "stress limit, phase 300", Status: "not met", Reason: "the step of 400 broke"},
		{Service: "chat", Measure: "peak_connections", Required: 10_000, Status: "not tested", Reason: "no scenario held connections"},
	}
	doc.Findings = []result.Finding{
		{ID: "mean_over_median", Severity: "should", Subject: "spike launch", Evidence: "the mean latency of 880 ms is far above the median of 410 ms, so that a few requests take very long while most of them do not", Recommendation: "Look at p99 per step, and at what the slowest requests have in common."},
		{ID: "wrong_build", Severity: "must", Subject: "web", Evidence: "image 1a2b is under test, 3c4d was expected"},
	}
	return doc
}

func inconclusive() *result.Document {
	doc := document(result.Inconclusive, night())
	doc.Reasons = []string{"night: " + saturated}
	return doc
}

func cutShort() *result.Document {
	s := stress()
	s.Phases, s.Limit, s.SLAs = s.Phases[:2], nil, nil
	s.Cut, s.Verdict, s.Reasons = "interrupted", result.Inconclusive, []string{"it did not run to its end"}
	empty := result.Scenario{Name: "launch", Kind: "spike", Service: "web", Ready: "GET /health did not answer 200 within 30 s"}
	doc := document(result.Inconclusive, s, empty)
	doc.Cut = "interrupted"
	return doc
}

// hostile has what a service may answer in every text that came from it.
func hostile() *result.Document {
	s := baseline()
	evil := "\x1b]0;owned\x07\u202egnp\u2066\r\nnext " + strings.Repeat("名", 120)
	s.Samples[0].Message, s.Samples[0].Answer = evil, evil
	s.SLAs[0].Worst = evil
	s.Reasons = []string{evil}
	doc := document(result.Pass, s)
	doc.Services[0].Warnings = []string{evil}
	return doc
}

func bounds() *result.Document {
	atLeast, below := stress(), stress()
	atLeast.Phases = atLeast.Phases[:3]
	atLeast.Limit = &result.Limit{Users: 1000, Rate: 3412, Bound: "at least"}
	below.Phases = below.Phases[3:]
	below.Limit = &result.Limit{Found: true, Users: 400, Bound: "below", Broke: "400", StoppedBy: []string{"fast: latency.p95 = 912 ms"}}
	late, borne := stress(), spike()
	late.Limit = &result.Limit{Users: 300, Rate: 412, Bound: "at least", Phase: "300", StoppedBy: []string{"generator late, phase 400-again"}}
	late.Phases[4].Reasons = []string{"fast: latency.p95 = 940 ms", "generator late"}
	late.Phases = late.Phases[2:]
	borne.Phases, borne.SLAs = nil, []result.SLA{{Name: "recovers", Assert: "recovery.drained < 2m", Whole: true, Judged: 1, Worst: "recovery.drained = 0 ms", Verdict: result.Pass}}
	borne.Recovery, borne.Verdict, borne.Reasons = &result.Recovery{Loaded: new(float64), Drained: new(float64), Watched: true}, result.Pass, nil
	return document(result.Pass, atLeast, below, late, borne)
}

func TestText(t *testing.T) {
	tests := map[string]struct {
		doc    *result.Document
		layout report.Layout
	}{
		"pass":         {doc: document(result.Pass, baseline(), stress())},
		"fail":         {doc: failed()},
		"inconclusive": {doc: inconclusive()},
		"cut-short":    {doc: cutShort()},
		"hostile":      {doc: hostile()},
		"bounds":       {doc: bounds()},
		"capacity":     {doc: capacities()},
		"colour":       {doc: failed(), layout: report.Layout{Ink: true, Width: 72}},
		"empty":        {doc: &result.Document{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := report.Text(&b, tt.doc, tt.layout); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".golden"), b.String())
			for _, r := range b.String() {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) && !bool(tt.layout.Ink) {
					t.Errorf("%q got through", r)
				}
			}
		})
	}
}

func TestJSONIsReadBack(t *testing.T) {
	var b bytes.Buffer
	want := failed()
	if err := report.JSON(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := result.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
