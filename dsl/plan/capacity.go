package plan

import "time"

// Levels is the load of a capacity scenario: how many connections to hold at once, level after level. Durations are wall
// time: connections are opened and held as fast or as long by a simulated service as by a real one.
type Levels struct {
	Counts   []int         // ascending, each at least 1
	Success  float64       // share of the connections asked for that must be held, 0 to 1
	Timeout  time.Duration // of opening a level
	Pause    time.Duration // between levels
	Hold     time.Duration // that a level must stay open once it has been opened
	Additive bool          // a level adds to the one before; false: each begins from none
	Refine   float64       // bisect between the last good and the first bad level to within this share; 0: do not
	Safety   float64       // share of the maximum that is recommended as safe
	Rate     float64       // connections opened a second at most; 0: as fast as possible
	Protocol Protocol
	Path     Text    // of the connection; unused with a flow
	Headers  []Field // of its opening
}

// Protocol is what a held connection speaks.
type Protocol uint8

// The zero Protocol is a WebSocket.
const (
	WebSockets  Protocol = iota
	KeepAlive            // HTTP, one exchange and then idle
	EventStream          // server-sent events
)
