package runner

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plimsoll/runner/metrics"
	"plimsoll/runner/result"
)

// memory is a journal that is never full, or from some size on.
type memory struct {
	bytes.Buffer
	full int
}

func (m *memory) Write(p []byte) (int, error) {
	if m.full > 0 && m.Len()+len(p) > m.full {
		return 0, errors.New("no space left on device")
	}
	return m.Buffer.Write(p)
}

func (m *memory) Sync() error { return nil }

// TestJournalHoldsWhatTheDocumentHolds compares a run that was killed just before its end with the document that it wrote.
func TestJournalHoldsWhatTheDocumentHolds(t *testing.T) {
	m := &memory{}
	p := planOf(stairs(), sla("fast", "latency.p95 < 800ms"))
	d := played(t, p, Options{Journal: m}, opens(breaksAt(30, 0, time.Hour)))
	got, err := result.Recover(&m.Buffer)
	if err != nil {
		t.Fatal(err)
	}
	want, have := d.Scenarios[0], got.Scenarios[0]
	if got.Cut != result.Killed || have.Verdict != want.Verdict || got.Verdict != result.Inconclusive {
		t.Errorf("cut %q, scenario %v, run %v", got.Cut, have.Verdict, got.Verdict)
	}
	if have.Total.Operations != want.Total.Operations || len(have.Phases) != len(want.Phases) || have.Limit.Users != want.Limit.Users {
		t.Errorf("%d operations in %d phases, want %d in %d", have.Total.Operations, len(have.Phases), want.Total.Operations, len(want.Phases))
	}
	var operations, recovered int64
	for _, p := range want.Series {
		operations += p.Operations
	}
	for _, p := range have.Series {
		recovered += p.Operations
	}
	if recovered < operations*9/10 || recovered > operations {
		t.Errorf("the series holds %d operations of %d", recovered, operations)
	}
}

func TestJournalOfAKilledRun(t *testing.T) {
	m := &memory{}
	failing := func(at time.Duration, _ float64) (time.Duration, metrics.Class) {
		if at > 20*time.Second {
			return 10 * time.Millisecond, metrics.Status
		}
		return 10 * time.Millisecond, metrics.OK
	}
	played(t, planOf(baseline(), sla("honest", "error_rate < 1%", windowed(10*time.Second))), Options{Journal: m}, opens(failing))
	lines := bytes.SplitAfter(m.Bytes(), []byte("\n"))
	d, err := result.Recover(bytes.NewReader(bytes.Join(lines[:len(lines)-6], nil)))
	if err != nil {
		t.Fatal(err)
	}
	s := d.Scenarios[0]
	if s.Cut != result.Killed || s.Verdict != result.Fail || d.ExitCode() != 1 {
		t.Errorf("cut %q, %v: %v", s.Cut, s.Verdict, s.Reasons)
	}
	if s.Total.Operations < 3000 || s.Total.Operations >= 5400 {
		t.Errorf("%d operations", s.Total.Operations)
	}
}

// TestJournalIsBounded writes states of 2,000 steps for a year.
func TestJournalIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		j := newJournal(m, time.Now, strings.ToLower)
		steps := map[string]result.Step{}
		for i := range 200 {
			steps["ask."+strings.Repeat("x", i)] = result.Step{Latency: result.Stats{Count: 1, Mean: 0.123456789123456}}
		}
		j.append(result.Record{Begin: &result.Scenario{}})
		states := 0
		for range 365 * 24 * 60 {
			time.Sleep(time.Minute)
			if j.due() {
				states++
				j.last = time.Now()
				j.append(result.Record{State: &result.State{Total: result.Measures{Steps: steps}, Phase: result.Phase{Measures: result.Measures{Steps: steps}}}})
			}
			m.Reset()
		}
		if j.written > 50<<20 || states < 50 {
			t.Errorf("%d MB in %d states", j.written>>20, states)
		}
	})
}

func TestFullJournalEndsInAnError(t *testing.T) {
	var d *result.Document
	var err error
	synctest.Test(t, func(t *testing.T) {
		d, err = newRun(planOf(baseline()), Options{Journal: &memory{full: 2000}}, opens(steadily(time.Millisecond))).do(context.Background())
	})
	if err == nil || !strings.Contains(err.Error(), "no space left") || d == nil || d.Scenarios[0].Total.Operations == 0 {
		t.Errorf("%v, %v", d, err)
	}
}
