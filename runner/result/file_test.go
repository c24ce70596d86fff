package result

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sampleDocument() *Document {
	s := sampleScenario()
	s.Name, s.Kind, s.Verdict = "limit", "stress", Pass
	return &Document{Schema: Schema, Run: "r1", Started: time.Unix(1e9, 0).UTC(), Scenarios: []Scenario{*s}, Verdict: Pass}
}

func TestWriteAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plimsoll.json")
	want := sampleDocument()
	for range 2 { // the second replaces the first
		if err := Write(path, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v beside the result", err, entries)
	}
}

func TestWriteLeavesTheOldOneWhenItFails(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "plimsoll.json")
	if err := os.Mkdir(path, 0o755); err != nil { // a folder cannot be replaced by a file
		t.Fatal(err)
	}
	if err := Write(path, sampleDocument()); err == nil {
		t.Fatal("wrote over a folder")
	}
	if err := Write(filepath.Join(folder, "nowhere", "plimsoll.json"), sampleDocument()); err == nil {
		t.Fatal("wrote into a folder that is not there")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v is left", err, entries)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]string{
		`{"schema": 0}`:                        "not a result of plimsoll",
		`[]`:                                   "not a result of plimsoll",
		`{"schema": 99, "version": "v9"}`:      "newer",
		`{"schema": 1, "verdict": "splendid"}`: `"splendid" is no verdict`,
		`{"schema": 1, "run": "`:               "not a result of plimsoll",
		`"` + strings.Repeat("x", 1000) + `"`:  "larger than 1000 bytes",
	}
	for text, want := range tests {
		if _, err := decode(strings.NewReader(text), 1000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("read what is not there")
	}
}

func TestDocumentOf200StepsAnd20PhasesIsBounded(t *testing.T) {
	m := Measures{Steps: map[string]Step{}}
	stats := Stats{1234567, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123, 0.123456789123}
	for i := range 200 {
		m.Steps[strings.Repeat("x", i%30)+string(rune('a'+i/30))] = Step{Latency: stats, ServiceTime: stats, FirstByte: stats, Connect: stats, FailedLatency: stats}
	}
	d := sampleDocument()
	d.Scenarios[0].Series = make([]Point, 1200)
	d.Scenarios[0].Phases = nil
	for range 20 {
		d.Scenarios[0].Phases = append(d.Scenarios[0].Phases, Phase{Measures: m})
	}
	var b bytes.Buffer
	if err := Encode(&b, d); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 20<<20 {
		t.Errorf("%d MB", b.Len()>>20)
	}
}
