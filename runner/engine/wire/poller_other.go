//go:build !linux

package wire

// NewPoller is the best Poller that the system has: Watchers.
func NewPoller() Poller { return &Watchers{} }

// parking is what a poller keeps with a connection.
type parking struct{}

func (*parking) leave(*Conn) {}

// interrupt closes the connection, which ends whatever waits for it.
func (l *link) interrupt() { l.Conn.Close() }
