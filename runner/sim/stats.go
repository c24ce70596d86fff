package sim

import "time"

// Stats is a reading of one service. Counters run from the start of the server.
type Stats struct {
	Service     string  `json:"service"`
	CPU         float64 `json:"cpu"`          // share of busy slots since an earlier reading, at least a second back; 0 to 1
	Tasks       int     `json:"tasks"`        // running
	Starting    int     `json:"starting"`     // asked for, not answering yet
	Busy        int     `json:"busy"`         // slots at work
	Queued      int     `json:"queued"`       // requests waiting for a slot
	Connections int     `json:"connections"`  // WebSockets held
	Requests    uint64  `json:"requests"`     // taken for work: HTTP requests and WebSocket messages
	Failed      uint64  `json:"failed"`       // of those, answered with an error by Service.Errors
	Refused     uint64  `json:"refused"`      // requests, messages and connections for which there was no room
	BusySeconds float64 `json:"busy_seconds"` // slot time spent at work
	SlotSeconds float64 `json:"slot_seconds"` // slot time that there was; readers with a window of their own divide differences
}

// minWindow keeps readers that come in quick succession from measuring next to nothing.
const minWindow = time.Second

// usage is the slot time of a service up to an instant: spent, and available.
type usage struct{ at, busy, offered time.Duration }

// share is the part of the slot time since an earlier usage that was spent at work.
func (u usage) share(since usage) float64 {
	if u.offered <= since.offered {
		return 0
	}
	return float64(u.busy-since.busy) / float64(u.offered-since.offered)
}

// usage sums the slot time of all tasks, those taken away included.
func (m *model) usage(now time.Duration) usage {
	u := usage{at: now, busy: m.retired.busy, offered: m.retired.offered}
	for _, t := range m.tasks {
		u.busy += t.busy(now)
		u.offered += t.offered(now)
	}
	return u
}

// stats reads the model. A reading that is at least minWindow after the newest mark becomes the
// mark; the share runs from the mark before it.
func (m *model) stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	u := m.usage(now)
	if u.at-m.marks[1].at >= minWindow {
		m.marks[0], m.marks[1] = m.marks[1], u
	}
	s := Stats{
		Service: m.service.Name, CPU: u.share(m.marks[0]),
		Requests: m.requests, Failed: m.failed, Refused: m.refused,
		BusySeconds: u.busy.Seconds(), SlotSeconds: u.offered.Seconds(),
		Tasks: len(m.running(now)), Starting: len(m.tasks) - len(m.running(now)),
	}
	for _, t := range m.tasks {
		t.settle(now)
		s.Busy += len(t.ends)
		s.Queued += len(t.starts)
		s.Connections += t.held
	}
	return s
}
