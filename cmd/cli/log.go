package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"plimsoll/runner"
	"plimsoll/runner/export"
)

const (
	logInterval = 10 * time.Second
	maxLogLines = 1000 // that wait to be written
)

// A logging is the value of --log: emf, or emf=FILE; the zero value is no log.
type logging struct {
	on   bool
	file string // "": the standard output
}

// String, Set and Type make a logging a pflag.Value.
func (l *logging) String() string {
	if l.file != "" {
		return "emf=" + l.file
	}
	return map[bool]string{true: "emf"}[l.on]
}

// Set refuses what is no format of a log.
func (l *logging) Set(s string) error {
	kind, file, named := strings.Cut(s, "=")
	if kind != "emf" || named && file == "" {
		return errors.New("want emf or emf=FILE")
	}
	l.on, l.file = true, file
	return nil
}

// Type is what the help calls the value.
func (l *logging) Type() string { return "emf[=FILE]" }

// A metricLog writes how a run goes as lines for CloudWatch, from a goroutine of its own, so that a reader that is slow
// does not hold the run: what it does not take in time is left out, and counted.
type metricLog struct {
	emf     export.EMF
	plan    string
	entries chan logEntry
	done    chan struct{}
	last    time.Time
	left    int // out
	err     error
}

type logEntry struct {
	at  time.Time
	now runner.Progress
}

// startLog begins a log; nil where none is wanted. Without a file it goes to the standard output, which the log driver of a
// task collects line by line, or where the result goes there as JSON, to Stderr, which it collects as well.
func (c *Command) startLog(r *running, plan string) (*metricLog, error) {
	if !r.log.on {
		return nil, nil
	}
	to := c.Stdout
	if r.output == asJSON {
		to = c.Stderr
	}
	var file *os.File
	if r.log.file != "" {
		var err error
		if file, err = os.OpenFile(r.log.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
			return nil, fmt.Errorf("open the log: %w", err)
		}
		to = file
	}
	l := newMetricLog(to, plan)
	go l.write(file)
	return l, nil
}

func newMetricLog(to io.Writer, plan string) *metricLog {
	return &metricLog{emf: export.EMF{To: to}, plan: plan, entries: make(chan logEntry, maxLogLines), done: make(chan struct{})}
}

// tell takes the present state, each level of connections and otherwise one each interval.
func (l *metricLog) tell(now runner.Progress) {
	if l == nil {
		return
	}
	at := time.Now()
	if now.Level == nil {
		if at.Sub(l.last) < logInterval {
			return
		}
		l.last = at
	}
	select {
	case l.entries <- logEntry{at, now}:
	default:
		l.left++
	}
}

func (l *metricLog) write(file *os.File) {
	defer close(l.done)
	for e := range l.entries {
		if l.err == nil {
			l.err = l.entry(e)
		}
	}
	if file != nil {
		l.err = errors.Join(l.err, file.Close())
	}
}

func (l *metricLog) entry(e logEntry) error {
	of := export.Subject{Plan: l.plan, Scenario: e.now.Scenario}
	if e.now.Level != nil {
		return l.emf.Level(e.at, of, *e.now.Level)
	}
	return l.emf.Moment(e.at, of, export.Moment{
		Phase: e.now.Phase, Asked: e.now.Asked, Present: e.now.Present, Throughput: e.now.Throughput, P95: e.now.P95, ErrorRate: e.now.ErrorRate,
	})
}

// stop waits until all is written, and tells what was not.
func (l *metricLog) stop(stderr io.Writer) {
	if l == nil {
		return
	}
	close(l.entries)
	<-l.done
	if l.err != nil {
		fmt.Fprintf(stderr, "The log is not whole: %v\n", l.err)
	}
	if l.left > 0 {
		fmt.Fprintf(stderr, "The log lacks %d lines: its reader was too slow\n", l.left)
	}
}
