package metrics

// Class is how an operation ended: well, or in the first way in which it failed. The set is closed.
type Class uint8

// The classes. OK is the zero value.
const (
	OK Class = iota
	DNS
	Refused
	ConnectTimeout
	TLS
	Handshake // of a WebSocket
	Reset
	Closed
	Timeout
	Descriptors
	Ports
	Protocol
	TooLarge
	Status
	Check
	Expression
	NumClasses int = iota
)

var classNames = [NumClasses]string{
	"ok", "dns", "refused", "connect timeout", "tls", "handshake", "reset", "closed", "timeout",
	"descriptors", "ports", "protocol", "too large", "status", "check", "expression",
}

// String is the name of the class in facts and reports.
func (c Class) String() string { return classNames[c] }

// lasted says whether the time that such an operation took tells how long the service makes one wait: that of a success
// does, and that of a timeout, being at least as long; that of a quick refusal would flatter.
func (c Class) lasted() bool { return c == OK || c == Timeout || c == ConnectTimeout }
