package result

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Killed is why a run ended of which only the journal is left.
const Killed = "killed"

// Record is one line of a journal, JSON. Exactly one field is set.
type Record struct {
	Header *Document `json:"header,omitempty"` // the first line: the document before any scenario
	Begin  *Scenario `json:"begin,omitempty"`  // a scenario begins
	State  *State    `json:"state,omitempty"`  // how it stands
	End    *Scenario `json:"end,omitempty"`    // it has been judged; phases and series stand in the states before
}

// State is how the running scenario stands.
type State struct {
	At        time.Time `json:"at"`
	Phase     Phase     `json:"phase"` // the one that runs or has just ended; it replaces the last state's of that name
	Total     Measures  `json:"total"`
	Points    []Point   `json:"points,omitempty"` // those after the ones of earlier states
	SLAs      []SLA     `json:"slas,omitempty"`
	Samples   []Sample  `json:"samples,omitempty"`
	Generator Watch     `json:"generator"`
	Fleet     []Fleet   `json:"fleet,omitempty"`
}

// Recover rebuilds what a killed run had measured from its journal. A last line that was cut in writing is left out, so
// is everything behind a damaged one. What had not been judged is inconclusive, or failed if an SLA had failed already.
func Recover(r io.Reader) (*Document, error) {
	lines := bufio.NewReader(io.LimitReader(r, MaxSize))
	var d *Document
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		var record Record
		if err != nil || json.Unmarshal(bytes.TrimSpace(line), &record) != nil {
			break
		}
		if d == nil {
			d = record.Header
		}
		if d == nil {
			break
		}
		d.replay(record)
	}
	if d == nil {
		return nil, errors.New("read journal: its first line is no journal of plimsoll, or was cut in writing")
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	d.close()
	return d, nil
}

// replay applies one record to what the ones before had built.
func (d *Document) replay(r Record) {
	if r.Begin != nil {
		d.Scenarios = append(d.Scenarios, *r.Begin)
		d.Ended = r.Begin.Started
	}
	if len(d.Scenarios) == 0 {
		return
	}
	last := &d.Scenarios[len(d.Scenarios)-1]
	if r.State != nil {
		last.apply(r.State)
		d.Ended = r.State.At
	}
	if r.End != nil {
		phases, series := last.Phases, last.Series
		*last = *r.End
		last.Phases, last.Series = phases, series
		d.Ended = r.End.Ended
	}
}

func (s *Scenario) apply(state *State) {
	i := slices.IndexFunc(s.Phases, func(p Phase) bool { return p.Name == state.Phase.Name })
	if i < 0 {
		i = len(s.Phases)
		s.Phases = append(s.Phases, Phase{})
	}
	s.Phases[i] = state.Phase
	s.Total, s.SLAs, s.Samples, s.Generator = state.Total, state.SLAs, state.Samples, state.Generator
	s.Fleet = state.Fleet
	s.Series = append(s.Series, state.Points...)
	s.Ended = state.At
}

// close judges what the kill left unjudged.
func (d *Document) close() {
	d.Cut, d.Verdict = Killed, Inconclusive
	d.Reasons = append(d.Reasons, "cut short: the run was killed; this is what its journal held")
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		if i == len(d.Scenarios)-1 && s.open() {
			s.kill()
		}
		d.Verdict = Worst(d.Verdict, s.Verdict)
	}
}

// open reports whether no End was seen: a judged scenario has reasons, or has passed.
func (s *Scenario) open() bool { return s.Verdict == Inconclusive && len(s.Reasons) == 0 }

func (s *Scenario) kill() {
	s.Cut, s.Reasons = Killed, []string{"cut short: the run was killed"}
	for i := range s.SLAs {
		sla := &s.SLAs[i]
		switch {
		case sla.Failed > 0 && !sla.Searched:
			sla.Verdict, s.Verdict = Fail, Fail
			s.Reasons = append(s.Reasons, fmt.Sprintf("SLA %q failed", sla.Name))
		case sla.Verdict != Fail:
			sla.Verdict, sla.Reason = Inconclusive, "the run was killed"
		}
	}
}
