// Package metrics records what a run measures: sharded, bounded, and without an allocation per operation.
package metrics

import "time"

// Recorder gathers one scenario. Its shards are written by sessions, everything else is called by the scenario's owner.
type Recorder struct{ layout Layout }

// NewRecorder makes a recorder with one shard per writer that should not disturb another; instants count from start.
func NewRecorder(layout Layout, shards int, start time.Time) *Recorder { panic("unimplemented") }

// Now is the present instant, in nanoseconds since the start.
func (r *Recorder) Now() int64 { panic("unimplemented") }

// Shard returns shard i modulo their number. A shard may be used concurrently; it is fastest when it is not.
func (r *Recorder) Shard(i int) *Shard { panic("unimplemented") }

// Shard is where sessions write.
type Shard struct{}

// Begin says that an operation intended for that instant is under way, so that a window knows what it still waits for.
func (s *Shard) Begin(step int, intended int64) {}

// End records an operation that Begin announced with the same step and instant.
func (s *Shard) End(op Operation) {}

// Forget takes back a Begin whose operation was cut by a stop.
func (s *Shard) Forget(step int, intended int64) {}

// Session records a session that has ended.
func (s *Shard) Session(v Session) {}

// Interrupted counts a session that was cut by a stop at the instant.
func (s *Shard) Interrupted(at int64) {}

// Group and Measure record a sample under the name of that index of the layout.
func (s *Shard) Group(i int, at int64, d time.Duration) {}
func (s *Shard) Measure(i int, at int64, value float64) {}

// Message counts a WebSocket message: sent, or received. FirstMessage and Gap take their times in seconds from stamps.
func (s *Shard) Message(at int64, received bool, bytes int)       {}
func (s *Shard) FirstMessage(step int, at int64, d time.Duration) {}
func (s *Shard) Gap(step int, at int64, d time.Duration)          {}

// Pong records a ping's round trip.
func (s *Shard) Pong(at int64, d time.Duration) {}

// Event counts one of the things that happen beside operations.
func (s *Shard) Event(e Event, at int64) {}

// Event is something counted beside operations.
type Event uint8

// The events.
const (
	DroppedFull      Event = iota // an arrival that waited longer than its patience; also a failed operation to SLAs
	DroppedLate                   // an arrival that the generator could not start in time
	ConnectionOpened              // and closed: what is held is the difference
	ConnectionClosed
	ConnectionFailed
	ConnectionReplaced // found closed before sending, silently replaced
	OperationRetried   // an idempotent one whose connection died before the first answer byte
	MessageDropped     // from a full inbox
	UserJoined
	UserLeft
	NumEvents int = iota
)

// Lag records by how much a wake came after its due instant: the generator's own lateness.
func (s *Shard) Lag(at int64, d time.Duration) {}

// BeginPhase opens a phase at the instant; its facts begin at measured. The phase before ends there.
func (r *Recorder) BeginPhase(name string, at, measured int64) { panic("unimplemented") }

// EndPhase ends the last phase; operations intended before still belong to it when they end.
func (r *Recorder) EndPhase(at int64) { panic("unimplemented") }
