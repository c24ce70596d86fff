package sim

import (
	"errors"
	"fmt"
	"time"
)

// What a service does with work for which it has no room.
const (
	OnFull503   = "503"   // answers 503, or an error message inside a WebSocket
	OnFullSlow  = "slow"  // lets it wait, however long the queue grows
	OnFullReset = "reset" // resets the connection
)

// Bounds of a Service: a description comes from a plan, and must not exhaust the machine.
const (
	maxTasks    = 1_000
	maxSlots    = 100_000
	maxParts    = 10_000
	maxSigma    = 3.0
	maxDuration = 24 * time.Hour
)

const defaultParts = 5

// Service describes one simulated service. It is plain data that survives
// encoding to JSON and back; its zero value is not valid.
type Service struct {
	Name        string        // unique among the services of one Server
	Tasks       int           // running tasks at the start, 1 to 1,000
	Slots       int           // requests that a task works on at once, 1 to 100,000
	ServiceTime ServiceTime   // wall time for which a request occupies its slot
	Queue       int           // requests that may wait per task beyond its slots; OnFull says what happens to more
	Connections int           // bound on WebSockets open per task, 0 for none; OnFull says what happens to more
	StartTime   time.Duration // plan time from asking for a task to its first answer
	OnFull      string        // OnFull503 (also when empty), OnFullSlow or OnFullReset
	Errors      float64       // share of requests that fail after their service time, 0 to 1
	Parts       int           // parts in which a chat answer is streamed; 0 means 5
	PartGap     time.Duration // wall time between two parts
	TLS         bool          // serve TLS with a self-signed certificate
	Speed       float64       // plan time over wall time, at least 1 (0 means 1); divides StartTime only
}

// Address tells where a service listens.
type Address struct {
	Name string // of the service
	URL  string // scheme, loopback address and port, without a path
	CA   string // certificate to trust, in PEM; empty without TLS
}

// withDefaults returns the service with every value that may be left out filled in.
func (s Service) withDefaults() Service {
	if s.OnFull == "" {
		s.OnFull = OnFull503
	}
	if s.Parts == 0 {
		s.Parts = defaultParts
	}
	if s.Speed == 0 {
		s.Speed = 1
	}
	return s
}

// validate reports every value that the simulation cannot honour.
func (s Service) validate() error {
	var found []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			found = append(found, fmt.Errorf("simulated service %q: %s", s.Name, fmt.Sprintf(format, args...)))
		}
	}
	check(s.Name != "", "give it a name")
	check(s.Tasks >= 1 && s.Tasks <= maxTasks, "tasks must be 1 to %d, not %d", maxTasks, s.Tasks)
	check(s.Slots >= 1 && s.Slots <= maxSlots, "slots must be 1 to %d, not %d", maxSlots, s.Slots)
	check(within(s.ServiceTime.Mean), "service time must be 0 to %s, not %s", maxDuration, s.ServiceTime.Mean)
	check(s.ServiceTime.Sigma >= 0 && s.ServiceTime.Sigma <= maxSigma, "sigma must be 0 to %g, not %g", maxSigma, s.ServiceTime.Sigma)
	check(s.Queue >= 0, "queue must not be negative, as %d is", s.Queue)
	check(s.Connections >= 0, "connections must not be negative, as %d is", s.Connections)
	check(within(s.StartTime), "start time must be 0 to %s, not %s", maxDuration, s.StartTime)
	check(s.OnFull == OnFull503 || s.OnFull == OnFullSlow || s.OnFull == OnFullReset, "when full it can do %q, %q or %q, not %q", OnFull503, OnFullSlow, OnFullReset, s.OnFull)
	check(s.Errors >= 0 && s.Errors <= 1, "errors must be a share of 0 to 1, not %g", s.Errors)
	check(s.Parts >= 1 && s.Parts <= maxParts, "parts must be 1 to %d, not %d", maxParts, s.Parts)
	check(within(s.PartGap), "part gap must be 0 to %s, not %s", maxDuration, s.PartGap)
	check(s.Speed >= 1, "speed must be at least 1, not %g", s.Speed)
	return errors.Join(found...)
}

func within(d time.Duration) bool { return d >= 0 && d <= maxDuration }

// prepare fills in and validates services that are to be served together.
func prepare(services []Service) ([]Service, error) {
	if len(services) == 0 {
		return nil, errors.New("nothing to simulate: name at least one service")
	}
	ready := make([]Service, 0, len(services))
	seen := map[string]bool{}
	var found []error
	for _, s := range services {
		s = s.withDefaults()
		if err := s.validate(); err != nil {
			found = append(found, err)
		}
		if seen[s.Name] {
			found = append(found, fmt.Errorf("simulated service %q is described twice: give each a name of its own", s.Name))
		}
		seen[s.Name] = true
		ready = append(ready, s)
	}
	return ready, errors.Join(found...)
}
