package result

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// journalOf writes records as a run does.
func journalOf(t testing.TB, records ...Record) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, r := range records {
		if err := e.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func sampleRecords() []Record {
	state := func(second int64, phase string, operations int64, failed int) Record {
		return Record{State: &State{
			At: at(second), Phase: Phase{Name: phase, Measures: Measures{Operations: operations}}, Total: Measures{Operations: operations},
			Points: []Point{{Phase: phase, At: float64(second), Operations: operations}}, SLAs: []SLA{{Name: "fast", Failed: failed}},
			Fleet: []Fleet{{Service: "chat", To: float64(second)}},
		}}
	}
	return []Record{
		{Header: &Document{Schema: Schema, Run: "r1", Started: at(0)}},
		{Begin: &Scenario{Name: "normal", Started: at(1)}},
		state(5, "steady", 10, 0),
		state(10, "steady", 20, 0),
		{End: &Scenario{Name: "normal", Ended: at(11), Verdict: Pass, Total: Measures{Operations: 21}}},
		{Begin: &Scenario{Name: "limit", Started: at(12)}},
		state(15, "10", 5, 0),
		state(20, "20", 9, 1),
	}
}

func TestRecover(t *testing.T) {
	records := sampleRecords()
	got, err := Recover(bytes.NewReader(journalOf(t, records...)))
	if err != nil {
		t.Fatal(err)
	}
	want := &Document{
		Schema: Schema, Run: "r1", Started: at(0), Ended: at(20), Verdict: Fail, Cut: Killed,
		Reasons: []string{"cut short: the run was killed; this is what its journal held"},
		Scenarios: []Scenario{
			{
				Name: "normal", Ended: at(11), Verdict: Pass, Total: Measures{Operations: 21},
				Phases: []Phase{{Name: "steady", Measures: Measures{Operations: 20}}},
				Series: []Point{{Phase: "steady", At: 5, Operations: 10}, {Phase: "steady", At: 10, Operations: 20}},
			},
			{
				Name: "limit", Started: at(12), Ended: at(20), Verdict: Fail, Cut: Killed, Total: Measures{Operations: 9},
				Phases:  []Phase{{Name: "10", Measures: Measures{Operations: 5}}, {Name: "20", Measures: Measures{Operations: 9}}},
				Series:  []Point{{Phase: "10", At: 15, Operations: 5}, {Phase: "20", At: 20, Operations: 9}},
				SLAs:    []SLA{{Name: "fast", Failed: 1, Verdict: Fail}},
				Fleet:   []Fleet{{Service: "chat", To: 20}},
				Reasons: []string{"cut short: the run was killed", `SLA "fast" failed`},
			},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestRecoverFromEveryLength cuts a journal at every byte: what was written whole before is always recovered.
func TestRecoverFromEveryLength(t *testing.T) {
	all := sampleRecords()
	journal := journalOf(t, all[0], all[1], all[2], all[4], all[5], all[7])
	lines := bytes.SplitAfter(journal, []byte("\n"))
	whole := 0 // bytes of the lines that are whole
	var want *Document
	for n := range journal {
		if n == whole+len(lines[0]) {
			whole, lines = n, lines[1:]
			var err error
			if want, err = Recover(bytes.NewReader(journal[:whole])); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Recover(bytes.NewReader(journal[:n]))
		if whole == 0 {
			if err == nil {
				t.Fatalf("recovered something from %d bytes", n)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(want, got) {
			t.Fatalf("%d bytes: %v\n%s", n, err, cmp.Diff(want, got))
		}
		if got.Verdict == Pass || got.Cut != Killed {
			t.Fatalf("%d bytes: a killed run is %v, cut %q", n, got.Verdict, got.Cut)
		}
	}
}

func TestRecoverRefuses(t *testing.T) {
	for name, journal := range map[string][]byte{
		"empty":        nil,
		"no header":    journalOf(t, Record{Begin: &Scenario{}}),
		"no journal":   []byte("hello\n"),
		"newer schema": journalOf(t, Record{Header: &Document{Schema: 99}}),
	} {
		if d, err := Recover(bytes.NewReader(journal)); err == nil {
			t.Errorf("%s: recovered %+v", name, d)
		}
	}
}

func TestSearchedSLAsDoNotFailAKilledRun(t *testing.T) {
	records := append(sampleRecords()[:2], Record{State: &State{SLAs: []SLA{{Name: "fast", Failed: 3, Searched: true}}}})
	d, err := Recover(bytes.NewReader(journalOf(t, records...)))
	if err != nil || d.Verdict != Inconclusive {
		t.Errorf("%v, %v", d.Verdict, err)
	}
}

func FuzzRecover(f *testing.F) {
	f.Add(journalOf(f, sampleRecords()...))
	f.Add([]byte(`{"header":{"schema":1}}` + "\n" + `{"state":{}}` + "\n" + `{"end":{}}` + "\n"))
	f.Add([]byte(`{"header":{"schema":1,"scenarios":[{}]}}` + "\n" + `{"state":{"slas":[{"failed":1}]}}` + "\n"))
	f.Fuzz(func(t *testing.T, journal []byte) {
		if d, err := Recover(bytes.NewReader(journal)); err == nil && d.Cut != Killed {
			t.Errorf("%+v", d)
		}
	})
}
