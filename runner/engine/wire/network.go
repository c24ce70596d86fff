package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"
)

const shortestVanished = 4 * time.Second

// network opens a connection from the next of the sources; one that has no port left is passed over.
func (t *Target) network(ctx context.Context, address netip.AddrPort) (net.Conn, error) {
	tries := max(1, len(t.Sources))
	for {
		conn, err := t.dialFrom(ctx, t.source(address.Addr()), address)
		if err == nil {
			return conn, nil
		}
		if tries--; tries == 0 || !isAny(err, portErrors) {
			return nil, err
		}
	}
}

func (t *Target) dialFrom(ctx context.Context, source netip.Addr, address netip.AddrPort) (*net.TCPConn, error) {
	dialer := net.Dialer{KeepAlive: -1, KeepAliveConfig: probes(t.Vanished)}
	dialer.Control = func(_, _ string, raw syscall.RawConn) error {
		var err error
		if failed := raw.Control(func(fd uintptr) { err = prepare(fd, t.Vanished) }); failed != nil {
			return failed
		}
		return err
	}
	var local netip.AddrPort // binds to no address in particular
	if source.IsValid() {
		local = netip.AddrPortFrom(source, 0)
	}
	conn, err := dialer.DialTCP(ctx, "tcp", local, address)
	var failed *net.OpError
	if !source.IsValid() && errors.As(err, &failed) {
		failed.Source = nil // else the message tells of an address that is none
	}
	return conn, err
}

// source is the next of the address's family; invalid: there is none.
func (t *Target) source(to netip.Addr) netip.Addr {
	n := uint32(len(t.Sources))
	if n == 0 {
		return netip.Addr{}
	}
	turn := t.turn.Add(1)
	for i := range n {
		if source := t.Sources[(turn+i)%n]; family(source) == family(to) {
			return source
		}
	}
	return netip.Addr{}
}

// probes finds out in time that a silent peer has vanished: it asks first after half the time, then a few times more.
// Where it is not asked for there are none, as they would be load that no user makes. Systems count in whole seconds;
// fewer than four are too short for that, and rounded up.
func probes(vanished time.Duration) net.KeepAliveConfig {
	if vanished <= 0 {
		return net.KeepAliveConfig{}
	}
	vanished = max(vanished.Truncate(time.Second), shortestVanished)
	idle := (vanished / 2).Truncate(time.Second)
	interval := max((vanished / 8).Truncate(time.Second), time.Second)
	return net.KeepAliveConfig{Enable: true, Idle: idle, Interval: interval, Count: int((vanished - idle) / interval)}
}
