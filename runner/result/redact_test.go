package result

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRedacted hides a word wherever a document can hold one, and changes nothing else, the original least of all.
func TestRedacted(t *testing.T) {
	took := 1.5
	make := func(word string) *Document {
		s := sampleScenario()
		s.Name, s.Reasons, s.SLAs = "of "+word, []string{word}, []SLA{{Name: word, Assert: "x < " + word, Worst: word}}
		s.Samples = []Sample{{Step: word, Message: word, Request: word, Answer: word}}
		s.Total.Groups = map[string]Stats{word: {Count: 1, Mean: 2}}
		s.Recovery = &Recovery{Loaded: &took}
		s.Limit = &Limit{StoppedBy: []string{word}}
		return &Document{
			Schema: Schema, Started: time.Unix(1, 2), Plan: Plan{Path: word, Description: "with " + word}, Verdict: Fail,
			Services: []Service{{Name: word, Endpoint: "http://" + word, Warnings: []string{word}}}, Scenarios: []Scenario{*s},
			Reasons: []string{word}, Findings: []Finding{{Subject: word, Evidence: word}}, Requirements: []Requirement{{By: word}},
		}
	}
	d := make("hunter2")
	got := Redacted(d, func(text string) string { return strings.ReplaceAll(text, "hunter2", "(sensitive)") })
	if diff := cmp.Diff(make("(sensitive)"), got); diff != "" {
		t.Errorf("redacted: %s", diff)
	}
	if diff := cmp.Diff(make("hunter2"), d); diff != "" {
		t.Errorf("the original: %s", diff)
	}
	r := Redacted(Record{State: &State{Phase: Phase{Name: "hunter2"}}}, strings.ToUpper)
	if r.State.Phase.Name != "HUNTER2" || r.Header != nil || r.State.SLAs != nil {
		t.Errorf("record: %+v", r)
	}
}
