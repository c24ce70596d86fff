package runner

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"plimsoll/runner/result"
)

// Journal is where a run is written while it goes on. A file is one.
type Journal interface {
	io.Writer
	Sync() error
}

const (
	journalInterval = 5 * time.Second
	journalBudget   = 30 << 20    // bytes of the states of running phases …
	journalSpread   = 13          // … which suffice for e¹³ times the first minute, 50 years
	hangs           = time.Minute // after which an operation's end is not waited for
	journalLimit    = 45 << 20    // bytes after which states carry no steps
)

// journal appends records. After an error, which it keeps, it writes nothing more.
type journal struct {
	to      Journal
	now     func() time.Time
	hide    func(string) string // secrets
	err     error
	written int

	began, last time.Time // of the scenario, of its last state
	size        int       // of that state
	points      int64     // instant up to which its points are written
}

func newJournal(to Journal, now func() time.Time, hide func(string) string) *journal {
	return &journal{to: to, now: now, hide: hide}
}

// append writes one record as a line and makes sure that it is kept.
func (j *journal) append(r result.Record) {
	if r.Begin != nil {
		j.began, j.last, j.size, j.points = j.now(), j.now(), 0, 0
	}
	if j.to == nil || j.err != nil {
		return
	}
	line, err := json.Marshal(result.Redacted(r, j.hide))
	if err == nil {
		_, err = j.to.Write(append(line, '\n'))
	}
	if err == nil {
		err = j.to.Sync()
	}
	if err != nil {
		j.err = fmt.Errorf("write journal: %w", err)
	}
	j.size = len(line)
	j.written += len(line) + 1
}

// due reports whether another state of the running phase may be written. The longer the run and the larger its states,
// the rarer they are, so that their sum grows with the logarithm of the time only.
func (j *journal) due() bool {
	if j.to == nil || j.err != nil {
		return false
	}
	gap := time.Duration(float64(j.now().Sub(j.began)) * float64(j.size) * journalSpread / journalBudget)
	return j.now().Sub(j.last) >= max(journalInterval, gap)
}

// state writes how a scenario stands, if it is time, or at the end of a phase.
func (j *journal) state(s *stage, ended bool) {
	if j.to == nil || !ended && !j.due() {
		return
	}
	if len(s.held) == 0 {
		return
	}
	points, upto := s.points(j.points, false)
	state := &result.State{
		At: j.now(), Phase: s.phase(s.held[len(s.held)-1]), Total: s.total(), Points: points,
		SLAs: s.slas(), Samples: s.samples(), Generator: s.watched(), Fleet: s.underWay(),
	}
	if j.written > journalLimit {
		state.Phase.Measures.Steps, state.Total.Steps = nil, nil
	}
	j.last, j.points = j.now(), upto
	j.append(result.Record{State: state})
}

// end writes a judged scenario; its phases and series stand in the states before.
func (j *journal) end(s *result.Scenario) {
	short := *s
	short.Phases, short.Series = nil, nil
	j.append(result.Record{End: &short})
}
