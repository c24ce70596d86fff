package report_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"plimsoll/runner/fleet"
	"plimsoll/runner/report"
)

// fleetTexts are the reports about a fleet, of documents that a test may have changed.
func fleetTexts(t *testing.T, o report.Layout, change func(any)) map[string]string {
	t.Helper()
	review, set, table, all := reviewed(), changes(), standing(), trends()
	for _, document := range []any{review, set, &table, &all} {
		change(document)
	}
	texts := map[string]string{"watch": strings.Join(report.Watch(table, o), "\n") + "\n"}
	for name, write := range map[string]func(*strings.Builder) error{
		"review":  func(b *strings.Builder) error { return report.Review(b, review, o) },
		"changes": func(b *strings.Builder) error { return report.Changes(b, set, o) },
		"trends":  func(b *strings.Builder) error { return report.Trends(b, all, o) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		texts[name] = b.String()
	}
	return texts
}

func TestFleetTexts(t *testing.T) {
	for name, text := range fleetTexts(t, report.Layout{}, func(any) {}) {
		golden(t, filepath.Join("testdata", name+".golden"), text)
	}
}

// TestNothingToSay: what is as it should be is said in a line.
func TestNothingToSay(t *testing.T) {
	var b strings.Builder
	if err := report.Changes(&b, &fleet.ChangeSet{}, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	if err := report.Review(&b, &fleet.Report{Plan: "p", Services: []fleet.ServiceReview{{Title: "web"}}, At: start}, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	want := "✓ Nothing is to be changed.\n✓ nothing must change  p  1 service, 0 should change, 2026-11-02 09:30 UTC\n\n✓  web\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// TestRollback: it says what it takes back, deletes in one line, and keeps to the width of the page.
func TestRollback(t *testing.T) {
	const path = "StepScalingPolicyConfiguration.MetricAggregationType"
	set := &fleet.ChangeSet{Rollback: "20261102T093000.000Z", Redoes: "20261101T093000.000Z", Changes: []fleet.Change{
		{Service: "web", Ref: fleet.Ref{Kind: fleet.KindAlarm, ID: "beta-web-errors"}, Before: fleet.Document{}, Fields: []fleet.Field{{Name: "alarm", Before: "beta-web-errors"}}},
		{Service: "web", Ref: fleet.Ref{Kind: fleet.KindScalingPolicy, ID: "service/beta/web/cpu"}, Before: fleet.Document{}, After: fleet.Document{}, Fields: []fleet.Field{
			{Name: "cpu cooldown out", Before: "0 s", After: "60 s"}, {Name: path, Before: "sha256 012345678901", After: "sha256 abcdefabcdef"},
		}},
	}}
	var b strings.Builder
	if err := report.Changes(&b, set, report.Layout{Width: 80}); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "rollback.golden"), b.String())
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
			t.Errorf("%d wide: %s", n, line)
		}
	}
}

// TestNothingActsInAFleet: what AWS answers acts on no terminal, and begins no line of its own.
func TestNothingActsInAFleet(t *testing.T) {
	const evil = "\x1b]0;owned\x07\u009b2J\u202e\r\nnext"
	poisoned := func(d any) {
		poison(reflect.ValueOf(d), evil)
		if r, ok := d.(*fleet.Report); ok {
			for i := range r.Services {
				r.Services[i].Suggested = "" // code, which has several lines
			}
		}
	}
	for name, text := range fleetTexts(t, report.Layout{Width: 10_000}, poisoned) {
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%s: %q got through in:\n%q", name, r, text)
			}
		}
		if !strings.Contains(text, "␛]0;owned␇") {
			t.Errorf("%s: the text does not show at all", name)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "next") {
				t.Errorf("%s: it begins a line: %q", name, line)
			}
		}
	}
}
