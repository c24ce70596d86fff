package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// reviewText is a review of one service as people read it, without its headlines.
func reviewText(t *testing.T, s fleet.ServiceReview) string {
	t.Helper()
	var b strings.Builder
	if err := report.Review(&b, &fleet.Report{Plan: "p", Services: []fleet.ServiceReview{s}, At: start}, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\n\n")
	_, text, _ = strings.Cut(text, "\n")
	return text
}

// TestSuspendedSetup: what does not scale is told from what may not.
func TestSuspendedSetup(t *testing.T) {
	cpu := []fleet.Tracking{{Track: "cpu", Target: 0.6, Out: 60, In: 600}}
	for name, c := range map[string]struct {
		setup fleet.Setup
		want  string
	}{
		"suspended":         {fleet.Setup{Min: 2, Max: 6, Suspended: true, Tracks: cpu}, "2 of 2–6       0  1 min out, 10 min in  suspended, cpu 60 %"},
		"bounds alone":      {fleet.Setup{Min: 4, Max: 40}, "2 of 4–40       0  nothing"},
		"so many as wanted": {fleet.Setup{Min: 1, Max: 1}, "2 of 1       0  nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			text := reviewText(t, fleet.ServiceReview{Title: "web", Has: &fleet.Condition{Setup: c.setup, Running: 2}})
			if !strings.Contains(text, c.want) {
				t.Errorf("%q lacks %q", text, c.want)
			}
		})
	}
}

// TestStrays: each setting in which a service is unlike the one that it mirrors has its own line.
func TestStrays(t *testing.T) {
	got := reviewText(t, fleet.ServiceReview{
		Title: "staging", Mirrors: "prod", Findings: []result.Finding{{ID: "mirror_differs", Severity: "should", Evidence: "2 differences from prod"}},
		Strays: []fleet.Field{{Name: "nofile", Before: "65535", After: "65536"}, {Name: "idle timeout", Before: "1 min"}},
	})
	want := `  ! 2 differences from prod [mirror_differs]
                  staging  prod
    nofile        65535    65536
    idle timeout  1 min    not set
`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestHushedReview: what should change is counted though it is not shown.
func TestHushedReview(t *testing.T) {
	var b strings.Builder
	if err := report.Review(&b, &fleet.Report{Plan: "p", At: start, Hushed: 26}, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	if want := "✓ nothing must change  p  0 services, 26 should change, 2026-11-02 09:30 UTC\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
