package metrics

import "time"

// Operation is one operation that has ended. Instants are nanoseconds since the recorder's start on the monotonic clock.
type Operation struct {
	Step     int   // index into Layout.Steps
	Intended int64 // when it should have started; decides its second, window and phase
	Class    Class
	Latency  time.Duration // from the intended start
	Service  time.Duration // from the first byte written; negative: nothing was written
	First    time.Duration // from the first byte written to the first byte of the answer; negative: none came
	Connect  time.Duration // of the connection opened for it; negative: none was
	TLS      time.Duration // of the handshake; negative: none was
	Sent     int64         // bytes on the wire, of this operation; those of messages are counted by Message
	Received int64
}

// Session is one session that has ended by itself, not cut by a stop.
type Session struct {
	Intended int64
	Total    time.Duration // think included
	Active   time.Duration // think left out
	Failed   bool
}
