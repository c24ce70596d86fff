// Package wire is the engine's connections: names, dialling, TLS, one exchange in HTTP/1.1 or HTTP/2, streamed answers,
// WebSocket frames, and the class of whatever fails. It touches sockets and nothing else, and knows nothing of plans or
// sessions.
//
// Instants are nanoseconds on the monotonic clock since Target.Start. Whatever a server sends is hostile: every buffer
// has a bound, and every wait a deadline.
package wire
