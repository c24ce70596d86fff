package expr

import "time"

// Names are what the expressions of one flow may read besides the functions.
type Names struct {
	Variables []string            // saved or set; a variable's slot is its index
	Data      map[string][]string // data block → columns
}

// Moment says what a flow's expression may read besides its names.
type Moment uint8

// The moments.
const (
	Anytime       Moment = iota
	AfterExchange        // status, header, body, json, elapsed
	AfterMessage         // message, json, elapsed
	AfterEvent           // of a stream: event, message, json, elapsed
	AfterHead            // of an answer that is streamed: status, header, elapsed
)

// Scope is the state that expressions read: one for each goroutine that evaluates, filled anew for each session.
// The zero Scope is ready; it is not safe for concurrent use. Call Reset before a new response is put in.
type Scope struct {
	Variables []any                                    // by slot; nil is absent
	Cell      func(data, column string) (string, bool) // the session's row
	Header    func(name string) (string, bool)         // of the response, first value; name as the plan wrote it
	Random    func() uint64                            // the session's next draw
	Now       func() time.Time                         // nil is time.Now
	Body      []byte                                   // of the response, message or event; json is parsed from it on first use
	Event     string                                   // the type of the event
	Elapsed   time.Duration
	User      int64
	Iteration int64
	Status    int

	answer  answer
	machine *machine
}

// Reset forgets the response and what was parsed from it, and keeps the buffers and the functions.
func (s *Scope) Reset() {
	s.Body, s.Event, s.Elapsed, s.Status = nil, "", 0, 0
	s.answer = answer{}
}

// answer is what has been made of Body so far.
type answer struct {
	text   any // the body as a string, nil before it is asked for
	json   any
	fault  error // why the body is not JSON
	parsed bool
}

// text is the body as a string, made once.
func (s *Scope) text() any {
	if s.answer.text == nil {
		s.answer.text = string(s.Body)
	}
	return s.answer.text
}

// parsed is the body as JSON, parsed once.
func (s *Scope) parsed() (any, error) {
	if !s.answer.parsed {
		s.answer.json, s.answer.fault = parseJSON(s.Body)
		s.answer.parsed = true
	}
	return s.answer.json, s.answer.fault
}
