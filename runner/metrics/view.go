package metrics

import "time"

// View is what was measured over a span, of all shards. It is a copy: nothing changes it later.
type View struct {
	Phase    string        // its name; empty when the span covers several
	From, To int64         // instants on the recorder's clock, nanoseconds
	Measured time.Duration // of the span, warm-up and gaps between phases left out: what rates are divided by

	// Operations and Failed are of ended ones. Both include the arrivals in Events[DroppedFull], which have no class.
	Operations, Failed int64
	Classes            [NumClasses]int64
	Pending            int64         // begun and not ended
	Oldest             time.Duration // every pending operation is at least this old now; only in a Window

	// Latency and the other times are in seconds. Latency, Service and First hold successes, and timeouts at the time they
	// took; FailedLatency other failures; Connect the connections of exchanges and the whole openings of WebSockets; Lag
	// by how much the generator was late.
	Latency, Lag                                              *Histogram
	Service, First, Connect, TLS, FailedLatency, FirstMessage *Histogram
	Gap, Pong                                                 *Histogram

	// Silence and Age are of connections that the other side ended without being asked to, in seconds: since the last byte in
	// either direction, and since they were opened.
	Silence, Age *Histogram

	// Session and SessionActive hold the sessions that succeeded, in seconds; Interrupted is in neither number.
	Session, SessionActive                *Histogram
	Sessions, SessionsFailed, Interrupted int64

	Sent, Received                 int64 // bytes, of operations and of messages
	MessagesSent, MessagesReceived int64
	Events                         [NumEvents]int64

	Steps            []StepView   // by step of the layout
	Groups, Measures []*Histogram // by group and measure of the layout
}

// StepView is the part of a View that belongs to one step; its fields mean the same. Messages, which belong to no step,
// are not in its bytes.
type StepView struct {
	Operations, Failed                                        int64
	Classes                                                   [NumClasses]int64
	Pending, Sent, Received                                   int64
	Latency                                                   *Histogram
	Service, First, Connect, TLS, FailedLatency, FirstMessage *Histogram
	Gap                                                       *Histogram
}

// How many histograms of a View and of a StepView are known of every second: those that sketches lists first. Of the
// others, and of groups and measures, only phases know.
const (
	viewSeconds = 2
	stepSeconds = 1
)

// sketches lists the histograms but those of steps, groups and measures.
func (v *View) sketches() [14]**Histogram {
	return [...]**Histogram{
		&v.Latency, &v.Lag,
		&v.Service, &v.First, &v.Connect, &v.TLS, &v.FailedLatency, &v.FirstMessage, &v.Gap, &v.Pong,
		&v.Session, &v.SessionActive, &v.Silence, &v.Age,
	}
}

func (s *StepView) sketches() [8]**Histogram {
	return [...]**Histogram{
		&s.Latency,
		&s.Service, &s.First, &s.Connect, &s.TLS, &s.FailedLatency, &s.FirstMessage, &s.Gap,
	}
}

// counters lists what adds up, but for classes and events.
func (v *View) counters() [10]*int64 {
	return [...]*int64{
		&v.Operations, &v.Failed, &v.Pending, &v.Sessions, &v.SessionsFailed, &v.Interrupted,
		&v.Sent, &v.Received, &v.MessagesSent, &v.MessagesReceived,
	}
}

func (s *StepView) counters() [5]*int64 {
	return [...]*int64{&s.Operations, &s.Failed, &s.Pending, &s.Sent, &s.Received}
}

// newView is an empty view as a recorder of the layout keeps it.
func newView(l *Layout) *View {
	return &View{
		Steps:    make([]StepView, len(l.Steps)),
		Groups:   make([]*Histogram, len(l.Groups)),
		Measures: make([]*Histogram, len(l.Measures)),
	}
}

// sum derives the numbers and times of the scenario from those of its steps, which alone are recorded, and makes every
// histogram. It must be done once, at the end.
func (v *View) sum() {
	for i := range v.Steps {
		v.Steps[i].sum()
		v.include(&v.Steps[i])
	}
	v.Operations += v.Events[DroppedFull]
	v.Failed += v.Events[DroppedFull]
	v.each(func(h **Histogram) { *h = or(*h) })
}

func (s *StepView) sum() {
	for c, n := range s.Classes {
		s.Operations += n
		if Class(c) != OK {
			s.Failed += n
		}
	}
}

// include adds a step to the whole.
func (v *View) include(s *StepView) {
	v.Operations += s.Operations
	v.Failed += s.Failed
	v.Pending += s.Pending
	v.Sent += s.Sent
	v.Received += s.Received
	for c, n := range s.Classes {
		v.Classes[c] += n
	}
	parts := [...]**Histogram{&v.Latency, &v.Service, &v.First, &v.Connect, &v.TLS, &v.FailedLatency, &v.FirstMessage, &v.Gap}
	for i, h := range s.sketches() {
		if *h != nil {
			*parts[i] = or(*parts[i])
			(*parts[i]).Merge(*h)
		}
	}
}

// each calls f with every histogram of the view.
func (v *View) each(f func(**Histogram)) {
	for _, h := range v.sketches() {
		f(h)
	}
	for i := range v.Steps {
		for _, h := range v.Steps[i].sketches() {
			f(h)
		}
	}
	for i := range v.Groups {
		f(&v.Groups[i])
	}
	for i := range v.Measures {
		f(&v.Measures[i])
	}
}

// or is the histogram, or an empty one in place of none.
func or(h *Histogram) *Histogram {
	if h == nil {
		return new(Histogram)
	}
	return h
}
