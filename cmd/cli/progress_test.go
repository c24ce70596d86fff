package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner"
)

var standing = runner.Progress{
	Scenario: "limit", Kind: "stress", Phase: "300", Elapsed: 130 * time.Second, Expected: 8 * time.Minute,
	Asked: 300, Present: 297, Throughput: 412.3, P95: 0.0882, ErrorRate: 0.0002,
}

// TestProgressOnATerminal draws a block that the next one replaces, and leaves nothing of it.
func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		p := newProgress(&out, 60, false)
		go p.show(ctx)
		p.tell(standing)
		time.Sleep(liveInterval + time.Millisecond)
		failing := standing
		failing.Failed, failing.Event = 2, "200: p95 80 ms\x1b[2J"
		p.tell(failing)
		time.Sleep(liveInterval)
		cancel()
		synctest.Wait()
		p.stop()
		block := "stress limit, 300  2 min 10 s of 8 min\n" +
			"  ━━━━━━━━━━──────────────────────────────\n" +
			"  297 of 300 users, 412/s, p95 88 ms, errors 0.02 %\n"
		want := block + strings.Repeat(lineUp, 3) + eraseBelow +
			"stress limit, 200: p95 80 ms␛[2J\n" +
			block + "  an SLA failed 2 times\n" + strings.Repeat(lineUp, 4) + eraseBelow +
			"Stopping: users finish what they are at. Once more, and it ends at once, leaving only its journal.\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestProgressInALog writes a line every ten seconds, and what has happened; and nothing twice.
func TestProgressInALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := newProgress(&out, 0, false)
		go p.show(t.Context())
		open := standing
		open.Open, open.Asked, open.P95 = true, 12.54, 0
		p.tell(open)
		time.Sleep(lineInterval + time.Second)
		time.Sleep(2 * lineInterval)
		open.Event = "steady: p95 80 ms"
		p.tell(open)
		p.stop()
		want := "stress limit, 300: 12.5 sessions/s, 297 in flight, 412/s, p95 –, errors 0.02 %\n" +
			"stress limit, steady: p95 80 ms\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestProgressIsBounded: a terminal that is held does not hold the run, nor fill the memory.
func TestProgressIsBounded(t *testing.T) {
	p := newProgress(&bytes.Buffer{}, 0, false)
	event := standing
	event.Event = "again"
	for range 2 * maxEvents {
		p.tell(event)
	}
	if len(p.events) != maxEvents {
		t.Errorf("%d events wait, want %d", len(p.events), maxEvents)
	}
}

func TestScreenCutsLines(t *testing.T) {
	var out bytes.Buffer
	s := screen{out: &out, width: 10}
	s.draw("\x1b[1m0123456789\x1b[0m", "日本日本日本")
	if want := "\x1b[1m01234567…\x1b[0m\n日本日本…\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// TestProgressTellsOfTasks shows how the service stands where its tasks are observed, and lets nothing of AWS act on a terminal.
func TestProgressTellsOfTasks(t *testing.T) {
	now := standing
	now.Tasks = "2 of 4 tasks, CPU 61 %\x1b[2J"
	want := "297 of 300 users, 412/s, p95 88 ms, errors 0.02 %, 2 of 4 tasks, CPU 61 %␛[2J"
	if diff := cmp.Diff(want, numbers(now)); diff != "" {
		t.Error(diff)
	}
}
