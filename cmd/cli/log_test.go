package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plimsoll/runner"
	"plimsoll/runner/result"
)

// TestMetricLog writes every level, and how the run stands once an interval.
func TestMetricLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, stderr bytes.Buffer
		l := newMetricLog(&out, "plans/x")
		go l.write(nil)
		for range 25 {
			l.tell(standing)
			time.Sleep(time.Second)
		}
		level := standing
		level.Level = &result.Level{Asked: 10}
		l.tell(level)
		l.tell(level)
		l.stop(&stderr)
		if moments, levels := strings.Count(out.String(), `"Present":`), strings.Count(out.String(), `"ConnectionsAsked":`); moments != 3 || levels != 2 {
			t.Errorf("%d moments and %d levels, want 3 and 2:\n%s", moments, levels, &out)
		}
		if stderr.Len() > 0 {
			t.Error(stderr.String())
		}
	})
}

// gate is a writer that waits until it is opened, and then fails.
type gate chan struct{}

func (g gate) Write([]byte) (int, error) {
	<-g
	return 0, errors.New("disk full")
}

// TestMetricLogDoesNotHoldTheRun leaves out what a slow reader does not take, and says so.
func TestMetricLogDoesNotHoldTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := make(gate)
		l := newMetricLog(to, "plans/x")
		go l.write(nil)
		told := runner.Progress{Level: &result.Level{}}
		l.tell(told)
		synctest.Wait()
		for range maxLogLines + 7 {
			l.tell(told)
		}
		close(to)
		var stderr bytes.Buffer
		l.stop(&stderr)
		for _, want := range []string{"disk full", "lacks 7 lines"} {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%q is not said: %s", want, &stderr)
			}
		}
	})
}
