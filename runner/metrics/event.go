package metrics

// Event is something counted beside operations. The set is closed.
type Event uint8

// The events.
const (
	DroppedFull      Event = iota // an arrival that waited longer than its patience; also a failed operation to SLAs
	DroppedLate                   // an arrival that the generator could not start in time
	ConnectionOpened              // and closed: what is held is the difference
	ConnectionClosed
	ConnectionFailed
	ConnectionLost     // ended without being asked to; counted as closed, too, once it is
	ConnectionReplaced // found closed before sending, silently replaced
	OperationRetried   // an idempotent one whose connection died before the first answer byte
	MessageDropped     // from a full inbox
	UserJoined
	UserLeft
	NumEvents int = iota
)
