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
)

// Environment compiles the expressions of one flow. Build it once: building costs milliseconds.
type Environment struct{ names Names }

// NewEnvironment prepares an environment.
func NewEnvironment(names Names) *Environment { return &Environment{names} }

// Condition compiles an expression that must be true or false.
func (e *Environment) Condition(source string, m Moment) (*Program, []Problem) {
	panic("unimplemented")
}

// Value compiles an expression of any type.
func (e *Environment) Value(source string, m Moment) (*Program, []Problem) { panic("unimplemented") }

// Program is a compiled expression of a flow. It may be used concurrently, each caller with its own Scope.
type Program struct{}

// Holds evaluates a condition. An absent field, header or variable is an error that names its path.
func (p *Program) Holds(s *Scope) (bool, error) { panic("unimplemented") }

// Get evaluates to nil, bool, int, float64, string, []any or map[string]any.
func (p *Program) Get(s *Scope) (any, error) { panic("unimplemented") }

// StatusEquals returns the code where the whole program is `status == code`, so that the engine can decide it in place.
func (p *Program) StatusEquals() (code int, ok bool) { panic("unimplemented") }

// ReadsBody reports whether the program reads body, json or message, and so whether they must be kept.
func (p *Program) ReadsBody() bool { panic("unimplemented") }

// Scope is the state that expressions read: one for each goroutine that evaluates, filled anew for each session.
// The zero Scope is ready; it is not safe for concurrent use.
type Scope struct {
	Variables []any                                    // by slot; nil is absent
	Cell      func(data, column string) (string, bool) // the session's row
	Header    func(name string) (string, bool)         // of the response, first value
	Random    func() uint64                            // the session's next draw
	Now       func() time.Time
	Body      []byte // of the response or message; json is parsed from it on first use
	Elapsed   time.Duration
	User      int64
	Iteration int64
	Status    int
}

// Reset forgets the response and what was parsed from it, and keeps the buffers.
func (s *Scope) Reset() { panic("unimplemented") }
