package sim

import (
	"net"
	"sync"
	"sync/atomic"
)

// traffic counts what crosses a service's listener, encryption included. Safe for concurrent use.
type traffic struct {
	open           atomic.Int64 // connections
	received, sent atomic.Int64 // bytes
}

// A counting listener counts what its connections, which are TCP's, carry.
type counting struct {
	net.Listener
	traffic *traffic
}

func (l counting) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.traffic.open.Add(1)
	return &counted{Conn: conn, traffic: l.traffic}, nil
}

type counted struct {
	net.Conn
	traffic *traffic
	closed  sync.Once
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.traffic.received.Add(int64(n))
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.traffic.sent.Add(int64(n))
	return n, err
}

// SetLinger is that of the TCP connection.
func (c *counted) SetLinger(seconds int) error { return c.Conn.(*net.TCPConn).SetLinger(seconds) }

func (c *counted) Close() error {
	c.closed.Do(func() { c.traffic.open.Add(-1) })
	return c.Conn.Close()
}
